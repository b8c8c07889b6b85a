import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** The project's root; this file is built to test/dist/environment/lint. */
const root = join(__dirname, "../../../..");
const oxlint = join(root, "node_modules", "oxlint", "bin", "oxlint");

/** The project's own config for a folder elsewhere, without the rules that need types: they take most of the time. */
const config = `
import config from ${JSON.stringify(pathToFileURL(join(root, "oxlint.config.mjs")).href)};
const jsPlugins = config.jsPlugins.map(({ name, specifier }) => ({
  name,
  specifier: specifier.startsWith(".") ? ${JSON.stringify(root)} + specifier.slice(1) : specifier,
}));
export default { ...config, jsPlugins: jsPlugins.filter(({ name }) => name === "house"), options: {}, categories: { correctness: "off" }, rules: {} };
`;

interface Report {
  diagnostics: { code?: string; message: string; help?: string; filename: string }[];
}

/**
 * What lint says of texts that stand for files of `src/`, in one run; they are written to a folder of their own.
 *
 * @param texts by path below `src/`.
 * @returns rule and message of each finding, by path.
 */
function lintAs(texts: Record<string, string>): Record<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  try {
    writeFileSync(join(folder, "oxlint.config.mjs"), config);
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, "src", path)), { recursive: true });
      writeFileSync(join(folder, "src", path), text);
    }
    const args = [oxlint, "-c", "oxlint.config.mjs", "--format", "json", "src"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    assert.ok(stdout.trimStart().startsWith("{"), `${stdout}\n${stderr}`);
    const { diagnostics } = JSON.parse(stdout) as Report;
    return Object.fromEntries(
      Object.keys(texts).map((path) => [
        path,
        diagnostics
          .filter(({ filename }) => filename.replaceAll("\\", "/").endsWith(`src/${path}`))
          .map(({ code, message, help = "" }) => `${code}: ${message} ${help}`),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

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
    ["a clock of another kind", "phantom", "export const now = new Date();", /Clocks live in/],
    [
      "a type from above",
      "volume",
      'import type { A } from "../cli/main.js";\nexport type B = A;',
      /src\/volume may import/,
    ],
    ["a default export", "tumor", "export default 1;", /Named exports only/],
    [
      "text read past its byte order mark",
      "data",
      'declare const readFile: (a: string, b: string) => string;\nexport const text = readFile("a", "utf8");',
      /Read text with readText/,
    ],
  ];
  let found: Record<string, string[]>;
  before(() => {
    const below = 'import "../core/errors.js";\nimport "../platform/files.js";\nimport "../viewer/png.js";';
    found = lintAs({
      ...Object.fromEntries(refused.map(([, room, text], at) => [`${room}/planted${at}.ts`, text])),
      "plot/below.ts": `${below}\nimport "./theme.js";`,
      "contracts/below.ts": 'import "../core/json-schema.js";',
      "platform/clock.ts":
        'import { join } from "node:path";\nexport const now = (): string => join(`${Date.now()}`);',
      "cli/node.ts": "export const text = process.argv[0];",
    });
  });

  refused.forEach(([what, room, , message], at) =>
    it(`refuses ${what}`, () => {
      const messages = found[`${room}/planted${at}.ts`];
      assert.equal(messages.length, 1, messages.join("\n"));
      assert.match(messages[0], message);
    }),
  );

  it("accepts what lies below, a room's own files, figures that hold pictures, and platform's own things in platform", () => {
    for (const path of ["plot/below.ts", "contracts/below.ts", "platform/clock.ts", "cli/node.ts"])
      assert.deepEqual(found[path], [], path);
  });
});
