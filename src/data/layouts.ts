import { readLabelNames } from "../anatomy/label-maps.js";
import { LabError, missingError, requireThat } from "../core/errors.js";
import { readJson, isThere } from "../core/files.js";
import { otherEndings } from "../core/scan-formats.js";
import type { ReadingChoice } from "../formats/read.js";
import { readdir, stat } from "../platform/files.js";
import { basename, dirname, join, resolve } from "../platform/paths.js";
import {
  archiveName,
  type AskedStructures,
  findDicomCase,
  findPatient,
  isStructureFile,
  type Undecided,
} from "./dicom-folder.js";
import {
  caseNameOf,
  caseOfStructures,
  isFurtherChannel,
  ownerOfChannel,
  readFlatNames,
  scanName,
} from "./flat-names.js";

/**
 * How a cohort lies on disk:
 * - *abdomenatlas* - `CASE/ct.nii.gz`, `CASE/combined_labels.nii.gz` and `CASE/segmentations/STRUCTURE.nii.gz`, also
 *   with images and labels apart (`ct/` and `label/`, or `image_only/` and `mask_only/`)
 * - *nnunet* - `imagesTr/CASE_0000.nii.gz` (the Decathlon: `imagesTr/CASE.nii.gz`), `labelsTr/CASE.nii.gz`, dataset.json
 * - *kits* - `CASE/imaging.nii.gz` and `CASE/segmentation.nii.gz`
 * - *flat* - label maps side by side, `CASE.nii.gz` or `CASE_segmentation.nii.gz`, with or without the images
 *   `CASE_0000.nii.gz` or `CASE_imaging.nii.gz` beside them; also in `labels/`, `manual_labels/` and `images/`. A folder `CASE`
 *   of DICOM slices is an image, and a DICOM SEG or RTSTRUCT in it, or `CASE_seg.dcm` beside it, its labels; so is a zip archive
 *   `CASE.zip` of them
 */
export type FolderLayout = "abdomenatlas" | "nnunet" | "kits" | "flat";

/** Every layout there is. */
export const folderLayouts: readonly FolderLayout[] = ["abdomenatlas", "nnunet", "kits", "flat"];

/** One scan of a cohort with its files; what is not there is absent. */
export interface CohortCase {
  case: string;
  image?: string;
  /** The label map. */
  labels?: string;
  /** One binary mask a structure, sorted by path. */
  masks?: string[];
  /** Files of channels beyond the first, sorted; nothing reads them. */
  furtherChannels?: string[];
  /** What DICOM structures it has, where there are several and nothing says which are its labels: then it has none. */
  undecided?: Undecided;
  /** How its image is read, and DICOM structures on it, where that was asked for. */
  reading?: ReadingChoice;
}

/** A cohort on disk. */
export interface CohortFiles {
  folder: string;
  layout: FolderLayout;
  /** By name, in alphabetical order; test images without labels are not among them. */
  cases: CohortCase[];
  /** Whether the folder holds labels alone: no case has an image, and there is no folder for images. */
  labelsOnly: boolean;
  /** What the dataset.json of an nnU-Net folder says; absent where there is none. */
  dataset?: {
    path: string;
    labels: Readonly<Record<number, string>>;
    numTraining?: number;
    fileEnding?: string;
    /** What its channels are (nnU-Net's `channel_names`, the Decathlon's `modality`), where it says so. */
    channels?: readonly string[];
  };
}

/** Images and labels of AbdomenAtlas come together or in two folders side by side. */
const foldersApart = [
  ["ct", "label"],
  ["image_only", "mask_only"],
] as const;
const flatFolder = /^(images|batch_\d+|((manual|automatic)_)?labels)$/i;
const imageNames = { abdomenatlas: "ct", kits: "imaging" } as const;
const mapNames = { abdomenatlas: "combined_labels", kits: "segmentation" } as const;
/** Folder names that stand for a case even when all its files are gone. */
const caseFolderName = /^(bdmap|pants|case|cv)_/i;

/** What else is asked of a cohort that is listed. */
export interface CohortOptions {
  /**
   * How each image is read; goes with every case. Of several DICOM structures of a case those that were made on its `series`, or are
   * called so, are its labels; see `undecided` of a case.
   */
  reading?: ReadingChoice;
  /** Whether labels do not matter, so that DICOM structures of a case are not told apart; default false. */
  imagesOnly?: boolean;
}

