import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ESLint } from "eslint";

/** The project's root; this file is built to test/dist/environment/lint. */
const root = join(__dirname, "../../../..");

/**
 * What lint says of files planted in a new folder of a room of `src/`, by file name. The rules that need types are off: a
 * planted file is in no project, and they take most of the time.
 */
async function lintPlanted(room: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(join(root, "src", room, "planted-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const typed = { files: ["**/*.ts"], languageOptions: { parserOptions: { projectService: false } } };
    const eslint = new ESLint({
      cwd: root,
      overrideConfig: [typed],
      ruleFilter: ({ ruleId }) => untyped.test(ruleId),
    });
    const results = await eslint.lintFiles(join(folder, "*.ts"));
    return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const untyped = /^(import-x\/no-(restricted-paths|cycle)|no-restricted-(imports|globals|properties))$/;

describe("the floor rule", function () {
  this.timeout(120_000);

  const refused: [string, string, string, RegExp][] = [
    [
      "an import from a higher floor",
      "volume",
      'import "../../cli/main.js";',
      /src\/volume may import only from/,
    ],
    [
      "an import from a room beside",
      "metrics",
      'import "../../scaling/fit.js";',
      /src\/metrics may import only from/,
    ],
    ["the index", "training", 'import "../../index.js";', /src\/training may import only from/],
    [
      "a lesson within the library",
      "notebook",
      'import "../../lessons/grade.js";',
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
      const found = await lintPlanted(room, { "planted.ts": text });
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0], message);
    });

  it("refuses a circle of three files", async () => {
    const found = await lintPlanted("scaling", {
      "one.ts": 'import { two } from "./two.js";\nexport const one: number = two;',
      "two.ts": 'import { three } from "./three.js";\nexport const two: number = three;',
      "three.ts": 'import { one } from "./one.js";\nexport const three: number = one;',
    });
    assert.equal(found.length, 3, found.join("\n"));
    for (const message of found) assert.match(message, /^import-x\/no-cycle: /);
  });

  it("accepts what lies below, a room's own files, and figures that hold pictures", async () => {
    const below =
      'import "../../core/errors.js";\nimport "../../platform/files.js";\nimport "../../viewer/png.js";';
    assert.deepEqual(await lintPlanted("plot", { "planted.ts": `${below}\nimport "../theme.js";` }), []);
  });
});
