import assert from "node:assert/strict";
import { describeMarks, soakTraining } from "../../bench/training/soak.js";

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
});
