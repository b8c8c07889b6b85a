import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { watchParent } from "#environment/kernel/transport/parent-watch.js";

describe("watchParent", () => {
  it("tells at once when the parent had gone before it could look", () => {
    let gone = 0;
    watchParent(process.ppid + 1, () => gone++);
    assert.equal(gone, 1);
  });

  it("tells once when the parent's id changes", async () => {
    const ids = [process.pid, process.pid, process.pid + 1];
    let looks = 0;
    await new Promise<void>((resolve) => watchParent(undefined, resolve, 1, () => ids[Math.min(looks++, 2)]));
    assert.equal(looks, 3);
  });

  it("looks for the parent itself where its id never changes", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    let looks = 0;
    const parentId = (): number => (looks++, pid);
    await new Promise<void>((resolve) => watchParent(pid, resolve, 1, parentId));
    assert.equal(looks, 2);
  });
});
