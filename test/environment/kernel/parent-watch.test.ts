import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { watchParent } from "#environment/kernel/transport/parent-watch.js";

/** Runs `body` with two properties of this process replaced. */
async function pretend(values: { platform: string; ppid: number }, body: () => Promise<void>): Promise<void> {
  const real = Object.fromEntries(
    Object.keys(values).map((name) => [name, Object.getOwnPropertyDescriptor(process, name)!]),
  );
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(process, name, { value, configurable: true });
  try {
    await body();
  } finally {
    Object.defineProperties(process, real);
  }
}

describe("watchParent", () => {
  it("tells at once when the parent had gone before it could look", () => {
    let gone = 0;
    watchParent(process.ppid + 1, () => gone++);
    assert.equal(gone, 1);
  });

  it("tells once when the parent's id changes", async () => {
    const gone = new Promise<void>((resolve) => watchParent(undefined, resolve, 5));
    await pretend({ platform: process.platform, ppid: 1 + process.ppid }, () => gone);
  });

  it("looks for the parent itself where its id never changes", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await pretend(
      { platform: "win32", ppid: pid },
      () => new Promise((resolve) => watchParent(undefined, resolve, 5)),
    );
  });
});
