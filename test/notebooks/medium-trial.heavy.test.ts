import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createExperiment, readRecord } from "tumorlab/internal/experiment/run/experiment-folder";
import { runExperimentTrial } from "tumorlab/internal/experiment/run/folder-trial";
import { readExperimentRecords, readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import { openEngine } from "tumorlab/internal/model/engines";
import { root } from "./read-notebooks.js";

/** The scans that one training needs are drawn first: some twenty minutes of a core, and as many again to train and test. */
describe("a training of notebooks/results/jhh-in-medium.json, made again", function () {
  this.timeout("90m");

  it("has the bytes that it had", async function () {
    const file = path.join(root, "notebooks", "results", "jhh-in-medium.json");
    const results = await readExperimentResults(file);
    const { records } = await readExperimentRecords(file, results);
    const { trial } = results.trials
      .filter((each) => each.trial.arm === "real")
      .sort((a, b) => a.trial.size - b.trial.size)[0];
    const expected = records.find(({ index }) => index === trial.index)!;
    const { arithmetic } = await openEngine();
    if (arithmetic !== expected.arithmetic) {
      console.log(
        `      this machine computes by ${arithmetic}, the results were made by ${expected.arithmetic}`,
      );
      return this.skip();
    }
    const folder = await mkdtemp(path.join(tmpdir(), "made-again-"));
    try {
      const experiment = await createExperiment(results.plan, path.join(folder, "medium"));
      await runExperimentTrial(experiment, trial.index, { threads: 1 });
      const record = await readRecord(experiment, trial.index);
      assert.equal(record?.resultSha256, expected.resultSha256);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
