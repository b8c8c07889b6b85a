import assert from "node:assert/strict";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { selectStage } from "tumorlab/internal/experiment/analyze/select-stage";
import type { CollectedResults } from "tumorlab/internal/experiment/run/result";
import { type Asked, handMadePlan, handMadeResults, withoutTrials } from "../hand-made-results.js";

/** Rises with n and is another for each seed, arm and patient. */
function dice({ trial, patient, distribution }: Asked): number {
  if (!trial) return 0.1;
  const { size, seed, arm } = trial;
  return (
    0.3 +
    0.08 * Math.log2(size) +
    0.013 * seed +
    (arm === "real" ? 0 : 0.05) +
    0.02 * patient -
    (distribution === "in" ? 0 : 0.1)
  );
}

describe("an analysis of a plan that has grown", () => {
  const first = handMadePlan({ version: 2 });
  const grown = handMadePlan({
    version: 2,
    seeds: [1, 2, 3, 4],
    stages: [{ name: "first" }, { name: "second", seeds: [3, 4] }],
  });
  const options = { resamples: 50 };
  const results = handMadeResults(grown, dice);
  const analyzeStages = (of: CollectedResults) =>
    ["first", "second"].map((stage) => analyzeExperiment(of, { ...options, stage }));

  it("gives the first stage as the plan alone that it was, and then both", () => {
    const alone = analyzeExperiment(handMadeResults(first, dice), options);
    const [stage, both] = analyzeStages(results);
    assert.deepEqual([stage.stage, both.stage], ["first", "second"]);
    assert.deepEqual(stage.trials, alone.trials);
    for (const part of ["curves", "gains", "gaps", "baselines", "detection", "patients"] as const)
      assert.deepEqual(stage.organs[0][part], alone.organs[0][part], part);
    assert.deepEqual(both.trials, { planned: 24, done: 24, missing: [] });
    assert.deepEqual(
      [stage, both].map(({ organs }) => organs[0].curves[0].points.map(({ seeds }) => seeds)),
      [
        [2, 2, 2],
        [4, 4, 4],
      ],
    );
    const { stage: said, ...plain } = analyzeExperiment(results, options);
    assert.equal(said, "second");
    assert.deepEqual(plain.organs[0].curves, both.organs[0].curves);
  });

  it("says in its notes what was added after a look, and nothing of it of the first stage", () => {
    const [stage, both] = analyzeStages(results);
    assert.ok(
      both.organs[0].notes.some((note) => /^stage second was added after a look .*seeds 3, 4/.test(note)),
    );
    assert.ok(!stage.organs[0].notes.some((note) => note.includes("stage")));
    assert.equal(analyzeExperiment(handMadeResults(first, dice), options).stage, undefined);
  });

  it("counts what is missing of a stage with it", () => {
    const some = withoutTrials(results, ({ seed, size }) => size === 1 && seed !== 1);
    const [stage, both] = analyzeStages(some);
    assert.deepEqual(
      [stage, both].map(({ trials }) => [trials.planned, trials.done, trials.missing.length]),
      [
        [12, 10, 2],
        [24, 18, 6],
      ],
    );
    assert.throws(() => selectStage(some, "third"), /stage: found "third", expected first, second/);
    assert.equal(selectStage(some), some);
    assert.equal(selectStage(some, "second"), some);
  });
});
