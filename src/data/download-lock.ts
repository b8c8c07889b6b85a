import { LabError } from "../core/errors.js";
import { readText } from "../core/files.js";
import { type FileError, open, rename, rm } from "../platform/files.js";
import { isRunning, ownPid } from "../platform/processes.js";
import { threadId } from "../platform/workers.js";

let locks = 0;

/**
 * Takes the right to write one file, so that two downloads of it never write into each other's. What a killed process
 * left is taken over.
 *
 * @param path of the lock itself; its folder must be there.
 * @returns gives it back.
 * @throws LabError naming the process that has it.
 */
export async function takeDownloadLock(path: string): Promise<() => Promise<void>> {
  const mark = `${ownPid} ${threadId} ${locks++}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, "wx");
      const release = (): Promise<void> => rm(path, { force: true });
      try {
        await file.writeFile(mark);
      } catch (error) {
        await release().catch(() => undefined);
        throw error;
      } finally {
        await file.close();
      }
      return release;
    } catch (error) {
      if ((error as FileError).code !== "EEXIST") throw error;
    }
    const holder = Number.parseInt(await readText(path, "a lock").catch(() => ""), 10);
    if (isRunning(holder))
      throw new LabError(
        path,
        `a download under way in process ${holder}`,
        "one download of a file at a time",
        "Wait for it; if that process is something else, remove the lock.",
      );
    // Renaming fails for all but one of those that find the same leftover.
    const leftover = `${path}.${ownPid}-${threadId}-${locks++}`;
    await rename(path, leftover).catch(() => undefined);
    await rm(leftover, { force: true });
  }
  throw new LabError(path, "a lock that comes and goes", "one download of a file at a time", "Try again.");
}
