/** Ways in which notebooks come back from students, each with what grading must say of it. */

/** A cell of a notebook as JSON. */
export interface RawCell {
  cell_type: string;
  id?: string;
  metadata?: Record<string, unknown>;
  source: string | string[];
  outputs?: unknown[];
  execution_count?: null;
}

/** A notebook as JSON. */
export interface RawNotebook {
  cells: RawCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** What grading must say. */
export interface Expectation {
  /** Of a notebook that can't be read: the reason. */
  reason?: RegExp;
  outcome?: "right" | "wrong" | "open" | "failed" | "missing";
  remark?: RegExp;
  note?: RegExp;
}

/** A way of damage: bytes in place of a good notebook's. */
export interface Damage {
  name: string;
  expected: Expectation;
  apply(notebook: RawNotebook, answer: RawCell): string | Uint8Array;
}

const text = (cell: RawCell): string => (Array.isArray(cell.source) ? cell.source.join("") : cell.source);
const json = (notebook: unknown): string => JSON.stringify(notebook, null, 1);
const utf16 = (value: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(value, "utf16le")]);

/** The notebook with other code in its answer's cell: `change` is given the good code and the answer's variable. */
function recode(change: (code: string, variable: string) => string) {
  return (notebook: RawNotebook, answer: RawCell): string => {
    answer.source = change(text(answer), variableOf(answer));
    return json(notebook);
  };
}

/** The last variable that a cell declares at the beginning of a line. */
export function variableOf(cell: RawCell): string {
  return [...text(cell).matchAll(/^const (\w+)/gm)].at(-1)![1];
}

/** Code that does something before it gives a good answer. */
const before = (line: string): Damage["apply"] => recode((code) => `${line}\n${code}`);

