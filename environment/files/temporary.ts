import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isRunning } from "./is-running.js";

/** Tells the machines that may share a disk apart: a process id means something on its own machine only. */
const machine = createHash("sha256").update(hostname()).digest("hex").slice(0, 6);

const pattern = /^\..*\.([0-9a-f]{6})-(\d+)-[0-9a-f]{12}\.tmp$/;

/** What another machine left behind goes after a day; no save takes so long. */
const longestSaveMs = 24 * 3_600_000;

/**
 * A name in the same folder for a file that is not finished. It is hidden, so it is never listed, and says which
 * process writes it, so that {@link sweepTemporaries} knows when nobody does any more.
 */
export function temporaryName(absolute: string): string {
  const ending = `${machine}-${process.pid}-${randomBytes(6).toString("hex")}`;
  return join(dirname(absolute), `.${basename(absolute).slice(0, 100)}.${ending}.tmp`);
}

/**
 * Deletes the unfinished files in a folder (not in those below it) whose process is gone, killed in the middle of a
 * save. Those of other programs and of saves that go on are left alone. Never throws.
 *
 * @param names what the folder holds, where that is known already
 * @returns the names that are left
 */
export async function sweepTemporaries(folder: string, names?: readonly string[]): Promise<string[]> {
  const found = names ?? (await readdir(folder).catch(() => []));
  const kept = await Promise.all(
    found.map(async (name) => {
      const [, host, pid] = pattern.exec(name) ?? [];
      if (pid === undefined) return name;
      const place = join(folder, name);
      if (host === machine ? isRunning(Number(pid)) : await isYoung(place)) return name;
      return await rm(place, { force: true }).then(
        () => undefined,
        () => name,
      );
    }),
  );
  return kept.filter((name) => name !== undefined);
}

async function isYoung(place: string): Promise<boolean> {
  return await stat(place).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < longestSaveMs,
    () => true,
  );
}
