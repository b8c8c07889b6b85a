import assert from "node:assert/strict";
import fc from "fast-check";
import { createKey } from "tumorlab/internal/core/random";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { profileIntervals } from "tumorlab/internal/scaling/intervals";
import type { ScalingLaw } from "tumorlab/internal/scaling/law";
import { findLaw, scalingLaws } from "tumorlab/internal/scaling/laws/table";
import { refitLaw } from "tumorlab/internal/scaling/refit";
import { selectLaw } from "tumorlab/internal/scaling/select";
import { studentTwoSided } from "tumorlab/internal/stats/distributions";
import { exampleParameters, exampleSizes } from "./laws.test.js";

const jhhReal = [
  [60, 0.402],
  [278, 0.527],
  [500, 0.54],
  [1500, 0.593],
  [3159, 0.597],
].map(([n, dice]) => ({ n, error: 1 - dice }));

describe("fitLaw", () => {
  it("gives scipy's answer for the published JHH points, without its starting values", () => {
    // scipy.optimize.curve_fit(lambda n,c,a,b: c+a*n**-b, n, 1-dice, p0=[.36,1.5,.45], xtol=1e-15, ftol=1e-15), scipy 1.10.1
    const floor = fitLaw(findLaw("power-floor"), jhhReal).parameters;
    [0.36109796, 1.55003091, 0.45903149].forEach((value, i) => assert.ok(Math.abs(floor[i] - value) < 2e-7));
    // scipy.optimize.curve_fit(lambda n,c,d,k: c+d*np.exp(-k*n), n, 1-dice, p0=[.4,.23,.0038], xtol=1e-15, ftol=1e-15)
    const plateau = fitLaw(findLaw("exponential-plateau"), jhhReal).parameters;
    [0.40762395, 0.23566281, 0.00385183].forEach((value, i) =>
      assert.ok(Math.abs(plateau[i] - value) < 1e-8),
    );
  });

  it("finds the least squares: no small change of a parameter does better", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom(...scalingLaws.slice(0, 3)), (seed, law) => {
        const noise = createKey(seed).stream();
        const points = exampleSizes.map((n) => ({
          n,
          error: law.value(n, exampleParameters[law.name]) + 0.01 * noise.normal(),
        }));
        const fit = fitLaw(law, points);
        const sum = (parameters: number[]): number =>
          points.reduce((total, { n, error }) => total + (law.value(n, parameters) - error) ** 2, 0);
        fit.parameters.forEach((value, i) => {
          for (const factor of [0.999, 1.001]) {
            const moved = fit.parameters.map((each, j) => (j === i ? value * factor : each));
            assert.ok(sum(moved) >= fit.sumOfSquares * (1 - 1e-12));
          }
        });
      }),
      { numRuns: 40 },
    );
  });

  it("counts a point with weight 3 as three points", () => {
    const law = findLaw("power-floor");
    const weighted = fitLaw(
      law,
      jhhReal.map((point, i) => ({ ...point, weight: i === 2 ? 3 : 1 })),
    );
    const repeated = fitLaw(law, [...jhhReal, jhhReal[2], jhhReal[2]]);
    weighted.parameters.forEach((value, i) => assert.ok(Math.abs(value - repeated.parameters[i]) < 1e-8));
  });

  it("says so instead of pretending when the points do not determine the law", () => {
    const few = fitLaw(findLaw("m4"), jhhReal.slice(0, 4));
    assert.equal(few.identified, false);
    assert.match(few.reasons[0], /5 parameters need at least 5 different n; the curve has 4/);
    const flat = fitLaw(
      findLaw("power-floor"),
      exampleSizes.map((n) => ({ n, error: 0.4 })),
    );
    assert.equal(flat.identified, false);
    assert.match(flat.reasons[0], /no error below 0.4, that of the smallest n/);
    const straight = fitLaw(
      findLaw("broken-power"),
      exampleSizes.map((n, i) => ({ n, error: n ** -0.3 * (1 + 0.01 * Math.cos(5 * i)) })),
    );
    assert.equal(straight.identified, false);
  });

  it("fits or declines a curve that ends at a perfect score, without breaking off", () => {
    const perfect = [0.5, 0.1, 0, 0].map((error, i) => ({ n: [60, 278, 500, 1500][i], error }));
    for (const law of scalingLaws) {
      const fit = fitLaw(law, perfect);
      assert.ok(fit.parameters.every(Number.isFinite), law.name);
      assert.ok(fit.rmse < 0.1, `${law.name}: ${fit.rmse}`);
      assert.doesNotThrow(() => profileIntervals(fit, perfect));
    }
    const { chosen, rule } = selectLaw(perfect);
    assert.ok(chosen.parameters.every(Number.isFinite));
    assert.match(rule, /when predicting n = 1500/);
  });

  it("refuses what is no curve, naming the point", () => {
    const law = findLaw("power");
    assert.throws(() => fitLaw(law, []), /at least two different n/);
    assert.throws(() => fitLaw(law, [jhhReal[0]]), /at least two different n/);
    assert.throws(() => fitLaw(law, [{ n: 0, error: 0.5 }, ...jhhReal]), /point 1: n: found 0/);
    assert.throws(() => fitLaw(law, [...jhhReal, { n: 10, error: NaN }]), /point 6: error: found NaN/);
    assert.throws(() => fitLaw(law, [...jhhReal, { n: 10, error: -0.1 }]), /Pass 1 - Dice/);
    assert.throws(
      () => fitLaw(law, [...jhhReal, { n: 10, error: 0 }], { residual: "log" }),
      /residual "absolute"/,
    );
  });
});

