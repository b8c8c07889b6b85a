import { identifyFile, lstat, realpath } from "../platform/files.js";
import { basename, dirname, join, resolve, sep } from "../platform/paths.js";
import { LabError, requireThat } from "./errors.js";

/**
 * Makes sure, before any work, that a command overwrites nothing unasked: the one rule of all commands that write where
 * `--out` says.
 *
 * @param outputs files that are going to be written.
 * @param inputs files that are read, and folders whose scans are; what is not there is passed over.
 * @param force whether other files that exist may be overwritten.
 * @throws LabError for an output that is an input or another output, be it by another spelling or a link, with or without
 *   `force`; and for one that exists, without.
 */
export async function requireFree(
  outputs: readonly string[],
  inputs: readonly (string | undefined)[],
  force: boolean,
): Promise<void> {
  const read = inputs.filter((path) => path !== undefined);
  const places = await Promise.all(read.map(placesOf));
  const written: string[][] = [];
  for (const output of outputs) {
    const placesHere = await placesOf(output);
    requireThat(
      !written.some((place) => place.some((each) => placesHere.includes(each))),
      output,
      "the name of two outputs",
      "a place of its own for each",
      "One would replace the other",
    );
    written.push(placesHere);
    const at = places.findIndex((place) => place.some((each) => placesHere.includes(each)));
    const input = at >= 0 ? read[at] : await folderWithScan(output, read);
    requireThat(
      input === undefined,
      output,
      input === output ? "the input itself" : `a file of the input ${input}`,
      "a place of its own",
      "It would be lost: choose another name",
    );
    // Over a folder nothing can be written, and the writer says so.
    const found = await lstat(output).catch(() => undefined);
    if (!force && found && !found.isDirectory())
      throw new LabError(
        output,
        "something of that name",
        "a name that is free",
        "Choose another name, or overwrite it with --force",
      );
  }
}

/** What a path is by all its names: which file it leads to, and where it lies when no file is there yet. */
async function placesOf(path: string): Promise<string[]> {
  const found = await identifyFile(path);
  const folder = await realpath(dirname(resolve(path))).catch(() => dirname(resolve(path)));
  return [join(folder, basename(path)), ...(found === undefined ? [] : [found])];
}

/** The folder of `inputs` that a scan or label map which is there lies in: it is read with the folder. */
async function folderWithScan(output: string, inputs: readonly string[]): Promise<string | undefined> {
  if (!/\.nii(\.gz)?$/i.test(output)) return undefined;
  const place = await realpath(output).catch(() => undefined);
  if (place === undefined) return undefined;
  for (const input of inputs)
    if (place.startsWith(`${await realpath(input).catch(() => resolve(input))}${sep}`)) return input;
  return undefined;
}
