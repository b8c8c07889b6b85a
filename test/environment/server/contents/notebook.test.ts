import assert from "node:assert/strict";
import {
  formatNotebook,
  joinTexts,
  type Notebook,
  parseNotebook,
  requireNotebook,
} from "#environment/server/contents/notebook.js";

const sample: Notebook = {
  nbformat_minor: 5,
  nbformat: 4,
  metadata: { kernelspec: { name: "tumorlab", language: "typescript", display_name: "T" }, orig_nbformat: 4 },
  cells: [
    {
      source: "const x = 1;\nx",
      cell_type: "code",
      metadata: { trusted: true, tags: ["b"] },
      execution_count: 1,
      id: "a",
      outputs: [
        { output_type: "stream", name: "stdout", text: "one\ntwo\n" },
        {
          output_type: "display_data",
          metadata: {},
          transient: { display_id: "d" },
          data: {
            "text/plain": "a\nb",
            "image/png": "iVBO\nRw0=",
            "image/svg+xml": "<svg>\n</svg>",
            "application/vnd.plotly.v1+json": { layout: { b: "x\ny", a: 1 }, data: [] },
          },
        },
      ],
    },
    {
      cell_type: "markdown",
      id: "b",
      metadata: {},
      source: "",
      attachments: { "a.png": { "image/png": "iVBO" } },
    },
  ],
};

const expected = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "a",
   "metadata": {
    "tags": [
     "b"
    ]
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "one\\n",
      "two\\n"
     ]
    },
    {
     "data": {
      "application/vnd.plotly.v1+json": {
       "data": [],
       "layout": {
        "a": 1,
        "b": "x\\ny"
       }
      },
      "image/png": "iVBO\\nRw0=",
      "image/svg+xml": [
       "<svg>\\n",
       "</svg>"
      ],
      "text/plain": [
       "a\\n",
       "b"
      ]
     },
     "metadata": {},
     "output_type": "display_data"
    }
   ],
   "source": [
    "const x = 1;\\n",
    "x"
   ]
  },
  {
   "attachments": {
    "a.png": {
     "image/png": "iVBO"
    }
   },
   "cell_type": "markdown",
   "id": "b",
   "metadata": {},
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "T",
   "language": "typescript",
   "name": "tumorlab"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

describe("formatNotebook", () => {
  it("sorts names, keeps texts as lines and leaves out what belongs to this session", () => {
    assert.equal(formatNotebook(sample), expected);
  });
  it("gives the same text again for what was read from it", () => {
    assert.equal(formatNotebook(joinTexts(parseNotebook(expected, "x"))), expected);
    assert.equal(formatNotebook(parseNotebook(expected, "x")), expected);
  });
  it("does not change its argument", () => {
    const copy = structuredClone(sample);
    formatNotebook(sample);
    assert.deepEqual(sample, copy);
  });
});

describe("joinTexts", () => {
  it("joins sources, streams and every text of a bundle, but no JSON", () => {
    const [cell] = joinTexts(parseNotebook(expected, "x")).cells;
    assert.equal(cell.source, "const x = 1;\nx");
    assert.equal(cell.outputs?.[0].text, "one\ntwo\n");
    const data = cell.outputs?.[1].data as Record<string, unknown>;
    assert.equal(data["text/plain"], "a\nb");
    assert.deepEqual(data["application/vnd.plotly.v1+json"], { data: [], layout: { a: 1, b: "x\ny" } });
  });
});

describe("parseNotebook", () => {
  it("reads an empty file as an empty notebook", () => {
    assert.deepEqual(parseNotebook(" \n", "x").cells, []);
  });
  it("names the file and the place where it is not JSON", () => {
    assert.throws(() => parseNotebook('{\n "cells": [\n  }\n', "notebooks/a.ipynb"), {
      status: 400,
      message: /notebooks\/a\.ipynb: it is not JSON at line 3, column 3: found "}" where a value/,
    });
  });
  it("puts right what older programs wrote, and refuses what is too deep to walk", () => {
    const old = {
      nbformat: 3,
      metadata: { name: "" },
      worksheets: [{ cells: [{ cell_type: "code", input: "1" }] }],
    };
    const { nbformat, cells, metadata } = parseNotebook(JSON.stringify(old), "x");
    assert.deepEqual([nbformat, cells[0].source, metadata], [4, "1", { orig_nbformat: 3 }]);
    const deep = `{"nbformat":4,"cells":[],"metadata":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`;
    assert.throws(() => parseNotebook(deep, "x"), { status: 400, message: /nests deeper than 500/ });
  });
  it("names what keeps it from being a notebook", () => {
    const cell = { cell_type: "code", source: "", metadata: {}, outputs: [] };
    const wrong: [unknown, RegExp][] = [
      [[], /not a JSON object/],
      [{ nbformat: 3, worksheets: [] }, /its nbformat is 3/],
      [{ nbformat: 4 }, /no list of cells/],
      [{ nbformat: 4, cells: [1] }, /cell 1 is not an object/],
      [{ nbformat: 4, cells: [cell, { ...cell, source: 5 }] }, /cell 2 has no source text/],
      [{ nbformat: 4, cells: [{ ...cell, cell_type: undefined }] }, /cell 1 has no cell_type/],
      [{ nbformat: 4, cells: [{ ...cell, outputs: [null] }] }, /cell 1 has outputs/],
      [{ nbformat: 4, cells: [{ ...cell, metadata: [] }] }, /cell 1 has metadata/],
      [{ nbformat: 4, cells: [], metadata: "x" }, /its metadata/],
    ];
    for (const [value, message] of wrong)
      assert.throws(() => requireNotebook(value, "x"), { status: 400, message });
  });
});