/** Sizes from where M4's curve has hardly left the untrained level. */
const m4Sizes = Array.from({ length: 12 }, (_, i) => 2 * 2 ** i);

/** The law with one parameter held: what a profile interval asks, by the fitter's own many starts. */
function heldLaw(law: ScalingLaw, index: number, value: number): ScalingLaw {
  const full = (p: ArrayLike<number>): number[] => {
    const all = Array.from(p);
    all.splice(index, 0, value);
    return all;
  };
  const without = (all: readonly number[]): number[] => all.filter((_, i) => i !== index);
  return {
    ...law,
    centering: undefined,
    separable: undefined,
    parameters: law.parameters.filter((_, i) => i !== index),
    value: (n, p) => law.value(n, full(p)),
    gradient(n, p, out) {
      const slopes = new Float64Array(law.parameters.length);
      const result = law.gradient(n, full(p), slopes);
      out.set(without(Array.from(slopes)));
      return result;
    },
    startingPoints: (n, error) => [exampleParameters[law.name], ...law.startingPoints(n, error)].map(without),
    isFalling: law.isFalling && ((p) => law.isFalling!(full(p))),
    asymptote: (p) => law.asymptote(full(p)),
  };
}

describe("profileIntervals", () => {
  it("cover the true parameters in about 95 of 100 noisy curves, whatever the law", () => {
    // 500 curves a law: npm run bench -- scaling
    for (const law of scalingLaws) {
      const truth = exampleParameters[law.name];
      const sizes = law.name === "m4" ? m4Sizes : exampleSizes;
      const runs = 24;
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const noise = createKey(run).split(law.name).stream();
        const points = sizes.flatMap((n) =>
          [0, 1].map(() => ({ n, error: law.value(n, truth) + 0.002 * noise.normal() })),
        );
        const fit = fitLaw(law, points);
        assert.ok(fit.identified, fit.reasons.join("; "));
        profileIntervals(fit, points).forEach(
          ({ low, high }, i) => (covered += Number(low <= truth[i] && truth[i] <= high) / truth.length),
        );
      }
      // Parameters go together: 24 draws at 0.95 give 19 or fewer in 1 of 200 sets.
      assert.ok(covered / runs > 0.8, `${law.name}: ${covered} of ${runs}`);
    }
  });

  it("end where the best fit with the parameter held there is just contradicted", () => {
    for (const law of scalingLaws) {
      const truth = exampleParameters[law.name];
      const noise = createKey(7).split(law.name).stream();
      const points = (law.name === "m4" ? m4Sizes : exampleSizes).map((n) => ({
        n,
        error: law.value(n, truth) + 0.001 * noise.normal(),
      }));
      const fit = fitLaw(law, points);
      const degrees = points.length - truth.length;
      const allowed = fit.sumOfSquares * (1 + studentTwoSided(0.95, degrees) ** 2 / degrees);
      profileIntervals(fit, points).forEach(({ name, low, high }, index) => {
        for (const value of [low, high]) {
          if (!Number.isFinite(value) || value === law.parameters[index].lower) continue;
          if (value === law.parameters[index].upper) continue;
          const held = heldLaw(law, index, value);
          const { sumOfSquares } = fitLaw(held, points);
          assert.ok(Math.abs(sumOfSquares / allowed - 1) < 1e-3, `${law.name} ${name} at ${value}`);
        }
      });
    }
  });

  it("do not break off early where parameters trade against each other", () => {
    // On 20 to 5,800 scans M4's start is out of sight: its height runs from 0.31 on, as a scan over fixed heights shows.
    const law = findLaw("m4");
    const noise = createKey(1).split("m4").stream();
    const points = exampleSizes.flatMap((n) =>
      [0, 1].map(() => ({ n, error: law.value(n, exampleParameters.m4) + 0.002 * noise.normal() })),
    );
    const fit = fitLaw(law, points);
    assert.equal(fit.identified, false);
    const [, height] = profileIntervals(fit, points);
    assert.equal(height.estimate, undefined);
    assert.ok(height.low > 0.3 && height.low < 0.32, String(height.low));
  });

  it("are open where the points set no limit and closed where they do", () => {
    const [floor, , exponent] = profileIntervals(fitLaw(findLaw("power-floor"), jhhReal), jhhReal);
    assert.equal(floor.low, 0);
    assert.ok(floor.high > 0.36 && floor.high < 0.44);
    assert.ok(exponent.low < 0.459 && exponent.high > 0.459);
    const exact = profileIntervals(fitLaw(findLaw("power-floor"), jhhReal.slice(0, 3)), jhhReal.slice(0, 3));
    // Three points on a law of three parameters: there is no scatter to tell an interval by.
    assert.equal(exact[0].estimate !== undefined, true);
    for (const { low, high } of exact) assert.deepEqual([low, high], [NaN, NaN]);
  });
});

