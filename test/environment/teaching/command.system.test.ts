import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "../../notebooks/read-notebooks.js";

describe("npm run teaching", function () {
  this.timeout(60_000);
  const program = path.join(root, "environment", "dist", "teaching", "main.js");
  const call = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });

  it("says what is wrong with its call, and measures and writes nothing", () => {
    for (const [args, message] of [
      [["--nonsense"], /found "--nonsense", expected the options of npm run teaching -- --help/],
      [["--measure", "77"], /^lesson: found "77", expected the beginning of one of 00-start-here, /],
      [["--times", "nowhere.json"], /^nowhere\.json: found "no such file"/],
    ] as const) {
      const { status, stdout, stderr } = call(...args);
      assert.deepEqual([status, stdout], [2, ""], stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n {4}at /, "no stack trace for the reader's own slip");
    }
  });
});
