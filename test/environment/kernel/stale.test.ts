import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStaleCheck, describeChanged } from "#environment/kernel/stale-package.js";

describe("createStaleCheck", () => {
  const root = mkdtempSync(join(tmpdir(), "tumorlab-stale-"));
  const file = join(root, "src", "dist", "volume", "grid.js");
  after(() => rmSync(root, { recursive: true }));

  it("reports a loaded file once for each change of its content", () => {
    mkdirSync(join(root, "src", "dist", "volume"), { recursive: true });
    writeFileSync(file, "one");
    const check = createStaleCheck(root, () => [file, join(root, "node_modules", "other.js")]);
    assert.deepEqual(check.findChanged(), []);
    check.noteLoaded();
    assert.deepEqual(check.findChanged(), []);
    // Built again, to the same bytes.
    utimesSync(file, 1, 1);
    assert.deepEqual(check.findChanged(), []);
    writeFileSync(file, "two, longer");
    assert.deepEqual(check.findChanged(), ["src/volume/grid.ts"]);
    assert.deepEqual(check.findChanged(), []);
    writeFileSync(file, "three");
    assert.deepEqual(check.findChanged(), ["src/volume/grid.ts"]);
  });

  it("is told to the reader with what to do", () => {
    assert.match(
      describeChanged(["src/a.ts"]),
      /rebuilt since this kernel loaded it \(src\/a\.ts\)\. Restart the kernel/,
    );
    assert.match(describeChanged(["a", "b", "c", "d"]), /\(a, b, c and 1 more\)/);
  });
});
