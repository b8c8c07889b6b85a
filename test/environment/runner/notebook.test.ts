import assert from "node:assert/strict";
import fc from "fast-check";
import { LabError } from "tumorlab/internal/core/errors";
import { codeCell, notebookOf, textCell } from "./make-notebook.js";
import { parseNotebook, tagsOf, type Notebook } from "#environment/runner/notebook.js";
import { serializeNotebook, splitLines } from "#environment/runner/serialize.js";

function refusal(text: string): LabError {
  try {
    parseNotebook(text, "broken.ipynb");
  } catch (error) {
    assert.ok(error instanceof LabError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "the notebook was accepted" });
}

describe("parseNotebook", () => {
  it("joins lines and keeps outputs of all kinds", () => {
    const notebook = parseNotebook(
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 5,
        metadata: { kernelspec: { name: "tumorlab" } },
        cells: [
          { cell_type: "markdown", id: "a", metadata: {}, source: ["# Title\n", "text"] },
          {
            cell_type: "code",
            id: "b",
            metadata: { tags: ["parameters", 3] },
            execution_count: 7,
            source: "1",
            outputs: [
              { output_type: "stream", name: "stdout", text: ["a\n", "b"] },
              {
                output_type: "display_data",
                metadata: {},
                data: { "text/plain": ["x", "y"], "a/b+json": [1] },
              },
              { output_type: "execute_result", execution_count: 7, metadata: {}, data: {} },
              { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
            ],
          },
        ],
      }),
      "a.ipynb",
    );
    const [text, code] = notebook.cells;
    assert.equal(text.source, "# Title\ntext");
    assert.ok(code.cell_type === "code");
    assert.equal(code.execution_count, 7);
    assert.deepEqual(tagsOf(code), ["parameters"]);
    assert.deepEqual(
      code.outputs.map((output) => output.output_type),
      ["stream", "display_data", "execute_result", "error"],
    );
    assert.ok(code.outputs[0].output_type === "stream" && code.outputs[0].text === "a\nb");
    assert.ok(code.outputs[1].output_type === "display_data");
    assert.deepEqual(code.outputs[1].data, { "text/plain": "xy", "a/b+json": [1] });
  });

  it("gives cells without an id one that depends on their place alone", () => {
    const text = JSON.stringify({
      nbformat: 4,
      nbformat_minor: 2,
      cells: [{ cell_type: "markdown", metadata: {}, source: "a" }],
    });
    assert.equal(parseNotebook(text, "old.ipynb").cells[0].id, "cell-1");
  });

  it("reads older formats and doubled ids, and what it writes is read back the same", () => {
    const cells = [{ cell_type: "code", input: ["1+", "1"], outputs: [{ output_type: "pyout", text: "2" }] }];
    const old = parseNotebook(JSON.stringify({ nbformat: 3, worksheets: [{ cells }] }), "v3.ipynb");
    assert.ok(old.cells[0].cell_type === "code");
    assert.deepEqual([old.cells[0].source, old.cells[0].outputs[0].output_type], ["1+1", "execute_result"]);
    assert.deepEqual(parseNotebook(serializeNotebook(old), "v4.ipynb"), old);
    const twice = ["x", "x", undefined].map((id) => ({ cell_type: "raw", id, metadata: {} }));
    const { cells: own } = parseNotebook(JSON.stringify({ nbformat: 4, cells: twice }), "x.ipynb");
    assert.deepEqual(
      own.map(({ id, source }) => [id, source]),
      [
        ["x", ""],
        ["cell-2", ""],
        ["cell-3", ""],
      ],
    );
  });

  it("names the file and the place of what is wrong", () => {
    const cell = (fields: object): string =>
      JSON.stringify({ nbformat: 4, cells: [{ cell_type: "code", source: "", metadata: {}, ...fields }] });
    assert.match(refusal("").message, /broken\.ipynb.*breaks off/);
    assert.match(refusal('{"cells": [').message, /breaks off/);
    assert.match(refusal("<<<<<<< HEAD\n{}\n=======\n>>>>>>> b").advice, /merge conflict/);
    assert.match(refusal("[]").message, /an object/);
    assert.match(refusal('{"nbformat":5,"cells":[]}').expected, /format 4/);
    assert.match(refusal(`{"nbformat":4,"cells":${"[".repeat(20_000)}`).message, /nests deeper/);
    assert.match(refusal('{"nbformat":4,"cells":{}}').input, /: cells$/);
    assert.match(refusal(cell({ cell_type: "code2" })).input, /cells\[0\]\.cell_type/);
    assert.match(refusal(cell({ source: 5 })).input, /cells\[0\]\.source/);
    assert.match(refusal(cell({ outputs: [{ output_type: "movie" }] })).input, /outputs\[0\]\.output_type/);
    assert.match(
      refusal(cell({ outputs: [{ output_type: "stream", name: "x" }] })).input,
      /outputs\[0\]\.name/,
    );
    assert.match(
      refusal(cell({ outputs: [{ output_type: "display_data", data: { "text/plain": 3 } }] })).input,
      /data\["text\/plain"\]/,
    );
  });

  it("answers damaged text with a LabError, whatever the damage", () => {
    const whole = serializeNotebook(
      notebookOf(
        textCell("# A"),
        codeCell("1", ["t"], [{ output_type: "stream", name: "stdout", text: "1" }]),
      ),
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(20), fc.string({ maxLength: 5 }), (at, cut, put) => {
        try {
          parseNotebook(whole.slice(0, at) + put + whole.slice(at + cut), "x.ipynb");
        } catch (error) {
          assert.ok(error instanceof LabError, String(error));
        }
      }),
    );
  });
});

