import { quantile } from "../../stats/describe.js";
import type { Confusion } from "../overlap.js";
import type { BorderDistances } from "./border-voxels.js";
import { countsOf, countWithin, directionsOf, largestOf, noLesions, sumOf } from "./library-scores.js";
import type { LibraryScores } from "./library-scores.js";

/**
 * What MONAI 1.5.0 gives: DiceMetric and MeanIoU with their default `ignore_empty=True`, SurfaceDiceMetric,
 * HausdorffDistanceMetric with `percentile=95` and without, SurfaceDistanceMetric with `symmetric=True` (`assd`) and by
 * default (`predictionToReference`), each with `spacing` in mm. Single precision.
 *
 * @param distances between border voxels, mm.
 */
export function scoreAsMonai(
  counts: Pick<Confusion, "tp" | "fp" | "fn">,
  distances: BorderDistances,
  toleranceMm: number,
): LibraryScores {
  const { reference, prediction, both } = countsOf(counts);
  const directed = directionsOf(distances).map((values) => values.map(Math.fround));
  const [there, back] = directed;
  const border = there.length + back.length;
  const isOneEmpty = (reference === 0) !== (prediction === 0);
  const within = directed.reduce((sum, values) => sum + countWithin(values, Math.fround(toleranceMm)), 0);
  // Where one mask is empty every distance is infinite, in both directions, and a quantile between infinities is NaN.
  const farthest = isOneEmpty ? Infinity : NaN;
  const isMeasured = there.length > 0 && back.length > 0;
  return {
    dice: reference === 0 ? NaN : (2 * both) / (reference + prediction),
    iou: reference === 0 ? NaN : both / (reference + prediction - both),
    nsd: border === 0 ? NaN : isOneEmpty ? 0 : within / border,
    tolerance: toleranceMm,
    hd95: isMeasured ? Math.max(...directed.map((values) => quantile(values, 0.95))) : NaN,
    hd: isMeasured ? Math.max(...directed.map(largestOf)) : farthest,
    assd: isMeasured ? (sumOf(there) + sumOf(back)) / border : farthest,
    masd: NaN,
    referenceToPrediction: NaN,
    predictionToReference: isMeasured ? sumOf(back) / back.length : farthest,
    unit: "mm",
    ...noLesions,
  };
}
