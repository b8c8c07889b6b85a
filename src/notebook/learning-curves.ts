import { readText } from "../core/files.js";
import { basename } from "../platform/paths.js";
import type { MeasuredCurve, MeasuredPoint } from "../plot/learning-curve.js";
import type { CurveSet } from "../scaling/curve-bootstrap.js";
import { parseCurveTable } from "../scaling/curve-table.js";
import type { CurveTable } from "../scaling/curve-table.js";

/**
 * Opens a CSV of scores, as `tumorlab scaling fit` takes it: `n,score` and any of `arm,seed,patient,split` (for means also
 * `weight`, `se`, or `sd` and `count`), or `n` and a column of scores for each arm. The path is relative to the notebook.
 *
 * @throws LabError naming the line of what cannot be right.
 */
export async function openCurves(file: string, options: { loss?: boolean } = {}): Promise<CurveTable> {
  const text = await readText(file, "a readable CSV file");
  return parseCurveTable(text, basename(file), options);
}

/** The arms of a set of curves for `learningCurveFigure`, in the order of the paper: as the table has them. */
export function measuredCurves(
  curves: CurveSet,
  options: {
    estimates?: readonly { arm: string; n: number }[];
    /** From this n on points are marked as held out. */
    heldOutFrom?: number;
    isJoined?: boolean;
    arms?: readonly string[];
  } = {},
): MeasuredCurve[] {
  const { estimates = [], heldOutFrom = Infinity, isJoined = true } = options;
  const all = Object.keys(curves);
  return (options.arms ?? all).map((arm) => ({
    name: arm,
    isJoined,
    points: curves[arm].map(({ n, error }): MeasuredPoint => ({
      n,
      error,
      estimate: estimates.some((each) => each.arm === arm && each.n === n),
      heldOut: n >= heldOutFrom,
    })),
  }));
}
