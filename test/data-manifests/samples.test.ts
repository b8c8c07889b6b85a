import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const folder = path.resolve(__dirname, "../../../data-manifests/samples");
const own = ["SOURCE.md", "registry.txt", "abdomen-ct.json"];

/** Lines "name sha256", comments left out, as pooch reads them. */
function readRegistry(): Map<string, string> {
  const lines = readFileSync(path.join(folder, "registry.txt"), "utf8").split("\n");
  const entries = lines.filter((line) => line.trim() && !line.startsWith("#")).map((line) => line.split(" "));
  for (const entry of entries) assert.match(entry.join(" "), /^\S+ [0-9a-f]{64}$/);
  return new Map(entries.map(([name, hash]) => [name, hash]));
}

describe("data-manifests/samples", () => {
  it("holds every file of others in the registry, and nothing else", () => {
    const shipped = readdirSync(folder).filter((name) => !own.includes(name));
    assert.deepEqual([...readRegistry().keys()].sort(), shipped.sort());
  });

  it("ships the very bytes that the registry names", () => {
    for (const [name, hash] of readRegistry())
      assert.equal(
        createHash("sha256")
          .update(readFileSync(path.join(folder, name)))
          .digest("hex"),
        hash,
        name,
      );
  });

  it("agrees with the manifest the notebooks open the scan by", () => {
    const manifest = JSON.parse(readFileSync(path.join(folder, "abdomen-ct.json"), "utf8"));
    const registry = readRegistry();
    for (const { file, sha256, bytes } of [manifest.ct, manifest.labels]) {
      assert.equal(registry.get(file), sha256);
      assert.equal(readFileSync(path.join(folder, file)).length, bytes);
    }
    assert.ok(registry.has(manifest.license.file));
  });

  it("describes each file, its licence, and that no person drew the labels", () => {
    const text = readFileSync(path.join(folder, "SOURCE.md"), "utf8");
    for (const name of readRegistry().keys()) assert.ok(text.includes(`\`${name}\``), name);
    assert.match(text, /Apache-2\.0/);
    assert.match(text, /not by people/);
  });
});
