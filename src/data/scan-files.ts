import { missingError, requireThat } from "../core/errors.js";
import { recognizeFormat } from "../formats/recognize.js";
import { listFolder, readdir, stat } from "../platform/files.js";
import { basename, dirname, join, resolve } from "../platform/paths.js";
import { archiveName } from "./dicom-folder.js";
import { caseNameOf, pairFlatFiles, scanName } from "./flat-names.js";
import { type CohortCase, findCohort } from "./layouts.js";

/** A scan in HU by its file. */
export interface ScanFile {
  /** Name of its case. */
  name: string;
  path: string;
}

/**
 * Finds the scans under a path: the file itself; for a folder or archive of DICOM slices that; for another its files of scans,
 * of a case's own folder (`CASE/ct.nii.gz`) the scan alone, of images beside label maps (`CASE_0000.nii.gz` and `CASE.nii.gz`) the
 * images; else the images of a cohort (see `findCohort` for its layouts).
 *
 * @returns scans in the order of their files.
 * @throws LabError when the path does not exist or holds no scan.
 */
export async function findScanFiles(path: string): Promise<ScanFile[]> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw missingError(path, "a scan, or a folder of scans");
  if (!info.isDirectory()) return [{ name: nameOf(path), path }];
  const files = (await readdir(path)).filter((name) => !name.startsWith(".") && scanName.test(name)).sort();
  // A case's own folder holds its labels too.
  const scan = files.find((name) => isScanOfCase(caseNameOf(name)));
  // Beside folders of slices, files are labels.
  const slices = scan === undefined ? await findSliceFolders(path) : [];
  if (slices.length > 0) return slices;
  if (scan !== undefined) return [{ name: nameOf(join(path, scan)), path: join(path, scan) }];
  if (files.length > 0)
    return pairFlatFiles(files).flatMap(({ file, case: name, part }): ScanFile[] => {
      const place = join(path, file);
      return part === "labels" ? [] : [{ name: part ? name : nameOf(place), path: place }];
    });
  if (files.length === 0 && (await holdsDicom(path))) return [{ name: basename(resolve(path)), path }];
  const { cases } = await findCohort(path, undefined, undefined, { imagesOnly: true });
  const scans = cases.flatMap(({ case: name, image }) =>
    image === undefined ? [] : [{ name, path: image }],
  );
  requireThat(scans.length > 0, path, "no scan", "a scan, or a folder of scans");
  return scans;
}

/** The cases of a folder whose images are folders or archives of DICOM slices, with all others of it; none where no case is. */
async function findSliceFolders(path: string): Promise<ScanFile[]> {
  const inside = await listFolder(path);
  const mayHold = inside.some(
    (entry) => !entry.name.startsWith(".") && (!entry.isFile() || archiveName.test(entry.name)),
  );
  if (!mayHold) return [];
  const { cases } = await findCohort(path, undefined, undefined, { imagesOnly: true }).catch(() => ({
    cases: [] as CohortCase[],
  }));
  const images = cases.flatMap(({ case: name, image }) =>
    image === undefined ? [] : [{ name, path: image }],
  );
  return images.some(({ path: image }) => !scanName.test(image)) ? images : [];
}

/** Whether one of the files that lie in a folder itself is DICOM; names tell nothing. */
export async function holdsDicom(folder: string): Promise<boolean> {
  for (const name of (await readdir(folder)).sort().slice(0, 20))
    if ((await recognizeFormat(join(folder, name)).catch(() => "unknown")) === "dicom") return true;
  return false;
}

/** A case's name: where each case is a folder, as in AbdomenAtlas, the file is only called what it is. */
function nameOf(path: string): string {
  const name = caseNameOf(path);
  return isScanOfCase(name) ? basename(dirname(resolve(path))) : name;
}

/** Whether a file's name tells the scan of a case from its labels, not the case. */
export function isScanOfCase(name: string): boolean {
  return /^(ct|image|imaging)$/i.test(name);
}
