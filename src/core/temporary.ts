import { readdir, rm, stat } from "../platform/files.js";
import { sha256 } from "../platform/hash.js";
import { hoursSince, isProcessRunning, nameProcess } from "../platform/machine.js";
import { basename, dirname, join, resolve } from "../platform/paths.js";
import { threadId } from "../platform/workers.js";

let made = 0;

/**
 * A name beside `path` that nobody else uses, for what becomes `path` once it is whole. It says whose it is, so that
 * {@link sweepTemporary} knows what a killed process left.
 */
export function temporaryBeside(path: string): string {
  const { machine, pid, started } = nameProcess();
  return `${path}.${tagOf(machine)}-${pid}-${started}-${threadId}-${made++}.tmp`;
}

const swept = new Set<string>();

/**
 * Removes what killed processes left in the folder of `path` under names of {@link temporaryBeside}: what is of a process
 * of this machine that is gone, and what is of another machine, or of an earlier version of this program, and was not
 * written to for a day. Looks at a folder once in the life of this process, or each time with `again`. Never throws: what
 * cannot be looked at or removed stays.
 */
export async function sweepTemporary(path: string, again = false): Promise<void> {
  const folder = resolve(dirname(path));
  if (swept.has(folder) && !again) return;
  swept.add(folder);
  for (const name of await readdir(folder).catch((): string[] => []))
    if (await isLeftBehind(join(folder, name)))
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}

const dayHours = 24;
/** Tag of the machine, pid, start of the process, thread, count; earlier versions wrote pid, thread and count alone. */
const form = /\.(?:([0-9a-f]{8})-(\d+)-(\d*)-\d+-\d+|\d+-\d+-\d+)\.tmp$/;

async function isLeftBehind(path: string): Promise<boolean> {
  const match = form.exec(basename(path));
  if (!match) return false;
  const [, tag, pid, started] = match;
  const { machine } = nameProcess();
  if (tag === tagOf(machine) && isProcessRunning({ machine, pid: Number(pid), started }) === true)
    return false;
  if (tag === tagOf(machine)) return true;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && hoursSince(found.mtimeMs) > dayHours;
}

function tagOf(machine: string): string {
  return sha256(machine).slice(0, 8);
}
