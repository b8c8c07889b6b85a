import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { codeCell, notebookOf, textCell } from "./make-notebook.js";
import { describeDifference, keepEqualOutputs } from "#environment/runner/compare.js";
import {
  hidePaths,
  normalizeNotebook,
  normalizeOutput,
  roundNumbers,
  type PathRule,
} from "#environment/runner/normalize.js";
import type { Output } from "#environment/runner/notebook.js";

const rules: PathRule[] = [
  { folder: "/home/ann/lab", replacement: "" },
  { folder: "/home/ann", replacement: "~" },
];
const display = (data: Record<string, unknown>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});
const stream = (text: string): Output => ({ output_type: "stream", name: "stdout", text });

describe("hidePaths", () => {
  it("writes what lies in the project from its root and the home folder as ~", () => {
    assert.equal(hidePaths("in /home/ann/lab/notebooks/a.ts:3", rules), "in notebooks/a.ts:3");
    assert.equal(hidePaths("file:///home/ann/lab/x and /home/ann/.npm", rules), "x and ~/.npm");
    assert.equal(hidePaths("cwd /home/ann/lab", rules), "cwd .");
    assert.equal(hidePaths("/home/ann/lab-2/x", rules), "~/lab-2/x");
  });

  it("leaves longer names and deeper folders of the same name alone", () => {
    assert.equal(hidePaths("/home/anna /mnt/home/ann/x", rules), "/home/anna /mnt/home/ann/x");
    assert.equal(hidePaths("/usr/bin", [{ folder: "/", replacement: "~" }]), "/usr/bin");
  });
});

describe("normalizeNotebook", () => {
  it("drops counters, times and what front ends leave, keeps tags and the kernel", () => {
    const cell = {
      ...codeCell(
        "1 + 1\n\n",
        ["b", "a", "a"],
        [{ output_type: "execute_result", execution_count: 9, data: { "text/plain": "2" }, metadata: {} }],
      ),
      execution_count: 9,
    };
    Object.assign(cell.metadata, {
      collapsed: false,
      execution: { "iopub.status.busy": "2026-01-01" },
      jupyter: { source_hidden: true, other: 1 },
      scrolled: true,
    });
    const notebook = notebookOf(textCell("# A\r\ntext\n"), cell);
    notebook.metadata = {
      kernelspec: { name: "tumorlab" },
      language_info: { name: "typescript", version: "5.0.4" },
      widgets: {},
    };
    const normal = normalizeNotebook(notebook, rules);
    assert.deepEqual(normal.metadata, {
      kernelspec: { name: "tumorlab" },
      language_info: { name: "typescript" },
    });
    assert.equal(normal.cells[0].source, "# A\ntext");
    const code = normal.cells[1];
    assert.ok(code.cell_type === "code" && code.outputs[0].output_type === "execute_result");
    assert.equal(code.source, "1 + 1");
    assert.equal(code.execution_count, null);
    assert.equal(code.outputs[0].execution_count, null);
    assert.deepEqual(code.metadata, { jupyter: { source_hidden: true }, tags: ["a", "b"] });
  });

  it("takes paths out of every kind of output and frames of Node out of tracebacks", () => {
    const all = [
      normalizeOutput(stream("1\r2 /home/ann/lab/a"), rules),
      normalizeOutput(
        display({ "text/html": "<b>/home/ann/x</b>", "a/b+json": { p: ["/home/ann/lab/q"] } }),
        rules,
      ),
      normalizeOutput(
        {
          output_type: "error",
          ename: "E",
          evalue: "no /home/ann/lab/z",
          traceback: ["E: no", "    at f (/home/ann/lab/src/a.ts:1:2)\n    at node:internal/x:1:1"],
        },
        rules,
      ),
    ];
    const text = JSON.stringify(all);
    assert.ok(!text.includes("/home/ann"), text);
    assert.ok(!text.includes("node:internal"), text);
    assert.match(text, /at f \(src\/a\.ts:1:2\)/);
    assert.ok(all[0].output_type === "stream" && all[0].text === "2 a");
  });

  it("rounds the numbers of figures and of nothing else", () => {
    const value = { data: [{ x: [0.123456789, 12345678, 1.5e-9] }], layout: {} };
    const output = normalizeOutput(
      display({ "application/vnd.plotly.v1+json": value, "application/vnd.tumorlab.volume+json": value }),
      rules,
    );
    assert.ok(output.output_type === "display_data");
    assert.deepEqual(output.data["application/vnd.plotly.v1+json"], {
      data: [{ x: [0.123457, 12345678, 1.5e-9] }],
      layout: {},
    });
    assert.deepEqual(output.data["application/vnd.tumorlab.volume+json"], value);
  });

  it("takes rate and time left out of progress bars, in the words too", () => {
    const bar = { label: "Fit", done: 3, total: 4, values: { loss: 0.123456 }, state: "interrupted" };
    const output = normalizeOutput(
      display({
        "application/vnd.tumorlab.progress+json": { ...bar, ratePerSecond: 7.7, remainingSeconds: 0.1 },
        "text/plain": "Fit: 3 of 4, 7.7/s",
      }),
      rules,
    );
    assert.deepEqual(
      output,
      display({
        "application/vnd.tumorlab.progress+json": bar,
        "text/plain": "Fit: 3 of 4, loss 0.1235, interrupted",
      }),
    );
  });

  it("names what a progress bar measured in one order, whatever order the cell had", () => {
    const texts = [
      { loss: 1, dice: 2 },
      { dice: 2, loss: 1 },
    ].map((values) => {
      const bar = { label: "Fit", done: 4, total: 4, values, state: "done" };
      const output = normalizeOutput(display({ "application/vnd.tumorlab.progress+json": bar }), rules);
      assert.ok(output.output_type === "display_data");
      return output.data["text/plain"];
    });
    assert.deepEqual(texts, ["Fit: 4 of 4, dice 2, loss 1", "Fit: 4 of 4, dice 2, loss 1"]);
  });

  it("is done after one time", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (text, json) => {
        const once = normalizeOutput(
          display({ "text/plain": text, "application/vnd.plotly.v1+json": json }),
          rules,
        );
        assert.deepEqual(normalizeOutput(once, rules), once);
        const line = normalizeOutput(stream(text), rules);
        assert.deepEqual(normalizeOutput(line, rules), line);
      }),
    );
    assert.equal(roundNumbers(0.30000000000000004), 0.3);
  });
});

