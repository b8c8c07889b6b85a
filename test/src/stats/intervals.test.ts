import assert from "node:assert/strict";
import { normalCdf, normalQuantile } from "tumorlab/internal/stats/normal";
import { proportionInterval } from "tumorlab/internal/stats/proportion";

function closeTo(actual: number, expected: number, relative: number): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} is not ${expected}`);
}

describe("normalCdf", () => {
  it("agrees with scipy to 13 digits in both tails and at the seam of the two expansions", () => {
    // scipy 1.10: scipy.stats.norm.cdf(z)
    const expected: [number, number][] = [
      [-10, 7.61985302416047e-24],
      [-5, 2.866515718791933e-7],
      [-2.5, 0.006209665325776132],
      [-2.4999, 0.006211418374944587],
      [-1.96, 0.024997895148220435],
      [-0.5, 0.3085375387259869],
      [0, 0.5],
      [0.3, 0.6179114221889526],
      [1, 0.8413447460685429],
      [2.6, 0.9953388119762813],
      [6, 0.9999999990134123],
    ];
    for (const [z, probability] of expected) closeTo(normalCdf(z), probability, 1e-13);
    assert.equal(normalCdf(-50), 0);
    assert.equal(normalCdf(50), 1);
    assert.ok(Number.isNaN(normalCdf(NaN)));
  });
});

describe("normalQuantile", () => {
  it("agrees with scipy", () => {
    // scipy.stats.norm.ppf(p)
    const expected: [number, number][] = [
      [1e-300, -37.0470962993612],
      [1e-20, -9.262340089798409],
      [1e-6, -4.753424308822899],
      [0.001, -3.090232306167813],
      [0.025, -1.9599639845400545],
      [0.3, -0.5244005127080409],
      [0.6, 0.2533471031357997],
      [0.975, 1.959963984540054],
    ];
    for (const [probability, z] of expected) closeTo(normalQuantile(probability), z, 1e-12);
    closeTo(normalQuantile(0.4999), -0.0002506628300880075, 1e-11);
    assert.deepEqual([0, 0.5, 1].map(normalQuantile), [-Infinity, 0, Infinity]);
  });

  it("undoes normalCdf", () => {
    for (let z = -6; z <= 3; z += 0.37) assert.ok(Math.abs(normalQuantile(normalCdf(z)) - z) < 1e-11, `${z}`);
    assert.throws(() => normalQuantile(1.2), /probability: found 1\.2/);
  });
});

describe("proportionInterval", () => {
  it("agrees with scipy's Wilson interval and does not collapse at the ends", () => {
    // scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    const expected: [number, number, number, number][] = [
      [0, 10, 0, 0.27753279986288926],
      [8, 10, 0.4901624715366418, 0.9433178485456248],
      [10, 10, 0.7224672001371109, 1],
      [81, 263, 0.2552885198782742, 0.36620957698280004],
      [1, 1, 0.20654931437723745, 1],
    ];
    for (const [successes, n, low, high] of expected) {
      const found = proportionInterval(successes, n);
      assert.equal(found.value, successes / n);
      assert.ok(
        Math.abs(found.low - low) < 1e-12 && Math.abs(found.high - high) < 1e-12,
        `${successes}/${n}`,
      );
    }
  });

  it("says NaN of no trials and refuses counts that cannot be", () => {
    assert.deepEqual(proportionInterval(0, 0), {
      successes: 0,
      n: 0,
      value: NaN,
      low: NaN,
      high: NaN,
      level: 0.95,
    });
    assert.throws(
      () => proportionInterval(3, 2),
      /successes: found 3, expected a whole number from 0 to n = 2/,
    );
    assert.throws(() => proportionInterval(0, 1.5), /n: found 1\.5/);
    assert.throws(() => proportionInterval(1, 2, 1), /level: found 1/);
  });
});
