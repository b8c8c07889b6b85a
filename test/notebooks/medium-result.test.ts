import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import { answerQuestions } from "tumorlab/internal/experiment/analyze/answer-questions";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { hashPlan, listTrials } from "tumorlab/internal/experiment/plan/plan";
import { preregister } from "tumorlab/internal/experiment/plan/preregistration";
import { readExperimentRecords, readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import type { CollectedRecords, CollectedResults } from "tumorlab/internal/experiment/run/result";
import { root } from "./read-notebooks.js";

/** What notebook 06 opens: never skipped, since a notebook without its results shows nothing. */
describe("notebooks/results/jhh-in-medium.json", function () {
  this.timeout(60_000);
  const file = path.join(root, "notebooks", "results", "jhh-in-medium.json");
  let results: CollectedResults;
  let collected: CollectedRecords;
  before(async () => {
    results = await readExperimentResults(file);
    collected = await readExperimentRecords(file, results);
  });

  it("is of the plan of preset medium with the preregistration that lies beside it", () => {
    const text = readFileSync(file.replace(".json", ".prereg.json"), "utf8");
    const planned = preregister(createPlan("medium"), text);
    assert.equal(results.planSha256, hashPlan(planned), "another plan: run the experiment again");
  });

  it("has whole seeds of the three arms that the primary question asks of, and says of every other training that it was not run", () => {
    const planned = listTrials(results.plan);
    assert.equal(results.trials.length + results.missing.length, planned.length);
    assert.deepEqual(new Set(results.missing.map(({ reason }) => reason)), new Set(["not run"]));
    const done = new Set(results.trials.map(({ trial }) => trial.index));
    const arms = ["real", "real+synthetic", "real+healthy"];
    const whole = results.plan.seeds.filter((seed) =>
      planned.every(
        ({ index, arm, ...trial }) => trial.seed !== seed || !arms.includes(arm) || done.has(index),
      ),
    );
    assert.ok(whole.length >= 2, `seeds ${whole.join(", ")}`);
    const weights = new Set(results.trials.map(({ weightsSha256 }) => weightsSha256));
    assert.equal(weights.size, results.trials.length, "each network has weights of its own");
  });

  it("was made by commits as they stand, by one arithmetic, which its records name", () => {
    assert.deepEqual(
      collected.records.map(({ index }) => index),
      results.trials.map(({ trial }) => trial.index),
    );
    for (const { commit, seconds, arithmetic } of collected.records) {
      // A plus at the end would say that files differed from the commit.
      assert.match(commit!, /^[0-9a-f]{40}$/);
      assert.ok(seconds > 0);
      assert.equal(arithmetic, collected.records[0].arithmetic);
    }
  });

  it("answers the primary question with an interval over patients and seeds", () => {
    const answers = answerQuestions(analyzeExperiment(results, { resamples: 2 }));
    const [primary] = answers.filter(({ role }) => role === "primary");
    assert.equal(primary.question.id, "tumors");
    assert.deepEqual(
      primary.measured!.parts!.map(({ unit }) => unit),
      ["patients", "seeds"],
    );
    // A question whose trainings are missing is answered by nothing, and says so.
    for (const { verdict, measured, why } of answers)
      assert.ok(verdict === "not answered" ? why !== undefined && !measured : measured !== undefined);
  });

  it("says nothing of the machine's folders", () => {
    for (const name of [file, file.replace(/json$/, "run.json")])
      assert.doesNotMatch(readFileSync(name, "utf8"), /(?:\/home\/|\/Users\/|\/root\/|\/tmp\/|\/work\/)/);
  });
});
