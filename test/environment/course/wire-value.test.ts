import assert from "node:assert/strict";
import { compareCode, examineCode, transpile } from "#environment/course/cell-code.js";
import { parseSubmission } from "#environment/course/read-submission.js";
import { fromWire, toWire } from "#environment/course/wire-value.js";

describe("values on the wire", () => {
  it("come back as they went, also those that JSON lacks", () => {
    const value = {
      list: [1, -0, NaN, Infinity, null, undefined, "text", true, 12n],
      array: Float32Array.of(1, NaN),
      inner: { $: "not a mark", deep: [[]] },
    };
    assert.deepEqual(fromWire(JSON.parse(JSON.stringify(toWire(value)))), value);
  });

  it("are refused where nobody spelled them, or they can't be sent", () => {
    assert.throws(() => toWire({ f: () => 1 }), /no plain value/);
    const circle: unknown[] = [];
    circle.push(circle);
    assert.throws(() => toWire(circle), /too deeply/);
    assert.throws(() => fromWire({ $: "Date" }), /nobody spelled/);
    assert.throws(() => fromWire({ fields: {} }), /nobody spelled/);
  });
});

describe("the code of cells", () => {
  it("tells what is declared, what is used, and what costs nothing to run", () => {
    const { declared, used, isLight } = examineCode(
      'import * as lab from "tumorlab";\ntype T = { q: number };\nconst { a, b: [c] } = source;\nfunction f(p: T) { return p.q + outer; }\nx = 3;',
    );
    assert.deepEqual(declared, ["lab", "a", "c", "f", "x"]);
    assert.deepEqual([...used].sort(), ["outer", "source"]);
    assert.equal(isLight, false);
    assert.ok(
      examineCode("const f = (x: number) => x; const [n] = [1]; const o = { a: -2, b: 1 * 3 };").isLight,
    );
    assert.ok(!examineCode("const volume = await lab.readVolume(path);").isLight);
  });

  it("tells how alike two pieces are, and what can't be read, with its line", () => {
    assert.equal(compareCode("const a = b;", "const a = b"), 1);
    assert.equal(compareCode("", "a"), 0);
    assert.ok(compareCode("const a = b + c;", "let q = r;") < 0.3);
    const wrong = transpile("const a = 1;\nconst = 2;");
    assert.ok("fault" in wrong && /^line 2: /.test(wrong.fault));
    const fine = transpile("const a: number = await b;");
    assert.ok("code" in fine && fine.code.includes("const a = await b"));
  });
});

describe("notebooks that came back", () => {
  const reasonOf = (bytes: Uint8Array | string): string => {
    const read = parseSubmission(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    return "reason" in read ? read.reason : "none";
  };

  it("are named by what they are in truth", () => {
    for (const [bytes, reason] of [
      ["%PDF-1.7", /a PDF/],
      [Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), /a picture/],
      [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), /gzip/],
      ["Rar!....", /an archive/],
      ["  \n", /empty/],
      ["[1, 2]", /no notebook/],
      ["[".repeat(5000), /nests deeper/],
      ['{"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}]}', /cells are empty/],
      ["<<<<<<< HEAD\n{\n=======\n[\n>>>>>>> x\n", /neither side/],
    ] as const)
      assert.match(reasonOf(bytes), reason);
    const big = Buffer.from(
      '{"nbformat":4,"nbformat_minor":5,"cells":[{"cell_type":"code","source":["a","b"]}]}',
      "utf16le",
    ).swap16();
    const read = parseSubmission(big);
    assert.ok("cells" in read && read.cells[0].source === "ab");
  });
});
