import { LabError } from "../core/errors.js";
import { readText } from "../core/files.js";
import { openPublished } from "../data/published.js";
import { basename } from "../platform/paths.js";
import type { MeasuredCurve, MeasuredPoint } from "../plot/learning-curve.js";
import type { CurveSet } from "../scaling/curve-bootstrap.js";
import { parseCurveTable } from "../scaling/curve-table.js";
import type { CurveTable } from "../scaling/curve-table.js";

/** Published learning curves. */
export interface PublishedCurves {
  table: CurveTable;
  title: string;
  /** Points whose score was read off a plot. */
  estimates: readonly { arm: string; n: number }[];
  /** What a reader must know before quoting a number. */
  notes: readonly string[];
}

/**
 * Opens published learning curves as a table of scores: rows with `n`, `arm` and `dicePercent`, which becomes a score on
 * [0, 1].
 *
 * @throws LabError when the table has no such columns.
 */
export async function openPublishedCurves(name = "jhh-scaling"): Promise<PublishedCurves> {
  const published = await openPublished(name);
  for (const column of ["n", "arm", "dicePercent"])
    if (!Object.hasOwn(published.columns, column))
      throw new LabError(name, Object.keys(published.columns).join(", "), `a column ${column}`);
  const rows = published.rows.map(
    ({ n, arm, dicePercent }) => `${n},${arm},${(dicePercent as number) / 100}`,
  );
  return {
    table: parseCurveTable(["n,arm,score", ...rows].join("\n"), name),
    title: published.title,
    estimates: published.rows
      .filter(({ estimate }) => estimate)
      .map(({ n, arm }) => ({ arm: arm as string, n: n as number })),
    notes: published.notes ?? [],
  };
}

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