export const damages: readonly Damage[] = [
  { name: "sound", expected: { outcome: "right" }, apply: (notebook) => json(notebook) },
  { name: "not JSON", expected: { reason: /not JSON/ }, apply: () => "My notebook did not save, sorry" },
  {
    name: "cut short",
    expected: { reason: /breaks off/ },
    apply: (notebook) => json(notebook).slice(0, -500),
  },
  { name: "empty", expected: { reason: /empty/ }, apply: () => "" },
  { name: "byte order mark", expected: { outcome: "right" }, apply: (notebook) => `\ufeff${json(notebook)}` },
  {
    name: "UTF-16",
    expected: { outcome: "right", note: /UTF-16/ },
    apply: (notebook) => utf16(json(notebook)),
  },
  {
    name: "UTF-16 without a mark",
    expected: { outcome: "right", note: /UTF-16/ },
    apply: (notebook) => utf16(json(notebook)).subarray(2),
  },
  {
    name: "nbformat 3",
    expected: { outcome: "right", note: /format 3/ },
    apply: (notebook) => {
      const cells = notebook.cells.map(({ cell_type, source }) =>
        cell_type === "code" ? { cell_type, input: source, outputs: [] } : { cell_type, source },
      );
      return json({ nbformat: 3, nbformat_minor: 0, metadata: {}, worksheets: [{ cells }] });
    },
  },
  {
    name: "cells null",
    expected: { reason: /no list of cells/ },
    apply: (notebook) => json({ ...notebook, cells: null }),
  },
  {
    name: "cells missing",
    expected: { reason: /no list of cells/ },
    apply: ({ metadata }) => json({ metadata, nbformat: 4, nbformat_minor: 5 }),
  },
  {
    name: "single cells null",
    expected: { outcome: "right", note: /damaged and left out/ },
    apply: (notebook) => json({ ...notebook, cells: [null, ...notebook.cells, 7] }),
  },
  {
    name: "ids lost",
    expected: { outcome: "right" },
    apply: (notebook) => json({ ...notebook, cells: notebook.cells.map(({ id: _id, ...cell }) => cell) }),
  },
  {
    name: "metadata lost",
    expected: { outcome: "right" },
    apply: (notebook) =>
      json({ ...notebook, metadata: {}, cells: notebook.cells.map((cell) => ({ ...cell, metadata: {} })) }),
  },
  {
    name: "ids and metadata lost",
    expected: { outcome: "right" },
    apply: ({ cells }) =>
      json({
        nbformat: 4,
        nbformat_minor: 4,
        cells: cells.map(({ cell_type, source }) => ({ cell_type, source, metadata: {}, outputs: [] })),
      }),
  },
  {
    name: "ids doubled",
    expected: { outcome: "right" },
    apply: (notebook) =>
      json({ ...notebook, cells: notebook.cells.map((cell) => ({ ...cell, id: "cell" })) }),
  },
  {
    name: "cell split",
    expected: { outcome: "right" },
    apply: (notebook, answer) => {
      const helper = { ...answer, id: "split", source: "const helperOfMine = (value: number) => value;" };
      const whole = text(answer);
      answer.source = `${whole}\nhelperOfMine(1);`;
      notebook.cells.splice(notebook.cells.indexOf(answer), 0, helper);
      return json(notebook);
    },
  },
  {
    name: "cells merged",
    expected: { outcome: "right" },
    apply: (notebook, answer) => {
      const at = notebook.cells.indexOf(answer);
      const check = notebook.cells.slice(at + 1).find(({ cell_type }) => cell_type === "code")!;
      answer.source = `${text(answer)}\n${text(check)}`;
      notebook.cells.splice(notebook.cells.indexOf(check), 1);
      return json(notebook);
    },
  },
  {
    name: "code in a Markdown cell",
    expected: { outcome: "right", note: /in a text cell/ },
    apply: (notebook, answer) => {
      answer.cell_type = "markdown";
      delete answer.outputs;
      answer.source = `\`\`\`ts\n${text(answer)}\n\`\`\``;
      return json(notebook);
    },
  },
  {
    name: "answer cell deleted",
    expected: { outcome: "missing", remark: /Was it deleted/ },
    apply: (notebook, answer) =>
      json({ ...notebook, cells: notebook.cells.filter((cell) => cell !== answer) }),
  },
  {
    name: "renamed variable",
    expected: { outcome: "right", note: /taken from myAnswer/ },
    // The variable alone: neither the exercise's own name, which may have the word in it, nor a field of the values.
    apply: recode((code, variable) =>
      code.replaceAll(new RegExp(`(?<!\\.)\\b${variable}\\b(?!-)`, "g"), "myAnswer"),
    ),
  },
  {
    name: "conflict marks in the file",
    expected: { outcome: "right", note: /merge conflict/ },
    apply: (notebook) =>
      json(notebook)
        .replace('\n "nbformat"', '\n<<<<<<< HEAD\n "nbformat"')
        .replace(/("nbformat": 4,)\n/, '$1\n=======\n "nbformat": 4,\n>>>>>>> other\n'),
  },
  {
    name: "conflict marks in the cell",
    expected: { outcome: "failed", remark: /merge conflict/ },
    apply: recode((code) => `<<<<<<< HEAD\n${code}\n=======\n${code}\n>>>>>>> other`),
  },
  {
    name: "a zip archive",
    expected: { reason: /zip archive/ },
    apply: () => Buffer.from("PK\x05\x06 not a notebook"),
  },
  {
    name: "a web page",
    expected: { reason: /web page/ },
    apply: () => "<!DOCTYPE html>\n<html><body>01-one-scan</body></html>",
  },
  {
    name: "large outputs",
    expected: { outcome: "right" },
    apply: (notebook, answer) => {
      answer.outputs = [{ output_type: "stream", name: "stdout", text: "x".repeat(largeOutput.bytes) }];
      return json(notebook);
    },
  },
  {
    name: "an endless loop",
    expected: { outcome: "failed", remark: /loop without an end/ },
    apply: before("for (;;);"),
  },
  {
    name: "endless memory",
    expected: { outcome: "failed", remark: /memory|compute/ },
    apply: before('const hoard: string[][] = []; for (;;) hoard.push(new Array(1e5).fill("x"));'),
  },
  {
    name: "process.exit",
    expected: { outcome: "failed", remark: /process\.exit is not there/ },
    apply: before("process.exit(0);"),
  },
  {
    name: "a thrown error",
    expected: { outcome: "failed", remark: /Error: my own/ },
    apply: before('throw new Error("my own");'),
  },
  {
    name: "a syntax error",
    expected: { outcome: "failed", remark: /can't be read: line \d/ },
    apply: before("const = ;"),
  },
  {
    name: "top-level await",
    expected: { outcome: "right" },
    apply: before("await new Promise((settle) => setTimeout(settle, 5));"),
  },
  {
    name: "a rejected promise",
    expected: { outcome: "failed", remark: /Error: refused/ },
    apply: before('await Promise.reject(new Error("refused"));'),
  },
  {
    name: "a rejected promise that nobody waits for",
    expected: { outcome: "right" },
    apply: before('void Promise.reject(new Error("refused"));'),
  },
  {
    name: "printing without end",
    expected: { outcome: "failed", remark: /compute/ },
    apply: before('for (;;) console.log("x".repeat(1000));'),
  },
  {
    name: "the network",
    expected: { outcome: "failed", remark: /can't be imported|not defined|no network/ },
    apply: before('await fetch("http://127.0.0.1:1/");'),
  },
  {
    name: "a network module",
    expected: { outcome: "failed", remark: /can't be imported/ },
    apply: before('import * as net from "node:net";\nnet.connect(80, "127.0.0.1");'),
  },
  {
    name: "the file system",
    expected: { outcome: "failed", remark: /can't be imported/ },
    apply: before('import { readFileSync } from "node:fs";\nreadFileSync("/etc/passwd");'),
  },
  {
    name: "the file system through the library",
    expected: { outcome: "failed", remark: /permission|ERR_ACCESS_DENIED|Access/i },
    apply: before('await lab.readVolume("/etc/passwd.nii");'),
  },
  {
    name: "a promise as answer",
    expected: { outcome: "wrong", remark: /put await/ },
    apply: recode((code, variable) =>
      code
        .replace(`const ${variable}`, "const inner")
        .replace(new RegExp(`^${variable};?$`, "m"), "")
        .concat(`\nconst ${variable} = Promise.resolve(inner);`),
    ),
  },
  {
    name: "another lesson's notebook",
    expected: { outcome: "missing" },
    apply: (notebook) =>
      json({
        ...notebook,
        metadata: {},
        cells: [{ cell_type: "code", metadata: {}, source: "const scan = 1;", outputs: [] }],
      }),
  },
];

/** How many bytes "large outputs" has; the heavy test raises it. */
export const largeOutput: { bytes: number } = { bytes: 2_000_000 };
