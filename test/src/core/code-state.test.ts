import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCodeState } from "tumorlab/internal/core/code-state";

describe("The state of the code", () => {
  let root = "";
  const at = (name: string): string => join(root, name);
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-code-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("changes with the code of files and folders, and with nothing beside it", async () => {
    await mkdir(at("drawing"));
    await writeFile(at("drawing/a.js"), "exports.a = 1;");
    await writeFile(at("drawing/b.js"), "exports.b = 1;");
    await writeFile(at("cut.js"), "exports.c = 1;");
    const paths = [at("drawing"), at("cut.js")];
    const state = await readCodeState(paths);
    assert.match(state, /^[0-9a-f]{8}$/);
    await writeFile(at("drawing/a.d.ts"), "export const a = 1;");
    await writeFile(at("other.js"), "exports.d = 1;");
    assert.equal(await readCodeState(paths), state, "no code of theirs");
    for (const changed of ["drawing/b.js", "cut.js"]) {
      await writeFile(at(changed), "exports.e = 2;");
      assert.notEqual(await readCodeState(paths), state, changed);
      await writeFile(at(changed), changed === "cut.js" ? "exports.c = 1;" : "exports.b = 1;");
      assert.equal(await readCodeState(paths), state);
    }
    assert.notEqual(await readCodeState([at("cut.js")]), await readCodeState([at("other.js")]));
  });

  it("is that of files which are there", () =>
    assert.rejects(readCodeState([at("missing.js")]), /missing\.js/));
});
