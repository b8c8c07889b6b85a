import { quantile } from "../../stats/describe.js";
import type { Confusion } from "../overlap.js";
import type { BorderDistances } from "./border-voxels.js";
import { countsOf, countWithin, directionsOf, largestOf, noLesions, sumOf } from "./library-scores.js";
import type { LibraryScores } from "./library-scores.js";

/**
 * What MetricsReloaded (BinaryPairwiseMeasures, commit cb38dfc) gives with `pixdim` in mm, `hd_perc` 95 and `nsd` as the
 * tolerance. Its panoptic quality depends on the options of assignment and localisation and is left out.
 *
 * @param distances between border voxels, mm.
 */
export function scoreAsMetricsReloaded(
  counts: Pick<Confusion, "tp" | "fp" | "fn">,
  distances: BorderDistances,
  toleranceMm: number,
): LibraryScores {
  const { reference, prediction, both } = countsOf(counts);
  const directed = directionsOf(distances);
  const [there, back] = directed;
  const border = there.length + back.length;
  const isEmpty = reference + prediction === 0;
  // Where one mask is empty distances are NaN; its NSD measures to a border that is not there and means nothing.
  const isMeasured = there.length > 0 && back.length > 0;
  const orEmpty = (best: number, measured: () => number): number =>
    isEmpty ? best : isMeasured ? measured() : NaN;
  return {
    dice: isEmpty ? 1 : (2 * both) / (reference + prediction),
    iou: isEmpty ? NaN : both / (reference + prediction - both),
    nsd: orEmpty(1, () => (countWithin(there, toleranceMm) + countWithin(back, toleranceMm)) / border),
    tolerance: toleranceMm,
    hd95: orEmpty(0, () => Math.max(...directed.map((values) => quantile(values, 0.95)))),
    hd: orEmpty(0, () => Math.max(...directed.map(largestOf))),
    assd: orEmpty(0, () => (sumOf(there) + sumOf(back)) / border),
    masd: orEmpty(0, () => (sumOf(there) / there.length + sumOf(back) / back.length) / 2),
    referenceToPrediction: NaN,
    predictionToReference: NaN,
    unit: "mm",
    ...noLesions,
  };
}
