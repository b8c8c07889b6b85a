import assert from "node:assert/strict";
import fc from "fast-check";
import { describeNumbers, mean, median, quantile, standardDeviation } from "tumorlab/internal/stats/describe";

const values = [0.91, 0.42, 0.77, 0.88, 0.93, 0.05, 0.86, 0.79];

function close(actual: number, expected: number): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-14 * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
}

describe("describeNumbers", () => {
  it("agrees with numpy", () => {
    // numpy 1.24: np.mean(x), np.median(x), np.std(x, ddof=1)
    const { n, mean, median, sd, min, max } = describeNumbers(values);
    assert.deepEqual([n, min, max], [8, 0.05, 0.93]);
    close(mean, 0.7012499999999999);
    close(median, 0.825);
    close(sd, 0.30912029558548426);
  });

  it("says NaN of nothing, and no spread of one value", () => {
    assert.deepEqual(describeNumbers([]), { n: 0, mean: NaN, median: NaN, sd: NaN, min: NaN, max: NaN });
    assert.deepEqual(describeNumbers([3]), { n: 1, mean: 3, median: 3, sd: NaN, min: 3, max: 3 });
  });

  it("refuses values that are not numbers", () => {
    for (const call of [mean, median, describeNumbers])
      for (const missing of [NaN, null as never, undefined as never])
        assert.throws(() => call([1, missing]), /values: .* expected numbers only/);
    assert.throws(() => standardDeviation([NaN, 1, 2]), /numbers only/);
  });
});

describe("quantile", () => {
  it("is linear between neighbours, as numpy's default", () => {
    // np.quantile(x, [0, 0.025, 0.1, 0.5, 0.95, 1])
    const expected = [0.05, 0.11475, 0.309, 0.825, 0.923, 0.93];
    [0, 0.025, 0.1, 0.5, 0.95, 1].forEach((fraction, k) => close(quantile(values, fraction), expected[k]));
  });

  it("holds on infinities and refuses fractions outside 0 to 1", () => {
    assert.equal(quantile([1, Infinity, Infinity], 0.75), Infinity);
    assert.throws(() => quantile(values, 1.1), /fraction: found 1\.1/);
  });

  it("lies between the extremes and grows with the fraction", () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), {
      minLength: 1,
      maxLength: 30,
    });
    const fraction = fc.double({ noNaN: true, min: 0, max: 1 });
    fc.assert(
      fc.property(numbers, fraction, fraction, (list, a, b) => {
        const [low, high] = [quantile(list, Math.min(a, b)), quantile(list, Math.max(a, b))];
        assert.ok(low <= high && low >= Math.min(...list) && high <= Math.max(...list));
      }),
    );
  });
});
