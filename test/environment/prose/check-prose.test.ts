import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkProse, describeFinding } from "#environment/prose/check-prose.js";
import { readCode } from "#environment/prose/read-code.js";
import { readMarkdown } from "#environment/prose/read-markdown.js";

/** The project's root; this file is built to test/dist/environment/prose. */
const root = path.resolve(__dirname, "../../../..");

/** A notebook with a text, a comment and a message, a figure and a table. */
const notebook = {
  cells: [
    {
      cell_type: "markdown",
      id: "head",
      metadata: {},
      source: ["# A lesson\n", "\n", "The scan is an exampel, in `cod` and $exampel$."],
    },
    {
      cell_type: "code",
      id: "figure",
      metadata: {},
      execution_count: null,
      source: ['// Draws the tumr.\nlab.show("The scna of a patient");'],
      outputs: [
        {
          output_type: "display_data",
          metadata: {},
          data: {
            "application/vnd.plotly.v1+json": {
              data: [{ name: "real scanz" }],
              layout: {
                title: { text: "Dice by orgn" },
                xaxis: { title: { text: "numbr of scans" } },
                annotations: [{ text: "a <b>limt</b>" }],
              },
            },
            "text/html": "<table><tr><th>patiennt</th></tr><tr><td>Qxyzzy</td></tr></table>",
          },
        },
      ],
    },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
};

const files: Record<string, string> = {
  "README.md": "# Title\n\nA text with\na mispelled word, twice in in.\n",
  "CHANGELOG.md": "- It shall be, for it was teh way.\n",
  "CONTRIBUTING.md": "A right text about voxels and voxls.\n",
  "environment/prose/words.txt": "# words\nvoxels\nHounsfield\nVoxels\n",
  "environment/docs/pages/index.md": "Some colour, and hounsfield, Hounsfield and HOUNSFIELD.\n",
  "environment/dist/built.md": "Qxyzzy is built.\n",
  "src/volume/crop.ts":
    '/**\n * Cuts a volum.\n *\n * @param marginMm how much is leftt\n */\nexport const crop = "volume-crop";\nthrow Error(`Volume is emty: ${1 + 1}, so it is`);\n',
  "notebooks/00-a.ipynb": JSON.stringify(notebook),
};

describe("checkProse", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(path.join(tmpdir(), "prose-"));
  let found: string[];

  before(async () => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const dictionary = "node_modules/@cspell/dict-en-gb-mit";
    cpSync(path.join(root, dictionary), path.join(folder, dictionary), { recursive: true });
    found = (await checkProse(folder)).findings.map(describeFinding);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("names file, cell and line, the word, and what to write", () => {
    const [spelled] = found.filter((line) => line.startsWith('README.md, line 4: "mispelled" '));
    assert.match(
      spelled,
      /is in no dictionary\. Write "misspelled" or "\w+" or "\w+", or, where it is right, add it to environment\/prose\/words\.txt in its place\.$/,
    );
    assert.ok(
      found.some((line) => line.includes('"voxls" is in no dictionary. Write "voxels" or ')),
      "the project's words are offered too",
    );
    assert.ok(found.includes('README.md, line 4: "in in": write "in" once.'));
    assert.ok(found.some((line) => line.startsWith('notebooks/00-a.ipynb, cell head, line 3: "exampel" ')));
  });

  it("reads texts, comments, messages, and what code shows, and nothing else", () => {
    const words = found.flatMap(
      (line) => / line (\d+): "([^"]+)" is in no dictionary/.exec(line)?.slice(1).join(" ") ?? [],
    );
    assert.deepEqual(words, [
      "4 mispelled",
      "1 voxls",
      "1 teh",
      "3 exampel",
      "1 tumr",
      "2 scna",
      "1 patiennt",
      "1 orgn",
      "1 numbr",
      "1 limt",
      "1 scanz",
      "2 volum",
      "4 leftt",
      "7 emty",
      "1 hounsfield",
    ]);
  });

  it("leaves the style of the changelog as it is", () => {
    assert.deepEqual(
      found.filter((line) => line.startsWith("CHANGELOG.md") && !line.includes("teh")),
      [],
    );
  });

  it("is a program that ends with status 1 where there is anything to mend", () => {
    const program = path.join(root, "environment/dist/prose/main.js");
    const { stdout, status } = spawnSync(process.execPath, [program, folder], { encoding: "utf8" });
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual(lines.slice(0, -1), found);
    assert.match(lines.at(-1)!, /^\d+ passages read, \d+ things to mend\.$/);
    assert.equal(status, 1);
  });

  it("keeps the list of words sorted, and free of what no text has", () => {
    assert.deepEqual(
      found.filter((line) => line.startsWith("environment/prose/words.txt")),
      [
        'environment/prose/words.txt, line 3: "Hounsfield" stands after "voxels": sort the list, each word once.',
        'environment/prose/words.txt, line 4: "Voxels" is in no text of the project: take it out.',
      ],
    );
  });
});

describe("readMarkdown", () => {
  it("takes headings, paragraphs, items and cells of tables apart, with their lines", () => {
    const text =
      "# Head\n\nOne\ntwo.\n- item `code`\n\n| a b | c |\n|---|---|\n| d | 5 |\n\n```\ncode\n```\n[text](to/it.md) end\n";
    assert.deepEqual(
      readMarkdown(text, "x.md", "page").map(
        ({ line, text: found }) => `${line} ${found.replaceAll("◦", "")}`,
      ),
      ["1 # Head", "3 One\ntwo.", "5 - item ", "7 a b", "7 c", "9 d", "11 \n\n\n[text] end"],
    );
  });

  it("leaves out addresses, formulas, tags and comments, and joins a bold letter with its word", () => {
    const [{ text }] = readMarkdown(
      "The **R**ight $x_i$ <b>one</b> <!-- not --> of https://a.b/c and (see) it",
      "x.md",
      "page",
    );
    assert.equal(text.replace(/◦+/g, "◦"), "The Right ◦ ◦one◦ ◦ of ◦ and (see) it");
  });
});

describe("readCode", () => {
  const read = (text: string): string[] =>
    readCode(text, "x.ts").map(({ line, text: found }) => `${line} ${found.trim()}`);

  it("joins comments on lines in a row", () => {
    assert.deepEqual(read("// One\n// two.\nconst a = 1; // three\n"), ["1 One\n two.", "3 three"]);
  });

  it("tells regular expressions and templates from divisions and braces", () => {
    assert.deepEqual(
      read(
        'const a = b / c; const d = /"it is in here"/g; const e = `The ${f ? `inner text of it` : "{"} is in ${g}`;',
      ),
      ["1 The ◦ is in ◦", "1 inner text of it"],
    );
    assert.deepEqual(read("if (a) { b(`one is ${c} of them`); } // then"), ["1 one is ◦ of them", "1 then"]);
  });

  it("leaves out keys, code and lists of names", () => {
    assert.deepEqual(
      read(
        '["liver", "a b", "const a = 1 + two three;", "div span tbody tfoot thead table row", "import x from y"]',
      ),
      [],
    );
  });
});
