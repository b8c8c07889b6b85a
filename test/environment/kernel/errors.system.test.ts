import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorOf, resultOf, streamOf, useKernel } from "./support.js";

describe("errors of cells", function () {
  const folder = mkdtempSync(join(tmpdir(), "tumorlab-errors-"));
  const kernel = useKernel(this, folder);
  after(() => rmSync(folder, { recursive: true }));

  it("name the TypeScript line that threw, through functions of other cells", async () => {
    await kernel().execute(
      "interface Box { width: number }\n\nfunction open(box: any): number {\n  return box.lid.width;\n}",
    );
    const outcome = await kernel().execute("const first: number = 1;\nopen({});");
    const { ename, evalue, text } = errorOf(outcome);
    assert.equal(ename, "TypeError");
    assert.match(evalue, /reading 'width'/);
    assert.match(text, /at open \(cell 1:4:18\)\n {4}at cell 2:2:1\n/);
    assert.match(text, /> 4 \| {3}return box\.lid\.width;\n +\| {18}\^/);
    assert.doesNotMatch(text, /tslab|node:|environment/);
    assert.equal(outcome.reply.content.status, "error");
    assert.equal(outcome.reply.content.ename, "TypeError");
  });

  it("name the line behind an await, and the cause", async () => {
    const code =
      'async function load() {\n  await null;\n  throw new RangeError("late", { cause: new Error("root") });\n}\nawait load();';
    const { ename, text } = errorOf(await kernel().execute(code));
    assert.equal(ename, "RangeError");
    assert.match(text, /at load \(cell \d+:3:9\)/);
    assert.match(text, /Caused by: Error: root/);
  });

  it("come from the compiler with line, column, code and the source line", async () => {
    const { ename, evalue, text } = errorOf(
      await kernel().execute('let a = 1;\n  const b: number = "x";\nlet c: string = 3;'),
    );
    assert.equal(ename, "TypeScriptError");
    assert.match(
      evalue,
      /^cell \d+:2:9 - Type 'string' is not assignable to type 'number'\. \(TS2322\) \(and 1 more\)$/,
    );
    assert.match(text, /> 2 \| {3}const b: number = "x";\n +\| {9}\^/);
    assert.match(text, /cell \d+:3:5 - Type 'number' is not assignable/);
  });

  it("come from the compiler for syntax", async () => {
    const { ename, evalue } = errorOf(await kernel().execute("const = 3"));
    assert.equal(ename, "TypeScriptError");
    assert.match(evalue, /cell \d+:1:7 - Variable declaration expected/);
  });

  it("name lines of the project's TypeScript sources", async () => {
    await kernel().execute('import * as lab from "tumorlab";');
    const { ename, text } = errorOf(await kernel().execute('lab.createKey("seed" as any)'));
    assert.equal(ename, "LabError");
    assert.match(text, /at Object\.createKey \(\.\/src\/core\/random\.ts:\d+:\d+\)\n {4}at cell \d+:1:5/);
  });

  it("name lines of modules beside the notebook", async () => {
    writeFileSync(
      join(folder, "helper.ts"),
      'export type Unused = { a: 1 };\n\nexport function help(): never {\n  throw new Error("from helper");\n}\n',
    );
    const { text } = errorOf(await kernel().execute('import { help } from "./helper";\nhelp();'));
    assert.match(text, /at help \(.*helper\.ts:4:9\)|at help \(.*helper\.js:4:9\)/);
    assert.match(text, /at cell \d+:2:/);
  });

  it("refuse imports from outside of the notebook's folder with advice", async () => {
    const other = mkdtempSync(join(tmpdir(), "tumorlab-outside-"));
    try {
      writeFileSync(join(other, "far.ts"), "export const far = 1;\n");
      const { text } = errorOf(
        await kernel().execute(`import { far } from "../${other.split(/[\\/]/).pop()}/far";`),
      );
      assert.match(text, /lies outside of the notebook's folder.*Import the project's code as "tumorlab"/s);
    } finally {
      rmSync(other, { recursive: true });
    }
  });

  it("report what is thrown that is no error", async () => {
    const { ename, evalue } = errorOf(await kernel().execute('throw "just text"'));
    assert.deepEqual([ename, evalue], ["Thrown", "just text"]);
  });

  it("keep what the cell had computed and declared before", async () => {
    await kernel().execute("const kept = 41;\nthrow new Error('after');");
    assert.equal(resultOf(await kernel().execute("kept + 1")), "42");
  });

  it("of timers and forgotten promises are shown and don't end the kernel", async () => {
    const timer = await kernel().execute(
      'setTimeout(() => { throw new Error("from a timer"); }, 1);\nawait new Promise((done) => setTimeout(done, 200));',
    );
    assert.match(streamOf(timer, "stderr"), /Uncaught error.*from a timer/s);
    const forgotten = await kernel().execute(
      'void Promise.reject(new Error("forgotten"));\nawait new Promise((done) => setTimeout(done, 100));',
    );
    assert.match(streamOf(forgotten, "stderr"), /Unhandled rejection.*forgotten/s);
  });

  it("refuse process.exit()", async () => {
    const { evalue } = errorOf(await kernel().execute("process.exit(0)"));
    assert.match(evalue, /refused in a notebook/);
    assert.equal(resultOf(await kernel().execute("1 + 1")), "2");
  });

  it("print with mapped stacks when they are logged", async () => {
    const outcome = await kernel().execute('type T = number;\nconsole.log(new Error("printed").stack);');
    assert.match(streamOf(outcome, "stdout"), /Error: printed\n {4}at cell \d+:2:13/);
  });
});
