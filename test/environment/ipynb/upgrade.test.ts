import assert from "node:assert/strict";
import { parseOuterJson } from "#environment/ipynb/json.js";
import { upgradeNotebook } from "#environment/ipynb/upgrade.js";

const v3 = (nbformat: number, ...sheets: unknown[][]) => ({
  nbformat,
  nbformat_minor: 0,
  metadata: { name: "old", signature: "sha256:0", keep: 1 },
  worksheets: sheets.map((cells) => ({ cells, metadata: {} })),
});
const cellsOf = (value: unknown) => (upgradeNotebook(value) as { cells: any[] }).cells;
const v4 = (minor: number, ...cells: unknown[]) => ({
  nbformat: 4,
  nbformat_minor: minor,
  metadata: {},
  cells,
});

describe("upgradeNotebook", () => {
  for (const nbformat of [2, 3])
    it(`reads all worksheets of format ${nbformat} and says what it was`, () => {
      const old = v3(
        nbformat,
        [
          {
            cell_type: "code",
            input: ["1+", "1"],
            language: "x",
            collapsed: true,
            prompt_number: 2,
            outputs: [],
          },
        ],
        [
          { cell_type: "heading", level: 2, source: ["A\n", "b"] },
          { cell_type: "markdown", source: "*m*" },
          { cell_type: "rst", source: "raw" },
          { cell_type: "html", source: "<b>h</b>" },
          { cell_type: "raw", metadata: { a: 1 } },
        ],
      );
      const copy = structuredClone(old);
      const { cells, ...rest } = upgradeNotebook(old) as { cells: any[] };
      assert.deepEqual(rest, {
        nbformat: 4,
        nbformat_minor: 5,
        metadata: { keep: 1, orig_nbformat: nbformat },
      });
      assert.deepEqual(cells[0], {
        cell_type: "code",
        id: "cell-1",
        metadata: { collapsed: true },
        source: ["1+", "1"],
        execution_count: 2,
        outputs: [],
      });
      assert.deepEqual(
        cells.slice(1).map(({ cell_type, source }) => [cell_type, source]),
        [
          ["markdown", "## A b"],
          ["markdown", "*m*"],
          ["raw", "raw"],
          ["markdown", "<b>h</b>"],
          ["raw", ""],
        ],
      );
      assert.deepEqual(old, copy, "the argument stays as it is");
    });
  it("gives outputs today's names", () => {
    const outputs = [
      { output_type: "stream", stream: "stderr", text: "t" },
      { output_type: "stream", text: ["t"] },
      { output_type: "pyerr", ename: "E", evalue: "v", traceback: ["t"] },
      {
        output_type: "pyout",
        prompt_number: 3,
        text: ["2"],
        json: '{"a":1}',
        metadata: { png: { width: 1 } },
      },
      {
        output_type: "display_data",
        html: "<b>",
        png: "iV",
        javascript: "1",
        json: "not JSON",
        metadata: {},
      },
    ];
    assert.deepEqual(cellsOf(v3(3, [{ cell_type: "code", input: "", outputs }]))[0].outputs, [
      { output_type: "stream", name: "stderr", text: "t" },
      { output_type: "stream", name: "stdout", text: ["t"] },
      { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
      {
        output_type: "execute_result",
        execution_count: 3,
        data: { "text/plain": ["2"], "application/json": { a: 1 } },
        metadata: { "image/png": { width: 1 } },
      },
      {
        output_type: "display_data",
        data: {
          "text/html": "<b>",
          "image/png": "iV",
          "application/javascript": "1",
          "application/json": "not JSON",
        },
        metadata: {},
      },
    ]);
  });
  it("completes cells of format 4 and gives each an id of its own, the same each time", () => {
    const value = v4(
      5,
      { cell_type: "code", id: "a" },
      { cell_type: "markdown", id: "a", source: null },
      { cell_type: "raw", source: "r" },
      { cell_type: "raw", source: "r", id: "b c" },
      { cell_type: "raw", source: "r", id: "cell-3" },
    );
    const cells = cellsOf(value);
    assert.deepEqual(cells, cellsOf(value));
    assert.deepEqual(cells[0], { cell_type: "code", id: "a", source: "", metadata: {}, outputs: [] });
    assert.deepEqual(
      cells.map(({ id, source }) => [id, source]),
      [
        ["a", ""],
        ["cell-2", ""],
        ["cell-3-2", "r"],
        ["cell-4", "r"],
        ["cell-3", "r"],
      ],
    );
  });
  it("asks for ids from 4.5 on, and where the caller does; doubled ones are never kept", () => {
    const raw = { cell_type: "raw", metadata: {}, source: "" };
    assert.deepEqual(cellsOf(v4(4, raw)), [raw]);
    const ids = cellsOf(v4(4, { ...raw, id: "x" }, { ...raw, id: "x" })).map(({ id }) => id);
    assert.deepEqual(ids, ["x", "cell-2"]);
    const every = upgradeNotebook(v4(4, raw), { everyId: true }) as { cells: { id: string }[] };
    assert.equal(every.cells[0].id, "cell-1");
  });
  it("leaves alone what is no notebook of formats 2 to 4, for its reader to refuse", () => {
    for (const value of [
      null,
      5,
      "x",
      [],
      {},
      { nbformat: 5, cells: [] },
      { nbformat: 3 },
      { nbformat: 4, cells: 1 },
    ])
      assert.equal(upgradeNotebook(value), value);
    assert.deepEqual(cellsOf(v4(5, 1, null)), [1, null]);
    assert.deepEqual(cellsOf(v3(3, [7])), [7]);
  });
});

describe("parseOuterJson", () => {
  it("counts brackets, not those in strings", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    assert.ok(parseOuterJson(nested(500)));
    assert.throws(() => parseOuterJson(nested(501)), RangeError);
    assert.throws(() => parseOuterJson(`{"a":`.repeat(501)), RangeError);
    const text = JSON.stringify(`\\"${nested(600)}`);
    assert.equal(parseOuterJson(text), JSON.parse(text));
    assert.equal((parseOuterJson(`[${"[],".repeat(600)}1]`) as unknown[]).length, 601);
    assert.throws(() => parseOuterJson('"'), SyntaxError);
  });
});
