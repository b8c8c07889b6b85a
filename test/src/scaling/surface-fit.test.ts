import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { fitSurface, predictSurface } from "tumorlab/internal/scaling/surface-fit";
import type { SurfacePoint } from "tumorlab/internal/scaling/surface-law";
import { additiveSurface } from "tumorlab/internal/scaling/surfaces/additive-surface";
import { diminishingSurface, exchangeSurface } from "tumorlab/internal/scaling/surfaces/exchange-surface";
import { syntheticSurface } from "tumorlab/internal/scaling/surfaces/synthetic-surface";
import { surfaceLaws } from "tumorlab/internal/scaling/surfaces/table";

/** Parameters of each law that make sense, and sizes over which every part of it shows. */
const truths: Record<string, { truth: number[]; n: number[]; s: number[] }> = {
  "exchange-surface": { truth: [0.3, 2, 0.4, 0.25], n: [60, 278, 500, 1500], s: [0, 180, 900, 4500] },
  "diminishing-surface": { truth: [0.3, 2, 0.4, 3, 0.6], n: [60, 278, 500, 1500], s: [0, 180, 900, 4500] },
  "synthetic-surface": { truth: [0.3, 2, 0.4, 0.5, 0.2], n: [60, 278, 500, 1500], s: [0, 180, 900, 4500] },
  "additive-surface": {
    truth: [1.7, 400, 1200, 0.34, 0.36],
    n: [1e8, 4e8, 1e9, 7e9],
    s: [1e9, 5e9, 2e10, 2e11],
  },
};
const gridOf = (name: string): SurfacePoint[] => {
  const law = surfaceLaws.find((each) => each.name === name)!;
  const { truth, n, s } = truths[name];
  return n.flatMap((real) => s.map((other) => ({ n: real, s: other, error: law.value(real, other, truth) })));
};

describe("laws of two amounts", () => {
  for (const law of surfaceLaws) {
    const { truth, n, s } = truths[law.name];

    it(`${law.name}: has the derivatives of central differences, also without s where it is defined`, () => {
      const out = new Float64Array(truth.length);
      for (const [real, other] of [
        [n[0], s[0]],
        [n[2], s[1]],
        [n[3], s[3]],
      ]) {
        const value = law.value(real, other, truth);
        assert.equal(law.gradient(real, other, truth, out), value);
        truth.forEach((parameter, i) => {
          const h = 1e-6 * parameter;
          const at = (by: number): number =>
            law.value(
              real,
              other,
              truth.map((each, j) => (j === i ? each + by : each)),
            );
          const slope = (at(h) - at(-h)) / (2 * h);
          assert.ok(Math.abs(out[i] - slope) * parameter < 1e-7 * value, `${law.parameters[i].name}`);
        });
      }
    });

    it(`${law.name}: gets its parameters back from a noiseless grid`, () => {
      const points = gridOf(law.name);
      const fit = fitSurface(law, points);
      fit.parameters.forEach((value, i) =>
        assert.ok(Math.abs(value / truth[i] - 1) < 1e-5, String(fit.parameters)),
      );
      assert.deepEqual(fit.reasons, []);
      const [a, b] = [n[0] * 3, s[1] * 2];
      assert.ok(Math.abs(predictSurface(fit, a, b) - law.value(a, b, truth)) < 1e-6);
    });
  }

  it("nest: an exchange at a fixed rate is one without diminishing returns", () => {
    assert.equal(
      diminishingSurface.value(60, 180, [0.3, 2, 0.4, 0.25, 1]),
      exchangeSurface.value(60, 180, [0.3, 2, 0.4, 0.25]),
    );
    const fit = fitSurface(diminishingSurface, gridOf("exchange-surface"));
    assert.ok(Math.abs(fit.parameters[4] - 1) < 1e-3, String(fit.parameters));
  });
});

describe("fitSurface", () => {
  it("fits the two published arms, the mixed one with three synthetic tumors a scan", () => {
    const sizes = [60, 278, 500, 1500, 3159];
    const real = [0.402, 0.527, 0.54, 0.593, 0.597];
    const mixed = [0.482, 0.581, 0.59, 0.592, 0.593];
    const points = sizes.flatMap((n, i) => [
      { n, s: 0, error: 1 - real[i] },
      { n, s: 3 * n, error: 1 - mixed[i] },
    ]);
    assert.ok(fitSurface(syntheticSurface, points).identified);
    const { parameters, identified, aicc } = fitSurface(exchangeSurface, points);
    // scipy.optimize.least_squares of c + a (n + k s)^-b from 200 random starts
    [0.385098, 2.57948, 0.605164, 0.48642].forEach((value, i) =>
      assert.ok(Math.abs(parameters[i] / value - 1) < 1e-3, String(parameters)),
    );
    assert.ok(identified && Number.isFinite(aicc));
  });

  it("by Huber's loss is not bent by points far off, of the error or its logarithm", () => {
    const noise = createKey(2).stream();
    const { truth } = truths["additive-surface"];
    const clean = gridOf("additive-surface").map((point) => ({
      ...point,
      error: point.error * Math.exp(0.001 * noise.normal()),
    }));
    const points = clean.map((point, i) => (i % 7 === 3 ? { ...point, error: 1.3 * point.error } : point));
    const off = (options: { huberDelta?: number }): number => {
      const { parameters } = fitSurface(additiveSurface, points, { residual: "log", ...options });
      return Math.abs(Math.log(parameters[0] / truth[0]));
    };
    assert.ok(off({ huberDelta: 1e-3 }) < 0.02 && off({}) > 0.05, `${off({ huberDelta: 1e-3 })} ${off({})}`);
    // A delta beyond every residual is least squares.
    const [wide, plain] = [{ huberDelta: 1e6 }, {}].map((options) =>
      fitSurface(additiveSurface, points, { residual: "log", ...options }),
    );
    assert.ok(Math.abs(wide.loss / plain.loss - 1) < 1e-9);
    assert.ok(Number.isNaN(wide.aicc));
  });

  it("says what the points cannot tell, and refuses what no surface can take", () => {
    const grid = gridOf("synthetic-surface");
    const useless = fitSurface(
      syntheticSurface,
      grid.map(({ n, s }) => ({ n, s, error: 0.3 + 2 * n ** -0.5 })),
    );
    assert.equal(useless.identified, false);
    const narrow = grid.filter(({ s }) => s < 200);
    assert.match(fitSurface(syntheticSurface, narrow).reasons[0], /3 different s; there are 2/);
    assert.deepEqual(
      fitSurface(
        exchangeSurface,
        gridOf("exchange-surface").filter(({ s }) => s < 200),
      ).reasons,
      [],
    );
    assert.throws(
      () =>
        fitSurface(
          syntheticSurface,
          grid.filter(({ s }) => s === 0),
        ),
      /1 different s/,
    );
    assert.throws(
      () => fitSurface(additiveSurface, grid),
      /point 1: s: found 0, .*training examples D, above 0/,
    );
    const [first, ...rest] = grid;
    assert.throws(() => fitSurface(syntheticSurface, [{ ...first, n: 0 }, ...rest]), /point 1: n/);
    assert.throws(
      () => fitSurface(syntheticSurface, [{ ...first, error: 0 }, ...rest], { residual: "log" }),
      /above 0 for log/,
    );
    assert.throws(() => fitSurface(syntheticSurface, grid, { huberDelta: 0 }), /huberDelta: found 0/);
  });
});
