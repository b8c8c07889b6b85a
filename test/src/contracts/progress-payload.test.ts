import assert from "node:assert/strict";
import { parseProgressPayload, type ProgressPayload } from "tumorlab/internal/contracts/progress-payload";
import { LabError } from "tumorlab/internal/core/errors";

describe("parseProgressPayload", () => {
  it("takes a bar as it was sent, without what it does not know", () => {
    const payload: ProgressPayload = {
      label: "Training",
      done: 40,
      total: 120,
      ratePerSecond: 3.2,
      remainingSeconds: 84.6,
      values: { loss: 0.3 },
      state: "running",
    };
    assert.deepEqual(parseProgressPayload({ ...payload, onclick: "alert(1)" }), payload);
  });

  it("leaves out what does not fit, and takes an unknown state for running", () => {
    const payload = parseProgressPayload({
      label: 5,
      done: 2,
      total: "x",
      ratePerSecond: -1,
      values: { a: "b", "c/d": null, loss: 1 },
      state: "?",
    });
    assert.deepEqual(payload, { label: "", done: 2, values: { loss: 1 }, state: "running" });
    assert.deepEqual(parseProgressPayload({ done: 0, values: 7 }), { label: "", done: 0, state: "running" });
  });

  it("refuses what has no count", () => {
    const refuses = (json: unknown, message: RegExp): void =>
      assert.throws(
        () => parseProgressPayload(json),
        (error) => error instanceof LabError && message.test(error.message),
      );
    refuses("half", /^the payload: found "half", expected an object/);
    refuses({ label: "x" }, /^done: found undefined, expected a number from 0$/);
    refuses({ done: NaN }, /^done: found NaN, expected a number from 0$/);
  });
});
