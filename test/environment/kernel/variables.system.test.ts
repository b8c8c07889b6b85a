import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorOf, executeAndAct, resultOf, streamOf, useKernel, useSharedKernel } from "./support.js";

describe("variables of a cell that did not finish", function () {
  const folder = mkdtempSync(join(tmpdir(), "tumorlab-variables-"));
  const kernel = useKernel(this, folder);
  before(() => writeFileSync(join(folder, "broken.js"), "throw new Error('no module'); exports.part = 1;"));
  after(() => rmSync(folder, { recursive: true }));
  const run = async (code: string) => await kernel().execute(code);

  const failing: [what: string, code: string, names: string[]][] = [
    ["a const with a type", 'const limit: number = JSON.parse("{broken");', ["limit"]],
    ["a let that was to be given a value", 'let later: number;\nlater = JSON.parse("{");', ["later"]],
    ["a class behind the place", 'const a = JSON.parse("{");\nclass Box { width = 1 }', ["a", "Box"]],
    ["a pattern", "const { x, y: [z], ...rest }: any = JSON.parse('{');", ["x", "z", "rest"]],
    ["an asynchronous cell", "const slow: number = await Promise.reject(new Error('no'));", ["slow"]],
    ["an import", 'import { part } from "./broken.js";', ["part"]],
    ["an enum", "throwing();\nfunction throwing() { JSON.parse('{') }\nenum Side { left }", ["Side"]],
  ];
  for (const [what, code, names] of failing) {
    it(`are an error to read that names the cell: ${what}`, async () => {
      for (const name of names) await run(`const ${name} = "old value"`);
      const failed = errorOf(await run(code)).text;
      const cell = /cell \d+/.exec(failed)?.[0] ?? "no cell";
      for (const name of names) {
        const { ename, evalue } = errorOf(await run(`console.log(${name}); ${name}`));
        assert.equal(ename, "ReferenceError");
        assert.equal(
          evalue,
          `${name} has no value: ${cell} failed before it gave it one. Run that cell again`,
        );
      }
    });
  }

  it("have their value after the cell was run again", async () => {
    await run('const again: number = JSON.parse("{");');
    await run("const again = 3;");
    assert.equal(resultOf(await run("again + 1")), "4");
  });

  it("keep what they were given before, functions from anywhere in the cell, and what has no value by itself", async () => {
    await run("let count = 1; var empty; count++;\nJSON.parse('{');\nfunction late() { return 'called'; }");
    assert.equal(resultOf(await run("[count, late()]")), "[ 2, 'called' ]");
    await run("let best: number | undefined; const isSet = false;");
    assert.equal(resultOf(await run("[best, isSet]")), "[ undefined, false ]");
  });

  it("are no reason to leave out what a cell runs last", async () => {
    assert.equal(streamOf(await run('void console.log("seen")'), "stdout"), "seen\n");
    assert.equal(resultOf(await run("let last = 1; (last = 2)")), "2");
  });

  it("can be assigned to", async () => {
    await run('let filled: number = JSON.parse("{");');
    assert.equal(resultOf(await run("filled = 5; filled + 1")), "6");
  });

  it("say that their cell was interrupted, and later code of it changes no newer variable", async () => {
    const code = `console.log("ready"); const held: number = await new Promise((done) => setTimeout(() => done(1), 2500));`;
    const outcome = await executeAndAct(kernel(), code, () => kernel().interrupt());
    assert.equal(errorOf(outcome).ename, "Interrupted");
    assert.match(errorOf(await run("held + 1")).evalue, /held has no value: cell \d+ was interrupted/);
    await run("const held = 'new'; await new Promise((done) => setTimeout(done, 2700));");
    assert.equal(resultOf(await run("held")), "'new'");
  });

  it("say that their cell is still running to code that looks too early", async () => {
    const waiting =
      "setTimeout(() => console.log(exportsPeek()), 20); const slowly: number = await new Promise((done) => setTimeout(() => done(2), 150));";
    await run(
      "const exportsPeek = () => { try { return (globalThis as any).__tslab__.exports.slowly; } catch (error) { return (error as Error).message; } };",
    );
    const outcome = await run(waiting);
    assert.match(
      streamOf(outcome, "stdout"),
      /slowly has no value yet: cell \d+, which declares it, is still running/,
    );
    assert.equal(resultOf(await run("slowly")), "2");
  });
});

describe("parameters behind their declaration", function () {
  const kernel = useSharedKernel(this);
  const run = async (code: string) => await kernel().execute(code);

  it("are assigned to though they are constants, in the type that they were declared with", async () => {
    await run(
      'const scale = "small", steps = -10, flags = [true], kept = 1;\nconst size: "tiny" | "large" = "large";',
    );
    const outcome = await run(
      '// Parameters\nscale = "tiny";\nsteps = 20;\nflags = [false, true];\nsize = "tiny"',
    );
    assert.equal(outcome.reply.content.status, "ok", JSON.stringify(outcome.reply.content));
    assert.equal(
      resultOf(await run('[scale === "tiny", steps === 20, flags.length, size, kept]')),
      "[ true, true, 2, 'tiny', 1 ]",
    );
    assert.match(errorOf(await run('size = "huge"')).evalue, /not assignable.*TS2322/);
  });

  it("may be declared anew", async () => {
    await run('const preset = "small";');
    await run('const preset = "tiny";');
    assert.equal(resultOf(await run('preset === "tiny"')), "true");
  });

  it("stay constants everywhere else", async () => {
    await run("const fixed = 1;");
    for (const code of ["fixed = 1 + 1", "fixed = 2; console.log(fixed)", "fixed++", "if (true) fixed = 2"])
      assert.match(errorOf(await run(code)).evalue, /TS2588/, code);
    assert.match(errorOf(await run("const own = 1;\nown = 2;")).evalue, /TS2588/);
  });
});
