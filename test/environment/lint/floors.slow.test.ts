import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint } from "eslint";

/** The project's root; this file is built to test/dist/environment/lint. */
const root = join(__dirname, "../../../..");

/**
 * What lint says of a text that stands for a file of `src/`; nothing is written there. The rules that need types are off:
 * they take most of the time.
 *
 * @param path below `src/`.
 */
async function lintAs(path: string, text: string): Promise<string[]> {
  const untypedParser = { files: ["**/*.ts"], languageOptions: { parserOptions: { projectService: false } } };
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: [untypedParser],
    ruleFilter: ({ ruleId }) => untyped.test(ruleId),
  });
  const results = await eslint.lintText(text, { filePath: join(root, "src", path) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
}

const untyped = /^(import-x\/no-restricted-paths|no-restricted-(imports|globals|properties))$/;

describe("the floor rule", function () {
  this.timeout(120_000);

  const refused: [string, string, string, RegExp][] = [
    [
      "an import from a higher floor",
      "volume",
      'import "../cli/main.js";',
      /src\/volume may import only from/,
    ],
    [
      "an import from a room beside",
      "metrics",
      'import "../scaling/fit.js";',
      /src\/metrics may import only from/,
    ],
    [
      "a contract within core",
      "core",
      'import "../contracts/kernel-session.js";',
      /src\/core may import only from/,
    ],
    [
      "a room above within a contract",
      "contracts",
      'import "../volume/window.js";',
      /src\/contracts may import only from/,
    ],
    ["the index", "training", 'import "../index.js";', /src\/training may import only from/],
    [
      "a lesson within the library",
      "notebook",
      'import "../lessons/grade.js";',
      /src\/notebook may import only/,
    ],
    [
      "a module of Node",
      "stats",
      'import { join } from "node:path";\nexport { join };',
      /Only src\/platform\//,
    ],
    [
      "a module of Node without its prefix",
      "data",
      'import fs from "fs";\nexport { fs };',
      /Only src\/platform\//,
    ],
    ["a global of Node", "nifti", "export const bytes = Buffer.alloc(1);", /Only src\/platform\//],
    ["a global of a browser", "viewer", "export const page = document;", /Only src\/platform\//],
    ["a clock", "phantom", "export const now = Date.now();", /Clocks live in/],
  ];
  for (const [what, room, text, message] of refused)
    it(`refuses ${what}`, async () => {
      const found = await lintAs(`${room}/planted.ts`, text);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0], message);
    });

  it("accepts what lies below, a room's own files, and figures that hold pictures", async () => {
    const below = 'import "../core/errors.js";\nimport "../platform/files.js";\nimport "../viewer/png.js";';
    assert.deepEqual(await lintAs("plot/planted.ts", `${below}\nimport "./theme.js";`), []);
    assert.deepEqual(await lintAs("contracts/planted.ts", 'import "../core/json-schema.js";'), []);
  });
});
