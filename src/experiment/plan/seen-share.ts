import type { TumorOrgan } from "../../anatomy/organs.js";
import type { Vec3 } from "../../core/types.js";
import { isFolderSet } from "./folder-scans.js";
import type { ExperimentPlan, PlanTest } from "./plan.js";
import { extentOf } from "./tests.js";

/**
 * Sides in mm of the box of an organ with its tumors along x, y and z: means over 16 phantoms of the reference hospital, seed
 * 901, on 4 mm voxels. People's organs are as large, roughly.
 */
const organBoxMm: Readonly<Record<TumorOrgan, Vec3>> = {
  liver: [207, 169, 159],
  pancreas: [139, 73, 81],
  kidney: [199, 59, 125],
  colon: [257, 152, 243],
  esophagus: [37, 36, 60],
  uterus: [61, 73, 100],
};

/** A scan as far as its size goes. */
interface ScanSize {
  shape: Vec3;
  spacingMm: Vec3;
}

/**
 * About which share of a scan's voxels is left by the cut to the box of an organ with the cohort's margin, 0 to 1, before any
 * scan is looked at.
 */
export function estimateCropShare(plan: Pick<ExperimentPlan, "cohort">, organ: TumorOrgan): number {
  const { cohort } = plan;
  const scans: readonly ScanSize[] = isFolderSet(cohort) ? cohort.scans : [cohort];
  const shares = scans.map(({ shape, spacingMm }) =>
    organBoxMm[organ].reduce((share, side, axis) => {
      const whole = shape[axis] * spacingMm[axis];
      return share * Math.min(1, (side + 2 * cohort.marginMm) / whole);
    }, 1),
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** {@link estimateCropShare} of a test's scans: 1 where they are shown whole. */
export function estimateSeenShare(
  plan: Pick<ExperimentPlan, "cohort">,
  test: PlanTest,
  organ: TumorOrgan,
): number {
  return extentOf(test) === "whole" ? 1 : estimateCropShare(plan, organ);
}
