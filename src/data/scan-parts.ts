import { LabError, missingError, requireThat } from "../core/errors.js";
import { readHeader, type ScanHeader } from "../formats/header.js";
import { readLabelMap, readVolume } from "../formats/read.js";
import { recognizeFormat } from "../formats/recognize.js";
import { readdir, stat } from "../platform/files.js";
import { basename, dirname, join, resolve } from "../platform/paths.js";
import { isNamedAsLabels, looksLikeLabels } from "../volume/looks-like-labels.js";
import { listMasks } from "./combine-masks.js";
import { findDicomCase, type Undecided, undecidedAdvice } from "./dicom-folder.js";
import { caseNameOf, scanName } from "./flat-names.js";
import { type CohortCase, findCohort } from "./layouts.js";
import { holdsDicom, isScanOfCase } from "./scan-files.js";

/** The files of one scan. */
export interface ScanParts {
  name: string;
  /** Absent for labels without a scan. */
  image?: string;
  labels?: string;
  /** One binary mask a structure. */
  masks?: readonly string[];
  /** What was chosen among several, a sentence each. */
  notes: readonly string[];
}

const imageFolder = /^(images|labels|(manual|automatic)_labels)(Tr|Ts)?$/i;
/** Files that are opened to tell pictures from label maps; in a larger folder names have to tell. */
const mostOpened = 24;

/**
 * Finds a scan and its labels from a path: a case's own folder, a folder of cases in any layout that `findCohort` knows (its
 * first case with an image, or the one named), a folder of DICOM slices, a folder with a picture and label maps under any
 * names, or the picture itself, whose labels are looked for beside it. Of several label maps on the picture's grid the one
 * with most values is taken. Where there are label maps alone, as in a set that comes without images, they are the case.
 *
 * @param wanted name of the case, in a folder of several.
 * @param series of several DICOM series the one that is read; of several DICOM structures those made on it, or called so, are its labels.
 * @throws LabError where there is nothing, several pictures that nothing tells apart, or no such case.
 */
export async function findScanParts(path: string, wanted?: string, series?: string): Promise<ScanParts> {
  const info = await stat(path).catch(() => undefined);
  if (!info)
    throw missingError(path, "a scan, the folder of a case or of cases, or a folder of DICOM slices");
  return info.isDirectory() ? findInFolder(path, wanted, series) : findByFile(path, series);
}

async function findInFolder(
  folder: string,
  wanted: string | undefined,
  series: string | undefined,
): Promise<ScanParts> {
  const name = basename(resolve(folder));
  const names = await listNames(folder);
  const files = names.filter((file) => scanName.test(file));
  const ofCase = files.find((file) => isScanOfCase(caseNameOf(file)));
  if (ofCase !== undefined) {
    // The layouts know a case by its folder, so the folder above is asked; of other cases there nothing is opened.
    const cases = await casesOf(dirname(resolve(folder)), series);
    const image = join(folder, ofCase);
    const found = cases.find((each) => isSame(each.image, image));
    if (found && (found.labels ?? found.masks)) return partsOf(found);
    return { ...(await findByContent(folder, files, ofCase)), name };
  }
  if (files.length === 0 && (await holdsDicom(folder)))
    return { name, image: folder, ...(await labelsIn(folder, series)) };
  const all = await casesOf(folder, series);
  const withImage = all.filter(({ image }) => image !== undefined);
  if (withImage.length > 0) return chooseCase(folder, withImage, wanted);
  const picture =
    files.length > 0 && files.length <= mostOpened ? await findPicture(folder, files) : undefined;
  if (picture !== undefined && wanted === undefined) return findByContent(folder, files, picture);
  const labelled = all.filter(({ labels, masks }) => labels ?? masks);
  requireThat(
    labelled.length > 0,
    folder,
    "no scan",
    "a scan, the folder of a case or of cases, or a folder of DICOM slices",
  );
  return chooseCase(folder, labelled, wanted);
}

function chooseCase(folder: string, cases: readonly CohortCase[], wanted: string | undefined): ScanParts {
  const found = wanted === undefined ? cases[0] : cases.find((each) => each.case === wanted);
  requireThat(found !== undefined, `${folder}, case`, wanted, listShort(cases.map((each) => each.case)));
  if (wanted !== undefined || cases.length === 1) return partsOf(found);
  const note = `the folder holds ${cases.length} cases; ${found.case} is opened: name another by its path, or as case`;
  const parts = partsOf(found);
  return { ...parts, notes: [...parts.notes, note] };
}

