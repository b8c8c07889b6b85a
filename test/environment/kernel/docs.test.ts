import assert from "node:assert/strict";
import { createLateDocs } from "#environment/kernel/tslab/docs.js";

describe("doc comments that the compiler reads late", () => {
  it("are those of declarations of packages and of the built library, not of a reader's own files", () => {
    const { isLeft } = createLateDocs("/lab");
    const left = ["/lab/src/dist/index.d.ts", "/lab/node_modules/a/b.d.ts", "/home/node_modules/a/b.d.cts"];
    for (const path of left) assert.equal(isLeft(path), true, path);
    const read = [
      "/lab/notebooks/__prev__.d.ts",
      "/lab/notebooks/helpers.ts",
      "/lab/node_modules/a/b.ts",
      "/lab/src/index.ts",
    ];
    for (const path of read) assert.equal(isLeft(path), false, path);
  });
});
