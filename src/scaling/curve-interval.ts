import { requireThat } from "../core/errors.js";
import { correctedQuantiles } from "../stats/bootstrap.js";
import type { BootstrapMethod } from "../stats/bootstrap.js";
import type { CurveBootstrap, CurveSet } from "./curve-bootstrap.js";

/** A number with the range its bootstrap replicates span. */
export interface EstimateWithInterval {
  /** `undefined` when it is not defined for the measured curves. */
  estimate: number | undefined;
  /** Ends of the interval; `NaN` when the number is defined in no replicate. */
  low: number;
  high: number;
  /** Share of the replicates where it is not defined, such as an error below the other arm's floor. */
  undefinedShare: number;
  /** What was used: `bca` falls back to `percentile` where its correction is not defined. */
  method: BootstrapMethod;
}

/** How an interval is taken from drawn curves. */
export interface CurveIntervalOptions {
  /** Between 0 and 1; default 0.95. */
  level?: number;
  /** `percentile` (default), or `bca`, which needs patients or seeds to leave out. */
  method?: BootstrapMethod;
  /**
   * What a replicate counts as where the number is not defined, such as `Infinity` for scans that never suffice.
   * By default it is left out, and the interval is that of the others.
   */
  undefinedAs?: number;
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
  const isBca = options.method === "bca";
  return intervalOverReplicates(bootstrap.replicates.map(statistic), statistic(bootstrap.observed), {
    ...options,
    leftOut: isBca ? bootstrap.jackknife.map(statistic) : [],
  });
}

/** {@link intervalOfCurves} for values that are at hand: of the replicates, of the measured curves, of those with one unit left out. */
export function intervalOverReplicates(
  replicates: readonly (number | undefined)[],
  estimate: number | undefined,
  options: CurveIntervalOptions & { leftOut?: readonly (number | undefined)[] } = {},
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
