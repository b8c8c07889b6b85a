import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type * as ts from "@tslab/typescript-for-tslab";
import { root } from "./build.js";

interface TypesBuild {
  removeDocs(typescript: typeof ts, file: string, text: string): string;
}

describe("the declarations that a page carries", () => {
  const typescript = require("@tslab/typescript-for-tslab") as typeof ts;
  const print = (text: string): string =>
    typescript
      .createPrinter({ removeComments: true })
      .printFile(typescript.createSourceFile("a.d.ts", text, typescript.ScriptTarget.ES2022));
  let build: TypesBuild;
  before(async () => {
    const file = path.join(root, "environment", "site", "build", "types.mjs");
    build = (await import(pathToFileURL(file).href)) as TypesBuild;
  });

  it("lose what documents them and nothing else", () => {
    const text = `/// <reference types="x" />
/** A. */
declare const a: "/** kept */";
interface B {
  /** Of b. */
  /** Twice. */
  b: \`/** \${string} */\`; // stays
}
`;
    const bare = build.removeDocs(typescript, "a.d.ts", text);
    assert.doesNotMatch(bare, /A\.|Of b|Twice/);
    assert.match(bare, /reference types="x"/);
    assert.match(bare, /\/\/ stays/);
    assert.equal(print(bare), print(text));
  });

  it("are the same declarations of Node", () => {
    for (const name of ["buffer.d.ts", "fs.d.ts", "globals.d.ts", "util.d.ts"]) {
      const file = require.resolve(`@types/node/${name}`);
      const text = readFileSync(file, "utf8");
      const bare = build.removeDocs(typescript, file, text);
      assert.ok(
        bare.length < 0.8 * text.length || text.length < 10_000,
        `${name}: ${bare.length} of ${text.length}`,
      );
      assert.equal(print(bare), print(text), name);
    }
  });
});
