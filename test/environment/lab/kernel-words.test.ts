import assert from "node:assert/strict";
import { describeMemory, describeState } from "#environment/lab/src/logic/kernel-words.js";

describe("words of the list of kernels", () => {
  it("tell memory in MB and GB, and nothing where it is not known", () => {
    assert.deepEqual([undefined, 0, 160e6, 999.4e6, 4.26e9].map(describeMemory), [
      "",
      "0 MB",
      "160 MB",
      "999 MB",
      "4.3 GB",
    ]);
  });

  it("tell how long an idle kernel has done nothing", () => {
    const minute = 60_000;
    const told = [0, 59_999, minute, 119 * minute, 120 * minute, 26 * 60 * minute];
    assert.deepEqual(
      told.map((ms) => describeState("idle", ms)),
      ["idle", "idle", "idle for 1 min", "idle for 119 min", "idle for 2 h", "idle for 26 h"],
    );
    assert.equal(describeState("busy", 9 * minute), "busy");
  });
});
