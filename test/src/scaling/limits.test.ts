import assert from "node:assert/strict";
import fc from "fast-check";
import { createKey } from "tumorlab/internal/core/random";
import { averageTails, weighLaws } from "tumorlab/internal/scaling/average-laws";
import type { CurvePoint } from "tumorlab/internal/scaling/curve";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { forecastCurve } from "tumorlab/internal/scaling/forecast";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { averageLimits } from "tumorlab/internal/scaling/limits";

const sizes = [60, 278, 500, 1500, 3159];
const real = [0.402, 0.527, 0.54, 0.593, 0.597].map((dice, i) => ({ n: sizes[i], error: 1 - dice }));
const [power, floor, plateau] = ["power", "power-floor", "exponential-plateau"].map(findLaw);
const near = (found: number, wanted: number, tolerance = 1e-4): void =>
  assert.ok(Math.abs(found - wanted) < tolerance, `${found}, wanted ${wanted}`);

describe("averageTails", () => {
  const normal = (mean: number, weight: number) => ({
    weight,
    degrees: 1e7,
    rise: (value: number) => value - mean,
  });

  it("is Student's interval of one law, and spans two that disagree", () => {
    // scipy.stats.t.ppf(0.975, 4) = 2.7764451
    const [low, high] = averageTails([{ weight: 1, degrees: 4, rise: (value) => value - 10 }], 0.95, [0, 30]);
    near(low, 10 - 2.7764451);
    near(high, 10 + 2.7764451);
    // Each end leaves 5 % of the one law and nothing of the other: scipy.stats.norm.ppf(0.95) = 1.6448536
    const both = averageTails([normal(10, 0.5), normal(20, 0.5)], 0.95, [0, 30]);
    near(both[0], 10 - 1.6448536, 1e-3);
    near(both[1], 20 + 1.6448536, 1e-3);
    assert.deepEqual(averageTails([normal(0.5, 1)], 0.95, [0, 1]), [0, 1]);
    // Without a greatest value the end is searched for, and may be none.
    near(averageTails([normal(1000, 1)], 0.95, [0, Infinity])[1], 1000 + 1.959964, 1e-3);
    const never = { weight: 1, degrees: 4, rise: (value: number) => Math.min(value - 1, 1) };
    assert.equal(averageTails([never], 0.95, [0, Infinity])[1], Infinity);
  });
});

describe("weighLaws", () => {
  it("weighs by AICc, laws with a floor alone, and alike where none has an AICc", () => {
    const few = [power, floor, plateau].map((law) => fitLaw(law, real));
    assert.deepEqual(weighLaws(few).weights, [0, 0.5, 0.5]);
    assert.match(weighLaws(few).rule, /too few/);
    assert.deepEqual(weighLaws(few.slice(0, 1)).weights, [1]);
    const many = [...real, ...real.map(({ n, error }) => ({ n: 2 * n, error: error - 0.01 }))];
    const fits = [power, floor, plateau].map((law) => fitLaw(law, many));
    const { weights, rule } = weighLaws(fits);
    assert.equal(rule, "weights by AICc");
    near(Math.log(weights[1] / weights[2]), (fits[2].aicc - fits[1].aicc) / 2, 1e-9);
    near(weights[1] + weights[2], 1, 1e-12);
    assert.equal(weights[0], 0);
  });
});

describe("averageLimits", () => {
  it("spans what the two laws of the published points say, each of which is surer than both", () => {
    const { limit, low, high, laws, rule } = averageLimits(real);
    assert.deepEqual(
      laws.map(({ law, weight }) => [law.name, weight]),
      [
        ["power-floor", 0.5],
        ["exponential-plateau", 0.5],
      ],
    );
    // Limits of 63.9 and 59.2 %; their profile intervals are 56.9 to 100 and 54.0 to 65.4 %.
    near(limit!, (0.36109796 + 0.40762395) / 2);
    near(laws[0].high, 0.43086);
    near(laws[1].low, 0.34645);
    assert.equal(low, 0);
    assert.ok(high > laws[0].high && high < laws[1].high, String(high));
    assert.match(rule, /equal weights/);
  });

  it("is the profile interval of a single law", () => {
    const { low, high, limit } = averageLimits(real, { laws: [plateau] });
    near(limit!, 0.40762);
    near(low, 0.34645, 2e-4);
    near(high, 0.46026, 2e-4);
  });

  it("has no number where no law has a limit that the points decide", () => {
    for (const points of [real.slice(0, 2), real.slice(0, 3)]) {
      const { limit, low, laws, rule } = averageLimits(points);
      assert.deepEqual([limit, low, laws.length], [undefined, NaN, 0]);
      assert.match(rule, /no law/);
    }
    assert.equal(averageLimits(real, { laws: [power] }).limit, undefined);
    assert.throws(() => averageLimits(real, { level: 95 }), /level: found 95/);
  });
});

