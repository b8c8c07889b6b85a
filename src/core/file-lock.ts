import { type FileError, link, open, readFile, rename, rm } from "../platform/files.js";
import { isProcessRunning, monotonicMs, nameProcess, type ProcessName } from "../platform/machine.js";
import { dirname } from "../platform/paths.js";
import { ownPid, parentPid } from "../platform/processes.js";
import { sleep, startInterval } from "../platform/wait.js";
import { decodeText, makeFolder, unwritable } from "./files.js";

/** A lock that this process holds. */
export interface FileLock {
  release(): Promise<void>;
}

/** How {@link lockFile} waits. */
export interface LockOptions {
  signal?: AbortSignal;
  /** Called once, with the holder in words, when the lock has to be waited for. */
  onWait?: (holder: string) => void;
}

/**
 * Tells locks of other machines whose holder is gone from those that are held: these grow by a byte every so many
 * seconds, and one that did not for `patienceMs` while this process watched is given up. No clocks are compared.
 */
export interface LockWatch {
  /** Whether the lock at `path`, of that content, has not grown for too long. */
  isSilent(path: string, content: string): boolean;
}

/** A holder writes that often. */
const beatMs = 20_000;
/** Longer than anything that keeps a process from its timers. */
const defaultPatienceMs = 300_000;
const pauseMs = 500;

/** Starts to watch. */
export function watchLocks(patienceMs: number = defaultPatienceMs): LockWatch {
  const seen = new Map<string, { content: string; sinceMs: number }>();
  return {
    isSilent(path, content) {
      const former = seen.get(path);
      if (former?.content === content) return monotonicMs() - former.sinceMs >= patienceMs;
      seen.set(path, { content, sinceMs: monotonicMs() });
      return false;
    },
  };
}

/** Locks of this process, by the first line of their files. */
const held = new Set<string>();
let taken = 0;

/**
 * Takes the lock that a file is, or says in words who holds it. A lock whose process is dead is taken over: at once on the
 * same machine, on another one after five minutes without a sign of life.
 *
 * Works between machines where the shared folder makes a file that must not exist for one of them only (NFS from version
 * 3, Lustre, GPFS). Where it does not, or a machine stands still for more than five minutes, two may hold a lock at once:
 * use it to save work, never to guard what must not be done twice.
 *
 * @throws LabError where the file cannot be written.
 */
export async function tryLock(path: string, watch: LockWatch): Promise<FileLock | string> {
  await makeFolder(dirname(path));
  const owner = nameProcess();
  const mark = JSON.stringify({ ...owner, lock: ++taken });
  for (;;) {
    const file = await open(path, "wx").catch((error: FileError) => {
      if (error.code !== "EEXIST") throw unwritable(error, path);
    });
    if (file) {
      held.add(mark);
      const timer = startInterval(() => void file.appendFile(".").catch(() => undefined), beatMs);
      const giveUp = async (isMine: () => Promise<boolean>): Promise<void> => {
        clearInterval(timer);
        held.delete(mark);
        await file.close().catch(() => undefined);
        if (await isMine().catch(() => false)) await rm(path, { force: true }).catch(() => undefined);
      };
      try {
        await file.appendFile(`${mark}\n`);
      } catch (error) {
        await giveUp(() => Promise.resolve(true));
        throw unwritable(error, path);
      }
      // Another machine may have taken it over.
      return { release: () => giveUp(async () => markOf(await readLock(path)) === mark) };
    }
    const holder = await findHolder(path, watch);
    if (holder !== undefined) return holder;
    await removeStale(path, watch);
  }
}

/** Takes a lock, after those who held it before. Throws as {@link tryLock}, or the signal's reason when aborted. */
export async function lockFile(path: string, { signal, onWait }: LockOptions = {}): Promise<FileLock> {
  const watch = watchLocks();
  for (let told = false; ; told = true) {
    signal?.throwIfAborted();
    const lock = await tryLock(path, watch);
    if (typeof lock !== "string") return lock;
    if (!told) onWait?.(lock);
    await sleep(pauseMs, { signal }).catch(() => undefined);
  }
}

/** Who holds a lock, in words; `undefined` where nobody does, or one who is gone. */
async function findHolder(path: string, watch: LockWatch): Promise<string | undefined> {
  const content = await readLock(path);
  if (content === undefined || isStale(path, content, watch)) return undefined;
  const owner = parseOwner(content);
  return owner ? `process ${owner.pid} on ${owner.machine.split(" ")[0]}` : "another process";
}

/** Whether the process that started this one holds a lock. */
export async function isHeldByParent(path: string): Promise<boolean> {
  const owner = parseOwner((await readLock(path)) ?? "");
  return owner?.pid === parentPid() && isProcessRunning(owner) === true;
}

function isStale(path: string, content: string, watch: LockWatch): boolean {
  const owner = parseOwner(content);
  const isRunning = owner && isProcessRunning(owner);
  if (owner?.pid === ownPid && isRunning) return !held.has(markOf(content)!);
  return isRunning === undefined ? watch.isSilent(path, content) : !isRunning;
}

/** Takes a stale lock away, and nothing else: another process may have taken it over meanwhile. */
async function removeStale(path: string, watch: LockWatch): Promise<void> {
  const content = await readLock(path);
  if (content === undefined || !isStale(path, content, watch)) return;
  const aside = `${path}.${ownPid}-${++taken}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as FileError).code === "ENOENT") return;
    throw unwritable(error, path);
  }
  if (markOf(await readLock(aside)) !== markOf(content)) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function readLock(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((error: FileError) => {
    if (error.code !== "ENOENT") throw unwritable(error, path);
    return undefined;
  });
  return bytes && decodeText(bytes);
}

function markOf(content: string | undefined): string | undefined {
  return content?.split("\n")[0];
}

function parseOwner(content: string): ProcessName | undefined {
  try {
    const { machine, pid, started } = JSON.parse(markOf(content)!) as Partial<ProcessName>;
    if (typeof machine === "string" && typeof pid === "number" && typeof started === "string")
      return { machine, pid, started };
  } catch {
    // Not written yet, or cut off by a full disk.
  }
  return undefined;
}
