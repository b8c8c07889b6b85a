import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { digest } from "./digest.js";

const bin = join(__dirname, "..", "..", "..", "..", "src", "bin", "tumorlab.cjs");
const grid = ["--spacing-mm", "8", "--shape", "48x48x48"];

describe("tumorlab phantom, in parts", function () {
  this.timeout(240_000);
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-phantoms-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("makes the same bytes whatever the count and the order", async () => {
    const [one, three] = ["one", "three"].map((name) => join(root, name));
    const run = async (...words: string[]) =>
      promisify(execFile)(process.execPath, [bin, "phantom", "--seed", "6", ...grid, ...words]);
    await run("--cases", "3", "--workers", "1", "--out", one);
    // The last case first, then all of them: what is there is kept.
    await run("--cases", "1", "--first", "2", "--out", three);
    const { stdout } = await run("--cases", "3", "--out", three, "--json");
    assert.deepEqual(JSON.parse(stdout).kept, ["BDMAP_91000002"]);
    const expected = digest(one);
    assert.ok(Object.keys(expected).length > 60);
    assert.deepEqual(digest(three), expected);
  });
});
