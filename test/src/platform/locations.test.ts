import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { builtCode, locateBuilt, locateManifests } from "tumorlab/internal/platform/locations";
import { fontFiles } from "tumorlab/internal/viewer/fonts";

describe("locations", () => {
  for (const [name, path] of Object.entries(builtCode))
    it(`finds ${name} where it is built`, () => {
      const found = statSync(locateBuilt(name as keyof typeof builtCode));
      assert.equal(found.isDirectory(), path.endsWith("/"));
    });

  it("finds the manifests and the fonts", () => {
    for (const name of ["cohorts", "label-maps", "paper", "samples"])
      assert.ok(statSync(locateManifests(name)).isDirectory());
    assert.ok(fontFiles.length > 0);
    for (const { path } of fontFiles) assert.ok(statSync(path).isFile());
  });
});
