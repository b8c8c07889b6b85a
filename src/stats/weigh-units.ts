import { requireThat } from "../core/errors.js";
import type { WeightedStatistic } from "./bootstrap.js";

/** Values of independent units with how much each counts, and the mean over them. */
export interface WeighedUnits {
  n: number;
  /** One per unit. */
  values: Float64Array;
  /** One per unit, with mean 1. */
  weights: Float64Array;
  /** All weights are the same. */
  areAlike: boolean;
  /** `NaN` for no units. */
  mean: number;
  /** The mean of a resample in which unit `i` was drawn so many times. */
  meanOfDraw: WeightedStatistic;
  /**
   * One number per unit whose plain mean is `mean` and whose spread is that of the mean: the values where units count alike,
   * else `mean + weight (value - mean)`, as a ratio of two sums behaves near its estimate.
   */
  linearised: Float64Array;
  /** Bounds of `linearised` for values within these. */
  widenBounds(bounds: readonly [number, number]): [number, number];
}

/**
 * Puts values of units together with their weights.
 *
 * @param weights above 0; default all alike.
 * @throws LabError for a value that is not finite, a weight that is not above 0, or another number of weights than values.
 */
export function weighUnits(values: ArrayLike<number>, weights?: ArrayLike<number>): WeighedUnits {
  const n = values.length;
  const own = Float64Array.from(values);
  const rows = weights ? Float64Array.from(weights) : new Float64Array(n).fill(1);
  requireThat(rows.length === n, "weights", rows.length, `${n}, one per value`);
  for (let i = 0; i < n; i++) {
    requireThat(Number.isFinite(values[i]), "values", values[i], "finite numbers only");
    requireThat(Number.isFinite(rows[i]) && rows[i] > 0, "weights", rows[i], "finite numbers above 0");
  }
  const total = rows.reduce((sum, weight) => sum + weight, 0);
  const areAlike = rows.every((weight) => weight === rows[0]);
  const shares = areAlike ? new Float64Array(n).fill(1) : rows.map((weight) => (weight * n) / total);
  const mean = own.reduce((sum, value, i) => sum + shares[i] * value, 0) / n;
  const largest = shares.reduce((most, share) => Math.max(most, share), 1);
  return {
    n,
    values: own,
    weights: shares,
    areAlike,
    mean,
    meanOfDraw: (draw) => {
      let [sum, count] = [0, 0];
      for (let i = 0; i < n; i++) {
        sum += draw[i] * shares[i] * own[i];
        count += draw[i] * shares[i];
      }
      return count === 0 ? NaN : sum / count;
    },
    linearised: areAlike ? own : own.map((value, i) => mean + shares[i] * (value - mean)),
    widenBounds: ([least, most]) => {
      if (areAlike) return [least, most];
      const rounding = 1e-12 * (most - least);
      return [mean + largest * (least - mean) - rounding, mean + largest * (most - mean) + rounding];
    },
  };
}
