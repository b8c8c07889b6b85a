import { requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { Key } from "../core/random.js";
import { quantileOfSorted } from "./describe.js";
import { normalCdf, normalQuantile } from "./normal.js";

/** Two ends and how they were found. */
export interface Interval {
  /** `NaN` when no interval can be given: fewer than two clusters, or the statistic is not defined. */
  low: number;
  high: number;
  /** Share of such intervals that hold the true value, such as 0.95. */
  level: number;
  /** What was used; `bca` falls back to `percentile` where its correction is not defined. */
  method: BootstrapMethod;
  /** Resamples drawn. */
  resamples: number;
  /** Resamples in which the statistic was not defined (`NaN`), left out of the interval. */
  undefinedResamples: number;
}

/** `percentile` (Efron 1979) or bias-corrected and accelerated, `bca` (Efron 1987). */
export type BootstrapMethod = "percentile" | "bca";

/** How a bootstrap is drawn. */
export interface BootstrapOptions {
  /** Where its randomness comes from; defaults to seed 0. The same key gives the same interval. */
  key?: Key;
  /** Resamples; defaults to 2,000. A whole number from 1. */
  resamples?: number;
  /** Between 0 and 1; defaults to 0.95. */
  level?: number;
  /** Defaults to *percentile*. */
  method?: BootstrapMethod;
}

/**
 * A statistic of clusters that are drawn with replacement: `weights[c]` is how often cluster `c` was drawn.
 * Must be `NaN` where it is not defined, and must not keep the array.
 */
export type WeightedStatistic = (weights: Uint32Array) => number;

/**
 * Interval of `statistic` by drawing `clusters` clusters with replacement, again and again.
 *
 * A cluster is what was sampled independently: the patient, not the scan and not the lesion. Two quantities
 * that are computed from the same weights within one `statistic` are paired, which is how the difference of two
 * models is to be taken. Fewer than two clusters, or a statistic that is `NaN` on the sample itself, give an
 * interval of `NaN`.
 */
export function bootstrapInterval(
  clusters: number,
  statistic: WeightedStatistic,
  options: BootstrapOptions = {},
): Interval {
  const { resamples = 2000, level = 0.95, method = "percentile" } = options;
  requireThat(Number.isSafeInteger(clusters) && clusters >= 0, "clusters", clusters, "a whole number from 0");
  requireThat(
    Number.isSafeInteger(resamples) && resamples >= 1,
    "resamples",
    resamples,
    "a whole number from 1",
  );
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  requireThat(method === "percentile" || method === "bca", "method", method, '"percentile" or "bca"');
  const estimate = clusters < 2 ? NaN : statistic(new Uint32Array(clusters).fill(1));
  const nothing = { low: NaN, high: NaN, level, method, resamples, undefinedResamples: 0 };
  if (Number.isNaN(estimate)) return nothing;

  const replicates = bootstrapReplicates(clusters, statistic, options.key ?? createKey(0), resamples);
  const undefinedResamples = resamples - replicates.length;
  const ends = method === "bca" ? correctedEnds(replicates, estimate, clusters, statistic, level) : undefined;
  const [low, high] = ends ?? [(1 - level) / 2, (1 + level) / 2];
  return {
    ...nothing,
    low: quantileOfSorted(replicates, low),
    high: quantileOfSorted(replicates, high),
    method: ends ? "bca" : "percentile",
    undefinedResamples,
  };
}

/** The statistic in each resample, ascending, without those where it is not defined. */
export function bootstrapReplicates(
  clusters: number,
  statistic: WeightedStatistic,
  key: Key,
  resamples: number,
): Float64Array {
  const stream = key.split("bootstrap").stream();
  const weights = new Uint32Array(clusters);
  const replicates = new Float64Array(resamples);
  // Draws at or beyond the limit would favour the first clusters; two 16-bit draws come from one word if they fit.
  const short = clusters <= 65536;
  const limit = short ? 65536 - (65536 % clusters) : 2 ** 32 - (2 ** 32 % clusters);
  let defined = 0;
  for (let r = 0; r < resamples; r++) {
    weights.fill(0);
    let left = clusters;
    while (left > 0) {
      const word = stream.nextUint32();
      if (!short) {
        if (word < limit) {
          weights[word % clusters]++;
          left--;
        }
        continue;
      }
      const first = word & 0xffff;
      const second = word >>> 16;
      if (first < limit) {
        weights[first % clusters]++;
        left--;
      }
      if (left > 0 && second < limit) {
        weights[second % clusters]++;
        left--;
      }
    }
    const value = statistic(weights);
    if (!Number.isNaN(value)) replicates[defined++] = value;
  }
  return replicates.subarray(0, defined).sort();
}

/** The two quantiles of the replicates that BCa takes; `undefined` where the correction is not defined. */
function correctedEnds(
  replicates: Float64Array,
  estimate: number,
  clusters: number,
  statistic: WeightedStatistic,
  level: number,
): [number, number] | undefined {
  const weights = new Uint32Array(clusters).fill(1);
  const leftOut = Float64Array.from(weights, (_, c) => {
    weights[c] = 0;
    const value = statistic(weights);
    weights[c] = 1;
    return value;
  });
  return correctedQuantiles(replicates, estimate, leftOut, level);
}

/**
 * The two quantiles of the replicates that BCa takes (Efron 1987), each between 0 and 1.
 *
 * @param replicates of the statistic, in any order.
 * @param leftOut the statistic with one cluster left out at a time.
 * @returns `undefined` where the correction is not defined: all replicates on one side of the estimate, or a statistic
 *   that is not defined without some cluster.
 */
export function correctedQuantiles(
  replicates: ArrayLike<number>,
  estimate: number,
  leftOut: ArrayLike<number>,
  level: number,
): [number, number] | undefined {
  let below = 0;
  let equal = 0;
  for (let r = 0; r < replicates.length; r++) {
    if (replicates[r] < estimate) below++;
    else if (replicates[r] === estimate) equal++;
  }
  const share = (below + equal / 2) / replicates.length; // ties count half: a statistic may take few values
  if (!(share > 0 && share < 1)) return undefined;
  const bias = normalQuantile(share);
  const acceleration = jackknifeAcceleration(leftOut);
  if (!Number.isFinite(acceleration)) return undefined;
  const corrected = (probability: number): number => {
    const z = bias + normalQuantile(probability);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  const ends: [number, number] = [corrected((1 - level) / 2), corrected((1 + level) / 2)];
  return ends.every(Number.isFinite) ? ends : undefined;
}

/** Efron's acceleration: the skewness of the statistic with one cluster left out at a time. */
function jackknifeAcceleration(leftOut: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < leftOut.length; c++) sum += leftOut[c];
  const center = sum / leftOut.length;
  let squares = 0;
  let cubes = 0;
  for (let c = 0; c < leftOut.length; c++) {
    const difference = center - leftOut[c];
    squares += difference ** 2;
    cubes += difference ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