/** Scores that head for 1: what is left falls to nothing, or to next to nothing. */
const vanishing: Readonly<Record<string, readonly number[]>> = {
  "power-floor": [0, 0.9, 0.5],
  "exponential-plateau": [0, 0.6, 0.004],
  "stretched-exponential": [0, 0.7, 0.004, 0.7],
};

describe("profileIntervals of a floor that is close to 0", () => {
  it("match least squares and the F-threshold by scipy", () => {
    // c: the largest value whose best fit (scipy.optimize.nnls over a grid of b, then minimize_scalar, scipy 1.10.1) stays
    // below S (1 + t(0.975, 4)^2 / 4), by brentq; b: both ends the same way. Errors are 1 - score of the columns here.
    const sizes = [10, 20, 40, 80, 160, 320, 640];
    const golden: [number[], number, number[]][] = [
      [
        [0.716415, 0.797476, 0.857907, 0.899093, 0.928622, 0.949581, 0.963414],
        0.00469347,
        [0.490519, 0.516739],
      ],
      [[0.9, 0.95, 0.975, 0.9875, 0.99375, 0.996875, 0.999937], 0.00104694, [0.965206, 1.050658]],
      [
        [0.683118, 0.761282, 0.817575, 0.86053, 0.892667, 0.920159, 0.940764],
        0.0110182,
        [0.387343, 0.426511],
      ],
      [
        [0.822953, 0.881245, 0.91983, 0.947233, 0.965919, 0.976979, 0.981899],
        0.00693844,
        [0.559226, 0.643377],
      ],
    ];
    for (const [scores, floorHigh, [low, high]] of golden) {
      const points = scores.map((score, i) => ({ n: sizes[i], error: 1 - score }));
      const fit = fitLaw(findLaw("power-floor"), points);
      assert.deepEqual(fit.reasons, []);
      const [floor, amplitude, exponent] = profileIntervals(fit, points);
      assert.equal(floor.low, 0);
      assert.ok(Math.abs(floor.high / floorHigh - 1) < 1e-3, `${floor.high} for ${floorHigh}`);
      assert.ok(Math.abs(exponent.low - low) < 1e-4 && Math.abs(exponent.high - high) < 1e-4);
      assert.ok(amplitude.estimate! > amplitude.low && amplitude.estimate! < amplitude.high);
    }
  });

  it("are finite, begin at 0 and end where the fit is contradicted, whatever the law", () => {
    for (const [name, truth] of Object.entries(vanishing)) {
      const law = findLaw(name);
      for (const [run, floor] of [0, 0, 0.0004].entries()) {
        const noise = createKey(run).split(name).stream();
        const points = exampleSizes.map((n) => ({
          n,
          error: Math.max(0, floor + law.value(n, truth) + 0.002 * noise.normal()),
        }));
        const fit = fitLaw(law, points);
        assert.deepEqual(fit.reasons, [], name);
        const degrees = points.length - truth.length;
        const allowed = fit.sumOfSquares * (1 + studentTwoSided(0.95, degrees) ** 2 / degrees);
        profileIntervals(fit, points).forEach(({ name: letter, estimate, low, high }, index) => {
          assert.ok(low <= estimate! && estimate! <= high && Number.isFinite(high), `${name} ${letter}`);
          for (const value of low === 0 ? [high] : [low, high]) {
            const { sumOfSquares } = fitLaw(heldLaw(law, index, value), points);
            assert.ok(Math.abs(sumOfSquares / allowed - 1) < 2e-3, `${name} ${letter} at ${value}`);
          }
          if (letter === "c")
            assert.ok(high < 0.1 && (low === 0 || estimate! > 0), `${name}: c up to ${high}`);
        });
      }
    }
  });

  it("do not depend on the unit of a loss", () => {
    const points = exampleSizes.map((n, i) => ({ n, error: 0.9 * n ** -0.5 + 0.001 * Math.cos(7 * i) }));
    const [small, large] = [1, 1e4].map((unit) => {
      const scaled = points.map(({ n, error }) => ({ n, error: unit * error }));
      return profileIntervals(fitLaw(findLaw("power-floor"), scaled), scaled)[0].high / unit;
    });
    assert.ok(small > 0 && Math.abs(large / small - 1) < 1e-3, `${small} and ${large}`);
  });

  it("let a floor of an earlier fit that was 0 rise again", () => {
    const law = findLaw("stretched-exponential");
    const curves = [0, 0.2].map((floor) =>
      exampleSizes.map((n) => ({ n, error: floor + law.value(n, vanishing[law.name]) })),
    );
    const [none, risen] = refitLaw(law, curves);
    assert.ok(none[0] < 1e-4 && Math.abs(risen[0] - 0.2) < 1e-3, `${none[0]} and ${risen[0]}`);
  });

  it("call a floor unknown that could be anything", () => {
    // Four sizes, nearly straight in log n: the floor trades against the exponent.
    const points = [0.3, 0.35, 0.44, 0.47].map((score, i) => ({ n: 10 * 2 ** i, error: 1 - score }));
    const { identified, reasons } = fitLaw(findLaw("power-floor"), points);
    assert.equal(identified, false);
    assert.match(reasons[0], /^c could be anything from 0 to 0.7$/);
  });
});

