import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TrialRecord } from "tumorlab/internal/contracts/run-record";
import { observeCurves } from "tumorlab/internal/experiment/analyze/observed-curves";
import { hashPlan, listTrials } from "tumorlab/internal/experiment/plan/plan";
import { createExperiment, experimentPaths } from "tumorlab/internal/experiment/run/experiment-folder";
import { watchExperiment } from "tumorlab/internal/notebook/watch-experiment";
import { growingCurvesFigure } from "tumorlab/internal/plot/experiment-figures";
import { handMadePlan, handMadeResults, withoutTrials } from "../experiment/hand-made-results.js";
import { type FakeKernel, startFakeKernel } from "./fake-kernel.js";

describe("watchExperiment", () => {
  let folder: string;
  let kernel: FakeKernel;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "watched-"));
    kernel = startFakeKernel();
  });
  afterEach(async () => {
    kernel.stop();
    await rm(folder, { recursive: true });
  });

  it("goes on from the trials that are there, and draws the curves anew after each other", async () => {
    const plan = handMadePlan({ organs: [{ organ: "liver", sizes: [1, 2] }], seeds: [1] });
    const { trials } = handMadeResults(plan, () => 0.5);
    const record: Omit<TrialRecord, "index"> = {
      ...{ planSha256: hashPlan(plan), version: "0", commit: null, engine: "simd", threads: 1, attempts: 1 },
      ...{ finishedAt: "", seconds: 1, peakMemoryMb: 1, nodeVersion: "", cores: 1, memoryGiB: 1 },
    };
    const write = async (index: number): Promise<void> => {
      for (const [path, value] of [
        [experimentPaths.record(folder, index), { ...record, index }],
        [experimentPaths.result(folder, index), trials[index]],
      ] as const) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, JSON.stringify(value));
      }
    };
    await createExperiment(plan, folder);
    await write(0);
    const results = await watchExperiment(plan, {
      folder,
      workers: 2,
      score: "organDice",
      run: async (experiment, { workers, signal, onEvent }) => {
        assert.equal(workers, 2);
        assert.equal(signal?.aborted, false);
        onEvent?.({ kind: "scans", done: 3, total: 7 });
        for (const index of [2, 1]) {
          await write(index);
          const trial = listTrials(experiment.plan)[index];
          onEvent?.({ kind: "start", trial, attempt: 1, pid: undefined });
          onEvent?.({ kind: "done", trial, seconds: 1 });
        }
      },
    });
    assert.deepEqual(
      results.trials.map(({ trial }) => trial.index),
      [0, 1, 2],
    );
    assert.deepEqual(results.missing, [{ index: 3, reason: "not run" }]);
    const texts = kernel.shown.map(({ bundle }) => String(bundle["text/plain"]));
    assert.deepEqual(
      texts.flatMap((text) => /Liver: Dice of the organ after (\d) of 4/.exec(text)?.[1] ?? []),
      ["1", "2", "3"],
    );
    assert.ok(texts.some((text) => text.startsWith("jhh-tiny: trials: 3 of 4")));
  });

  it("fails where a picture cannot be drawn, once the trials have had their turn", async () => {
    const plan = handMadePlan();
    const watched = watchExperiment(plan, {
      folder,
      organ: "colon",
      run: async (_, { onEvent }) => {
        await writeFile(experimentPaths.result(folder, 0), "").catch(() => undefined);
        await mkdir(experimentPaths.result(folder, 1), { recursive: true });
        onEvent?.({ kind: "done", trial: listTrials(plan)[1], seconds: 1 });
      },
    });
    await assert.rejects(watched, /0001\.json/);
  });
});

describe("observeCurves", () => {
  const results = handMadeResults(handMadePlan(), ({ trial }) => 0.1 * (trial?.size ?? 0));

  it("has every arm and distribution from the start, and the means of what is done", () => {
    const none = observeCurves(
      withoutTrials({ ...results, baselines: [] }, () => true),
      "kidney",
    );
    assert.equal(none.length, 4);
    assert.ok(none.every(({ points }) => points.length === 0));
    const some = observeCurves(
      withoutTrials(results, ({ size }) => size > 2),
      "kidney",
    );
    assert.deepEqual(
      some[0].points.map(({ n, error }) => [n, Math.round(100 * error)]),
      [
        [1, 90],
        [2, 80],
      ],
    );
    const [organ] = observeCurves(results, "kidney", "organDice");
    assert.ok(organ.points.every(({ error }) => Math.abs(error - 0.1) < 1e-9));
  });

  it("is drawn over the sizes that are planned, one panel where the plan has one distribution", () => {
    const [inside] = handMadePlan().tests;
    const one = handMadeResults(handMadePlan({ tests: [inside] }), () => 0.5);
    const { layout } = growingCurvesFigure(one, "kidney");
    assert.deepEqual((layout.xaxis as { tickvals: number[] }).tickvals, [1, 2, 4]);
    assert.equal(layout.xaxis2, undefined);
    assert.match(JSON.stringify(layout.title), /Tumor Dice of the kidney after 12 of 12 trials/);
  });
});
