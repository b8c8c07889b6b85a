import { describeNumbers } from "../stats/describe.js";
import { isOneToOne } from "./lesion-rule.js";
import type { LesionCase } from "./lesions.js";

/** How well the lesions of one or more cases were found. `NaN` where a formula divides by 0. */
export interface DetectionScores {
  /** Lesions of the reference that were found, those that were not, and lesions of the prediction without a partner. */
  truePositives: number;
  falseNegatives: number;
  falsePositives: number;
  /** Share of the reference's lesions that were found (recall). */
  sensitivity: number;
  /** Share of the prediction's lesions that have a partner. */
  precision: number;
  /** 2 TP / (2 TP + FP + FN), which panoptic quality calls recognition quality (RQ). */
  f1: number;
  /** Mean Dice and IoU of the lesions that were found, each with its partners; that IoU is segmentation quality (SQ). */
  meanMatchedDice: number;
  meanMatchedIou: number;
  /**
   * Panoptic quality, SQ x RQ: the sum of the IoUs of all pairs / (TP + FP / 2 + FN / 2) (Kirillov et al. 2019). 0 where
   * lesions were predicted or missed and none paired. `NaN` by a rule that is not one to one, for which it is not defined.
   */
  panopticQuality: number;
}

/** Scores of the lesions of some cases pooled, each lesion counting once; one case gives that case's scores. */
export function scoreDetection(
  cases: readonly Pick<LesionCase, "match" | "reference" | "predicted">[],
): DetectionScores {
  const reference = cases.flatMap((each) => each.reference);
  const predicted = cases.flatMap((each) => each.predicted);
  const found = reference.filter((lesion) => lesion.detected);
  const truePositives = found.length;
  const falseNegatives = reference.length - truePositives;
  const falsePositives = predicted.filter((lesion) => lesion.isFalsePositive).length;
  const halves = 2 * truePositives + falsePositives + falseNegatives;
  const sumOfIous = found.reduce((sum, lesion) => sum + lesion.iou, 0);
  return {
    truePositives,
    falseNegatives,
    falsePositives,
    sensitivity: truePositives / reference.length,
    precision: (predicted.length - falsePositives) / predicted.length,
    f1: (2 * truePositives) / halves,
    meanMatchedDice: describeNumbers(found.map((lesion) => lesion.dice)).mean,
    meanMatchedIou: describeNumbers(found.map((lesion) => lesion.iou)).mean,
    panopticQuality: cases.every(({ match }) => isOneToOne(match)) ? (2 * sumOfIous) / halves : NaN,
  };
}
