import { type LabelClasses, toClassPair } from "../anatomy/label-classes.js";
import { requireSameGrid } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import type { CaseFiles } from "../data/case-files.js";
import { readCaseLabels } from "../data/combine-masks.js";
import { describeScheme, findLabelScheme, type LabelScheme } from "../data/label-scheme.js";
import { type Layers, paintLayers } from "../data/layered-masks.js";
import { readLabelMap } from "../formats/read.js";
import { type LabelAlignment, alignLabels, listNames } from "./align-labels.js";
import type { PairedFiles } from "./pair-cases.js";
import { readSide, takeOrgansWhole } from "./read-side.js";

/** What the label values of references and predictions stand for, and how the two are compared. Plain data. */
export interface PairNames {
  reference: LabelScheme;
  prediction: LabelScheme;
  /** How both are brought to common values; absent where they are compared as they are, or as a network's classes. */
  alignment?: LabelAlignment;
}

/** Names given for the two sides. */
export interface GivenPairNames {
  /** Of each side whose files do not say it themselves. */
  both?: Readonly<Record<number, string>>;
  /** The option that gives these, for messages; default `--label-map`. */
  bothFrom?: string;
  /** Of one side, whatever its files say. */
  reference?: Readonly<Record<number, string>>;
  prediction?: Readonly<Record<number, string>>;
}

/** Some structures of a pair, as maps that hold each of them whole. */
export interface PairLayer {
  reference: LabelMap;
  prediction: LabelMap;
  /** The structures by label value. */
  labels: Readonly<Record<number, string>>;
}

/** Two label maps of one case on one grid, with common label values. */
export interface AlignedPair {
  reference: LabelMap;
  prediction: LabelMap;
  /** Where masks overlap each structure is scored as it is: these hold them; the two maps above are for pictures. */
  layers?: PairLayer[];
  /** What the reader should know of the labels of this case, a sentence each. */
  notes: string[];
}

/**
 * Finds out what the label values of each side stand for, on its own, and how they are compared: by structure; predictions
 * that are a network's classes (see `writeModelClasses`) by bringing the references to these; as they are where
 * neither side says what its values mean.
 *
 * @param paths folder of the references, or their only file; `prediction` likewise.
 * @throws LabError for a damaged classes.json or dataset.json, where only one side's values are known, or the two share no structure.
 */
export async function findPairNames(
  paths: { reference: string; prediction: string },
  pairs: readonly PairedFiles[],
  given: GivenPairNames = {},
): Promise<PairNames> {
  const [reference, prediction] = await Promise.all(
    (["reference", "prediction"] as const).map((side) => {
      const cases = pairs.map((pair) => pair[side]);
      const names = given[side];
      return findLabelScheme(paths[side], cases, {
        ...(names ? { names, from: `--${side}-labels` } : {}),
        ...(!names && given.both ? { fallback: given.both, from: given.bothFrom ?? "--label-map" } : {}),
      });
    }),
  );
  if (pairs.length === 0) return { reference, prediction };
  if (prediction.classes) {
    if (reference.origin === "unknown") alignLabels(reference, prediction); // tells what to do
    return { reference, prediction };
  }
  const alignment = alignLabels(reference, prediction);
  return { reference, prediction, ...(alignment ? { alignment } : {}) };
}

/** What a reader of the scores should know of the labels, a sentence each. */
export function describePairNames({ reference, prediction, alignment }: PairNames): string[] {
  if (prediction.classes)
    return [
      `Predictions are classes of a model; references are scored as ${describeClasses(prediction.classes)}.`,
      ...tellOrigin("Reference", reference),
    ];
  if (!alignment)
    return ["Nothing says what the label values mean: they are compared value by value, as they are."];
  const { onlyReference, onlyPrediction } = alignment;
  const scored = Object.values(alignment.names);
  const extra = onlyPrediction.filter((name) => !scored.includes(name));
  return [
    ...tellOrigin("Reference", reference),
    ...tellOrigin("Prediction", prediction),
    ...(onlyReference.length > 0
      ? [`Only the reference's labels include ${listNames(onlyReference)}: scored as missed where they are.`]
      : []),
    ...(extra.length > 0
      ? [
          `Only the prediction's labels include ${listNames(extra)}: not scored, since the reference does not mark them.`,
        ]
      : []),
  ];
}

