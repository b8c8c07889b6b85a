import assert from "node:assert/strict";
import { createEstimator, formatDuration, throwIfAborted } from "tumorlab";

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
