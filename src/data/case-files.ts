import { LabError, missingError } from "../core/errors.js";
import { otherEndings, scanEndings } from "../core/scan-formats.js";
import type { ReadingChoice } from "../formats/read.js";
import { recognizeFormat } from "../formats/recognize.js";
import { listFolder, readdir, stat } from "../platform/files.js";
import { basename, dirname, join, resolve } from "../platform/paths.js";
import {
  archiveName,
  findDicomCase,
  findPatient,
  isStructureFile,
  requireDecided,
  type Undecided,
} from "./dicom-folder.js";
import { caseNameOf, caseOfStructures, pairFlatFiles, scanName } from "./flat-names.js";

/** Where the label map of a case lies: one file, or a folder with one binary mask a structure. */
export interface CaseFiles {
  name: string;
  /** The label map, or the first of the masks. */
  path: string;
  /** One file a structure, named after it; absent where `path` is a label map. */
  masks?: string[];
  /** How these files are read, where that was asked for. */
  reading?: ReadingChoice;
}

/**
 * How a file of labels is read, where scans are read in a certain way: a file of DICOM structures holds one set, so that a series
 * is chosen in an archive alone; `undefined` where nothing is left to say.
 */
function labelReadingOf(isArchive: boolean, { series, ...rest }: ReadingChoice): ReadingChoice | undefined {
  const how = isArchive && series !== undefined ? { ...rest, series } : rest;
  return Object.values(how).every((each) => each === undefined) ? undefined : how;
}

/** The labels of a scan by their files: the label map, or one mask a structure. A volume that is chosen is one of the scan alone. */
export function labelFilesOf(
  name: string,
  labels: string | readonly string[],
  { volume: _, ...reading }: ReadingChoice = {},
): CaseFiles {
  const path = typeof labels === "string" ? labels : labels[0];
  const how = labelReadingOf(archiveName.test(path), reading);
  return {
    ...{ name, path },
    ...(typeof labels === "string" ? {} : { masks: [...labels] }),
    ...(how === undefined ? {} : { reading: how }),
  };
}

/** Names of a label map inside a folder of a case, in order of preference. */
const mapNames = scanEndings.flatMap((ending) =>
  ["combined_labels", "segmentation"].map((stem) => `${stem}${ending}`),
);

/** How the label maps of a folder may lie in it, in words, line by line. */
export const caseForms: readonly string[] = [
  "CASE.nii.gz, CASE_0000.nii.gz, CASE/segmentation.nii.gz, CASE/combined_labels.nii.gz or CASE/segmentations/*.nii.gz",
  `(${otherEndings}),`,
  "or a DICOM SEG or RTSTRUCT: CASE_seg.dcm, or the only one in a folder or archive CASE.zip of DICOM slices.",
];

/**
 * Finds the label maps under a path: the file itself, or for a folder every `CASE.nii.gz`, `CASE_0000.nii.gz`,
 * `CASE/segmentation.nii.gz`, `CASE/combined_labels.nii.gz` and `CASE/segmentations/*.nii.gz` (the last only where there
 * is no combined map). Of images beside label maps (`CASE_0000.nii.gz` and `CASE.nii.gz`, or `volume-1.nii` and
 * `segmentation-1.nii`) the label maps are taken. `.nii`, `.nrrd`, `.nhdr`, `.mha` and `.mhd` work like `.nii.gz`, and so do a DICOM SEG or RTSTRUCT,
 * `CASE_seg.dcm` or the only one in a folder `CASE` or an archive `CASE.zip`, or in `path` itself where that is the folder of one patient.
 *
 * @param reading goes with every case; its `series` tells which of several DICOM structures of a folder or archive is meant.
 * @returns cases by name, in alphabetical order.
 * @throws LabError when the path does not exist, holds no case, or holds one case twice.
 */