describe("selectLaw", () => {
  it("picks the law that made the curve when the others bend differently", () => {
    for (const name of ["power-floor", "exponential-plateau"]) {
      const law = findLaw(name);
      const noise = createKey(3).split(name).stream();
      const points = exampleSizes
        .slice(0, 9)
        .map((n) => ({ n, error: law.value(n, exampleParameters[name]) + 0.0005 * noise.normal() }));
      const selection = selectLaw(points, ["power", "power-floor", "exponential-plateau"].map(findLaw));
      assert.equal(selection.chosen.law.name, name);
      assert.deepEqual(selection.heldOutN, exampleSizes.slice(7, 9));
    }
  });

  it("never sees the points it is judged on", () => {
    const points = exampleSizes.map((n) => ({ n, error: 0.3 + n ** -0.5 }));
    const spoiled = points.map((point, i) => (i >= 10 ? { ...point, error: 0.9 } : point));
    const [a, b] = [points, spoiled].map((each) => selectLaw(each, [findLaw("power-floor")]).comparisons[0]);
    assert.ok(a.extrapolationRmse! < 1e-9);
    assert.ok(
      Math.abs(b.extrapolationRmse! - 0.6 + (exampleSizes[10] ** -0.5 + exampleSizes[11] ** -0.5) / 2) < 0.01,
    );
  });

  it("falls back on AICc and then on the simplest law, and says so", () => {
    const three = jhhReal.slice(0, 3);
    assert.match(selectLaw(three).rule, /fewest parameters/);
    assert.match(selectLaw([...three, ...three, ...three]).rule, /AICc/);
    assert.throws(() => selectLaw(jhhReal, undefined, { extrapolateFrom: 10 }), /extrapolateFrom: found 10/);
    assert.throws(() => selectLaw(jhhReal, []), /at least one law/);
  });
});
