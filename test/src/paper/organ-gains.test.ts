import assert from "node:assert/strict";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import type { ExperimentAnalysis } from "tumorlab/internal/experiment/analyze/analyze";
import type { Distribution } from "tumorlab/internal/experiment/analyze/experiment-scores";
import { readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import { organGainsOf } from "tumorlab/internal/paper/organ-gains";
import { adjustHolm } from "tumorlab/internal/stats/holm";
import { testMean } from "tumorlab/internal/stats/student";

describe("gains of six organs, as six numbers", () => {
  let analysis: ExperimentAnalysis;
  before(async () => {
    const results = await readExperimentResults("notebooks/results/jhh-in-small.json");
    // The gains themselves draw nothing.
    analysis = analyzeExperiment(results, { resamples: 2 });
  });
  /** In points of Dice, with one decimal as a table prints them. */
  const printedGains = (distribution: Distribution): number[] =>
    organGainsOf(analysis, distribution).map(({ measured }) => Math.round(1000 * measured.estimate) / 10);
  const describeTest = (values: readonly number[]): string[] => {
    const { n, mean, low, high } = testMean(values);
    return [String(n), ...[mean, low, high].map((value) => value.toFixed(1))];
  };

  // With scipy.stats.ttest_1samp from the printed gains.
  it("by Student's t: on other hospitals the interval reaches below 0, in distribution it does not", () => {
    assert.deepEqual(describeTest(printedGains("out")), ["6", "6.5", "-0.8", "13.9"]);
    assert.deepEqual(describeTest(printedGains("in")), ["6", "5.5", "0.5", "10.5"]);
    assert.equal(testMean(printedGains("out")).pValue.toFixed(2), "0.07");
    assert.equal(testMean(printedGains("in")).pValue.toFixed(3), "0.038");
  });

  it("by Holm over both: neither holds at 5 %", () => {
    const family = (["in", "out"] as const).map((name) => ({
      name,
      pValue: testMean(printedGains(name)).pValue,
    }));
    for (const { adjusted } of adjustHolm(family)) assert.equal(adjusted.toFixed(3), "0.075");
  });

  it("by all their digits it is the same answer, a thousandth away", () => {
    // 100 x the estimates: 10.677, 5.113, 8.946, 0.550, -0.904, 8.531; scipy.stats.ttest_1samp gives p = 0.03712.
    const { pValue } = testMean(organGainsOf(analysis, "in").map(({ measured }) => measured.estimate));
    assert.ok(Math.abs(pValue - 0.03712) < 5e-5, `${pValue}`);
  });
});
