import { requireThat } from "../core/errors.js";
import { correctedQuantiles } from "../stats/bootstrap.js";
import type { BootstrapMethod } from "../stats/bootstrap.js";
import { jackknifeInterval } from "../stats/jackknife.js";
import type { CurveBootstrap, CurveSet } from "./curve-bootstrap.js";

/** How an interval is taken from curves: from the draws, or as Student's t over units left out one at a time. */
export type CurveIntervalMethod = BootstrapMethod | "t";

/** A number with its interval. */
export interface EstimateWithInterval {
  /** `undefined` when it is not defined for the measured curves. */
  estimate: number | undefined;
  /** Ends of the interval; `NaN` when the number is defined in no replicate. */
  low: number;
  high: number;
  /** Share of the replicates where it is not defined, such as an error below the other arm's floor. */
  undefinedShare: number;
  /** What was used: `bca` and `t` fall back to `percentile` where they are not defined. */
  method: CurveIntervalMethod;
  /** With `t`: standard error, degrees of freedom, and the two-sided p value of a true value of 0. */
  standardError?: number;
  degrees?: number;
  pValue?: number;
  /** With `t`: what was left out one at a time, how many there were, and what share of the variance they bring. */
  parts?: { unit: string; count: number; share: number }[];
}

/** How an interval is taken from drawn curves. */
export interface CurveIntervalOptions {
  /** Between 0 and 1; default 0.95. */
  level?: number;
  /**
   * `percentile` (default); `bca`, which needs patients or seeds to leave out; or `t`: Student's t with the variances of
   * patients and of seeds by jackknife, and Satterthwaite's degrees of freedom. With few seeds or patients `t` alone
   * covers what it says, for numbers that are nearly linear in the scores, such as means and differences of means.
   */
  method?: CurveIntervalMethod;
  /**
   * What a replicate counts as where the number is not defined, such as `Infinity` for scans that never suffice.
   * By default it is left out, and the interval is that of the others.
   */
  undefinedAs?: number;
  /** Least and greatest value that the number can have, such as `[0, 1]` of a Dice: ends of `t` beyond them are drawn in. */
  bounds?: readonly [number, number];
}

/**
 * Interval of any number worked out from a set of curves. Arms are paired: each replicate gives all of them, and so a
 * difference or a ratio of two arms keeps what they have in common.
 *
 * @param statistic works the number out from curves of the same sizes in the same order; `undefined` or `NaN` where it
 *   is not defined.
 */
export function intervalOfCurves(
  bootstrap: CurveBootstrap,
  statistic: (curves: CurveSet) => number | undefined,
  options: CurveIntervalOptions = {},
): EstimateWithInterval {
  const { method = "percentile", level = 0.95 } = options;
  const methods: readonly string[] = ["percentile", "bca", "t"];
  requireThat(methods.includes(method), "method", method, '"percentile", "bca" or "t"');
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const isBca = method === "bca";
  if (method === "t") {
    const found = studentInterval(bootstrap, statistic, level, options.bounds);
    if (found) return found;
  }
  return intervalOverReplicates(bootstrap.replicates.map(statistic), statistic(bootstrap.observed), {
    ...options,
    method: isBca ? "bca" : "percentile",
    leftOut: isBca ? bootstrap.jackknife.map(statistic) : [],
  });
}

/** `undefined` where there is nothing to leave out, or the number is not defined without some unit. */
function studentInterval(
  { observed, leftOut }: CurveBootstrap,
  statistic: (curves: CurveSet) => number | undefined,
  level: number,
  [least, greatest]: readonly [number, number] = [-Infinity, Infinity],
): EstimateWithInterval | undefined {
  const estimate = statistic(observed);
  if (estimate === undefined || leftOut.length === 0) return undefined;
  const groups = leftOut.map(({ curves }) => curves.map((each) => statistic(each) ?? NaN));
  const found = jackknifeInterval(estimate, groups, level);
  if (Number.isNaN(found.low)) return undefined;
  const { shares, ...interval } = found;
  const parts = leftOut
    .filter(({ curves }) => curves.length > 1)
    .map(({ unit, curves }, i) => ({ unit, count: curves.length, share: shares[i] ?? 0 }))
    // What another test set's patients change is rounding.
    .filter(({ share }) => share > 1e-9);
  const low = Math.max(least, found.low);
  const high = Math.min(greatest, found.high);
  return { ...interval, low, high, estimate, undefinedShare: 0, method: "t", parts };
}

/** {@link intervalOfCurves} for values that are at hand: of the replicates, of the measured curves, of those with one unit left out. */
export function intervalOverReplicates(
  replicates: readonly (number | undefined)[],
  estimate: number | undefined,
  options: Omit<CurveIntervalOptions, "method"> & {
    method?: BootstrapMethod;
    leftOut?: readonly (number | undefined)[];
  } = {},
): EstimateWithInterval {
  const { level = 0.95, method = "percentile", undefinedAs, leftOut = [] } = options;
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  requireThat(method === "percentile" || method === "bca", "method", method, '"percentile" or "bca"');
  const isDefined = (value: number | undefined): value is number =>
    value !== undefined && !Number.isNaN(value);
  const defined = replicates.filter(isDefined);
  const missing = replicates.length - defined.length;
  const counted =
    undefinedAs === undefined ? defined : [...defined, ...new Array<number>(missing).fill(undefinedAs)];
  const sorted = Float64Array.from(counted).sort();
  const corrected =
    method === "bca" && isDefined(estimate) && leftOut.length > 1 && leftOut.every(isDefined)
      ? correctedQuantiles(sorted, estimate, leftOut, level)
      : undefined;
  const [low, high] = corrected ?? [(1 - level) / 2, (1 + level) / 2];
  return {
    estimate,
    low: quantileWithInfinities(sorted, low),
    high: quantileWithInfinities(sorted, high),
    undefinedShare: replicates.length === 0 ? 0 : missing / replicates.length,
    method: corrected ? "bca" : "percentile",
  };
}

/** Quantile with straight lines between the values; between a number and infinity it is infinite. */
function quantileWithInfinities(sorted: Float64Array, fraction: number): number {
  if (sorted.length === 0) return NaN;
  const position = fraction * (sorted.length - 1);
  const index = Math.min(Math.floor(position), sorted.length - 2);
  if (index < 0) return sorted[0];
  const share = position - index;
  if (share === 0) return sorted[index];
  if (sorted[index] === sorted[index + 1]) return sorted[index];
  return sorted[index] + share * (sorted[index + 1] - sorted[index]);
}