/**
 * Lists the cases of a cohort folder without opening any of them. A case that lacks its image or its labels is listed
 * without; `.nii` works like `.nii.gz`, and names that start with a dot are passed over.
 *
 * @param layout defaults to the one the folder's files show.
 * @param images another folder with the images `CASE.nii.gz` or `CASE_0000.nii.gz` of cases that have none beside them.
 * @throws LabError when a folder does not exist, shows no layout or holds no case, or for a damaged dataset.json.
 */
export async function findCohort(
  folder: string,
  layout?: FolderLayout,
  images?: string,
  { reading = {}, imagesOnly = false }: CohortOptions = {},
): Promise<CohortFiles> {
  const info = await stat(folder).catch(() => undefined);
  if (!info) throw missingError(folder, "the folder of a cohort");
  requireThat(info.isDirectory(), folder, "a file", "the folder of a cohort");
  if (layout !== undefined)
    requireThat(folderLayouts.includes(layout), "layout", layout, folderLayouts.join(", "));
  const asked = { series: reading.series, imagesOnly };
  const found = layout ?? (await detectLayout(folder));
  const list = { nnunet: listPairs, flat: listFlat, abdomenatlas: listFolders, kits: listFolders }[found];
  const cases = await list(folder, asked, found as "kits");
  requireThat(cases.length > 0, folder, "no case", describeLayout(found));
  const dataset = found === "nnunet" ? await readDataset(folder) : undefined;
  if (images !== undefined) await addImages(cases, images);
  if (Object.keys(reading).length > 0) for (const entry of cases) entry.reading = reading;
  const hasPlace = (await listNames(folder)).some((name) => /^(imagesTr|images|ct|image_only)$/i.test(name));
  const labelsOnly = !hasPlace && cases.every(({ image }) => image === undefined);
  return { folder, layout: found, cases, labelsOnly, ...(dataset ? { dataset } : {}) };
}

/**
 * Where the image or the label map of a case lies or would lie, with the ending, the channel number and the folder that
 * the other cases have.
 */
export function placeOfFile(
  { folder, layout, cases, dataset }: CohortFiles,
  name: string,
  part: "image" | "labels",
): string {
  const found = cases.find((each) => each.case === name);
  if (found?.[part]) return found[part];
  const known = cases.flatMap((each) => each[part] ?? []);
  const partner = found?.[part === "image" ? "labels" : "image"] ?? found?.masks?.[0];
  const ending =
    dataset?.fileEnding ?? endingInUse(known) ?? endingInUse(partner ? [partner] : []) ?? ".nii.gz";
  if (layout === "nnunet" || layout === "flat") {
    // The Decathlon's images have no channel number.
    const hasChannel =
      known.length === 0 || known.some((path) => path.replace(scanName, "").endsWith("_0000"));
    const file = `${name}${part === "image" && hasChannel ? "_0000" : ""}${ending}`;
    const beside = layout === "flat" ? (known[0] ?? partner) : undefined;
    if (beside) return join(dirname(beside), file);
    return layout === "flat"
      ? join(folder, file)
      : join(folder, part === "image" ? "imagesTr" : "labelsTr", file);
  }
  const file = `${part === "image" ? imageNames[layout] : mapNames[layout]}${ending}`;
  if (known.length > 0) return join(dirname(dirname(known[0])), name, file);
  const caseFolder = partner === undefined ? join(folder, name) : caseFolderOf(partner);
  const root = dirname(caseFolder);
  const apart = foldersApart.find((pair) => pair.some((each) => each === basename(root)));
  const place = apart && root !== folder ? join(dirname(root), apart[part === "image" ? 0 : 1]) : root;
  return join(place, name, file);
}

function caseFolderOf(path: string): string {
  return basename(dirname(path)) === "segmentations" ? dirname(dirname(path)) : dirname(path);
}

/** The ending most files have; of two as frequent the one that came first. */
function endingInUse(paths: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const ending = scanName.exec(path)?.[0];
    // Folders of slices and DICOM structures have none.
    if (ending === undefined) continue;
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).at(0)?.[0];
}

