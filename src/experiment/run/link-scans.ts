import { makeFolder } from "../../core/files.js";
import { type FileError, link, readdir } from "../../platform/files.js";
import { join } from "../../platform/paths.js";
import { experimentPaths } from "./experiment-folder.js";
import { readScansCode } from "./scans/scan-store.js";

/** A scan as its store names it: by the code that decides it and the sha256 of all else that does. */
const form = /^([0-9a-f]{8})-[0-9a-f]{32}\./;
/** A generator that was trained is a folder among them, whole when it has this file. */
const generatorEnd = ".generator";
const lastOfGenerator = "model.json";

/**
 * Gives the scans of one experiment's folder second names in another's, so that they are not made again where they are needed: a scan's
 * name says all that it is, and the store writes whole files under a new name and never into one. Takes no room on the disk; a folder on
 * another disk gives nothing, and scans that other code drew are left: they are made again.
 *
 * @returns how many scans' files and generators were not there before.
 */
export async function linkScans(from: string, to: string): Promise<number> {
  const [source, target] = [from, to].map(experimentPaths.scans);
  const code = await readScansCode();
  const names = (await readdir(source).catch((): string[] => [])).filter(
    (name) => form.exec(name)?.[1] === code && !name.endsWith(".tmp"),
  );
  if (names.length === 0) return 0;
  await makeFolder(target);
  let linked = 0;
  for (const name of names) {
    const [old, own] = [join(source, name), join(target, name)];
    const isGiven = name.endsWith(generatorEnd) ? await linkGenerator(old, own) : await giveName(old, own);
    // Another disk, or one that gives no second names: they are made again.
    if (isGiven === undefined) return linked;
    if (isGiven) linked++;
  }
  return linked;
}

/** Second names for the files of a generator's folder, last for the one by which a whole generator is known. */
async function linkGenerator(from: string, to: string): Promise<boolean | undefined> {
  const names = (await readdir(from)).sort(
    (a, b) => Number(a === lastOfGenerator) - Number(b === lastOfGenerator),
  );
  await makeFolder(to);
  let isGiven: boolean | undefined = false;
  for (const name of names) {
    isGiven = await giveName(join(from, name), join(to, name));
    if (isGiven === undefined) return undefined;
  }
  return isGiven;
}

/** Whether a file got a second name: `false` where one is there or the file is gone, `undefined` where the disk gives none. */
async function giveName(from: string, to: string): Promise<boolean | undefined> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as FileError;
    return code === "EEXIST" || code === "ENOENT" ? false : undefined;
  }
}
