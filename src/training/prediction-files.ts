import { requireThat } from "../core/errors.js";
import { findScanFiles } from "../data/scan-files.js";
import { identifyFile } from "../platform/files.js";
import { join } from "../platform/paths.js";

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
