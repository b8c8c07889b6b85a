import assert from "node:assert/strict";
import { jackknifeInterval } from "tumorlab/internal/stats/jackknife";

/** Mean of the values without each of them. */
const without = (values: readonly number[]): number[] => {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => (sum - value) / (values.length - 1));
};

describe("jackknifeInterval", () => {
  it("is Student's t for the mean of one group", () => {
    // scipy.stats.ttest_1samp([10.7, 5.1, 8.9, .6, -.9, 8.5], 0) and .confidence_interval()
    const values = [10.7, 5.1, 8.9, 0.6, -0.9, 8.5];
    const mean = values.reduce((a, b) => a + b, 0) / 6;
    const found = jackknifeInterval(mean, [without(values)]);
    assert.ok(Math.abs(found.pValue - 0.03673029508053508) < 1e-4, String(found.pValue));
    assert.ok(
      Math.abs(found.low - 0.5003739) < 1e-3 && Math.abs(found.high - 10.4662927) < 1e-3,
      `${found.low} ${found.high}`,
    );
    assert.equal(found.degrees, 5);
    assert.deepEqual(found.shares, [1]);
  });

  it("has few degrees of freedom where few units bring the variance, and many where many do", () => {
    const few = jackknifeInterval(0, [[-5, 5, 0], Array.from({ length: 100 }, (_, i) => 0.001 * (i % 2))]);
    assert.ok(few.degrees < 2.01, String(few.degrees));
    assert.ok(few.shares[0] > 0.99);
    const many = jackknifeInterval(0, [
      [-0.001, 0.001],
      Array.from({ length: 100 }, (_, i) => 0.1 * (i % 2)),
    ]);
    assert.ok(many.degrees > 90, String(many.degrees));
    assert.ok(many.high < few.high);
  });

  it("says that nothing can be told without two units, and has no width without spread", () => {
    assert.ok(Number.isNaN(jackknifeInterval(1, []).low));
    assert.ok(Number.isNaN(jackknifeInterval(1, [[1]]).high));
    assert.ok(Number.isNaN(jackknifeInterval(1, [[1, NaN]]).pValue));
    const flat = jackknifeInterval(0.3, [[0.3, 0.3, 0.3]]);
    assert.deepEqual([flat.low, flat.high, flat.pValue], [0.3, 0.3, 0]);
    assert.equal(jackknifeInterval(0, [[0, 0]]).pValue, 1);
    assert.throws(() => jackknifeInterval(0, [[0, 0]], 95), /level: found 95/);
  });
});
