import { requireThat } from "../errors.js";
import { createKey, type Key } from "../random.js";
import { groupClusters } from "./clusters.js";
import { sortNumbers } from "./describe.js";

/** Values with the cluster, such as the patient, that each comes from. */
export interface ClusteredSample {
  values: readonly number[];
  /** One a value. */
  clusters: readonly string[];
}

/** How far two samples lie apart, and whether chance alone would do. */
export interface SampleDistance {
  /** Kolmogorov and Smirnov's: the largest difference of the two shares of values at or below a number, 0 to 1. */
  ks: number;
  /** Share of relabellings of clusters with a distance at least as large, the given one counted; `NaN` where `ks` is. */
  pValue: number;
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
 * Compares two samples by {@link kolmogorovDistance} with a permutation test that moves whole clusters: lesions of one
 * patient are alike, and moving them one by one would find differences where there are none. With few clusters the
 * smallest p that can come out is large, and the test says little.
 *
 * @param options `key` of the permutations (default seed 0) and their number (default 2,000).
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
  if (Number.isNaN(ks)) return { ks, pValue: NaN, ...counts, permutations };
  const stream = key.split("permutations").stream();
  const all = names.map((_, cluster) => cluster);
  let extreme = 1;
  for (let round = 0; round < permutations; round++) {
    const chosen = new Set(stream.shuffle(all).slice(0, ownClusters));
    const inFirst = values.filter((_, row) => chosen.has(indexOfRow[row]));
    const inSecond = values.filter((_, row) => !chosen.has(indexOfRow[row]));
    // The same distance comes out a rounding apart when it is reached in another order.
    if (kolmogorovDistance(inFirst, inSecond) >= ks - 1e-12) extreme++;
  }
  return { ks, pValue: extreme / (permutations + 1), ...counts, permutations };
}
