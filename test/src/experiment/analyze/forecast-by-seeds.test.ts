import assert from "node:assert/strict";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { answerQuestions } from "tumorlab/internal/experiment/analyze/answer-questions";
import { forecastBySeeds } from "tumorlab/internal/experiment/analyze/forecast-by-seeds";
import { readExperimentResults } from "tumorlab/internal/experiment/run/read-results";

describe("forecastBySeeds", () => {
  const half = { unit: "seeds", count: 2, share: 0.5 };
  const measured = {
    ...{ estimate: 0.06, low: 0, high: 0.12, standardError: 0.02, undefinedShare: 0, method: "t" as const },
    parts: [{ unit: "patients", count: 101, share: 0.5 }, half],
  };

  it("gives the interval that there is for the seeds that there are", async function () {
    this.timeout(60_000);
    const results = await readExperimentResults("notebooks/results/jhh-in-medium.json");
    const answers = answerQuestions(analyzeExperiment(results, { resamples: 2 })).filter(
      ({ measured: found }) => found?.parts?.some(({ unit }) => unit === "seeds"),
    );
    assert.ok(answers.length >= 5);
    for (const { measured: found, pValue, question } of answers) {
      const { count } = found!.parts!.find(({ unit }) => unit === "seeds")!;
      const [same] = forecastBySeeds(found!, [count]);
      assert.ok(
        Math.abs(same.low - found!.low) < 1e-6 && Math.abs(same.high - found!.high) < 1e-6,
        question.id,
      );
      if (question.rule === "superior" && found!.estimate! > 0)
        assert.ok(Math.abs(same.pValue - pValue!) < 1e-6, question.id);
    }
  });

  it("shrinks what seeds bring, and leaves what patients bring", () => {
    const [two, eight, many] = forecastBySeeds(measured, [2, 8, 1e6]);
    // By hand: variance 2e-4 + 2e-4 / 4, degrees (2.5e-4)^2 / ((2e-4)^2 / 100 + (0.5e-4)^2 / 7) = 82.4, t 1.9892.
    assert.ok(Math.abs(eight.high - eight.low - 2 * 1.9892 * Math.sqrt(2.5e-4)) < 1e-5);
    assert.ok(two.low < eight.low && eight.low < many.low && two.pValue > eight.pValue);
    // 101 patients alone: t 1.984 of 100 degrees.
    assert.ok(Math.abs(many.high - 0.06 - 1.98397 * Math.sqrt(2e-4)) < 1e-5);
  });

  it("has nothing to say of an interval that knows no seeds, and refuses one seed", () => {
    assert.deepEqual(forecastBySeeds({ ...measured, parts: [measured.parts[0]] }, [3]), []);
    assert.deepEqual(forecastBySeeds({ ...measured, method: "percentile" }, [3]), []);
    assert.deepEqual(forecastBySeeds(measured, []), []);
    assert.throws(() => forecastBySeeds(measured, [1]), /seeds: found 1, expected a whole number from 2/);
  });
});
