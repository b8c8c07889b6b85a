import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TrialRecord } from "tumorlab/internal/contracts/run-record";
import { collectExperiment } from "tumorlab/internal/experiment/run/collect";
import {
  createExperiment,
  type Experiment,
  experimentPaths,
  formatJson,
  writeJson,
} from "tumorlab/internal/experiment/run/experiment-folder";
import { recordedArithmetic } from "tumorlab/internal/experiment/run/one-arithmetic";
import { readExperimentResults } from "tumorlab/internal/experiment/run/read-results";
import type { TrialResult } from "tumorlab/internal/experiment/run/result";
import { handMadePlan, handMadeResults } from "../hand-made-results.js";

describe("an experiment's arithmetic", () => {
  const plan = handMadePlan();
  const { trials, baselines, planSha256 } = handMadeResults(plan, () => 0.5);
  let folder: string;
  let experiment: Experiment;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "arithmetic-"));
    experiment = await createExperiment(plan, folder);
    await writeJson(experimentPaths.baselines(folder, "kidney"), { planSha256, baselines });
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Leaves a trial as a run leaves it; without an arithmetic as earlier versions did. */
  const keep = async (trial: TrialResult, arithmetic?: string, engine = "simd"): Promise<void> => {
    const { index } = trial.trial;
    const said = arithmetic === undefined ? {} : { arithmetic };
    const result: TrialResult = { ...trial, ...said };
    const record: TrialRecord = {
      ...{ index, planSha256, version: "0.1.0", commit: null, engine, threads: 1, attempts: 1, ...said },
      ...{ finishedAt: "2026-01-02T03:04:05.678Z", seconds: 7, peakMemoryMb: 239, nodeVersion: "20.20.2" },
      ...{ cores: 2, memoryGiB: 23.5, resultSha256: formatJson(result).sha256 },
    };
    await writeJson(experimentPaths.record(folder, index), record, 2);
    await writeJson(experimentPaths.result(folder, index), result);
  };
  const collected = (): string => path.join(folder, "collected.json");

  it("is kept with each result, and those of one arithmetic are collected and read", async () => {
    for (const trial of trials) await keep(trial, "simd-fused");
    const { results } = await collectExperiment(experiment);
    assert.equal(results.trials.length, trials.length);
    const read = await readExperimentResults(collected());
    assert.deepEqual(new Set(read.trials.map(({ arithmetic }) => arithmetic)), new Set(["simd-fused"]));
  });

  it("is not mixed: collecting names both trials and what to do, and writes nothing", async () => {
    for (const trial of trials) await keep(trial, trial.trial.index === 7 ? "simd-unfused" : "simd-fused");
    await assert.rejects(
      collectExperiment(experiment),
      /trial 0 by simd-fused and trial 7 by simd-unfused.*Remove the results of the 1 .*trials\/0007\.json/,
    );
    await assert.rejects(readFile(collected()), /ENOENT/);
  });

  it("is not mixed with what earlier versions left, of which it is not known", async () => {
    for (const trial of trials) await keep(trial, trial.trial.index === 2 ? "simd-fused" : undefined);
    await assert.rejects(collectExperiment(experiment), /an arithmetic that was not recorded.*simd-fused/);
  });

  it("of earlier versions is that of their engine, and results without it are read", async () => {
    for (const trial of trials) await keep(trial);
    await collectExperiment(experiment);
    assert.equal((await readExperimentResults(collected())).trials.length, trials.length);
    await keep(trials[4], undefined, "reference");
    await assert.rejects(collectExperiment(experiment), /trial 4 by reference/);
    assert.equal(recordedArithmetic({}, { engine: "reference" }), "reference");
    assert.equal(recordedArithmetic({ arithmetic: "simd-fused" }, undefined), "simd-fused");
  });

  it("is not mixed in a file either, whatever collected it", async () => {
    for (const trial of trials) await keep(trial, "simd-fused");
    const { results } = await collectExperiment(experiment);
    await rm(path.join(folder, "collected.run.json"));
    const mixed = results.trials.map((trial, i) => (i === 5 ? { ...trial, arithmetic: "webgpu" } : trial));
    await writeFile(collected(), JSON.stringify({ ...results, trials: mixed }));
    await assert.rejects(readExperimentResults(collected()), /trial 0 by simd-fused and trial 5 by webgpu/);
  });

  it("and scores are as their records have them: a trial that was changed is refused by its name", async () => {
    for (const trial of trials) await keep(trial, "simd-fused");
    const { results } = await collectExperiment(experiment);
    const raised = results.trials.map((trial) =>
      trial.trial.index < 6
        ? trial
        : {
            ...trial,
            tests: trial.tests.map((test) => ({
              ...test,
              cases: test.cases.map((each) => ({ ...each, tumorDice: (each.tumorDice ?? 0) + 0.2 })),
            })),
          },
    );
    await writeFile(collected(), JSON.stringify({ ...results, trials: raised }));
    await assert.rejects(
      readExperimentResults(collected()),
      /trial 6: found "sha256 .*that of its record in/,
    );
    await rm(path.join(folder, "collected.run.json"));
    assert.equal((await readExperimentResults(collected())).trials.length, trials.length);
  });
});
