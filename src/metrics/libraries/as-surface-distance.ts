import type { Confusion } from "../overlap.js";
import type { SurfaceScores } from "../surface.js";
import { countsOf, noLesions } from "./library-scores.js";
import type { LibraryScores } from "./library-scores.js";

/**
 * What google-deepmind/surface-distance (1f805ce) gives: `compute_dice_coefficient`, `compute_surface_dice_at_tolerance`,
 * `compute_robust_hausdorff` at 95 and 100, and the two means of `compute_average_surface_distance`. Its surfaces and
 * weights are those of this library; it has no symmetric average.
 *
 * @param surface absent where a mask is empty.
 */
export function scoreAsSurfaceDistance(
  counts: Pick<Confusion, "tp" | "fp" | "fn">,
  surface: SurfaceScores | undefined,
  toleranceMm: number,
): LibraryScores {
  const { reference, prediction, both } = countsOf(counts);
  const isEmpty = reference + prediction === 0;
  return {
    dice: isEmpty ? NaN : (2 * both) / (reference + prediction),
    iou: NaN,
    nsd: surface?.nsd ?? (isEmpty ? NaN : 0),
    tolerance: toleranceMm,
    hd95: surface?.hd95 ?? Infinity,
    hd: surface?.hd ?? Infinity,
    assd: NaN,
    masd: NaN,
    referenceToPrediction: surface?.referenceToPrediction.meanMm ?? (reference > 0 ? Infinity : NaN),
    predictionToReference: surface?.predictionToReference.meanMm ?? (prediction > 0 ? Infinity : NaN),
    unit: "mm",
    ...noLesions,
  };
}
