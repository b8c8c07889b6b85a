import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LabError, requireThat } from "../errors.js";
import { readJson } from "../files.js";
import { caseNameOf } from "./case-files.js";

/**
 * How a cohort lies on disk:
 * - *abdomenatlas* - `CASE/ct.nii.gz`, `CASE/combined_labels.nii.gz` and `CASE/segmentations/STRUCTURE.nii.gz`, also
 *   with images and labels apart (`ct/` and `label/`, or `image_only/` and `mask_only/`)
 * - *nnunet* - `imagesTr/CASE_0000.nii.gz` (the Decathlon: `imagesTr/CASE.nii.gz`), `labelsTr/CASE.nii.gz`, dataset.json
 * - *kits* - `CASE/imaging.nii.gz` and `CASE/segmentation.nii.gz`
 */
export type FolderLayout = "abdomenatlas" | "nnunet" | "kits";

/** Every layout there is. */
export const folderLayouts: readonly FolderLayout[] = ["abdomenatlas", "nnunet", "kits"];

/** One scan of a cohort with its files; what is not there is absent. */
export interface CohortCase {
  case: string;
  image?: string;
  /** The label map. */
  labels?: string;
  /** One binary mask a structure, sorted by path. */
  masks?: string[];
}

/** A cohort on disk. */
export interface CohortFiles {
  folder: string;
  layout: FolderLayout;
  /** By name, in alphabetical order; test images without labels are not among them. */
  cases: CohortCase[];
  /** What the dataset.json of an nnU-Net folder says; absent where there is none. */
  dataset?: { path: string; labels: Readonly<Record<number, string>>; numTraining?: number };
}

const niftiName = /\.nii(\.gz)?$/i;
const imageNames = { abdomenatlas: "ct", kits: "imaging" } as const;
const mapNames = { abdomenatlas: "combined_labels", kits: "segmentation" } as const;
/** Folder names that stand for a case even when all its files are gone. */
const caseFolderName = /^(bdmap|pants|case|cv)_/i;

/**
 * Lists the cases of a cohort folder without opening any of them. A case that lacks its image or its labels is listed
 * without; `.nii` works like `.nii.gz`, and names that start with a dot are passed over.
 *
 * @param layout defaults to the one the folder's files show.
 * @throws LabError when the folder does not exist, shows no layout or holds no case, or for a damaged dataset.json.
 */
export async function findCohort(folder: string, layout?: FolderLayout): Promise<CohortFiles> {
  const info = await stat(folder).catch(() => undefined);
  requireThat(
    info?.isDirectory() === true,
    folder,
    info ? "a file" : "nothing there",
    "the folder of a cohort",
  );
  if (layout !== undefined)
    requireThat(folderLayouts.includes(layout), "layout", layout, folderLayouts.join(", "));
  const found = layout ?? (await detectLayout(folder));
  const cases = found === "nnunet" ? await listPairs(folder) : await listFolders(folder, found);
  requireThat(cases.length > 0, folder, "no case", describeLayout(found));
  const dataset = found === "nnunet" ? await readDataset(folder) : undefined;
  return { folder, layout: found, cases, ...(dataset ? { dataset } : {}) };
}

/** What a layout's files are called, in words. */
export function describeLayout(layout: FolderLayout): string {
  if (layout === "nnunet") return "imagesTr/CASE_0000.nii.gz with labelsTr/CASE.nii.gz";
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
  const forms = folderLayouts.map((each) => `${each}: ${describeLayout(each)}`).join("; ");
  throw new LabError(folder, names.slice(0, 5), `one of the layouts ${forms}`);
}

/** Images and labels of AbdomenAtlas come together or in two folders side by side. */
async function rootsOf(folder: string): Promise<string[]> {
  const names = await listNames(folder);
  const apart = [
    ["ct", "label"],
    ["image_only", "mask_only"],
  ].find((pair) => pair.every((name) => names.includes(name)));
  return apart ? apart.map((name) => join(folder, name)) : [folder];
}

async function listFolders(folder: string, layout: "abdomenatlas" | "kits"): Promise<CohortCase[]> {
  const cases = new Map<string, CohortCase>();
  for (const root of await rootsOf(folder))
    for (const name of await listNames(root)) {
      const here = join(root, name);
      const inside = await listNames(here);
      const image = findNifti(inside, imageNames[layout]);
      const labels = findNifti(inside, mapNames[layout]);
      const masks =
        layout === "abdomenatlas"
          ? (await listNames(join(here, "segmentations"))).filter((each) => niftiName.test(each))
          : [];
      if (!image && !labels && masks.length === 0 && !caseFolderName.test(name)) continue;
      const entry = cases.get(name) ?? { case: name };
      if (image) entry.image = join(here, image);
      if (labels) entry.labels = join(here, labels);
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
      if (!niftiName.test(name) || (key === "image" && isFurtherChannel(name, names))) continue;
      const caseName = key === "image" ? caseNameOf(name) : name.replace(niftiName, "");
      const entry = cases.get(caseName) ?? { case: caseName };
      entry[key] = join(folder, part, name);
      cases.set(caseName, entry);
    }
  }
  return sortCases(cases);
}

/** Whether an image is a channel beyond the first: it ends in four digits and `_0000` lies beside it. */
function isFurtherChannel(name: string, names: readonly string[]): boolean {
  const match = /^(.*_)(\d{4})(\.nii(?:\.gz)?)$/i.exec(name);
  return match !== null && match[2] !== "0000" && names.includes(`${match[1]}0000${match[3]}`);
}

/**
 * Reads the dataset.json of a folder in nnU-Net's or the Decathlon's form; `undefined` where there is none.
 *
 * @throws LabError for one that is damaged, or whose labels are regions.
 */
export async function readDataset(folder: string): Promise<CohortFiles["dataset"]> {
  const path = join(folder, "dataset.json");
  if (!(await stat(path).catch(() => undefined))) return undefined;
  const parsed = (await readJson(path, "readable JSON")) as {
    labels?: Record<string, unknown>;
    numTraining?: unknown;
  };
  requireThat(typeof parsed === "object" && parsed !== null, path, parsed, "a JSON object");
  const labels: Record<number, string> = {};
  for (const [key, value] of Object.entries(parsed.labels ?? {})) {
    // nnU-Net names first, the Decathlon values first.
    const [label, name] = typeof value === "number" ? [value, key] : [Number(key), value];
    requireThat(
      Number.isInteger(label) && label >= 0 && typeof name === "string",
      `${path}, label ${JSON.stringify(key)}`,
      value,
      'a value and a name, such as "liver": 1 or "1": "liver"',
      "Regions made of several labels are not supported here",
    );
    if (label > 0) labels[label] = name;
  }
  const { numTraining } = parsed;
  return { path, labels, ...(typeof numTraining === "number" ? { numTraining } : {}) };
}

async function listNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith(".")).sort();
}

function findNifti(names: readonly string[], stem: string): string | undefined {
  return names.find((name) => niftiName.test(name) && name.replace(niftiName, "") === stem);
}

function sortCases(cases: ReadonlyMap<string, CohortCase>): CohortCase[] {
  return [...cases.values()].sort((a, b) => (a.case < b.case ? -1 : 1));
}
