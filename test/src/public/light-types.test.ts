import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const built = resolve(__dirname, "../../../../src/dist");

/** Modules of other packages whose types those of a file lead to. */
function listForeignTypes(entry: string): string[] {
  const foreign = new Set<string>();
  const files = [entry];
  const seen = new Set(files);
  for (let file = files.pop(); file !== undefined; file = files.pop()) {
    const code = readFileSync(file, "utf8").replace(/\/\*[^]*?\*\//g, "");
    // Statements that begin a line, and types such as import("./a.js").A: a type may hold the word "from" as well.
    for (const [, named, called] of code.matchAll(
      /^(?:import|export)\b[^;"]*\bfrom "([^"]+)"|\bimport\("([^"]+)"\)/gm,
    )) {
      const name = named ?? called;
      if (!name.startsWith(".")) foreign.add(name);
      else {
        const next = join(dirname(file), name).replace(/\.js$/, ".d.ts");
        if (!seen.has(next)) files.push(next);
        seen.add(next);
      }
    }
  }
  assert.ok(seen.size > 10, `${entry} leads to ${seen.size} files`);
  return [...foreign].sort();
}

describe("the types of the library", () => {
  // Every kernel reads them before its first cell: those of @tensorflow/tfjs alone are 600 files and a fifth of its start.
  it("lead to next to nothing of other packages", () => {
    assert.deepEqual(listForeignTypes(join(built, "index.d.ts")), ["@tensorflow/tfjs-core/dist/tensor.js"]);
    assert.deepEqual(listForeignTypes(join(built, "lessons", "index.d.ts")), []);
  });
});
