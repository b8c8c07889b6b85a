import { requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { BootstrapMethod } from "../stats/bootstrap.js";
import { bootstrapCurves } from "./curve-bootstrap.js";
import type { CurveBootstrap, CurveBootstrapOptions, CurveSet } from "./curve-bootstrap.js";
import { intervalOfCurves, intervalOverReplicates } from "./curve-interval.js";
import type { EstimateWithInterval } from "./curve-interval.js";
import type { CurveTable } from "./curve-table.js";
import { areaBetweenCurves, measureMultiplier } from "./efficiency.js";
import type { DataMultiplier } from "./efficiency.js";
import { fitLaw } from "./fit.js";
import type { ScalingLaw } from "./law.js";
import { refitLaw } from "./refit.js";

/** How many scans of one arm reach the results of the other, size by size. */
export interface EfficiencyReport {
  /** Arm whose law is inverted. */
  real: string;
  other: string;
  law: string;
  rows: (DataMultiplier & {
    multiplierInterval: EstimateWithInterval;
    scansSavedInterval: EstimateWithInterval;
  })[];
  /** Mean gain of the other arm over log n, in units of the score. */
  area: EstimateWithInterval;
  /** What was drawn, and how often. */
  unit: CurveBootstrap["unit"];
  resamples: number;
}

/**
 * Compares two arms of a table: how many scans of `real` reach each result of `other`, and the area between the
 * curves, with intervals from curves drawn anew with both arms together. A replicate in which the real-only law never
 * reaches the other arm's result counts as infinitely many scans.
 *
 * @throws LabError when both names are the same arm, or one is not in the table.
 */
export function reportEfficiency(
  table: CurveTable,
  real: string,
  other: string,
  law: ScalingLaw,
  options: Omit<CurveBootstrapOptions, "arms"> & { level?: number; method?: BootstrapMethod } = {},
): EfficiencyReport {
  const { level = 0.95, method = "percentile", key = createKey(0), resamples = 2000 } = options;
  requireThat(real !== other, "arms", `${real},${other}`, "two different arms");
  const bootstrap = bootstrapCurves(table, { ...options, key, resamples, arms: [real, other], law });
  const observed = measureMultiplier(fitLaw(law, bootstrap.observed[real]), bootstrap.observed[other]);
  const multipliersOf = (curves: readonly CurveSet[]): DataMultiplier[][] =>
    refitLaw(
      law,
      curves.map((each) => each[real]),
    ).map((parameters, i) => measureMultiplier({ law, parameters }, curves[i][other]));
  const drawn = multipliersOf(bootstrap.replicates);
  const leftOut = method === "bca" ? multipliersOf(bootstrap.jackknife) : [];
  const intervalOf = (i: number, name: "multiplier" | "scansSaved"): EstimateWithInterval =>
    intervalOverReplicates(
      drawn.map((each) => each[i][name]),
      observed[i][name],
      { level, method, undefinedAs: Infinity, leftOut: leftOut.map((each) => each[i][name]) },
    );
  return {
    real,
    other,
    law: law.name,
    rows: observed.map((multiplier, i) => ({
      ...multiplier,
      multiplierInterval: intervalOf(i, "multiplier"),
      scansSavedInterval: intervalOf(i, "scansSaved"),
    })),
    area: intervalOfCurves(bootstrap, (curves) => areaBetweenCurves(curves[real], curves[other]), {
      level,
      method,
    }),
    unit: bootstrap.unit,
    resamples,
  };
}
