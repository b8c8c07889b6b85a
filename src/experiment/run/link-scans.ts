import { makeFolder } from "../../core/files.js";
import { type FileError, link, readdir } from "../../platform/files.js";
import { join } from "../../platform/paths.js";
import { experimentPaths } from "./experiment-folder.js";

/** A scan as its store names it: by the sha256 of all that decides it, the code too. */
const form = /^[0-9a-f]{32}\./;

/**
 * Gives the scans of one experiment's folder second names in another's, so that they are not made again where they are needed: a scan's
 * name says all that it is, and the store writes whole files under a new name and never into one. Takes no room on the disk; a folder on
 * another disk gives nothing.
 *
 * @returns how many files were not there before.
 */
export async function linkScans(from: string, to: string): Promise<number> {
  const [source, target] = [from, to].map(experimentPaths.scans);
  const names = (await readdir(source).catch((): string[] => [])).filter(
    (name) => form.test(name) && !name.endsWith(".tmp"),
  );
  if (names.length === 0) return 0;
  await makeFolder(target);
  let linked = 0;
  for (const name of names) {
    try {
      await link(join(source, name), join(target, name));
      linked++;
    } catch (error) {
      const { code } = error as FileError;
      // There already, or removed meanwhile.
      if (code === "EEXIST" || code === "ENOENT") continue;
      // Another disk, or one that gives no second names: they are made again.
      return linked;
    }
  }
  return linked;
}