/** What a layout's files are called, in words. */
export function describeLayout(layout: FolderLayout): string {
  if (layout === "nnunet") return "imagesTr/CASE_0000.nii.gz with labelsTr/CASE.nii.gz";
  if (layout === "flat")
    return "CASE.nii.gz, the labels, with or without the image, CASE_0000.nii.gz or a folder CASE or archive CASE.zip of DICOM slices";
  const masks = layout === "abdomenatlas" ? " or CASE/segmentations/*.nii.gz" : "";
  return `CASE/${imageNames[layout]}.nii.gz with CASE/${mapNames[layout]}.nii.gz${masks}`;
}

async function detectLayout(folder: string): Promise<FolderLayout> {
  const names = await listNames(folder);
  if (names.includes("imagesTr") || names.includes("labelsTr")) return "nnunet";
  for (const root of await rootsOf(folder))
    for (const name of await listNames(root)) {
      const inside = await listNames(join(root, name));
      if (findNifti(inside, "imaging") ?? findNifti(inside, "segmentation")) return "kits";
      if (findNifti(inside, "ct") ?? findNifti(inside, "combined_labels")) return "abdomenatlas";
      if (inside.includes("segmentations")) return "abdomenatlas";
    }
  if ((await listFlat(folder, { imagesOnly: true })).length > 0) return "flat";
  const forms = folderLayouts.map((each) => `${each}: ${describeLayout(each)}`).join("; ");
  throw new LabError(folder, names.slice(0, 5), `one of the layouts ${forms} (${otherEndings})`);
}

async function rootsOf(folder: string): Promise<string[]> {
  const names = await listNames(folder);
  const apart = foldersApart.find((pair) => pair.every((name) => names.includes(name)));
  return apart ? apart.map((name) => join(folder, name)) : [folder];
}

async function listFolders(
  folder: string,
  asked: AskedStructures,
  layout: "abdomenatlas" | "kits",
): Promise<CohortCase[]> {
  const cases = new Map<string, CohortCase>();
  for (const root of await rootsOf(folder))
    for (const file of await listNames(root)) {
      const here = join(root, file);
      const name = archiveName.test(file) ? caseNameOf(file) : file;
      const inside = await listNames(here);
      const image = findNifti(inside, imageNames[layout]);
      const labels = findNifti(inside, mapNames[layout]);
      const masks =
        layout === "abdomenatlas"
          ? (await listNames(join(here, "segmentations"))).filter((each) => scanName.test(each))
          : [];
      const slices = image ? undefined : await findDicomCase(here, asked);
      const isEmpty = !image && !labels && masks.length === 0 && !slices;
      if (isEmpty && (archiveName.test(file) || !caseFolderName.test(name))) continue;
      const entry = cases.get(name) ?? { case: name };
      if (image) entry.image = join(here, image);
      else if (slices?.image) entry.image ??= slices.image;
      if (labels) entry.labels = join(here, labels);
      else if (slices?.labels && masks.length === 0 && !entry.masks) entry.labels ??= slices.labels;
      if (slices?.undecided && masks.length === 0 && !labels) entry.undecided = slices.undecided;
      if (masks.length > 0) entry.masks = masks.map((mask) => join(here, "segmentations", mask));
      cases.set(name, entry);
    }
  return sortCases(cases);
}

async function listPairs(folder: string): Promise<CohortCase[]> {
  const cases = new Map<string, CohortCase>();
  for (const [part, key] of [
    ["imagesTr", "image"],
    ["labelsTr", "labels"],
  ] as const) {
    const names = await listNames(join(folder, part));
    for (const name of names) {
      if (!scanName.test(name)) continue;
      if (key === "image" && isFurtherChannel(name, names)) {
        const owner = cases.get(ownerOfChannel(name));
        (owner!.furtherChannels ??= []).push(join(folder, part, name));
        continue;
      }
      const caseName = key === "image" ? caseNameOf(name) : name.replace(scanName, "");
      const entry = cases.get(caseName) ?? { case: caseName };
      entry[key] = join(folder, part, name);
      cases.set(caseName, entry);
    }
  }
  return sortCases(cases);
}

/**
 * Label maps and images side by side, told apart by their names; a file that says neither is a label map, or the image of
 * one that says so. The folder of one patient in DICOM is one case. Folders of images and of labels are gone into, those drawn by hand before those of a model.
 */
