import { requireThat } from "../core/errors.js";
import { requireOwnFolder } from "../core/require-free.js";
import { findScanFiles } from "../data/scan-files.js";
import { identifyFile, realpath } from "../platform/files.js";
import { dirname, join, resolve } from "../platform/paths.js";

/** A scan and where its labels go. */
export interface ScanToPredict {
  name: string;
  path: string;
  file: string;
}

/**
 * The scans under a path, in the order of their names: the file itself, a case's, those of a folder or of a cohort.
 *
 * @param heldOut names of the only cases wanted; default all.
 * @throws LabError without any scan, and where two would be written to one file, or labels over a scan.
 */
export async function findScansToPredict(
  ct: string,
  out: string,
  heldOut?: readonly string[],
): Promise<ScanToPredict[]> {
  const all = await findScanFiles(ct);
  const missing = heldOut?.filter((name) => !all.some((scan) => scan.name === name)) ?? [];
  requireThat(
    missing.length === 0,
    ct,
    `no scan of ${missing.slice(0, 5).join(", ")}`,
    "all cases that were held out",
    "Name the cohort that the model was trained on",
  );
  const scans = all
    .filter(({ name }) => heldOut?.includes(name) ?? true)
    .map((scan) => ({ ...scan, file: join(out, `${scan.name}.nii.gz`) }));
  const names = new Map<string, string>();
  const places = new Set<string>();
  for (const { name, path } of scans) {
    const other = names.get(name);
    requireThat(other === undefined, ct, `case ${name} as ${other} and ${path}`, "each case once");
    names.set(name, path);
    const place = await identifyFile(path);
    if (place !== undefined) places.add(place);
  }
  for (const { file } of scans) {
    const place = await identifyFile(file);
    requireThat(
      place === undefined || !places.has(place),
      file,
      "a scan that is to be predicted",
      "a place for its labels",
      "They would take its place: choose another --out",
    );
  }
  return scans;
}

/**
 * Makes sure that nothing is put into a folder that is read: none of the folders is `ct`, one in it that holds scans, or one
 * that a scan lies in, be it by another spelling or a link. There what is written would pass for scans or labels of the
 * patients, and its classes.json for what these mean.
 *
 * @throws LabError naming the folder.
 */
export async function requireOutsideScans(
  folders: readonly string[],
  ct: string,
  scans: readonly ScanToPredict[],
): Promise<void> {
  const places = scans.flatMap(({ path }) => [placeOf(path).then(dirname), placeOf(dirname(path))]);
  const read = new Set(await Promise.all(places));
  for (const folder of folders) {
    await requireOwnFolder(folder, [ct]);
    requireThat(
      !read.has(await placeOf(folder)),
      folder,
      "the folder of a scan that is read",
      "another folder than the scans' own",
      "What is written would lie among the patients: choose another folder",
    );
  }
}

/** Where a file or folder lies without links; it need not be there. */
function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
