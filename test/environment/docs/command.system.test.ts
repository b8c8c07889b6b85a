import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";

const program = path.resolve(__dirname, "../../../../environment/dist/docs/main.js");

describe("the program behind npm run docs", function () {
  this.timeout(60_000);
  const call = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });

  it("tells its options, and ends with 2 for others", () => {
    const help = call("--help");
    assert.equal(help.status, 0, help.stderr);
    assert.match(help.stdout, /^Usage: npm run docs/);
    const wrong = call("--picture");
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /'--picture'/);
  });
});
