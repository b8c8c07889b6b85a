import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import { fitLaw } from "tumorlab/internal/scaling/fit";
import { findLaw, scalingLaws } from "tumorlab/internal/scaling/laws/table";
import { refitLaw } from "tumorlab/internal/scaling/refit";
import { exampleParameters, exampleSizes } from "./laws.test.js";

describe("refitLaw", () => {
  for (const law of scalingLaws) {
    it(`${law.name}: gives what fitLaw gives, curve by curve`, () => {
      const curves = [0, 1, 2, 3].map((seed) => {
        const noise = createKey(seed).split("refit").stream();
        // The third curve has other sizes, the fourth has repeats.
        const sizes = seed === 2 ? exampleSizes.slice(0, -1) : exampleSizes;
        return sizes.flatMap((n) =>
          (seed === 3 ? [0, 1] : [0]).map(() => ({
            n,
            error: law.value(n, exampleParameters[law.name]) + 0.0005 * noise.normal(),
          })),
        );
      });
      const refits = refitLaw(law, curves);
      curves.forEach((points, i) => {
        const { parameters } = fitLaw(law, points);
        for (const { n } of points)
          assert.ok(Math.abs(law.value(n, refits[i]) - law.value(n, parameters)) < 2e-6, `curve ${i}`);
      });
    });
  }

  it("follows the residuals asked for, takes no curves, and refuses a single size", () => {
    const law = findLaw("power-floor");
    const points = exampleSizes.map((n, i) => ({ n, error: 0.3 + n ** -0.5 * (1 + 0.02 * Math.cos(5 * i)) }));
    const [found] = refitLaw(law, [points], { residual: "log" });
    fitLaw(law, points, { residual: "log" }).parameters.forEach((value, i) =>
      assert.ok(Math.abs(found[i] / value - 1) < 1e-9),
    );
    assert.deepEqual(refitLaw(law, []), []);
    assert.throws(() => refitLaw(law, [[points[0]]]), /at least two different n/);
  });
});
