import assert from "node:assert/strict";
import fc from "fast-check";
import { createKey } from "tumorlab/internal/core/random";
import { bootstrapInterval } from "tumorlab/internal/stats/bootstrap";
import { meanIntervalMethods } from "tumorlab/internal/stats/choose-interval";
import { describeInterval } from "tumorlab/internal/stats/describe-interval";
import { exceedanceOfSpacings, gaffkeInterval } from "tumorlab/internal/stats/gaffke";
import { meanInterval } from "tumorlab/internal/stats/mean-interval";
import { proportionInterval } from "tumorlab/internal/stats/proportion";

const close = (found: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} for ${expected}`);

/** Dice of eight patients, and how many scans each has. */
const x = [0.91, 0.42, 0.77, 0.88, 0.93, 0.05, 0.86, 0.79];
const scans = [1, 3, 2, 1, 4, 1, 2, 2];
const share = fc.double({ min: 0, max: 1, noNaN: true });
const shares = fc.array(share, { minLength: 2, maxLength: 15 });

describe("gaffkeInterval", () => {
  it("agrees with exact fractions", () => {
    // Python's fractions: the root of sum over t > x of (t - x)^n / prod(t - others), to 60 halvings
    const [low, high] = gaffkeInterval([0.9, 0.8, 0.95, 0.2, 0.85], [0, 1]);
    close(low, 0.3120127624019087, 1e-11);
    close(high, 0.9209418647234632, 1e-11);
  });

  it("loses no digits where the plain sum would lose all of them", () => {
    // The same sum in Python's fractions over 41 knots: 0 and 0.5 + 0.012 i + 0.003 (7 i mod 5)
    const knots = Array.from({ length: 40 }, (_, i) => 0.5 + 0.012 * i + 0.003 * ((7 * i) % 5));
    const sorted = [0, ...knots].sort((a, b) => a - b);
    close(exceedanceOfSpacings(sorted, 0.7), 0.8027565930635747, 1e-12);
    close(exceedanceOfSpacings(sorted, 0.8) / 0.0006484203864100716, 1, 1e-10);
    assert.deepEqual(
      [-1, 2].map((at) => exceedanceOfSpacings(sorted, at)),
      [1, 0],
    );
  });

  it("is Clopper and Pearson's interval for shares of yes and no", () => {
    // scipy.stats.binomtest(17, 20).proportion_ci(0.95, "exact"), binomtest(0, 7)
    const yes = Array.from({ length: 20 }, (_, i) => Number(i < 17));
    const [low, high] = gaffkeInterval(yes, [0, 1]);
    close(low, 0.6210731734547044);
    close(high, 0.9679290628144552);
    const [none, upper] = gaffkeInterval(new Array<number>(7).fill(0), [0, 1]);
    assert.equal(none, 0);
    close(upper, 0.4096163972250487);
  });

  it("turns with the scale, and moves up with any of the values", () => {
    fc.assert(
      fc.property(shares, share, (values, raised) => {
        const [low, high] = gaffkeInterval(values, [0, 1]);
        const [back, front] = gaffkeInterval(
          values.map((value) => 3 - 4 * value),
          [-1, 3],
        );
        close(back, 3 - 4 * high);
        close(front, 3 - 4 * low);
        const others = [...values.slice(1), Math.max(values[0], raised)];
        const [lowAfter, highAfter] = gaffkeInterval(others, [0, 1]);
        assert.ok(lowAfter >= low - 1e-9 && highAfter >= high - 1e-9);
      }),
    );
  });

  it("refuses what lies outside the bounds, and says NaN of nothing", () => {
    assert.deepEqual(gaffkeInterval([], [0, 1]), [NaN, NaN]);
    assert.throws(
      () => gaffkeInterval([0.5, 1.2], [0, 1]),
      /values: found 1\.2, expected numbers from 0 to 1/,
    );
    assert.throws(() => gaffkeInterval([0.5], [0, Infinity]), /bounds/);
  });
});

describe("meanInterval", () => {
  it("draws as bootstrapInterval does, for percentile and BCa", () => {
    const key = createKey(3);
    const meanOf = (weights: Uint32Array): number =>
      x.reduce((sum, value, i) => sum + value * weights[i], 0) / x.length;
    for (const method of ["percentile", "bca"] as const) {
      const plain = bootstrapInterval(x.length, meanOf, { method, key });
      const found = meanInterval(x, { method, key });
      assert.deepEqual([found.method, found.resamples, found.units], [method, 2000, 8]);
      close(found.low, plain.low);
      close(found.high, plain.high);
    }
  });

  it("agrees with numpy's studentized bootstrap", () => {
    // quantiles of (mean - m) / (sd / sqrt(8)) in 400,000 resamples, default_rng(0): -0.2422 to 0.8831
    const found = meanInterval(x, { method: "studentized", resamples: 100_000 });
    close(found.low, -0.2422, 0.03);
    close(found.high, 0.8831, 0.003);
    // Cut to what Dice can be.
    assert.equal(meanInterval(x, { method: "studentized", bounds: [0, 1] }).low, 0);
  });

  it("counts a patient as often as there are rows, as the mean over rows does", () => {
    // numpy: M = sum(w x) / sum(w); Student's t of M + w / mean(w) (x - M); the other two from 400,000 resamples
    const of = (method: "t" | "percentile" | "studentized") =>
      meanInterval(x, { method, weights: scans, resamples: method === "t" ? 1 : 50_000 });
    const t = of("t");
    close(t.low, 0.49908255459258644);
    close(t.high, 0.9584174454074136);
    assert.deepEqual([t.weighting, meanInterval(x).weighting], ["by rows", "units alike"]);
    const percentile = of("percentile");
    close(percentile.low, 0.5325, 0.006);
    close(percentile.high, 0.8794, 0.004);
    const studentized = of("studentized");
    close(studentized.low, 0.095, 0.04);
    close(studentized.high, 0.9342, 0.005);
  });

  it("is the same for weights that are all alike, and within the bounds for any", () => {
    const rows = fc.array(fc.record({ value: share, weight: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 2,
      maxLength: 10,
    });
    fc.assert(
      fc.property(rows, fc.constantFrom(...meanIntervalMethods), (list, method) => {
        const values = list.map(({ value }) => value);
        const options = { method, bounds: [0, 1], resamples: 50 } as const;
        const alike = meanInterval(values, { ...options, weights: values.map(() => 3) });
        assert.deepEqual(alike, meanInterval(values, options));
        const { low, high } = meanInterval(values, { ...options, weights: list.map(({ weight }) => weight) });
        assert.ok(low >= 0 && low <= high && high <= 1, `${method}: ${low} to ${high}`);
      }),
      { numRuns: 60 },
    );
  });

  it("knows of failures that a small sample does not hold, where resampling does not", () => {
    const alike = new Array<number>(5).fill(0.9);
    for (const method of ["percentile", "t", "studentized"] as const) {
      const { low, high } = meanInterval(alike, { method, bounds: [0, 1] });
      close(low, 0.9);
      close(high, 0.9);
    }
    const { low, high, method } = meanInterval(alike, { bounds: [0, 1] });
    // All that could be said if each were a success or not: (0.025)^(1/5) of 0.9.
    assert.equal(method, "gaffke");
    close(low, 0.9 * 0.025 ** (1 / 5));
    assert.ok(high > 0.9 && high < 1);
  });

  it("says how well it is known to do, at its own level alone", () => {
    const found = meanInterval(x, { bounds: [0, 1] });
    assert.ok(found.measured!.worst >= 0.93);
    assert.deepEqual(found.measured!.at, [6, 10]);
    assert.equal(meanInterval(x, { bounds: [0, 1], level: 0.9 }).measured, undefined);
    assert.match(
      describeInterval(found),
      /^Gaffke's bound over 8 patients, nothing drawn; measured on Dice at n = 6 and 10: held the mean in \d+\.\d % of samples/,
    );
    const drawn = describeInterval(meanInterval(x, { method: "bca", weights: scans }), "readers");
    assert.equal(
      drawn,
      "BCa bootstrap over 8 readers, each as often as it has rows, 2,000 resamples; coverage measured only where each counts once",
    );
    assert.equal(describeInterval(meanInterval([0.5])), "no interval: one of the patients");
  });

  it("claims no coverage where units count differently, as it was measured where they count once", () => {
    const bounds = [0, 1] as const;
    const values = [0.9, 0.8, 0.95, 0.2, 0.85];
    const lopsided = meanInterval(values, { bounds, weights: [1, 1, 1, 1, 50] });
    assert.deepEqual([lopsided.weighting, lopsided.measured], ["by rows", undefined]);
    const twice = meanInterval(values, { bounds, weights: [2, 2, 2, 2, 2] });
    assert.deepEqual(twice, meanInterval(values, { bounds }));
    assert.ok(twice.measured!.worst >= 0.93);
  });

  it("gives nothing for fewer than two units, and refuses what it cannot take", () => {
    for (const values of [[], [0.4]])
      for (const method of meanIntervalMethods) {
        const { low, high, measured } = meanInterval(values, { method, bounds: [0, 1] });
        assert.deepEqual([low, high, measured], [NaN, NaN, undefined]);
      }
    assert.throws(() => meanInterval(x, { method: "gaffke" }), /bounds: found \[-Infinity, Infinity\]/);
    assert.throws(() => meanInterval([0.2, 1.5], { bounds: [0, 1] }), /values: found 1\.5/);
    assert.throws(() => meanInterval([0.2, NaN]), /values: found NaN/);
    assert.throws(() => meanInterval(x, { weights: [1, 2] }), /weights: found 2, expected 8/);
    assert.throws(() => meanInterval([1, 2], { weights: [0, 2] }), /weights: found 0/);
    assert.throws(() => meanInterval(x, { method: "normal" as "t" }), /method: found "normal"/);
  });

  it("leaves proportions to Wilson, which is narrower where the values are yes and no", () => {
    const yes = Array.from({ length: 20 }, (_, i) => Number(i < 17));
    const wilson = proportionInterval(17, 20);
    const { low, high } = meanInterval(yes, { method: "gaffke", bounds: [0, 1] });
    assert.ok(wilson.high - wilson.low < high - low);
  });
});
