import assert from "node:assert/strict";
import { progressMime, type ProgressPayload } from "tumorlab/internal/contracts/progress-payload";
import type { ProgressListener } from "tumorlab/internal/core/progress";
import { formatProgress, progress } from "tumorlab/internal/notebook/progress";
import { captureOutput, startFakeKernel, type Shown } from "./fake-kernel.js";

function payloads(shown: readonly Shown[]): ProgressPayload[] {
  return shown.map(({ bundle }) => bundle[progressMime] as ProgressPayload);
}

describe("progress", () => {
  let kernel: ReturnType<typeof startFakeKernel>;
  let nowMs = 0;
  const options = { nowMs: () => nowMs };
  beforeEach(() => {
    nowMs = 0;
    kernel = startFakeKernel();
  });
  afterEach(() => kernel.stop());

  it("sends a few of 100,000 updates, in one output, and always the last", () => {
    const bar = progress("Voxels", 100_000, options);
    for (let done = 1; done <= 100_000; done++) {
      nowMs += 1 / 64;
      bar({ done });
    }
    assert.ok(kernel.shown.length >= 10 && kernel.shown.length <= 18, `${kernel.shown.length} sent`);
    const ids = new Set(kernel.shown.map(({ options: sent }) => sent.displayId));
    assert.equal(ids.size, 1);
    assert.deepEqual(
      kernel.shown.map(({ options: sent }) => sent.update),
      [false, ...Array<boolean>(kernel.shown.length - 1).fill(true)],
    );
    const last = payloads(kernel.shown).at(-1);
    assert.deepEqual(last, {
      label: "Voxels",
      done: 100_000,
      total: 100_000,
      ratePerSecond: 64_000,
      state: "done",
    });
  });

  it("shows rate, time left and values, and says so when a value is not a number", () => {
    const bar = progress("Training", 40, options);
    nowMs = 4000;
    bar({ done: 8, values: { loss: 0.5 } });
    nowMs = 5000;
    bar({ done: 10, label: "epoch 2", values: { loss: NaN, dice: 0.25 } });
    const [, second, third] = payloads(kernel.shown);
    assert.deepEqual(second, {
      label: "Training",
      done: 8,
      total: 40,
      ratePerSecond: 2,
      remainingSeconds: 16,
      values: { loss: 0.5 },
      state: "running",
    });
    assert.equal(third.label, "Training: epoch 2, loss is NaN");
    assert.deepEqual(third.values, { dice: 0.25 });
    assert.equal(kernel.shown[1].bundle["text/plain"], "Training: 8 of 40 (20 %), 2/s, 16 s left, loss 0.5");
    bar.finish();
  });

  it("sends what came last before a pause", async () => {
    const bar = progress("Slow", 10, { intervalMs: 20 });
    bar({ done: 1 });
    bar({ done: 2 });
    assert.equal(kernel.shown.length, 1);
    while (kernel.shown.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(payloads(kernel.shown)[1].done, 2);
    bar.finish();
  });

  it("ends as interrupted when the cell is, once, and stays so", () => {
    const bar = progress("Long", 10, options);
    bar({ done: 3 });
    kernel.abort(new Error("interrupted"));
    bar({ done: 4 });
    bar({ done: 10 });
    const sent = payloads(kernel.shown);
    assert.deepEqual(
      sent.map(({ state, done }) => [state, done]),
      [
        ["running", 0],
        ["interrupted", 3],
      ],
    );
  });

  it("begins interrupted in a cell that already is", () => {
    kernel.abort();
    progress("Late", 5, options);
    assert.equal(payloads(kernel.shown).at(-1)?.state, "interrupted");
  });

  it("ends as done or failed when told to, and may go on after its total", () => {
    const open = progress("Open end", undefined, options);
    open({ done: 7 });
    open.finish();
    open.finish();
    assert.deepEqual(payloads(kernel.shown).at(-1), { label: "Open end", done: 7, state: "done" });
    assert.equal(kernel.shown.length, 2);
    const failing = progress("Bad", 2, options);
    failing.fail();
    failing({ done: 2 });
    assert.equal(failing.current.state, "failed");
    const phases = progress("Phases", 2, options);
    phases({ done: 2 });
    assert.equal(phases.current.state, "done");
    phases({ done: 1, total: 3 });
    assert.equal(phases.current.state, "running");
    phases.finish();
  });

  it("is not flooded by work that reaches its total again and again", () => {
    const bar = progress("Rounds", 1, options);
    for (let round = 0; round < 10_000; round++) {
      bar({ done: 0 });
      bar({ done: 1 });
    }
    assert.ok(kernel.shown.length <= 5, `${kernel.shown.length} sent`);
    bar.finish();
    assert.equal(payloads(kernel.shown).at(-1)?.state, "done");
  });

  it("is a listener for any long work", () => {
    const work = ({ progress: listen }: { progress: ProgressListener }) => listen({ done: 1, total: 1 });
    work({ progress: progress("Work", undefined, options) });
    assert.equal(payloads(kernel.shown).at(-1)?.state, "done");
  });

  it("walks over lists, sets and generators with a bar", async () => {
    const seen: number[] = [];
    for await (const x of progress.over([1, 2, 3], "List", options)) seen.push(x);
    for await (const x of progress.over(new Set([4]), "Set", options)) seen.push(x);
    async function* numbers() {
      yield await Promise.resolve(5);
    }
    for await (const x of progress.over(numbers(), "Async", options)) seen.push(x);
    for await (const x of progress("Own", 1, options).over([6].values())) seen.push(x);
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
    const ends = payloads(kernel.shown).filter(({ state }) => state === "done");
    assert.deepEqual(
      ends.map(({ label, done, total }) => [label, done, total]),
      [
        ["List", 3, 3],
        ["Set", 1, 1],
        ["Async", 1, undefined],
        ["Own", 1, 1],
      ],
    );
  });

  it("stops a loop at an interrupt with its reason, even one whose body never waits", async () => {
    setImmediate(() => kernel.abort(new Error("interrupted by the reader")));
    let rounds = 0;
    function* endless() {
      for (;;) yield rounds++;
    }
    await assert.rejects(async () => {
      for await (const _ of progress.over(endless(), "Endless")) continue;
    }, /interrupted by the reader/);
    assert.ok(rounds > 0);
    assert.equal(payloads(kernel.shown).at(-1)?.state, "interrupted");
  });

  it("says that a loop left early was interrupted", async () => {
    for await (const x of progress.over([1, 2, 3], "Early", options)) if (x === 2) break;
    const last = payloads(kernel.shown).at(-1);
    assert.deepEqual([last?.state, last?.done], ["interrupted", 1]);
  });

  it("makes many bars in one cell without a warning of the runtime", () => {
    const warnings: string[] = [];
    const keep = (warning: Error) => void warnings.push(warning.message);
    process.on("warning", keep);
    const bars = Array.from({ length: 40 }, (_, i) => progress(`Bar ${i}`, 1, options));
    for (const bar of bars) bar.finish();
    process.off("warning", keep);
    assert.deepEqual(warnings, []);
    assert.equal(new Set(kernel.shown.map(({ options: sent }) => sent.displayId)).size, 40);
  });

  it("prints one line outside any kernel", async () => {
    kernel.stop();
    const output = await captureOutput(() => {
      const bar = progress("Work", 2, options);
      bar({ done: 1 });
      nowMs = 1000;
      bar({ done: 2 });
    });
    assert.equal(output, "Work: 2 of 2 (100 %), 2/s, done\n");
  });

  it("refuses totals and intervals that are none", () => {
    assert.throws(() => progress("x", -1), /total: found -1/);
    assert.throws(() => progress("x", 1, { intervalMs: -1 }), /intervalMs/);
  });
});

describe("formatProgress", () => {
  it("writes what is known and how it ended", () => {
    assert.equal(formatProgress({ label: "A", done: 3, state: "running" }), "A: 3");
    assert.equal(
      formatProgress({ label: "A", done: 1, total: 3, state: "failed" }),
      "A: 1 of 3 (33 %), failed",
    );
    assert.equal(formatProgress({ label: "A", done: 0, total: 0, state: "done" }), "A: 0 of 0 (0 %), done");
  });
});
