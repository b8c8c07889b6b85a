import { identifyFile, lstat, readdir, realpath, stat } from "../platform/files.js";
import { basename, dirname, join, resolve, sep } from "../platform/paths.js";
import { LabError, requireThat } from "./errors.js";

/**
 * Makes sure, before any work, that a command overwrites nothing unasked: the one rule of all commands that write where
 * `--out` says. What is read is never overwritten: an input, a file that is there already in a folder that is an input, and
 * the tables that say what an input's scans and labels are, beside a scan or in the folder above.
 *
 * @param outputs files that are going to be written.
 * @param inputs files and folders that are read; what is not there is passed over.
 * @param force whether other files that exist may be overwritten.
 * @throws LabError for an output that is read or another output, be it by another spelling or a link, with or without
 *   `force`; and for one that exists, without.
 */
export async function requireFree(
  outputs: readonly string[],
  inputs: readonly (string | undefined)[],
  force: boolean,
): Promise<void> {
  const read = await Promise.all(inputs.filter((path) => path !== undefined).map(lookAtInput));
  const written: string[][] = [];
  for (const output of outputs) {
    const places = await placesOf(output);
    requireThat(
      !written.some((place) => place.some((each) => places.includes(each))),
      output,
      "the name of two outputs",
      "a place of its own for each",
      "One would replace the other",
    );
    written.push(places);
    const same = read.find((input) => input.places.some((each) => places.includes(each)));
    requireThat(
      same === undefined,
      output,
      same?.path === output ? "the input itself" : `a file of the input ${same?.path}`,
      "a place of its own",
      "It would be lost: choose another name",
    );
    // Over a folder nothing can be written, and the writer says so.
    const found = await lstat(output).catch(() => undefined);
    if (!found || found.isDirectory()) continue;
    const names = [places[0], await realpath(output).catch(() => places[0])];
    const whole = read.find((input) => names.some((name) => isReadWith(input, name)));
    requireThat(
      whole === undefined,
      output,
      `a file of the input ${whole?.path}`,
      "a place of its own",
      "What lies in an input folder is never overwritten, not even with --force: choose another place, or remove it first",
    );
    if (!force)
      throw new LabError(
        output,
        "something of that name",
        "a name that is free",
        "Choose another name, or overwrite it with --force",
      );
  }
}

/**
 * Makes sure that a command that fills a folder does not do so among the scans it reads: the folder is no input, nor a
 * folder in one that holds scans.
 *
 * @param inputs folders that are read; what is not there is passed over.
 * @throws LabError naming the folder and the input.
 */
export async function requireOwnFolder(
  folder: string,
  inputs: readonly (string | undefined)[],
): Promise<void> {
  const place = await realpath(folder).catch(() => resolve(folder));
  const names = await readdir(place).catch((): string[] => []);
  for (const input of inputs) {
    if (input === undefined) continue;
    const cohort = await realpath(input).catch(() => resolve(input));
    requireThat(
      place !== cohort && !(isInside(place, cohort) && names.some(isScan)),
      folder,
      place === cohort ? "the folder of the scans that are read" : `a folder with scans of ${input}`,
      "another folder than the cohort's own",
      "What is written would lie among the patients: choose another folder",
    );
  }
}

/** What is known of an input before anything is written. */
interface Input {
  path: string;
  places: readonly string[];
  /** Where it lies without links, if it is a folder. */
  folder?: string;
  /** Folders whose tables are read with it. */
  tellers: readonly string[];
}

/** Tables that say what scans and label values in their folder, or in the one below, are. */
const tables: readonly string[] = ["classes.json", "dataset.json", "metadata.csv"];

async function lookAtInput(path: string): Promise<Input> {
  const places = await placesOf(path);
  const found = await stat(path).catch(() => undefined);
  if (!found) return { path, places, tellers: [] };
  const above = dirname(resolve(path));
  const real = await realpath(path);
  if (found.isDirectory())
    return { path, places, folder: real, tellers: await realFolders([above, dirname(real)]) };
  if (!isScan(path)) return { path, places, tellers: [] };
  return { path, places, tellers: await realFolders([above, dirname(above)]) };
}

function realFolders(folders: readonly string[]): Promise<string[]> {
  return Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
}

/** Whether a file that is there may be read along with an input. */
function isReadWith({ folder, tellers }: Input, file: string): boolean {
  if (folder !== undefined && isInside(file, folder)) return true;
  return tables.includes(basename(file)) && tellers.includes(dirname(file));
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

function isScan(name: string): boolean {
  return /\.nii(\.gz)?$/i.test(name);
}

/** What a path is by all its names: where it lies, and which file it leads to when one is there. */
async function placesOf(path: string): Promise<[string, ...string[]]> {
  const found = await identifyFile(path);
  const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)));
  return [join(folder, basename(path)), ...(found === undefined ? [] : [found])];
}