/**
 * Reads both label maps of a case with common label values; where the predictions are a model's classes the reference
 * is brought to them.
 *
 * @throws LabError for a file that cannot be read, two grids, or labels that fit no class.
 */
export async function readPair(pair: PairedFiles, names: PairNames): Promise<AlignedPair> {
  const { classes } = names.prediction;
  if (classes) return readClassPair(pair, names.reference, classes);
  const notes: string[] = [];
  const [reference, prediction] = [
    await readSide("reference", pair.reference, names, notes),
    await readSide("prediction", pair.prediction, names, notes),
  ];
  requireSameGrid(reference.maps[0], prediction.maps[0], [pair.reference.path, pair.prediction.path]);
  const common = names.alignment?.names;
  if (!common) return { reference: reference.maps[0], prediction: prediction.maps[0], notes };
  if (names.alignment?.ignore !== undefined && !pair.reference.masks)
    await leaveOut(pair.reference, names.alignment.ignore, prediction);
  if (pair.reference.masks && !pair.prediction.masks)
    notes.push(...takeOrgansWhole(prediction, reference, common));
  if (pair.prediction.masks && !pair.reference.masks)
    notes.push(...takeOrgansWhole(reference, prediction, common));
  const layers = layersOf(reference, prediction, common);
  return {
    reference: paintLayers(reference, common),
    prediction: paintLayers(prediction, common),
    ...(layers.length > 1 || reference.maps.length > 1 || prediction.maps.length > 1 ? { layers } : {}),
    notes,
  };
}

/** Classes with their structures, in words. */
function describeClasses({ targets }: LabelClasses): string {
  return targets.map(({ name, structures }) => `${name} (${structures.join(", ")})`).join(", ");
}

async function readClassPair(
  pair: PairedFiles,
  scheme: LabelScheme,
  classes: LabelClasses,
): Promise<AlignedPair> {
  const reference = await readCaseLabels(pair.reference, scheme.names);
  const prediction = await readCaseLabels(pair.prediction, {});
  requireSameGrid(reference, prediction, [pair.reference.path, pair.prediction.path]);
  return { ...toClassPair(reference, prediction, classes), notes: [] };
}

/** Takes voxels out of a prediction that the reference says nobody labelled. */
async function leaveOut({ path, reading }: CaseFiles, value: number, prediction: Layers): Promise<void> {
  const { data } = await readLabelMap(path, reading);
  prediction.maps = prediction.maps.map((map) => ({
    ...map,
    data: map.data.map((label, i) => (data[i] === value ? 0 : label)),
  }));
}

/** The structures by the layers in which each side holds them. */
function layersOf(
  reference: Layers,
  prediction: Layers,
  names: Readonly<Record<number, string>>,
): PairLayer[] {
  const groups = new Map<string, PairLayer & { labels: Record<number, string> }>();
  for (const [key, name] of Object.entries(names)) {
    const value = Number(key);
    const [a, b] = [reference, prediction].map(({ layerOf }) => layerOf[value] ?? 0);
    const at = `${a} ${b}`;
    if (!groups.has(at))
      groups.set(at, { reference: reference.maps[a], prediction: prediction.maps[b], labels: {} });
    groups.get(at)!.labels[value] = name;
  }
  return [...groups.values()];
}

function tellOrigin(side: string, scheme: LabelScheme): string[] {
  return scheme.origin === "masks" ? [] : [`${side} labels: ${describeScheme(scheme)}.`];
}
