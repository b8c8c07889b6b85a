import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(__dirname, "../../../..");
const pages = path.join(root, "environment/docs/pages");

/** All code of the library and its tests, as one text. */
function readSources(): string {
  return ["src", "test/src"]
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !/node_modules|dist/.test(name))
        .map((name) => readFileSync(path.join(root, folder, name), "utf8")),
    )
    .join("\n");
}

/** What the walk itself adds. */
const examples = ["src/scaling/laws/exponential.ts", "src/tumor/flat.ts"];

describe("the pages by hand", () => {
  const sources = readSources();
  for (const page of ["how-to-add.md", "rooms.md"])
    it(`name files that there are and names that the code has: ${page}`, () => {
      const text = readFileSync(path.join(pages, page), "utf8").replaceAll(/```[\s\S]*?```/g, "");
      const words = [...text.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word);
      const files = words.filter((word) =>
        /^(src|test|data-manifests|notebooks|environment)\/[\w./-]+$/.test(word),
      );
      for (const file of files)
        if (!examples.includes(file) && !/NAME|NN-|ROOM/.test(file))
          assert.ok(existsSync(path.join(root, file)), file);
      const names = words.filter((word) => /^[a-z]+[A-Z]\w+$|^[A-Z][a-z]+[A-Z]\w*$/.test(word));
      for (const name of names) assert.match(sources, new RegExp(`\\b${name}\\b`), name);
      assert.ok(words.length > 5);
    });
});
