import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { compareSamples, kolmogorovDistance, wassersteinDistance } from "tumorlab/internal/stats/two-sample";

describe("kolmogorovDistance", () => {
  it("is 0 for equal samples, 1 for separate ones, and counts ties once", () => {
    assert.equal(kolmogorovDistance([1, 2, 3], [3, 1, 2]), 0);
    assert.equal(kolmogorovDistance([1, 2], [3, 4, 5]), 1);
    // Shares at or below 2: three quarters and a half; at or below 1: a quarter and none.
    assert.equal(kolmogorovDistance([1, 2, 2, 3], [2, 3]), 0.25);
    assert.equal(kolmogorovDistance([1, 1, 1, 5], [1, 5, 5, 5]), 0.5);
  });

  it("agrees with the definition, value by value", () => {
    const draw = createKey(3).stream();
    const [a, b] = [7, 12].map((n) => Array.from({ length: n }, () => draw.integer(0, 9)));
    const share = (values: number[], at: number) =>
      values.filter((value) => value <= at).length / values.length;
    const largest = Math.max(...[...a, ...b].map((at) => Math.abs(share(a, at) - share(b, at))));
    assert.ok(Math.abs(kolmogorovDistance(a, b) - largest) < 1e-12);
  });

  it("is not a number without values and refuses what is none", () => {
    assert.ok(Number.isNaN(kolmogorovDistance([], [1])));
    assert.throws(() => kolmogorovDistance([NaN], [1]), /numbers only/);
  });
});

describe("wassersteinDistance", () => {
  it("is what scipy.stats.wasserstein_distance gives", () => {
    assert.equal(wassersteinDistance([0, 1, 3], [5, 6, 8]), 5);
    assert.ok(Math.abs(wassersteinDistance([3.4, 3.9, 7.5, 7.8], [4.5, 1.4]) - 2.7) < 1e-12);
    assert.ok(Math.abs(wassersteinDistance([1, 2, 2, 9], [2, 3, 3, 3, 12, -4]) - 7 / 3) < 1e-12);
  });

  it("is in the unit of the values: 0 for equal samples, the shift for shifted ones", () => {
    const draw = createKey(5).stream();
    const a = Array.from({ length: 9 }, () => draw.normal());
    assert.equal(wassersteinDistance(a, [...a].reverse()), 0);
    const shifted = a.map((value) => value + 3);
    assert.ok(Math.abs(wassersteinDistance(a, shifted) - 3) < 1e-12);
    const [wide, moved] = [a, shifted].map((values) => values.map((value) => 1000 * value));
    assert.ok(Math.abs(wassersteinDistance(wide, moved) - 3000) < 1e-9);
    assert.ok(Number.isNaN(wassersteinDistance([], a)));
    assert.throws(() => wassersteinDistance([NaN], a), /numbers only/);
  });
});

describe("compareSamples", () => {
  const sample = (name: string, clusters: number, each: number, value: (cluster: number) => number) => {
    const rows = Array.from({ length: clusters * each }, (_, i) => Math.floor(i / each));
    return { values: rows.map(value), clusters: rows.map((cluster) => `${name}${cluster}`) };
  };

  it("finds samples that differ, with the number of relabellings as its limit", () => {
    const found = compareSamples(
      sample("a", 6, 1, (cluster) => cluster),
      sample("b", 6, 1, (cluster) => cluster + 100),
    );
    assert.equal(found.ks, 1);
    // 2 of the 924 ways to choose six of twelve are as extreme.
    assert.ok(found.pValue > 0.0004 && found.pValue < 0.006, `${found.pValue}`);
    assert.deepEqual(
      [found.n, found.clusters],
      [
        [6, 6],
        [6, 6],
      ],
    );
  });

  it("tells by how much samples differ, with an interval over clusters and what chance gives", () => {
    const draw = createKey(2).stream();
    const [a, b] = ["a", "b"].map((name, shift) =>
      sample(name, 12, 2, () => 0).clusters.reduce(
        ({ values, clusters }, cluster) => ({
          values: [...values, draw.normal() + 4 * shift],
          clusters: [...clusters, cluster],
        }),
        { values: [] as number[], clusters: [] as string[] },
      ),
    );
    const found = compareSamples(a, b, { permutations: 400 });
    assert.equal(found.wasserstein, wassersteinDistance(a.values, b.values));
    const { low, high, level } = found.wassersteinInterval;
    assert.ok(low < found.wasserstein && found.wasserstein < high && level === 0.95, `${low} to ${high}`);
    assert.ok(low > 2.5 && high < 5.5, `${low} to ${high}`);
    assert.ok(found.wassersteinByChance > 0.1 && found.wassersteinByChance < low);

    const lone = compareSamples(
      sample("a", 1, 5, () => 1),
      sample("b", 4, 1, (cluster) => cluster),
    );
    assert.equal(lone.wasserstein, 1);
    assert.ok(Number.isNaN(lone.wassersteinInterval.low), "one patient says nothing of others");
  });

  it("moves clusters whole: many values of few patients prove little", () => {
    const found = compareSamples(
      sample("a", 2, 50, (cluster) => cluster),
      sample("b", 2, 50, (cluster) => cluster + 100),
    );
    assert.equal(found.ks, 1);
    // 2 of the 6 ways to choose two of four patients are as extreme.
    assert.ok(Math.abs(found.pValue - 1 / 3) < 0.05, `${found.pValue}`);
  });

  it("keeps its level where nothing differs", () => {
    const draw = createKey(9).stream();
    let rejected = 0;
    for (let study = 0; study < 60; study++) {
      const [a, b] = ["a", "b"].map((name) => sample(name, 6, 2, () => draw.normal()));
      if (compareSamples(a, b, { key: createKey(study), permutations: 99 }).pValue <= 0.1) rejected++;
    }
    assert.ok(rejected <= 14, `${rejected} of 60 at the level 0.1`);
  });

  it("gives the same p from the same key, none for an empty sample, and refuses shared clusters", () => {
    const [a, b] = ["a", "b"].map((name) => sample(name, 4, 2, (cluster) => (cluster * 7) % 5));
    assert.deepEqual(
      compareSamples(a, b, { key: createKey(1) }),
      compareSamples(a, b, { key: createKey(1) }),
    );
    const empty = compareSamples({ values: [], clusters: [] }, b);
    assert.ok(Number.isNaN(empty.ks) && Number.isNaN(empty.pValue) && empty.n[0] === 0);
    assert.ok(Number.isNaN(empty.wasserstein) && Number.isNaN(empty.wassersteinByChance));
    assert.throws(() => compareSamples(a, a), /no cluster in both/);
    assert.throws(() => compareSamples({ values: [1], clusters: [] }, b), /a cluster for each value/);
  });
});