describe("serializeNotebook", () => {
  it("writes sorted keys, lines as arrays, base64 as one string and a final newline", () => {
    const notebook = notebookOf(
      codeCell(
        "a\nb",
        ["z"],
        [
          {
            output_type: "display_data",
            metadata: {},
            data: { "text/plain": "x\ny", "image/png": "aGk=", "application/json": { b: 1, a: "p\nq" } },
          },
        ],
      ),
    );
    const text = serializeNotebook(notebook);
    assert.ok(text.endsWith("}\n"));
    assert.match(text, /"source": \[\n +"a\\n",\n +"b"\n/);
    assert.match(text, /"text\/plain": \[\n +"x\\n",\n +"y"\n/);
    assert.match(text, /"image\/png": "aGk="/);
    assert.match(text, /"a": "p\\nq",\n +"b": 1/);
    assert.ok(text.indexOf('"cell_type"') < text.indexOf('"execution_count"'));
    assert.match(text, /"nbformat": 4,\n "nbformat_minor": 5\n\}\n$/);
  });

  it("comes back to the same notebook and to the same bytes", () => {
    const line = fc.string({ unit: "grapheme" });
    const cell = fc.oneof(
      line.map((source) => textCell(source)),
      fc.record({ source: line, text: line, json: fc.jsonValue() }).map(({ source, text, json }) =>
        codeCell(
          source,
          [],
          [
            { output_type: "stream", name: "stderr", text },
            {
              output_type: "display_data",
              metadata: {},
              data: { "text/html": text, "application/json": json },
            },
          ],
        ),
      ),
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 4 }), (cells) => {
        const notebook: Notebook = notebookOf(...cells);
        const text = serializeNotebook(notebook);
        const again = parseNotebook(text, "x.ipynb");
        assert.equal(serializeNotebook(again), text);
        assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(notebook)));
      }),
    );
  });
});

describe("splitLines", () => {
  it("keeps line ends and loses nothing", () => {
    assert.deepEqual(splitLines(""), []);
    assert.deepEqual(splitLines("a\n\nb"), ["a\n", "\n", "b"]);
    assert.deepEqual(splitLines("a\n"), ["a\n"]);
    fc.assert(fc.property(fc.string(), (text) => splitLines(text).join("") === text));
  });
});
