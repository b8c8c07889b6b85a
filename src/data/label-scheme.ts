import { readClassesFile } from "../anatomy/classes-file.js";
import type { LabelClasses } from "../anatomy/label-classes.js";
import { openLabelMap } from "../anatomy/label-maps.js";
import { canonicalName, lesions, organs } from "../anatomy/organs.js";
import { canonicalNames } from "../anatomy/structures.js";
import { LabError } from "../core/errors.js";
import { isThere } from "../core/files.js";
import { readOwnNames } from "../formats/read.js";
import { stat } from "../platform/files.js";
import { basename, dirname, join, resolve } from "../platform/paths.js";
import { type CaseFiles, findCaseFiles, labelFilesOf, structureOfMask } from "./case-files.js";
import { type CohortFiles, readDataset } from "./layouts.js";

/**
 * How it is known what the values of label maps stand for:
 * - *given* - by whoever asked, as a label map or a list
 * - *masks* - each structure is a file of its own, named after it, or the file of a label map names its structures itself
 * - *classes* - our own `classes.json` beside the label maps
 * - *dataset* - nnU-Net's or the Decathlon's `dataset.json`
 * - *list* - a `label_names.json`, in a form that `openLabelMap` reads
 * - *guess* - only the names of files or cases suggest the data set
 * - *unknown* - nothing says it
 */
export type LabelOrigin = "given" | "masks" | "classes" | "dataset" | "list" | "guess" | "unknown";

/** What the values of a set of label maps stand for, and how that is known. It travels with the maps. */
export interface LabelScheme {
  /** Structure by label value, as the set calls it; 0 is background and not listed. Empty where nothing is known. */
  names: Readonly<Record<number, string>>;
  origin: LabelOrigin;
  /** Where the names were found, in words for messages: a file, a label map's name. */
  from: string;
  /** The classes of a network, where the maps are its predictions. */
  classes?: LabelClasses;
}

/** Names that the caller gives. */
export interface GivenNames {
  /** Take the place of everything the files say. */
  names?: Readonly<Record<number, string>>;
  /** Used where no file says it, before a guess. */
  fallback?: Readonly<Record<number, string>>;
  /** What the given names are called in messages; default `"the names given"`. */
  from?: string;
}

/** The label map that a file's name suggests. */
const mapsByFile: Readonly<Record<string, string>> = {
  combined_labels: "abdomenatlas",
  segmentation: "kits",
};
/** The label map that the names of the cases suggest: PANORAMA's are `PATIENT_STUDY`, KiTS's `case_00000`. */
const mapsByCase: Readonly<Record<string, RegExp>> = {
  panorama: /^\d{6}_\d{5}$/,
  kits: /^case_\d{5}(_segmentation)?$/,
};

/**
 * Finds out what the label values under a path stand for: names given, else the names of masks in `segmentations/`, else
 * `classes.json`, `dataset.json` or `label_names.json` (beside the label maps or one folder above), else names given as a fallback,
 * else a guess by the names of files and cases, else nothing.
 *
 * @param path folder of the cases, or the only file.
 * @param cases the label maps in it.
 * @throws LabError for a damaged classes.json or dataset.json.
 */
export async function findLabelScheme(
  path: string,
  cases: readonly CaseFiles[],
  given: GivenNames = {},
): Promise<LabelScheme> {
  const from = given.from ?? "the names given";
  const masks = cases.flatMap((each) => (each.masks ?? []).map((mask) => structureOfMask(mask)));
  const maps: CaseFiles[] = [];
  const numbered: Readonly<Record<number, string>>[] = [];
  for (const each of cases.filter((found) => !found.masks)) {
    const { names: own, isNumbered } = await readOwnNames(each.path, each.reading);
    if (Object.keys(own).length === 0) maps.push(each);
    else masks.push(...Object.values(own));
    if (isNumbered) numbered.push(own);
  }
  if (masks.length > 0 && maps.length === 0) {
    // Values that a reader sees in the files stay, where all files mean the same by them.
    const shared = numbered.length === cases.length ? mergeAgreed(numbered) : undefined;
    return nameMasks(masks, given.names ?? given.fallback ?? shared);
  }
  const known = given.names
    ? { names: given.names, origin: "given" as const, from }
    : ((await readSchemeBeside(path)) ??
      (given.fallback ? { names: given.fallback, origin: "given" as const, from } : undefined) ??
      (await guessScheme(path, maps)));
  // Cases with masks among cases with a map: the masks' names join those of the maps.
  if (masks.length === 0) return known ?? { names: {}, origin: "unknown", from: path };
  if (!known) return nameMasks(masks);
  return { ...known, names: nameStructures(masks, known.names, known.names) };
}

/**
 * {@link findLabelScheme} for a cohort folder whose labels something is made of: there values without a meaning are of no
 * use.
 *
 * @throws LabError where nothing says what the label values mean.
 */
export async function findCohortScheme(cohort: CohortFiles, given: GivenNames = {}): Promise<LabelScheme> {
  const cases = cohort.cases.flatMap(({ case: name, labels, masks, reading }): CaseFiles[] => {
    const found = labels ?? masks;
    return found ? [labelFilesOf(name, found, reading)] : [];
  });
  const scheme = await findLabelScheme(cohort.folder, cases, given);
  if (scheme.origin === "unknown" && cases.length > 0) throw unknownValues(cohort.folder);
  return scheme;
}

/** {@link findLabelScheme} for one label map; likewise refused where nothing says what its values mean. */
export async function findFileScheme(path: string, given: GivenNames = {}): Promise<LabelScheme> {
  const scheme = await findLabelScheme(path, [...(await findCaseFiles(path)).values()], given);
  if (scheme.origin === "unknown") throw unknownValues(path);
  return scheme;
}