describe("forecastCurve", () => {
  it("is the textbook's prediction interval where the law is a line", () => {
    // log error = log a - b log n by least squares on the logarithm: a straight line. By numpy and scipy, x = log n,
    // y = log error: numpy.polyfit(x, y, 1), s^2 = sse / 3, exp(y0 -+ t.ppf(.975, 3) s sqrt(1 + 1/5 + (x0 - mean)^2 / Sxx))
    const forecast = forecastCurve(real, 10_000, { laws: [power], residual: "log" });
    near(forecast.error!, 0.343974, 2e-5);
    near(forecast.low, 0.281314, 2e-5);
    near(forecast.high, 0.420591, 2e-5);
  });

  it("says where it stands, law by law and over both", () => {
    const laws = [floor, plateau];
    const far = forecastCurve(real, 2 * 3159, { laws });
    assert.deepEqual([far.reach, far.isExtrapolated], [2, true]);
    assert.ok(far.low < far.laws[0].error && far.laws[1].error < far.high);
    assert.ok(far.laws.every(({ low, high, error }) => low < error && error < high));
    assert.equal(forecastCurve(real, 1000, { laws }).isExtrapolated, false);
    assert.equal(forecastCurve(real, 10, { laws }).isExtrapolated, true);
    const sure = forecastCurve(real, 1000, { laws, weight: 100 });
    const near1000 = forecastCurve(real, 1000, { laws });
    assert.ok(sure.high - sure.low < near1000.high - near1000.low, "a mean that scatters less");
    assert.equal(forecastCurve(real.slice(0, 2), 1000).error, undefined);
    assert.throws(() => forecastCurve(real, 0), /n: found 0/);
    assert.throws(() => forecastCurve(real, 100, { weight: 0 }), /weight: found 0/);
  });

  it("keeps numbers and ends within what a score can be, and each number in its interval", () => {
    // By numpy: 1 - (0.36109796 + 1.5499 1^-0.459) = -0.911, which no Dice is; the plateau has 0.40762 + 0.23573 exp(-0.003852)
    // = 0.64245; half of 1 + 0.64245 is 0.82122.
    const far = forecastCurve(real, 1, { laws: [floor, plateau] });
    const [one, other] = far.laws;
    assert.deepEqual([one.error, one.high, one.isCut, far.isFar], [1, 1, true, true]);
    near(other.error, 0.64245);
    near(far.error!, 0.82122);
    assert.deepEqual([other.isCut, far.high], [false, 1]);
    // As a loss the same points know no 1.
    const loss = forecastCurve(real, 1, { laws: [floor, plateau], bounds: [0, Infinity] });
    near(loss.laws[0].error, 0.36109796 + 1.5499, 2e-4);
    assert.ok(loss.laws[0].low < 1.91 && loss.laws[0].high > 1.92 && loss.high > 1);
    const greater = real.map(({ n, error }) => ({ n, error: 10 * error }));
    near(forecastCurve(greater, 1, { laws: [floor, plateau] }).error! / 10, loss.error!, 1e-3);
    assert.deepEqual(
      [59, 60, 4 * 3159, 4 * 3159 + 1].map((n) => forecastCurve(real, n, { laws: [plateau] }).isFar),
      [true, false, false, true],
    );
    assert.throws(
      () => forecastCurve(greater, 1, { bounds: [0, 1] }),
      /points: error: found 5\.9.*, expected within .*\[0, 1\]/,
    );
    assert.throws(() => forecastCurve(real, 1, { bounds: [0.5, 0.2] }), /bounds/);
  });

  it("never has a number outside its interval, wherever it is asked", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 7 }),
        fc.integer({ min: -3, max: 20 }),
        (errors, power2) => {
          const points = errors.map((error, i) => ({ n: 10 * 3 ** i, error }));
          const found = forecastCurve(points, 2 ** power2, { laws: [power, floor, plateau] });
          for (const { error, low, high } of [found, ...found.laws]) {
            if (error === undefined) continue;
            assert.ok(0 <= low && low <= error && error <= high && high <= 1, `${low} ${error} ${high}`);
          }
          const limit = averageLimits(points, { laws: [floor, plateau] });
          if (limit.limit !== undefined) assert.ok(limit.low <= limit.limit && limit.limit <= limit.high);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("says where no degree of freedom is left", () => {
    const three = real.slice(0, 3);
    const { error, low, rule } = forecastCurve(three, 100, { laws: [floor] });
    assert.deepEqual([error, low, rule], [undefined, NaN, "no law leaves a degree of freedom"]);
    assert.match(averageLimits(three).rule, /no law with a limit leaves a degree of freedom/);
    assert.match(averageLimits(real, { laws: [power] }).rule, /determine no law with a limit/);
  });

  it("holds the next mean in 95 % of curves of a law that is true", () => {
    const truth = [0.3, 1.5, 0.45];
    const eight = [20, 40, 80, 160, 320, 640, 1280, 2560];
    let held = 0;
    const curves = 200;
    for (let seed = 0; seed < curves; seed++) {
      const noise = createKey(seed).split("forecast").stream();
      const measure = (n: number): CurvePoint => ({
        n,
        error: floor.value(n, truth) + 0.01 * noise.normal(),
      });
      const { low, high } = forecastCurve(eight.map(measure), 5120, { laws: [floor] });
      const { error } = measure(5120);
      held += Number(low <= error && error <= high);
    }
    // Binomial of 200 at 0.95: 0.92 to 0.98 within two standard errors.
    assert.ok(held / curves >= 0.91 && held / curves <= 0.985, String(held / curves));
  });
});
