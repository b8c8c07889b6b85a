import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkVersion,
  loadPatched,
  PatchError,
  patchSource,
} from "#environment/kernel/tslab/apply-patches.js";
import { findTslab } from "#environment/kernel/tslab/load.js";
import { patches, tslabVersion } from "#environment/kernel/tslab/patches.js";

describe("the patches of tslab", () => {
  const patch = { file: "dist/a.js", find: "old()", replacement: "$& new()" };

  it("fit the installed tslab, each text exactly once", () => {
    for (const { file, find } of patches) {
      const source = readFileSync(join(findTslab(), file), "utf8");
      assert.equal(source.split(find).length, 2, `${file}: ${find}`);
    }
  });

  it("replace their text literally, in their own file alone", () => {
    assert.equal(patchSource("x; old(); y", "dist/a.js", [patch]), "x; $& new(); y");
    assert.equal(patchSource("x; old(); y", "dist/b.js", [patch]), "x; old(); y");
  });

  it("refuse a text that is not there or there twice", () => {
    assert.throws(
      () => patchSource("nothing", "dist/a.js", [patch]),
      (error) => error instanceof PatchError && /"old\(\)" 0 times/.test(error.message),
    );
    assert.throws(() => patchSource("old() old()", "dist/a.js", [patch]), /2 times, expected once/);
  });

  it("refuse another version", () => {
    assert.throws(
      () => checkVersion("9.9.9", tslabVersion),
      /tslab is version 9\.9\.9, expected 1\.0\.22.*npm ci/,
    );
    assert.doesNotThrow(() => checkVersion(tslabVersion, tslabVersion));
  });

  it("refuse files that were loaded unpatched before", () => {
    assert.throws(() => loadPatched("/nowhere", [patch], () => 1), /dist\/a\.js could not be patched/);
  });
});
