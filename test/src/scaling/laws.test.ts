import assert from "node:assert/strict";
import fc from "fast-check";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { findLaw, scalingLaws } from "tumorlab/internal/scaling/laws/table";
import { surfaceLaws } from "tumorlab/internal/scaling/surfaces/table";

/** A curve of each law with every part of it visible between 20 and 6,000 scans. */
export const exampleParameters: Record<string, number[]> = {
  power: [1.2, 0.25],
  "power-floor": [0.35, 1.5, 0.5],
  "exponential-plateau": [0.4, 0.25, 0.004],
  "stretched-exponential": [0.38, 0.6, 0.01, 0.6],
  m4: [0.35, 0.6, 0.7, 3, 0.6],
  "broken-power": [0.1, 1.2, 0.15, 0.5, 400, 0.3],
};

export const exampleSizes = Array.from({ length: 12 }, (_, i) => Math.round(20 * 2 ** (i * 0.75)));

describe("scalingLaws", () => {
  for (const law of scalingLaws) {
    const parameters = exampleParameters[law.name];

    it(`${law.name}: gradient agrees with central differences`, () => {
      const out = new Float64Array(parameters.length);
      for (const n of exampleSizes) {
        assert.equal(law.gradient(n, parameters, out), law.value(n, parameters));
        parameters.forEach((value, i) => {
          const h = 1e-6 * value;
          const shifted = (by: number): number[] => parameters.map((each, j) => (j === i ? each + by : each));
          const slope = (law.value(n, shifted(h)) - law.value(n, shifted(-h))) / (2 * h);
          // A central difference is blind below the rounding of the value itself.
          const tolerance = 2e-6 * Math.abs(slope) + (1e-9 * law.value(n, parameters)) / value;
          assert.ok(
            Math.abs(out[i] - slope) <= tolerance,
            `${law.parameters[i].name} at ${n}: ${out[i]} and ${slope}`,
          );
        });
      }
    });

    it(`${law.name}: falls with n towards its asymptote`, () => {
      let previous = Infinity;
      for (const n of exampleSizes) {
        const value = law.value(n, parameters);
        assert.ok(value < previous && value > law.asymptote(parameters));
        previous = value;
      }
      assert.ok(Math.abs(law.value(1e14, parameters) - law.asymptote(parameters)) < 1e-3);
    });

    it(`${law.name}: its parameters come back from a noiseless curve to 1e-6`, () => {
      const points = exampleSizes.map((n) => ({ n, error: law.value(n, parameters) }));
      for (const residual of ["absolute", "log"] as const) {
        const fit = fitLaw(law, points, { residual });
        assert.ok(fit.identified, fit.reasons.join("; "));
        fit.parameters.forEach((value, i) => {
          assert.ok(
            Math.abs(value / parameters[i] - 1) < 1e-6,
            `${residual} ${law.parameters[i].name}: ${value}`,
          );
        });
      }
    });

    it(`${law.name}: does not care for the order of the points or the unit of n`, () => {
      const points = exampleSizes.map((n, i) => ({
        n,
        error: law.value(n, parameters) * (1 + 0.003 * Math.cos(7 * i)),
      }));
      const fit = fitLaw(law, points);
      const reversed = fitLaw(law, [...points].reverse());
      const thousands = fitLaw(
        law,
        points.map(({ n, error }) => ({ n: n / 1000, error })),
      );
      for (const { n } of points) {
        const value = law.value(n, fit.parameters);
        assert.ok(Math.abs(law.value(n, reversed.parameters) - value) < 1e-9);
        assert.ok(Math.abs(law.value(n / 1000, thousands.parameters) - value) < 2e-4);
      }
    });
  }

  it("m4 solves its own equation", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: 0.1, max: 1.5, noNaN: true }),
        fc.integer({ min: 1, max: 100_000 }),
        (c, h, alpha, beta, gamma, n) => {
          const e = findLaw("m4").value(n, [c, h, alpha, beta, gamma]);
          assert.ok(e >= c && e <= c + h);
          if (e - c < 1e-9 || c + h - e < 1e-9) return;
          const left = Math.log(e - c) - alpha * Math.log(c + h - e);
          const right = Math.log(beta) - gamma * Math.log(n);
          // The share of the height is all the digits there are near its ends.
          const digits = 1e-14 * (c + h) * (1 / (e - c) + alpha / (c + h - e));
          assert.ok(Math.abs(left - right) <= 1e-9 + digits, `${left} ${right}`);
        },
      ),
    );
  });

  it("is found by name or refused with the names there are", () => {
    assert.equal(findLaw("power-floor").title, "Power law with floor");
    assert.throws(() => findLaw("linear"), /"linear", expected one of power, power-floor/);
  });
});

describe("the description of each law", () => {
  it("names formula, reference, and every parameter with its unit and bounds", () => {
    const described = [...scalingLaws, ...surfaceLaws];
    for (const { formula, reference, title, parameters } of described) {
      assert.ok(title && /\d{4}/.test(reference), title);
      for (const { name, unit, lower, upper, description } of parameters) {
        assert.ok(unit && description && lower < upper, `${title}: ${name}`);
        // M4 speaks of the untrained error e0 = c + h.
        assert.match(name === "h" ? "h" : formula, new RegExp(`\\b${name}\\b`), title);
      }
    }
  });
});