function unknownValues(input: string): LabError {
  return new LabError(
    `${input}, labels`,
    "values that nothing names",
    "what they stand for: a dataset.json or classes.json beside them, or a label map",
    "Name them with --label-map: abdomenatlas, totalsegmentator, ..., or a JSON file",
  );
}

/**
 * What `classes.json`, `dataset.json` or `label_names.json` beside label maps says of them; `undefined` where there is none. The folder above
 * counts only where the layout says that it describes them: that of nnU-Net's `labelsTr`, and of a case's own folder.
 *
 * @param path a folder of label maps, or one of them.
 */
export async function readSchemeBeside(path: string): Promise<LabelScheme | undefined> {
  const isFolder = (await stat(path)).isDirectory();
  const folder = isFolder ? resolve(path) : dirname(resolve(path));
  const isPart = /^(labels(Tr|Ts)|gt_segmentations|label|mask_only)$/.test(basename(folder));
  const isCase = !isFolder && Object.hasOwn(mapsByFile, structureOfMask(path));
  for (const each of isPart || isCase ? [folder, dirname(folder)] : [folder]) {
    const scheme = await readSchemeIn(each);
    if (scheme) return scheme;
  }
  return undefined;
}

/** What `classes.json`, `dataset.json` or `label_names.json` in a folder says; `undefined` where there is none. */
export async function readSchemeIn(folder: string): Promise<LabelScheme | undefined> {
  const classesFile = await readClassesFile(folder);
  if (classesFile)
    return {
      names: classesFile.labels,
      origin: "classes",
      from: classesFile.path,
      ...(classesFile.classes ? { classes: classesFile.classes } : {}),
    };
  const dataset = await readDataset(folder);
  if (dataset) return { names: dataset.labels, origin: "dataset", from: dataset.path };
  const list = join(folder, "label_names.json");
  if (!(await isThere(list))) return undefined;
  return { names: (await openLabelMap(list)).labels, origin: "list", from: list };
}

/** In words: how it is known what the label values mean. */
export function describeOrigin({ origin, from }: LabelScheme): string {
  if (origin === "unknown") return "nothing says what the label values mean";
  if (origin === "masks") return "the names of the masks";
  return origin === "guess" ? `a guess by the files' names: ${from}` : `from ${from}`;
}

/** In words: which structures by which values, and how that is known. */
export function describeScheme(scheme: LabelScheme): string {
  const { names, origin } = scheme;
  if (origin === "unknown") return describeOrigin(scheme);
  const list = Object.entries(names).map(([value, name]) => `${value} ${name}`);
  const shown = list.length > 8 ? `${list.slice(0, 8).join(", ")}, ... (${list.length})` : list.join(", ");
  if (origin === "masks") return `${list.length} structures by ${describeOrigin(scheme)}`;
  return `${shown}, ${describeOrigin(scheme)}`;
}

function nameMasks(structures: readonly string[], known: Readonly<Record<number, string>> = {}): LabelScheme {
  return { names: nameStructures(structures, known), origin: "masks", from: "the structures' own names" };
}

/** The names of several files together; `undefined` where two mean different structures by a value, or have two values for one. */
function mergeAgreed(files: readonly Readonly<Record<number, string>>[]): Record<number, string> | undefined {
  const merged: Record<number, string> = {};
  for (const names of files)
    for (const [value, name] of Object.entries(names)) {
      const known = merged[Number(value)];
      if (known !== undefined && canonicalName(known) !== canonicalName(name)) return undefined;
      merged[Number(value)] = known ?? name;
    }
  const found = Object.values(merged).map((name) => canonicalName(name));
  return new Set(found).size === found.length ? merged : undefined;
}

/**
 * A value for each structure that has a mask: that of the known names, else AbdomenAtlas's, else the next one free. Known names
 * that no mask has are left out.
 *
 * @param taken names whose values are in use by label maps; they are kept.
 */
function nameStructures(
  structures: readonly string[],
  known: Readonly<Record<number, string>>,
  taken: Readonly<Record<number, string>> = {},
): Record<number, string> {
  const names: Record<number, string> = { ...taken };
  const valueOf = new Map(
    Object.entries(canonicalNames(known)).map(([value, name]) => [name, Number(value)]),
  );
  const named = new Set(Object.values(canonicalNames(taken)));
  for (const structure of [...new Set(structures)].sort()) {
    const name = canonicalName(structure);
    if (named.has(name)) continue;
    named.add(name);
    const id = [...organs, ...lesions].find((each) => each.name === name)?.labelId;
    let value = valueOf.get(name) ?? (id !== undefined && !(id in names) ? id : 101);
    while (value in names) value++;
    names[value] = structure;
  }
  return names;
}

/** The data set that the names of all label maps, or of all cases of a folder, suggest; a file by itself may be called anything. */
async function guessScheme(path: string, maps: readonly CaseFiles[]): Promise<LabelScheme | undefined> {
  const isFolder = (await stat(path)).isDirectory();
  const stems = new Set(maps.map(({ path }) => structureOfMask(path)));
  const [stem] = stems;
  const byFile = stems.size === 1 && Object.hasOwn(mapsByFile, stem) ? mapsByFile[stem] : undefined;
  const byCase = Object.keys(mapsByCase).find(
    (set) => isFolder && maps.length > 0 && maps.every(({ name }) => mapsByCase[set].test(name)),
  );
  const found = byFile ?? byCase;
  if (found === undefined) return undefined;
  const { name, labels } = await openLabelMap(found);
  return { names: labels, origin: "guess", from: name };
}
