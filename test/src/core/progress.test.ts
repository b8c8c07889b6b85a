import assert from "node:assert/strict";
import {
  createEstimator,
  formatDuration,
  throwIfAborted,
  untilAborted,
} from "tumorlab/internal/core/progress";

describe("createEstimator", () => {
  it("gives rate and remaining time from the clock it is handed", () => {
    let nowMs = 1000;
    const estimate = createEstimator(() => nowMs);
    nowMs = 3000;
    assert.deepEqual(estimate({ done: 4, total: 10 }), {
      elapsedSeconds: 2,
      ratePerSecond: 2,
      remainingSeconds: 3,
    });
  });

  it("does not guess before the first unit or without a total", () => {
    let nowMs = 0;
    const estimate = createEstimator(() => nowMs);
    nowMs = 500;
    assert.equal(estimate({ done: 0, total: 10 }).remainingSeconds, undefined);
    assert.equal(estimate({ done: 3 }).remainingSeconds, undefined);
    assert.equal(estimate({ done: 10, total: 10 }).remainingSeconds, 0);
  });
});

describe("formatDuration", () => {
  it("writes times as people read them", () => {
    assert.equal(formatDuration(0.44), "0.4 s");
    assert.equal(formatDuration(59.4), "59 s");
    assert.equal(formatDuration(185), "3 min 05 s");
    assert.equal(formatDuration(7800), "2 h 10 min");
  });
});

describe("throwIfAborted", () => {
  it("throws the reason of an aborted signal and nothing else", () => {
    throwIfAborted(undefined);
    throwIfAborted(new AbortController().signal);
    assert.throws(() => throwIfAborted(AbortSignal.abort(new Error("stopped here"))), /stopped here/);
  });
});

describe("untilAborted", () => {
  it("gives what the work gives, good or bad", async () => {
    const { signal } = new AbortController();
    assert.equal(await untilAborted(Promise.resolve(3), undefined), 3);
    assert.equal(await untilAborted(Promise.resolve(4), signal), 4);
    await assert.rejects(untilAborted(Promise.reject(new Error("broken")), signal), /broken/);
  });

  it("stops waiting when aborted, before or meanwhile, and ignores what comes of the work", async () => {
    const early = AbortSignal.abort(new Error("stopped before"));
    await assert.rejects(untilAborted(Promise.reject(new Error("late")), early), /stopped before/);
    const controller = new AbortController();
    const waiting = untilAborted(new Promise(() => undefined), controller.signal);
    controller.abort(new Error("stopped meanwhile"));
    await assert.rejects(waiting, /stopped meanwhile/);
  });
});