async function findByFile(path: string, series: string | undefined): Promise<ScanParts> {
  const folder = dirname(path);
  const name = caseNameOf(path);
  const ownName = isScanOfCase(name) ? basename(resolve(folder)) : name;
  const format = await recognizeFormat(path);
  if (format === "dicom") return { name, image: path, notes: [] };
  if (format === "zip") return { name, image: path, ...(await labelsIn(path, series)) };
  for (const root of rootsOf(folder, isScanOfCase(name))) {
    const cases = await casesOf(root, series);
    const found = cases.find(({ image }) => isSame(image, path));
    if (found && (found.labels ?? found.masks)) return { ...partsOf(found), image: path };
    const ofLabels = cases.find(({ labels, image }) => isSame(labels, path) && image !== undefined);
    if (ofLabels) return partsOf(ofLabels);
  }
  const files = (await listNames(folder)).filter((file) => scanName.test(file));
  return { ...(await findByContent(folder, files, basename(path))), name: ownName };
}

/** Folders whose layout may know a file in `folder`: nnU-Net's images lie one folder below, a case's own files up to two. */
function rootsOf(folder: string, isCaseFile: boolean): string[] {
  const above = dirname(resolve(folder));
  if (isCaseFile) return [folder, above, dirname(above)];
  return imageFolder.test(basename(resolve(folder))) ? [folder, above] : [folder];
}

/** DICOM structures that lie with slices, in a folder or an archive; of several that nothing tells apart none, which is said. */
async function labelsIn(
  path: string,
  series: string | undefined,
): Promise<{ labels?: string; notes: string[] }> {
  const { labels, undecided } = (await findDicomCase(path, { series })) ?? {};
  return { ...(labels === undefined ? {} : { labels }), notes: undecided ? [tellUndecided(undecided)] : [] };
}

function tellUndecided({ found, expected }: Undecided): string {
  return `labels are left out: found ${found}, expected ${expected}. ${undecidedAdvice}`;
}

/** Cases of a folder in the layout its files show; none where they show no layout. */
async function casesOf(folder: string, series: string | undefined): Promise<readonly CohortCase[]> {
  const reading = series === undefined ? {} : { series };
  try {
    return (await findCohort(folder, undefined, undefined, { reading })).cases;
  } catch (error) {
    if (error instanceof LabError) return [];
    throw error;
  }
}

function partsOf({ case: name, image, labels, masks, undecided }: CohortCase): ScanParts {
  return {
    name,
    ...(image === undefined ? {} : { image }),
    ...(labels ? { labels } : masks ? { masks } : {}),
    notes: undecided ? [tellUndecided(undecided)] : [],
  };
}

/** Takes the label maps that lie on a picture's grid, told by what is in them. */
async function findByContent(folder: string, files: readonly string[], image: string): Promise<ScanParts> {
  const path = join(folder, image);
  const name = caseNameOf(image);
  const masks = await listMasks(join(folder, "segmentations"));
  if (masks.length > 0) return { name, image: path, masks, notes: [] };
  const shape = (await readHeader(path)).shape.join();
  const maps: { file: string; values: number }[] = [];
  for (const file of files.length <= mostOpened ? files : []) {
    if (file === image || (await headerOf(join(folder, file)))?.shape.join() !== shape) continue;
    const values = await countValues(join(folder, file));
    if (values > 0) maps.push({ file, values });
  }
  if (maps.length === 0) return { name, image: path, notes: [] };
  const [best, ...others] = maps.sort((a, b) => b.values - a.values || (a.file < b.file ? -1 : 1));
  const note = `labels are taken from ${best.file}; ${listShort(others.map(({ file }) => file))} lies beside it: name another as labels`;
  return { name, image: path, labels: join(folder, best.file), notes: others.length > 0 ? [note] : [] };
}

/** The one picture among label maps; `undefined` where there are label maps alone. */
async function findPicture(folder: string, files: readonly string[]): Promise<string | undefined> {
  const pictures: string[] = [];
  for (const file of files) {
    // What its name calls labels need not be read to be known.
    if (isNamedAsLabels(join(folder, file)) || !(await headerOf(join(folder, file)))) continue;
    if ((await countValues(join(folder, file))) === 0) pictures.push(file);
  }
  requireThat(
    pictures.length <= 1,
    folder,
    `${pictures.length} scans: ${listShort(pictures)}`,
    "one, or the path of one of them",
  );
  return pictures[0];
}

/** How many values a label map has; 0 for a picture. */
async function countValues(path: string): Promise<number> {
  const volume = await readVolume(path);
  if (!looksLikeLabels(volume, path)) return 0;
  return new Set((await readLabelMap(path)).data).size;
}

async function headerOf(path: string): Promise<ScanHeader | undefined> {
  return readHeader(path).catch(() => undefined);
}

async function listNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith(".")).sort();
}

function isSame(a: string | undefined, b: string): boolean {
  return a !== undefined && resolve(a) === resolve(b);
}

function listShort(names: readonly string[]): string {
  return names.length <= 6
    ? names.join(", ")
    : `${names.slice(0, 6).join(", ")} and ${names.length - 6} more`;
}
