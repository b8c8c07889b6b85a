import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { bootstrapInterval } from "tumorlab/internal/stats/bootstrap";
import type { WeightedStatistic } from "tumorlab/internal/stats/bootstrap";
import { groupClusters } from "tumorlab/internal/stats/clusters";

const values = [0.91, 0.42, 0.77, 0.88, 0.93, 0.05, 0.86, 0.79];

function meanOf(list: readonly number[]): WeightedStatistic {
  return (weights) => {
    let sum = 0;
    let n = 0;
    list.forEach((value, i) => {
      sum += value * weights[i];
      n += weights[i];
    });
    return n === 0 ? NaN : sum / n;
  };
}

describe("bootstrapInterval", () => {
  it("agrees with scipy's percentile and BCa intervals of a mean", () => {
    // scipy 1.10: scipy.stats.bootstrap((x,), np.mean, n_resamples=200000, method=..., random_state=0);
    // its Monte Carlo error and ours are about 0.002 at this number of resamples
    const expected = { percentile: [0.48125, 0.87125], bca: [0.4025, 0.85125] };
    for (const method of ["percentile", "bca"] as const) {
      const found = bootstrapInterval(8, meanOf(values), { method, resamples: 100_000, key: createKey(3) });
      assert.equal(found.method, method);
      assert.ok(Math.abs(found.low - expected[method][0]) < 0.006, `${method} low ${found.low}`);
      assert.ok(Math.abs(found.high - expected[method][1]) < 0.006, `${method} high ${found.high}`);
    }
  });

  it("gives the same interval for the same key and another for another", () => {
    const draw = (seed: number) => bootstrapInterval(8, meanOf(values), { key: createKey(seed) });
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
    assert.equal(draw(1).resamples, 2000);
  });

  it("draws every cluster equally often, as many as there are", () => {
    for (const clusters of [2, 7, 1000, 70_000]) {
      const drawn = new Float64Array(clusters);
      const resamples = clusters > 10_000 ? 20 : 400;
      bootstrapInterval(
        clusters,
        (weights) => {
          let sum = 0;
          weights.forEach((weight, c) => {
            sum += weight;
            drawn[c] += weight;
          });
          assert.equal(sum, clusters);
          return 1;
        },
        { resamples },
      );
      // One look is at the sample itself; the rest are draws with expectation 1 a cluster and resample.
      const chi2 = drawn.reduce((sum, n) => sum + (n - 1 - resamples) ** 2 / resamples, 0);
      const spread = Math.abs(chi2 - clusters) / Math.sqrt(2 * clusters);
      assert.ok(spread < 5, `chi-square ${chi2} for ${clusters} clusters`);
    }
  });

  it("is wider when rows of one patient move together", () => {
    const patients = groupClusters(["a", "a", "b", "b", "c", "c", "d", "d"]);
    assert.deepEqual([...patients.indexOfRow], [0, 0, 1, 1, 2, 2, 3, 3]);
    const rows = [0.9, 0.9, 0.5, 0.5, 0.7, 0.7, 0.1, 0.1];
    const byRow = bootstrapInterval(8, meanOf(rows));
    const byPatient = bootstrapInterval(4, meanOf([0.9, 0.5, 0.7, 0.1]));
    assert.ok(byPatient.high - byPatient.low > 1.2 * (byRow.high - byRow.low));
  });

  it("leaves out resamples in which the statistic is not defined, and counts them", () => {
    // Only cluster 0 has a value: a resample without it has none, which happens with probability (1 - 1/4)^4.
    const found = bootstrapInterval(4, (weights) => (weights[0] > 0 ? 5 : NaN), { resamples: 4000 });
    assert.deepEqual([found.low, found.high], [5, 5]);
    assert.ok(Math.abs(found.undefinedResamples / 4000 - 0.75 ** 4) < 0.03);
  });

  it("gives no interval without two clusters or a defined statistic", () => {
    for (const clusters of [0, 1]) assert.ok(Number.isNaN(bootstrapInterval(clusters, () => 1).low));
    assert.ok(Number.isNaN(bootstrapInterval(5, () => NaN).high));
  });

  it("falls back to percentile where BCa is not defined", () => {
    // The sample's own value is below all replicates but itself never occurs: no bias can be estimated.
    let first = true;
    const odd: WeightedStatistic = () => (first ? ((first = false), -1) : 1);
    assert.equal(bootstrapInterval(5, odd, { method: "bca" }).method, "percentile");
    const constant = bootstrapInterval(5, () => 2, { method: "bca" });
    assert.deepEqual([constant.method, constant.low, constant.high], ["bca", 2, 2]);
  });

  it("refuses what it cannot draw", () => {
    assert.throws(() => bootstrapInterval(-1, () => 1), /clusters: found -1/);
    assert.throws(() => bootstrapInterval(3, () => 1, { resamples: 0 }), /resamples: found 0/);
    assert.throws(() => bootstrapInterval(3, () => 1, { level: 95 }), /level: found 95/);
    assert.throws(() => bootstrapInterval(3, () => 1, { method: "t" as "bca" }), /method: found "t"/);
  });
});
