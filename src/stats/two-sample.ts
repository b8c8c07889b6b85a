import { requireThat } from "../core/errors.js";
import { createKey, type Key } from "../core/random.js";
import { bootstrapInterval, type Interval } from "./bootstrap.js";
import { groupClusters } from "./clusters.js";
import { median, sortNumbers } from "./describe.js";

/** Values with the cluster, such as the patient, that each comes from. */
export interface ClusteredSample {
  values: readonly number[];
  /** One per value. */
  clusters: readonly string[];
}

/** How far two samples lie apart, and whether chance alone would do. */
export interface SampleDistance {
  /** Kolmogorov and Smirnov's: the largest difference of the two shares of values at or below a number, 0 to 1. */
  ks: number;
  /** Share of the new labellings of clusters with a distance at least as large, the given one counted; `NaN` where `ks` is. */
  pValue: number;
  /** Wasserstein's, of first order: by how much values have to move for one sample to become the other, in their unit. */
  wasserstein: number;
  /** 95 % interval of it by drawing clusters anew (BCa); `NaN` with fewer than two clusters on a side. */
  wassersteinInterval: Interval;
  /** The median of it over new labellings: what chance alone gives samples of this size. */
  wassersteinByChance: number;
  n: readonly [number, number];
  clusters: readonly [number, number];
  permutations: number;
}

/**
 * Largest difference between the empirical distribution functions of two samples, 0 (alike) to 1 (apart). `NaN` when one
 * is empty.
 *
 * @throws LabError for a value that is not a number.
 */
export function kolmogorovDistance(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const a = sortNumbers(first);
  const b = sortNumbers(second);
  if (a.length === 0 || b.length === 0) return NaN;
  let largest = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const at = Math.min(a[i], b[j]);
    while (i < a.length && a[i] === at) i++;
    while (j < b.length && b[j] === at) j++;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}

/**
 * First-order Wasserstein (earth mover's) distance of two samples: the mean way, in the unit of the values, that the values
 * of one have to go to become the other; the area between the two empirical distribution functions. 0 for equal samples,
 * `NaN` when one is empty. Unlike {@link kolmogorovDistance} it tells by how much samples differ and not only how clearly.
 *
 * @throws LabError for a value that is not a number.
 */
export function wassersteinDistance(first: ArrayLike<number>, second: ArrayLike<number>): number {
  // Sorting refuses what is no number.
  const a = sortNumbers(first);
  const b = sortNumbers(second);
  const values = [...a, ...b];
  const ones = new Uint8Array(values.length).fill(1);
  return weightedWasserstein(values, orderRows(values), (row) => row < a.length, ones);
}

/** Row numbers, values ascending. */
function orderRows(values: readonly number[]): number[] {
  return values.map((_, row) => row).sort((i, j) => values[i] - values[j]);
}

/** Area between the distribution functions of two groups of weighted rows; `NaN` where one has no weight. */
function weightedWasserstein(
  values: readonly number[],
  order: readonly number[],
  isFirst: (row: number) => boolean,
  weights: ArrayLike<number>,
): number {
  let [firstTotal, secondTotal] = [0, 0];
  for (const row of order)
    if (isFirst(row)) firstTotal += weights[row];
    else secondTotal += weights[row];
  if (firstTotal === 0 || secondTotal === 0) return NaN;
  let [first, second, area] = [0, 0, 0];
  order.forEach((row, place) => {
    if (isFirst(row)) first += weights[row];
    else second += weights[row];
    const next = order[place + 1];
    if (next !== undefined)
      area += Math.abs(first / firstTotal - second / secondTotal) * (values[next] - values[row]);
  });
  return area;
}

/**
 * Compares two samples by {@link kolmogorovDistance} and {@link wassersteinDistance}: the first with a permutation test
 * that moves whole clusters, the second with an interval that draws them anew. Lesions of one patient are alike, and moving
 * them one by one would find differences where there are none. With few clusters the smallest p that can come out is large,
 * and the test says little. Chance alone keeps any distance above 0: hold the interval against `wassersteinByChance`.
 *
 * @param options `key` of permutations and draws (default seed 0) and the number of each (default 2,000).
 * @throws LabError when values and clusters differ in number or a cluster is in both samples.
 */
export function compareSamples(
  first: ClusteredSample,
  second: ClusteredSample,
  { key = createKey(0), permutations = 2000 }: { key?: Key; permutations?: number } = {},
): SampleDistance {
  for (const [name, sample] of Object.entries({ first, second }))
    requireThat(
      sample.values.length === sample.clusters.length,
      name,
      `${sample.values.length} values, ${sample.clusters.length} clusters`,
      "a cluster for each value",
    );
  const shared = first.clusters.find((name) => second.clusters.includes(name));
  requireThat(shared === undefined, "clusters", shared, "no cluster in both samples");
  const { names, indexOfRow } = groupClusters([...first.clusters, ...second.clusters]);
  const values = [...first.values, ...second.values];
  const ownClusters = new Set(first.clusters).size;
  const ks = kolmogorovDistance(first.values, second.values);
  const counts = {
    n: [first.values.length, second.values.length],
    clusters: [ownClusters, names.length - ownClusters],
  } as const;
  const order = orderRows(values);
  const isFirst = (row: number): boolean => row < first.values.length;
  const drawn = new Uint32Array(values.length);
  const wassersteinInterval = bootstrapInterval(
    Math.min(ownClusters, names.length - ownClusters) < 2 ? 0 : names.length,
    (weights) => {
      for (let row = 0; row < drawn.length; row++) drawn[row] = weights[indexOfRow[row]];
      return weightedWasserstein(values, order, isFirst, drawn);
    },
    { key, resamples: permutations, method: "bca" },
  );
  const wasserstein = wassersteinDistance(first.values, second.values);
  if (Number.isNaN(ks)) {
    const none = { pValue: NaN, wassersteinByChance: NaN };
    return { ks, wasserstein, wassersteinInterval, ...none, ...counts, permutations };
  }
  const ones = new Uint8Array(values.length).fill(1);
  const byChance: number[] = [];
  const stream = key.split("permutations").stream();
  const all = names.map((_, cluster) => cluster);
  let extreme = 1;
  for (let round = 0; round < permutations; round++) {
    const chosen = new Set(stream.shuffle(all).slice(0, ownClusters));
    const inFirst = values.filter((_, row) => chosen.has(indexOfRow[row]));
    const inSecond = values.filter((_, row) => !chosen.has(indexOfRow[row]));
    // The same distance comes out a rounding apart when it is reached in another order.
    if (kolmogorovDistance(inFirst, inSecond) >= ks - 1e-12) extreme++;
    byChance.push(weightedWasserstein(values, order, (row) => chosen.has(indexOfRow[row]), ones));
  }
  const pValue = extreme / (permutations + 1);
  const wassersteinByChance = median(byChance);
  return { ks, pValue, wasserstein, wassersteinInterval, wassersteinByChance, ...counts, permutations };
}
