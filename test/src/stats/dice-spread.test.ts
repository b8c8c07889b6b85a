import assert from "node:assert/strict";
import { standardDeviation } from "tumorlab/internal/stats/describe";
import { diceSpread, expectedDiceSd } from "tumorlab/internal/stats/dice-spread";
import { solvePositiveDefinite } from "tumorlab/internal/stats/linear-algebra";
import { readAllScores } from "../../bench/coverage/distributions.js";

const touchstone = "../shared/data/touchstone";

describe("expectedDiceSd", () => {
  it("is the polynomial, and no more than scores from 0 to 1 can spread", () => {
    assert.ok(Math.abs(expectedDiceSd(0.5) - (0.0348 + 0.603 - 0.28955)) < 1e-12);
    assert.equal(expectedDiceSd(1), 0);
    assert.equal(expectedDiceSd(0), 0);
    for (let mean = 0; mean <= 1; mean += 1 / 64)
      assert.ok(expectedDiceSd(mean) <= Math.sqrt(mean * (1 - mean)));
    assert.throws(() => expectedDiceSd(59), /mean: found 59, expected a mean Dice from 0 to 1/);
  });

  it(`is the fit to Touchstone's 171 means, where ${touchstone} is`, function () {
    const models = readAllScores(touchstone);
    if (!models) return this.skip();
    const points = models.flatMap(({ organs, scores }) =>
      organs.map((organ) => {
        const values = [...scores.get(organ)!.values()];
        return {
          mean: values.reduce((sum, value) => sum + value, 0) / values.length,
          sd: standardDeviation(values),
        };
      }),
    );
    assert.equal(points.length, 171);
    const powers = (mean: number): number[] => [1, mean, mean * mean];
    const normal = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) => points.reduce((sum, { mean }) => sum + powers(mean)[i] * powers(mean)[j], 0)),
    );
    const right = [0, 1, 2].map((i) => points.reduce((sum, { mean, sd }) => sum + powers(mean)[i] * sd, 0));
    const fitted = solvePositiveDefinite(normal, right, 3)!;
    diceSpread.coefficients.forEach((coefficient, i) =>
      assert.ok(Math.abs(fitted[i] - coefficient) < 1e-4, `${[...fitted]}`),
    );
    const middle = points.reduce((sum, { sd }) => sum + sd, 0) / points.length;
    const left = points.reduce((sum, { mean, sd }) => sum + (sd - expectedDiceSd(mean)) ** 2, 0);
    const all = points.reduce((sum, { sd }) => sum + (sd - middle) ** 2, 0);
    assert.ok(Math.abs(1 - left / all - diceSpread.rSquared) < 0.005);
    const ratios = points.map(({ mean, sd }) => sd / expectedDiceSd(mean));
    const means = points.map(({ mean }) => mean);
    assert.deepEqual(
      [Math.min(...ratios), Math.max(...ratios)].map((value) => +value.toFixed(2)),
      [...diceSpread.ratios],
    );
    assert.deepEqual(
      [Math.min(...means), Math.max(...means)].map((value) => +value.toFixed(3)),
      [...diceSpread.range],
    );
  });
});