async function listFlat(folder: string, asked: AskedStructures): Promise<CohortCase[]> {
  const patient = await findPatient(folder, asked);
  if (patient) return [{ case: basename(resolve(folder)), ...patient }];
  const names = await listNames(folder);
  const inside = names.filter((name) => flatFolder.test(name)).sort((a, b) => (a > b ? -1 : 1));
  const cases = new Map<string, CohortCase>();
  const plain: { name: string; path: string }[] = [];
  const add = (name: string, key: "image" | "labels", path: string): void => {
    cases.set(name, { case: name, [key]: path, ...cases.get(name) });
  };
  for (const root of [folder, ...inside.map((name) => join(folder, name))]) {
    const files = root === folder ? names : await listNames(root);
    const holdsImages = root !== folder && !/labels$/i.test(root);
    for (const { file, case: name, says } of readFlatNames(files, holdsImages)) {
      const path = join(root, file);
      if (says) add(name, says, path);
      else plain.push({ name, path });
    }
  }
  // Names in a folder of cases need not end in anything, so each folder and .dcm is looked into.
  for (const name of names.filter((each) => !scanName.test(each) && !inside.includes(each))) {
    const path = join(folder, name);
    if (/\.dcm$/i.test(name)) {
      if (await isStructureFile(path)) add(caseOfStructures(name), "labels", path);
      continue;
    }
    const found = await findDicomCase(path, asked);
    const owner = archiveName.test(name) ? caseNameOf(name) : name;
    if (found?.image) add(owner, "image", found.image);
    if (found?.labels) add(owner, "labels", found.labels);
    const entry = cases.get(owner);
    if (entry && found?.undecided) entry.undecided = found.undecided;
  }
  for (const { name, path } of plain) add(name, cases.get(name)?.labels ? "image" : "labels", path);
  // Labels beside the folder are the ones to take.
  for (const entry of cases.values()) if (entry.labels) delete entry.undecided;
  return sortCases(cases);
}

async function addImages(cases: readonly CohortCase[], folder: string): Promise<void> {
  const names = (await listNames(folder)).filter((name) => scanName.test(name));
  requireThat(names.length > 0, folder, "no image", "a folder of images CASE.nii.gz or CASE_0000.nii.gz");
  const byCase = new Map(
    names.filter((name) => !isFurtherChannel(name, names)).map((name) => [caseNameOf(name), name]),
  );
  for (const entry of cases) {
    const image = byCase.get(entry.case);
    if (image !== undefined) entry.image ??= join(folder, image);
  }
}

/**
 * Reads the dataset.json of a folder in nnU-Net's or the Decathlon's form; `undefined` where there is none.
 *
 * @throws LabError for one that is damaged, or whose labels are regions.
 */
export async function readDataset(folder: string): Promise<CohortFiles["dataset"]> {
  const path = join(folder, "dataset.json");
  if (!(await isThere(path))) return undefined;
  const parsed = (await readJson(path, "readable JSON")) as {
    labels?: Record<string, unknown>;
    numTraining?: unknown;
    file_ending?: unknown;
    channel_names?: unknown;
    modality?: unknown;
  };
  requireThat(typeof parsed === "object" && parsed !== null, path, parsed, "a JSON object");
  const labels = readLabelNames(Object.entries(parsed.labels ?? {}), path);
  const { numTraining, file_ending: fileEnding, channel_names, modality } = parsed;
  const told = channel_names ?? modality;
  const channels = (typeof told === "string" ? [told] : Object.values(told ?? {})).map(String);
  return {
    path,
    labels,
    ...(typeof numTraining === "number" ? { numTraining } : {}),
    ...(typeof fileEnding === "string" ? { fileEnding } : {}),
    ...(channels.length > 0 ? { channels } : {}),
  };
}

async function listNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith(".")).sort();
}

function findNifti(names: readonly string[], stem: string): string | undefined {
  return names.find((name) => scanName.test(name) && name.replace(scanName, "") === stem);
}

function sortCases(cases: ReadonlyMap<string, CohortCase>): CohortCase[] {
  return [...cases.values()].sort((a, b) => (a.case < b.case ? -1 : 1));
}
