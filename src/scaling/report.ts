import { requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { BootstrapMethod } from "../stats/bootstrap.js";
import { bootstrapCurves } from "./curve-bootstrap.js";
import type { CurveBootstrap, CurveBootstrapOptions, CurveSet } from "./curve-bootstrap.js";
import { intervalOfCurves, intervalOverReplicates } from "./curve-interval.js";
import type { EstimateWithInterval } from "./curve-interval.js";
import type { CurveTable } from "./curve-table.js";
import { areaBetweenCurves, measureMultiplier } from "./efficiency.js";
import type { DataMultiplier, MultiplierReading } from "./efficiency.js";
import { fitLaw } from "./fit.js";
import type { ScalingLaw } from "./law.js";
import { refitLaw } from "./refit.js";
import { keepSharedSeeds, pairSizes } from "./shared-seeds.js";

/** How many scans of one arm reach the results of the other, size by size. */
export interface EfficiencyReport {
  /** Arm whose curve is inverted. */
  real: string;
  other: string;
  /** Law of the real arm: what its residuals are drawn around, and what is read where the reading says so. */
  law: string;
  reading: MultiplierReading;
  /** Smallest and largest size of the real arm. */
  measuredRange: [number, number];
  rows: EfficiencyRow[];
  /** Mean gain of the other arm over log n, in units of the score. */
  area: EstimateWithInterval;
  /** What was drawn, and how often. */
  unit: CurveBootstrap["unit"];
  resamples: number;
}

/**
 * One result of the other arm. Where curves are read, an interval has no numbers outside the measured sizes: its lower
 * end is 0 scans where fewer than the smallest size may do, and the largest size where all of it lies beyond; its upper
 * end is infinite where more than the largest size may be needed, and the smallest size where all of it lies below.
 * `undefinedShare` counts the draws in which the real arm does not get there.
 */
export interface EfficiencyRow extends DataMultiplier {
  equivalentScansInterval: EstimateWithInterval;
  multiplierInterval: EstimateWithInterval;
  scansSavedInterval: EstimateWithInterval;
}

/** How two arms are compared. */
export interface EfficiencyOptions extends Omit<CurveBootstrapOptions, "arms" | "law"> {
  /** Default `measured`. */
  reading?: MultiplierReading;
  /** Between 0 and 1; default 0.95. */
  level?: number;
  /** Default `percentile`. */
  method?: BootstrapMethod;
}

/**
 * Compares two arms of a table: how many scans of `real` reach each result of `other` (see `measureMultiplier`), and the
 * area between the curves, with intervals from curves drawn anew with both arms together. A draw in which the real arm
 * never reaches the other's result counts as infinitely many scans. At a size that both arms have, only the seeds count that
 * both have.
 *
 * @throws LabError when both names are the same arm, or one is not in the table.
 */
export function reportEfficiency(
  table: CurveTable,
  real: string,
  other: string,
  law: ScalingLaw,
  options: EfficiencyOptions = {},
): EfficiencyReport {
  const { reading = "measured", level = 0.95, method = "percentile" } = options;
  const { key = createKey(0), resamples = 2000 } = options;
  requireThat(real !== other, "arms", `${real},${other}`, "two different arms");
  const paired = keepSharedSeeds(table, pairSizes(table, [real, other]));
  const bootstrap = bootstrapCurves(paired, { ...options, key, resamples, arms: [real, other], law });
  const multipliersOf = (curves: readonly CurveSet[]): DataMultiplier[][] => {
    const fits =
      reading === "measured"
        ? []
        : refitLaw(
            law,
            curves.map((each) => each[real]),
          );
    return curves.map((each, i) =>
      measureMultiplier(each[real], each[other], { reading, fit: fits[i] && { law, parameters: fits[i] } }),
    );
  };
  const fit = reading === "measured" ? undefined : fitLaw(law, bootstrap.observed[real]);
  const observed = measureMultiplier(bootstrap.observed[real], bootstrap.observed[other], { reading, fit });
  const sizes = bootstrap.observed[real].map(({ n }) => n);
  const measuredRange: [number, number] = [Math.min(...sizes), Math.max(...sizes)];
  const drawn = multipliersOf(bootstrap.replicates);
  const leftOut = method === "bca" ? multipliersOf(bootstrap.jackknife) : [];
  const rows = observed.map((multiplier, i): EfficiencyRow => {
    const interval = intervalOverReplicates(
      drawn.map((each) => countScans(each[i])),
      multiplier.equivalentScans,
      { level, method, undefinedAs: Infinity, leftOut: leftOut.map((each) => countScans(each[i])) },
    );
    const scans = reading === "law" ? interval : censorEnds(interval, measuredRange, reading);
    const inOther = (change: (count: number) => number): EstimateWithInterval => ({
      ...scans,
      estimate: scans.estimate === undefined ? undefined : change(scans.estimate),
      low: change(scans.low),
      high: change(scans.high),
    });
    return {
      ...multiplier,
      equivalentScansInterval: scans,
      multiplierInterval: inOther((count) => count / multiplier.n),
      scansSavedInterval: inOther((count) => count - multiplier.n),
    };
  });
  return {
    real,
    other,
    law: law.name,
    reading,
    measuredRange,
    rows,
    area: intervalOfCurves(bootstrap, (curves) => areaBetweenCurves(curves[real], curves[other]), {
      level,
      method,
    }),
    unit: bootstrap.unit,
    resamples,
  };
}

/** Scans of one draw: 0 for fewer than the smallest size, `undefined` for more than the largest or never. */
function countScans({ equivalentScans, basis }: DataMultiplier): number | undefined {
  return basis === "fewer-than" ? 0 : equivalentScans;
}

/** What is known of the ends of an interval: beyond the sizes, or where the law does not get there, a bound at most. */
function censorEnds(
  interval: EstimateWithInterval,
  [smallest, largest]: readonly [number, number],
  reading: MultiplierReading,
): EstimateWithInterval {
  const { high } = interval;
  const low = interval.low === Infinity ? largest : interval.low;
  if (reading !== "measured") return { ...interval, low };
  // Between a bound and a number there are no numbers.
  return {
    ...interval,
    low: low < smallest ? 0 : low,
    high: high > largest ? Infinity : Math.max(high, smallest),
  };
}