function picture(color: string, dot = 0): string {
  const canvas = createCanvas(100, 100);
  const context = canvas.getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 100, 100);
  context.fillStyle = "black";
  context.fillRect(0, 0, dot, dot);
  return canvas.toBuffer("image/png").toString("base64");
}

describe("describeDifference", () => {
  it("holds the lines that an error quotes from the cell, not where in the library it was thrown", async () => {
    const errorAt = (place: string, quoted: string): Output => ({
      output_type: "error",
      ename: "E",
      evalue: "no",
      traceback: [
        "E: no",
        `    at check (./src/core/errors.ts:${place})\n    at cell 4:2:5`,
        `> 2 | ${quoted}`,
      ],
    });
    const before = errorAt("97:25", "lab.plan();");
    assert.equal(await describeDifference(before, errorAt("99:3", "lab.plan();")), undefined);
    assert.match(
      (await describeDifference(before, errorAt("97:25", "lab.experiment.plan();"))) ?? "nothing",
      /lab\.experiment\.plan/,
    );
  });

  it("sees no difference where only the bytes differ", async () => {
    const packed = (level: number): object => ({
      encoding: "gzip+base64",
      data: gzipSync(Buffer.alloc(1000, 7), { level }).toString("base64"),
    });
    assert.notDeepEqual(packed(1), packed(9));
    const before = display({
      "a/b+json": { ct: packed(1), n: 0.3 },
      "image/png": picture("rgb(200,0,0)", 2),
    });
    const after = display({
      "a/b+json": { ct: packed(9), n: 0.3000001 },
      "image/png": picture("rgb(203,0,0)", 3),
    });
    assert.equal(await describeDifference(before, after), undefined);
  });

  it("says in words what differs", async () => {
    const differ = async (before: Output, after: Output): Promise<string> =>
      (await describeDifference(before, after)) ?? "nothing";
    assert.match(await differ(stream("a\nb"), stream("a\nc")), /line 2 was "b", is "c"/);
    assert.match(await differ(stream("a"), display({})), /stream became display_data/);
    assert.match(await differ(display({ "text/plain": "" }), display({})), /text\/plain is gone/);
    assert.match(await differ(display({}), display({ "text/plain": "" })), /text\/plain is new/);
    const json = (value: unknown): Output => display({ "a/b+json": value });
    assert.match(await differ(json({ p: [1, 2] }), json({ p: [1, 3] })), /p\[1\] was 2, is 3/);
    assert.match(await differ(json([1]), json([1, 2])), /had 1 entries, has 2/);
    const gz = (byte: number): object => ({
      encoding: "gzip+base64",
      data: gzipSync(Buffer.alloc(9, byte)).toString("base64"),
    });
    assert.match(await differ(json({ ct: gz(1) }), json({ ct: gz(2) })), /ct differs/);
    const png = (data: string): Output => display({ "image/png": data });
    assert.match(await differ(png(picture("red")), png(picture("red", 20))), /4\.0 % of the pixels/);
    assert.match(await differ(png(picture("red")), png("AAAA")), /cannot be read/);
  });
});

describe("keepEqualOutputs", () => {
  it("keeps the committed bytes of what means the same and takes what is new", async () => {
    const [oldPng, sameMeaning] = [picture("rgb(9,9,9)"), picture("rgb(10,9,9)")];
    assert.notEqual(oldPng, sameMeaning);
    const committed = notebookOf(
      codeCell("a", [], [display({ "image/png": oldPng })]),
      codeCell("b", [], [stream("1")]),
    );
    const executed = notebookOf(
      codeCell("a", [], [display({ "image/png": sameMeaning })]),
      codeCell("b", [], [stream("2"), stream("3")]),
    );
    const kept = await keepEqualOutputs(committed, executed);
    const outputs = kept.cells.map((cell) => (cell.cell_type === "code" ? cell.outputs : []));
    assert.deepEqual(outputs, [[display({ "image/png": oldPng })], [stream("2"), stream("3")]]);
  });

  it("lets the digits of a volatile cell be, unless its words or its code changed", async () => {
    const run = async (before: string, after: string, source = "time()"): Promise<string> => {
      const committed = notebookOf(codeCell("time()", ["volatile"], [stream(before)]));
      const executed = notebookOf(codeCell(source, ["volatile"], [stream(after)]));
      const [cell] = (await keepEqualOutputs(committed, executed)).cells;
      assert.ok(cell.cell_type === "code" && cell.outputs[0].output_type === "stream");
      return cell.outputs[0].text;
    };
    assert.equal(await run("took 1.5 s", "took 12.25 s"), "took 1.5 s");
    assert.equal(await run("took 1.5 s", "needed 1.6 s"), "needed 1.6 s");
    assert.equal(await run("took 1.5 s", "took 2 s", "time(2)"), "took 2 s");
  });
});
