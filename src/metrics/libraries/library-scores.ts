import type { Confusion } from "../overlap.js";
import type { BorderDistances } from "./border-voxels.js";

/** Libraries whose definitions are known here. */
export type LibraryName = "monai" | "surface-distance" | "panoptica" | "metrics-reloaded";

/** What a library gives for one label of one pair; `NaN` for what it does not have, gives as NaN or fails on. */
export interface LibraryScores {
  dice: number;
  iou: number;
  /** Of what the library calls normalised surface Dice or distance, and the tolerance it takes, in `unit`. */
  nsd: number;
  tolerance: number;
  hd95: number;
  hd: number;
  /** What the library gives for the average symmetric surface distance, whichever average that is. */
  assd: number;
  /** Mean of the two directed means, where the library has it beside. */
  masd: number;
  /** Directed mean distances, where the library gives these. */
  referenceToPrediction: number;
  predictionToReference: number;
  /** What its distances are in. */
  unit: "mm" | "voxels";
  /** Lesions matched: true and false positives and false negatives, recognition, segmentation and panoptic quality. */
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  recognitionQuality: number;
  segmentationQuality: number;
  panopticQuality: number;
}

/** Numbers of matched lesions. */
type LesionNumbers = Pick<
  LibraryScores,
  | "truePositives"
  | "falsePositives"
  | "falseNegatives"
  | "recognitionQuality"
  | "segmentationQuality"
  | "panopticQuality"
>;

/** Those of a library that matches none. */
export const noLesions: Readonly<LesionNumbers> = {
  truePositives: NaN,
  falsePositives: NaN,
  falseNegatives: NaN,
  recognitionQuality: NaN,
  segmentationQuality: NaN,
  panopticQuality: NaN,
};

/** Voxels of the mask in the reference and in the prediction, and in both. */
export function countsOf({ tp, fp, fn }: Pick<Confusion, "tp" | "fp" | "fn">): {
  reference: number;
  prediction: number;
  both: number;
} {
  return { reference: tp + fn, prediction: tp + fp, both: tp };
}

/** Both directions of a pair of borders. */
export function directionsOf(distances: BorderDistances): readonly [there: Float64Array, back: Float64Array] {
  return [distances.referenceToPrediction, distances.predictionToReference];
}

/** Sum of numbers, infinity included. */
export function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The largest of numbers; `NaN` for none. */
export function largestOf(values: Float64Array): number {
  return values.length === 0 ? NaN : values.reduce((a, b) => Math.max(a, b), 0);
}

/** How many are at most a tolerance. */
export function countWithin(values: Float64Array, tolerance: number): number {
  return values.reduce((count, value) => count + (value <= tolerance ? 1 : 0), 0);
}
