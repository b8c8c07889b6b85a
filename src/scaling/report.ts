import { createKey } from "../random.js";
import { quantileOfSorted } from "../stats/describe.js";
import { bootstrapCurves } from "./curve-bootstrap.js";
import type { CurveBootstrap, CurveBootstrapOptions } from "./curve-bootstrap.js";
import type { CurveTable } from "./curve-table.js";
import type { CurvePoint } from "./curve.js";
import { areaBetweenCurves, measureDataWorth } from "./efficiency.js";
import type { DataWorth } from "./efficiency.js";
import { fitLaw } from "./fit.js";
import type { ScalingLaw } from "./law.js";

/** A number with the range its bootstrap replicates span. */
export interface EstimateWithInterval {
  /** `undefined` when it is not defined for the measured curves. */
  estimate: number | undefined;
  /** Ends of the percentile interval over the replicates where it is defined. */
  low: number;
  high: number;
  /** Share of the replicates where it is not defined, such as an error below the other arm's floor. */
  undefinedShare: number;
}

/** What one arm's data are worth in the other's, size by size. */
export interface EfficiencyReport {
  /** Arm whose law is inverted. */
  real: string;
  other: string;
  law: string;
  rows: (DataWorth & {
    multiplierInterval: EstimateWithInterval;
    scansSavedInterval: EstimateWithInterval;
  })[];
  /** Mean gain of the other arm over log n, in units of the score. */
  area: EstimateWithInterval;
  /** What was drawn, and how often. */
  unit: CurveBootstrap["unit"];
  resamples: number;
}

/** Interval of any number worked out from a set of curves. Arms are paired: each replicate gives both. */
export function intervalOverReplicates(
  replicates: readonly number[] | readonly (number | undefined)[],
  estimate: number | undefined,
  level = 0.95,
): EstimateWithInterval {
  const defined = replicates.filter((value): value is number => value !== undefined && !Number.isNaN(value));
  const sorted = Float64Array.from(defined).sort();
  const at = (fraction: number): number => (sorted.length === 0 ? NaN : quantileOfSorted(sorted, fraction));
  return {
    estimate,
    low: at((1 - level) / 2),
    high: at((1 + level) / 2),
    undefinedShare: replicates.length === 0 ? 0 : 1 - defined.length / replicates.length,
  };
}

/**
 * Compares two arms of a table: what each result of `other` is worth in scans of `real`, and the area between the
 * curves, with intervals from curves drawn anew with both arms together.
 */
export function reportEfficiency(
  table: CurveTable,
  real: string,
  other: string,
  law: ScalingLaw,
  options: Omit<CurveBootstrapOptions, "arms"> & { level?: number } = {},
): EfficiencyReport {
  const { level = 0.95, key = createKey(0), resamples = 2000 } = options;
  const bootstrap = bootstrapCurves(table, { ...options, key, resamples, arms: [real, other], law });
  const worthOf = (first: readonly CurvePoint[], second: readonly CurvePoint[]): DataWorth[] =>
    measureDataWorth(fitLaw(law, first), second);
  const observed = worthOf(bootstrap.observed[real], bootstrap.observed[other]);
  const drawn = bootstrap.replicates.map((curves) => worthOf(curves[real], curves[other]));
  const area = areaBetweenCurves(bootstrap.observed[real], bootstrap.observed[other]);
  const areas = bootstrap.replicates.map((curves) => areaBetweenCurves(curves[real], curves[other]));
  return {
    real,
    other,
    law: law.name,
    rows: observed.map((worth, i) => ({
      ...worth,
      multiplierInterval: intervalOverReplicates(
        drawn.map((each) => each[i].multiplier),
        worth.multiplier,
        level,
      ),
      scansSavedInterval: intervalOverReplicates(
        drawn.map((each) => each[i].scansSaved),
        worth.scansSaved,
        level,
      ),
    })),
    area: intervalOverReplicates(areas, area, level),
    unit: bootstrap.unit,
    resamples,
  };
}
