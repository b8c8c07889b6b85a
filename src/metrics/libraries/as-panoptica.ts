import { quantile } from "../../stats/describe.js";
import { scoreDetection } from "../detection-scores.js";
import { findFlatAxes } from "../flat-grid.js";
import { evaluateLesions } from "../lesions.js";
import type { Confusion } from "../overlap.js";
import type { Labels } from "../pair.js";
import type { BorderDistances } from "./border-voxels.js";
import { countsOf, countWithin, directionsOf, largestOf, sumOf } from "./library-scores.js";
import type { LibraryScores } from "./library-scores.js";

/** What its global surface Dice takes for a tolerance, in voxels: a spacing does not reach it. */
const toleranceVoxels = 0.5;

/**
 * What panoptica 2.1.4 gives as `global_bin_dsc`, `_iou`, `_nsd`, `_hd95`, `_hd` and `_assd`, which are in voxels whatever the
 * spacing, and as tp, fp, fn, rq, sq and pq of its instances: components that touch by a corner (on two axes by an edge),
 * matched one to one by an IoU of at least 0.5, the largest first (NaiveThresholdMatching).
 *
 * @param voxelDistances between border voxels, in voxels.
 */
export function scoreAsPanoptica(
  pair: { reference: Labels; prediction: Labels; label: number },
  counts: Pick<Confusion, "tp" | "fp" | "fn">,
  voxelDistances: BorderDistances,
): LibraryScores {
  const { reference, prediction, both } = countsOf(counts);
  const directed = directionsOf(voxelDistances);
  const [there, back] = directed;
  const isEmpty = reference + prediction === 0;
  // Without an overlap nothing is measured: 0 or infinity stands there by a table, and HD, HD95 and NSD are not in it.
  const hasOverlap = both > 0;
  const means = directed.map((values) => sumOf(values) / values.length);
  const shares = directed.map((values) => countWithin(values, toleranceVoxels) / values.length);
  const pooled = Float64Array.from([...there, ...back]);
  const connectivity = findFlatAxes(pair.reference.shape).length > 0 ? 6 : 26;
  const lesions = evaluateLesions(pair.reference, pair.prediction, {
    labels: [pair.label],
    match: { rule: "greedy", threshold: 0.5 },
    connectivity,
  });
  const { truePositives, falsePositives, falseNegatives, ...found } = scoreDetection([lesions]);
  return {
    dice: hasOverlap ? (2 * both) / (reference + prediction) : isEmpty ? NaN : 0,
    iou: hasOverlap ? both / (reference + prediction - both) : isEmpty ? NaN : 0,
    nsd: hasOverlap ? (shares[0] + shares[1]) / 2 : NaN,
    tolerance: toleranceVoxels,
    hd95: hasOverlap ? quantile(pooled, 0.95) : NaN,
    hd: hasOverlap ? largestOf(pooled) : NaN,
    assd: hasOverlap ? (means[0] + means[1]) / 2 : isEmpty ? NaN : Infinity,
    masd: NaN,
    referenceToPrediction: NaN,
    predictionToReference: NaN,
    unit: "voxels",
    truePositives,
    falsePositives,
    falseNegatives,
    recognitionQuality: found.f1,
    segmentationQuality: isEmpty ? NaN : truePositives === 0 ? 0 : found.meanMatchedIou,
    panopticQuality: found.panopticQuality,
  };
}
