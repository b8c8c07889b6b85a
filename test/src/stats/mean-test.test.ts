import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { meanInterval } from "tumorlab/internal/stats/mean-interval";
import { testMeanSides } from "tumorlab/internal/stats/mean-test";

const close = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) < 1e-12, `${found} for ${expected}`);

describe("testMeanSides", () => {
  it("is half of scipy's paired t test", () => {
    // scipy 1.17.1: stats.ttest_rel(b, a).pvalue / 2, t.sf((mean + 4) / se, 7), t.cdf((mean - 4) / se, 7)
    const a = [3.1, 4.2, 2.2, 8.1, 3.3, 2.9, 5, 4.4];
    const b = [4, 5.9, 2.1, 12.7, 4.1, 3.6, 5.2, 7];
    const gains = b.map((value, i) => value - a[i]);
    const zero = testMeanSides(gains, 0);
    assert.equal(zero.method, "t");
    close(zero.above, 0.034366052875304226 / 2);
    close(zero.above + zero.below, 1);
    close(testMeanSides(gains, -4, { method: "t" }).above, 1.0855889286266298e-5);
    close(testMeanSides(gains, 4, { method: "t" }).below, 0.0010589214443620372);
  });

  it("says of a number what the interval of the same method says", () => {
    const stream = createKey(4).stream();
    for (const method of ["t", "gaffke"] as const)
      for (let round = 0; round < 60; round++) {
        const n = 2 + (round % 20);
        const values = Array.from({ length: n }, () => Math.tanh(0.3 + 0.5 * stream.normal()));
        const weights = round % 2 === 0 ? undefined : values.map(() => 1 + Math.floor(3 * stream.uniform()));
        const how = { method, bounds: [-1, 1] as const, question: "difference" as const, weights };
        const { low, high } = meanInterval(values, { ...how, level: 0.9 });
        // Ends are cut to the bounds, where nothing lies beyond them.
        if (low > -1 + 1e-9)
          assert.ok(Math.abs(testMeanSides(values, low, how).above - 0.05) < 1e-6, `${method} ${n}`);
        if (high < 1 - 1e-9)
          assert.ok(Math.abs(testMeanSides(values, high, how).below - 0.05) < 1e-6, `${method} ${n}`);
      }
  });

  it("keeps the digits of small values", () => {
    const how = { method: "gaffke", bounds: [-1, 1] } as const;
    const gains = Array.from({ length: 120 }, () => 0.9);
    const [above, below] = [
      testMeanSides(gains, 0, how).above,
      testMeanSides(
        gains.map((gain) => -gain),
        0,
        how,
      ).below,
    ];
    // All spacings but the one of the bound count 0.9, which is outweighed where that one is above 0.9 / 1.9.
    assert.ok(Math.abs(above / (1 - 0.9 / 1.9) ** 120 - 1) < 1e-9, `${above}`);
    assert.ok(Math.abs(below / above - 1) < 1e-9);
  });

  it("claims nothing of fewer than two units, nor by t of units that are all the same", () => {
    for (const values of [[], [0.2], [0.2, 0.2, 0.2]])
      assert.deepEqual(testMeanSides(values, 0, { method: "t" }), { method: "t", above: NaN, below: NaN });
    const flat = testMeanSides([0.2, 0.2, 0.2], 0, { method: "gaffke", bounds: [-1, 1] });
    assert.ok(flat.above > 0.3 && flat.below === 1);
  });

  it("refuses methods without p values, and bounds that are none", () => {
    assert.throws(
      () => testMeanSides([1, 2], 0, { method: "bca" }),
      /method: found "bca", expected t or gaffke/,
    );
    assert.throws(() => testMeanSides([1, 2], 0, { method: "gaffke" }), /bounds/);
    assert.throws(() => testMeanSides([1, 2], NaN), /against: found NaN/);
  });
});
