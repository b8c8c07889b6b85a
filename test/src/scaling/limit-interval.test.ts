import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { findLaw } from "tumorlab/internal/scaling/laws/table";
import { chooseLimitMethod, limitInterval } from "tumorlab/internal/scaling/limit-interval";
import { resampleResiduals } from "tumorlab/internal/scaling/residual-draw";

const sizes = [60, 278, 500, 1500, 3159];
const real = [0.402, 0.527, 0.54, 0.593, 0.597].map((dice, i) => ({ n: sizes[i], error: 1 - dice }));
const floor = findLaw("power-floor");
const plateau = findLaw("exponential-plateau");
const drawAround = (points: typeof real, resamples: number, seed = 0) => ({
  unit: "residuals" as const,
  replicates: resampleResiduals({ real: points }, floor, resamples, createKey(seed).stream(), "absolute").map(
    (curves) => curves.real,
  ),
  leftOut: [],
});
const none = { unit: "residuals" as const, replicates: [], leftOut: [] };

describe("limitInterval", () => {
  it("is the profile's, or that of the drawn curves, and says which", () => {
    const profile = limitInterval(fitLaw(plateau, real), real, "profile", none);
    // numpy and scipy: the plateau's floor held, the sum of squares raised by t.ppf(.975, 2)^2 SSE / 2
    assert.ok(Math.abs(profile.low - 0.34645) < 2e-4 && Math.abs(profile.high - 0.46026) < 2e-4);
    assert.deepEqual([profile.method, profile.reason], ["profile", undefined]);
    const curves = [0.3, 0.32, 0.34, 0.36, 0.38].map((c) =>
      sizes.map((n) => ({ n, error: floor.value(n, [c, 1.5, 0.45]) })),
    );
    const drawn = { unit: "patients" as const, replicates: curves, leftOut: [] };
    const found = limitInterval(fitLaw(floor, real), real, "percentile", drawn);
    // numpy.quantile([.3, .32, .34, .36, .38], [.025, .975])
    assert.ok(Math.abs(found.low - 0.302) < 1e-6 && Math.abs(found.high - 0.378) < 1e-6);
    assert.equal(found.method, "percentile");
    assert.equal(limitInterval(fitLaw(floor, real), real, "bca", drawn).method, "percentile");
  });

  it("has none, and says why, where nothing tells it", () => {
    const reasonOf = (law: string, points: typeof real, method: "profile" | "percentile") => {
      const found = limitInterval(fitLaw(findLaw(law), points), points, method, none);
      assert.deepEqual([found.low, found.high, found.method], [NaN, NaN, undefined]);
      return found.reason;
    };
    assert.equal(reasonOf("power", real, "profile"), "the law itself sets its limit");
    assert.match(reasonOf("m4", real, "profile")!, /do not depend on/);
    for (const method of ["profile", "percentile"] as const)
      assert.equal(reasonOf("power-floor", real.slice(0, 3), method), "no degree of freedom left");
    assert.equal(reasonOf("power-floor", real, "percentile"), "no resamples");
  });

  it("of bare points draws nothing where no arm shows noise, and lends it where another does", () => {
    assert.equal(drawAround(real.slice(0, 3), 10).replicates.length, 0);
    const arms = { five: real, three: real.slice(0, 3) };
    const sets = resampleResiduals(arms, floor, 400, createKey(1).stream(), "absolute");
    const spread = (arm: "five" | "three"): number => {
      const fit = fitLaw(floor, arms[arm]);
      const off = sets.flatMap((set) =>
        set[arm].map(({ n, error }) => error - floor.value(n, fit.parameters)),
      );
      return Math.sqrt(off.reduce((sum, each) => sum + each * each, 0) / off.length);
    };
    // sqrt(SSE / 2) of the five points: 0.624 points of RMSE times sqrt(5 / 2)
    assert.ok(Math.abs(spread("five") - 0.00987) < 5e-4 && Math.abs(spread("three") - 0.00987) < 6e-4);
  });

  it("covers as the profile does and percentiles of five points do not, hence the choice", () => {
    const truth = fitLaw(floor, real);
    const held = { profile: 0, percentile: 0 };
    const curves = 100;
    for (let seed = 0; seed < curves; seed++) {
      const noise = createKey(seed).stream();
      const points = sizes.map((n) => ({
        n,
        error: floor.value(n, truth.parameters) + 0.0099 * noise.normal(),
      }));
      const fit = fitLaw(floor, points);
      for (const method of ["profile", "percentile"] as const) {
        const { low, high } = limitInterval(fit, points, method, drawAround(points, 200, seed));
        held[method] += Number(low <= truth.parameters[0] && truth.parameters[0] <= high);
      }
    }
    assert.ok(held.profile >= 90 && held.percentile <= 90, JSON.stringify(held));
    assert.ok(held.percentile < held.profile - 4, JSON.stringify(held));
    assert.deepEqual(
      (["residuals", "seeds", "patients", "patients and seeds"] as const).map(chooseLimitMethod),
      ["profile", "profile", "percentile", "percentile"],
    );
  });
});
