import { voxelVolumeMl } from "../core/grid.js";
import { countLabelPairs } from "./confusion.js";
import type { LabelCounts } from "./confusion.js";
import { namedIn, nameLabels, openPair } from "./pair.js";
import type { Labels, NamedLabel } from "./pair.js";

/** Voxel counts of one label against all others. */
export interface Confusion {
  label: number;
  name: string;
  /** Voxels with the label in both maps. */
  tp: number;
  /** In the prediction alone. */
  fp: number;
  /** In the reference alone. */
  fn: number;
  /** In neither. */
  tn: number;
  /** Volume of the label in each map, ml. */
  referenceMl: number;
  predictionMl: number;
}

/** Values of the overlap formulas; `NaN` where one divides by zero. */
export interface Overlap {
  dice: number;
  iou: number;
  sensitivity: number;
  precision: number;
  /** Predicted minus reference volume, ml. */
  volumeErrorMl: number;
  /** The same in percent of the reference volume. */
  volumeErrorPercent: number;
}

/** Which labels to count. */
export interface LabelOptions {
  /** Label numbers, or names by number; defaults to every label that is used or named in either map. */
  labels?: readonly number[] | Readonly<Record<number, string>>;
}

/**
 * Counts TP, FP, FN and TN of every label in one pass over a pair of label maps, in ascending order of label when
 * none are asked for. Two maps without labels give an empty list.
 *
 * Throws a LabError that prints both values when the grids differ, and for labels that are not whole numbers.
 */
export function countConfusion(
  reference: Labels,
  prediction: Labels,
  options: LabelOptions = {},
): Confusion[] {
  const pair = openPair(reference, prediction);
  const counts = countLabelPairs(pair.reference, pair.prediction);
  const labels = chooseLabels(counts, [reference, prediction], options);
  return confusionOf(counts, labels, voxelVolumeMl(reference));
}

/** The labels asked for, or all that occur or are named. */
export function chooseLabels(
  counts: LabelCounts,
  maps: readonly Labels[],
  { labels }: LabelOptions,
): NamedLabel[] {
  if (labels) return nameLabels(labels, maps);
  const named = namedIn(maps);
  const used: number[] = [];
  for (let label = 1; label < 65536; label++)
    if (counts.reference[label] > 0 || counts.prediction[label] > 0 || label in named) used.push(label);
  return nameLabels(used, maps);
}

/** Picks labels out of the counts of a pair. */
export function confusionOf(
  counts: LabelCounts,
  labels: readonly NamedLabel[],
  voxelMl: number,
): Confusion[] {
  return labels.map(({ label, name }) => {
    const tp = counts.both[label];
    const fp = counts.prediction[label] - tp;
    const fn = counts.reference[label] - tp;
    return {
      label,
      name,
      tp,
      fp,
      fn,
      tn: counts.voxels - tp - fp - fn,
      referenceMl: (tp + fn) * voxelMl,
      predictionMl: (tp + fp) * voxelMl,
    };
  });
}

/**
 * The overlap formulas on voxel counts. What `NaN` (0/0) and an empty mask are worth is not decided here but by a
 * policy of `emptyPolicies`.
 */
export function scoreOverlap({
  tp,
  fp,
  fn,
  referenceMl,
  predictionMl,
}: Omit<Confusion, "tn" | "label" | "name">): Overlap {
  return {
    dice: (2 * tp) / (2 * tp + fp + fn),
    iou: tp / (tp + fp + fn),
    sensitivity: tp / (tp + fn),
    precision: tp / (tp + fp),
    volumeErrorMl: predictionMl - referenceMl,
    volumeErrorPercent: tp + fn === 0 ? NaN : (100 * (fp - fn)) / (tp + fn),
  };
}