export async function findCaseFiles(
  path: string,
  reading: ReadingChoice = {},
): Promise<Map<string, CaseFiles>> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw missingError(path, "a label map or a folder of cases");
  const { series } = reading;
  if (!info.isDirectory()) {
    const name = caseNameOf(path);
    // A file out of segmentations/ is the mask of one structure, named after it.
    const isMask = basename(dirname(resolve(path))) === "segmentations";
    const isArchive = series !== undefined && (await recognizeFormat(path)) === "zip";
    const how = labelReadingOf(isArchive, reading);
    return new Map([
      [
        name,
        { name, path, ...(isMask ? { masks: [path] } : {}), ...(how === undefined ? {} : { reading: how }) },
      ],
    ]);
  }
  const cases = new Map<string, CaseFiles>();
  const add = (found: CaseFiles): void => {
    const other = cases.get(found.name);
    if (other)
      throw new LabError(path, `case ${found.name} as ${other.path} and ${found.path}`, "each case once");
    const how = labelReadingOf(archiveName.test(found.path), reading);
    cases.set(found.name, how === undefined ? found : { ...found, reading: how });
  };
  const undecided: Undecided[] = [];
  const labelsOf = async (place: string): Promise<string | undefined> => {
    const found = await findDicomCase(place, { series });
    if (found?.undecided) undecided.push(found.undecided);
    return found?.labels;
  };
  const patient = await findPatient(path, { series });
  requireDecided(path, [patient?.undecided]);
  if (patient?.labels !== undefined) {
    add({ name: basename(resolve(path)), path: patient.labels });
    return cases;
  }
  const entries = await listFolder(path);
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".")) continue;
    const full = join(path, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await stat(full)).isDirectory());
    if (isFolder) {
      const found = await findInFolder(full, entry.name, labelsOf);
      if (found) add(found);
    } else if (archiveName.test(entry.name)) {
      const name = caseNameOf(entry.name);
      if ((await labelsOf(full)) !== undefined) add({ name, path: full });
    } else if (/\.dcm$/i.test(entry.name) && (await isStructureFile(full))) {
      add({
        name: caseOfStructures(entry.name),
        path: full,
      });
    } else files.push(entry.name);
  }
  for (const { file, case: name, says, part } of pairFlatFiles(files))
    if (part !== "image")
      add({ name: part || says === "labels" ? name : caseNameOf(file), path: join(path, file) });
  requireDecided(path, undecided);
  if (cases.size === 0) {
    // The folder of one patient, all in one place.
    const labels = await labelsOf(path);
    requireDecided(path, undecided);
    if (labels !== undefined) add({ name: basename(resolve(path)), path: labels });
  }
  if (cases.size === 0) throw new LabError(path, "no case", caseForms.join(" ").replace(/\.$/, ""));
  return new Map([...cases].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Whose scan a case is where its name says so, as PANORAMA's and PI-CAI's do: `PATIENT_STUDY`, two numbers of five digits
 * or more. `undefined` for other names.
 */
export function patientOfCase(name: string): string | undefined {
  return /^(\d{5,})_\d{5,}$/.exec(name)?.[1];
}

/** The structure that a mask's file is named after. */
export function structureOfMask(path: string): string {
  return basename(path).replace(scanName, "");
}

async function findInFolder(
  folder: string,
  name: string,
  labelsOf: (folder: string) => Promise<string | undefined>,
): Promise<CaseFiles | undefined> {
  const inside = await readdir(folder);
  const map = mapNames.find((each) => inside.includes(each));
  if (map) return { name, path: join(folder, map) };
  if (!inside.includes("segmentations")) {
    const labels = await labelsOf(folder);
    return labels === undefined ? undefined : { name, path: labels };
  }
  const masks = (await readdir(join(folder, "segmentations")))
    .filter((file) => scanName.test(file) && !file.startsWith("."))
    .sort()
    .map((file) => join(folder, "segmentations", file));
  return masks.length > 0 ? { name, path: masks[0], masks } : undefined;
}
