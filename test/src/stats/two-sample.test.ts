import assert from "node:assert/strict";
import { compareSamples, createKey, kolmogorovDistance } from "tumorlab";

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
    assert.throws(() => compareSamples(a, a), /no cluster in both/);
    assert.throws(() => compareSamples({ values: [1], clusters: [] }, b), /a cluster for each value/);
  });
});
