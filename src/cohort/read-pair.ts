import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { requireSameGrid } from "../grid.js";
import type { LabelMap } from "../types.js";
import { readAnswerClasses } from "./answer-classes.js";
import { readCaseLabels } from "./combine-masks.js";
import { type LabelClasses, toClassPair } from "./label-classes.js";
import { openLabelMap } from "./label-maps.js";
import { readDataset } from "./layouts.js";
import type { PairedFiles } from "./pair-cases.js";

/** What the label values of references and predictions stand for. */
export interface PairNames {
  /** Structure by label value; of the references alone where there are classes. */
  names: Readonly<Record<number, string>>;
  /** What the predictions' values are, where they are a model's classes. */
  classes?: LabelClasses;
}

/**
 * Finds out what the label values of pairs stand for. Predictions with a `classes.json` beside them (see
 * `writeAnswerClasses`) are a model's classes, to which the references will be brought by the names of their values.
 *
 * @param reference folder of the references, or their only file; `prediction` likewise.
 * @param known names that were given; default, where names are needed, what a dataset.json beside the references says,
 *   else AbdomenAtlas's.
 * @throws LabError for a damaged classes.json or dataset.json.
 */
export async function findPairNames(
  { reference, prediction }: { reference: string; prediction: string },
  pairs: readonly PairedFiles[],
  known?: Readonly<Record<number, string>>,
): Promise<PairNames> {
  const classes = await readAnswerClasses(await folderOf(prediction));
  const hasMasks = pairs.some((pair) => pair.reference.masks ?? pair.prediction.masks);
  if (classes) return { names: known ?? (await findLabelNames(reference)), classes };
  return { names: known ?? (hasMasks ? (await openLabelMap("abdomenatlas")).labels : {}) };
}

/**
 * Reads both label maps of a case; where the predictions are a model's classes the reference is brought to them.
 *
 * @throws LabError for a file that cannot be read, two grids, or labels that fit no class.
 */
export async function readPair(
  pair: PairedFiles,
  { names, classes }: PairNames,
): Promise<{ reference: LabelMap; prediction: LabelMap }> {
  const reference = await readCaseLabels(pair.reference, names);
  const prediction = await readCaseLabels(pair.prediction, classes ? {} : names);
  if (!classes) return { reference, prediction };
  requireSameGrid(reference, prediction, [pair.reference.path, pair.prediction.path]);
  return toClassPair(reference, prediction, classes);
}

/** Classes with their structures, in words. */
export function describeClasses({ targets }: LabelClasses): string {
  return targets.map(({ name, structures }) => `${name} (${structures.join(", ")})`).join(", ");
}

async function folderOf(path: string): Promise<string> {
  return (await stat(path)).isDirectory() ? path : dirname(path);
}

async function findLabelNames(reference: string): Promise<Readonly<Record<number, string>>> {
  const folder = await folderOf(reference);
  // nnU-Net's labels lie in a folder beside theirs.
  const dataset = (await readDataset(folder)) ?? (await readDataset(dirname(resolve(folder))));
  return dataset?.labels ?? (await openLabelMap("abdomenatlas")).labels;
}
