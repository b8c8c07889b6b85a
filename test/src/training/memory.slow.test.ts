import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { changeTrainingConfig } from "tumorlab/internal/training/read-training-config";
import {
  memoryLimitOf,
  requirePredictionMemory,
  requireTrainingMemory,
} from "tumorlab/internal/training/require-memory";
import { trainNetwork } from "tumorlab/internal/training/train-network";
import { presets, type TrainingConfig } from "tumorlab/internal/training/training-config";
import { describeMarks, soakTraining } from "../../bench/training/soak.js";
import type { MemoryStory } from "./run-out-of-memory.js";

/** `npm run check:full` sets it. */
const isFull = process.env.TUMORLAB_FULL !== undefined;

describe("a training's memory", function () {
  this.timeout(isFull ? 1_200_000 : 120_000);

  it("stays flat: tensors, the engine's pieces and its pages, over validations and checkpoints", async () => {
    const marks = isFull ? [100, 500, 1000, 2000] : [26, 46, 65];
    const [early, ...later] = await soakTraining(marks.at(-1)!, marks);
    assert.ok(early.tensors > 0 && early.liveBytes > 0 && early.wasmPages > 16, JSON.stringify(early));
    for (const { step, heapMb, residentMb, ...held } of later) {
      const { step: _, heapMb: firstHeapMb, residentMb: firstResidentMb, ...first } = early;
      assert.deepEqual(held, first, `at step ${step}`);
      // A batch kept of each step would be 50 kB times the steps; compiled code and a curve of 500 points are small.
      assert.ok(heapMb < firstHeapMb + 4, `${firstHeapMb} to ${heapMb} MB of JavaScript at step ${step}`);
      if (isFull) assert.ok(residentMb < firstResidentMb + 64, `${residentMb} MB at step ${step}`);
    }
    process.stdout.write(isFull ? `${describeMarks([early, ...later])}\n` : "");
  });

  it("when there is no more ends in a clear error, the last checkpoint good; with memory again it goes on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-memory-"));
    try {
      const child = fork(join(__dirname, "run-out-of-memory.js"), [folder], { stdio: "inherit" });
      const [story] = (await once(child, "message")) as [MemoryStory];
      assert.match(
        story.message,
        /^LabError: memory of the engine simd: found "\d+ MiB wanted besides 4\d\d\d MiB in use", expected at most 4096 MiB in all.*Take a smaller patch, batch or width$/,
      );
      assert.equal(story.step, 3);
      assert.equal(story.heldBytes[1], story.heldBytes[0]);
      assert.equal(story.tensors[1], story.tensors[0]);
      assert.equal(story.weights[0], story.weights[1]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("a recipe that does not fit in memory", () => {
  const limit = { bytes: 2 ** 28, reason: "the memory of this machine" };
  const network = (patch: number) =>
    createNetworkConfig({ classes: 4, widths: [8, 16, 32], patch: [patch, patch, patch] });

  it("is refused before the start with its estimate and a batch or patch that fits", () => {
    requireTrainingMemory(presets.small, limit);
    requireTrainingMemory({ ...presets.small, batch: 100 }, undefined);
    const cases: [Partial<TrainingConfig>, RegExp][] = [
      [
        { batch: 3 },
        /^recipe small, batch of 3 with patch 48 x 48 x 48: found "a step of about \d{3} MiB", expected at most 256 MiB, the memory of this machine\. A batch of 2 with patch 48 x 48 x 48 takes about \d{3} MiB; narrower/,
      ],
      [
        { network: network(96) },
        /found "a step of about \d{4} MiB".*A batch of 1 with patch 60 x 60 x 60 takes/,
      ],
      [
        { network: { ...network(96), widths: [64, 64, 64] } },
        /A batch of 1 with patch \d\d? x \d\d? x \d\d? takes/,
      ],
      [{ network: { ...network(8), widths: [2048, 2048, 2048] } }, /Take narrower widths, fewer levels/],
    ];
    for (const [change, message] of cases)
      assert.throws(() => requireTrainingMemory({ ...presets.small, ...change }, limit), { message });
  });

  it("is refused by the training itself and, where it is a model, by the prediction", async () => {
    const recipe = changeTrainingConfig(presets.tiny, { network: { patch: [512, 512, 512] } });
    const cases = [{ name: "none", patient: "none" }] as never;
    await assert.rejects(trainNetwork({ recipe, cases, engine: "simd" }), /found "a step of about \d+ MiB"/);
    requirePredictionMemory(network(48), limit);
    requirePredictionMemory(network(512), undefined);
    assert.throws(
      () => requirePredictionMemory(network(128), limit),
      /^LabError: model of patch 128 x 128 x 128: found "a window of about \d+ MiB", expected at most 256 MiB/,
    );
  });

  it("is measured against what the engine addresses, or what the machine has where that is less", () => {
    assert.equal(memoryLimitOf("simd", 2 ** 36)!.bytes, 2 ** 32);
    assert.match(memoryLimitOf("simd", 2 ** 36)!.reason, /engine simd/);
    assert.deepEqual(memoryLimitOf("simd", 2 ** 31), {
      bytes: 2 ** 31,
      reason: "the memory of this machine",
    });
    assert.equal(memoryLimitOf("reference", 2 ** 36)!.bytes, 2 ** 36);
    assert.ok(memoryLimitOf("reference")!.bytes > 2 ** 28);
    assert.equal(memoryLimitOf("webgpu"), undefined);
  });
});
