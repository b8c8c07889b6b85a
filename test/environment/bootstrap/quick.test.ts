import assert from "node:assert/strict";
import path from "node:path";
import { importBootstrap } from "./fake-project.js";

describe("npm run quick", () => {
  const root = path.join(__dirname, "../../../..");

  it("knows which rooms import which", async () => {
    const { readImports } = await importBootstrap("test/quick.mjs");
    const imports = readImports(root);
    assert.ok(imports.get("core").has("platform"));
    assert.ok(imports.get("metrics").has("volume"));
    assert.ok(!imports.get("volume").has("metrics"));
    assert.deepEqual([...imports.get("platform")], []);
  });

  it("finds the rooms that depend on one, straight or by way of others", async () => {
    const { findDependents } = await importBootstrap("test/quick.mjs");
    const imports = new Map([
      ["a", new Set<string>()],
      ["b", new Set(["a"])],
      ["c", new Set(["b"])],
      ["d", new Set<string>()],
    ]);
    assert.deepEqual(findDependents(imports, ["a"]), ["a", "b", "c"]);
    assert.deepEqual(findDependents(imports, ["c"]), ["c"]);
    assert.deepEqual(findDependents(imports, []), []);
  });
});
