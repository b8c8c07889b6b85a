import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { startProgramsUncovered } from "../uncovered.js";
import {
  codeCell,
  makeFolder,
  notebookOf,
  optionsFor,
  removeFolder,
  textCell,
  writeNotebook,
  projectRoot,
} from "./make-notebook.js";
import { type KernelClient, startKernel } from "#environment/client/kernel-client.js";
import { parseNotebook, type Notebook, type Output } from "#environment/runner/notebook.js";
import { runNotebook, type NotebookResult, type RunContext } from "#environment/runner/run.js";

const session = 'const kernel = (globalThis as any)[Symbol.for("tumorlab.kernel")];';

describe("runNotebook", function () {
  startProgramsUncovered();
  this.timeout(180_000);
  let folder: string;
  let kernel: KernelClient;
  before(async () => {
    folder = await makeFolder();
    kernel = await startKernel({ cwd: folder, root: projectRoot });
  });
  afterEach(async () => {
    for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
  });
  after(async () => {
    await kernel?.shutdown();
    await removeFolder(folder);
  });
  /** For tests of how kernels start and end; the others share one. */
  const fresh = { kernel: undefined };

  const run = (file: string, args: string[] = [], more: Partial<RunContext> = {}): Promise<NotebookResult> =>
    runNotebook(file, {
      root: projectRoot,
      cwd: folder,
      options: optionsFor(...args),
      graceMs: 1000,
      kernel,
      ...more,
    });
  const read = async (file: string): Promise<Notebook> => parseNotebook(await readFile(file, "utf8"), file);
  const outputsOf = (notebook: Notebook): Output[][] =>
    notebook.cells.flatMap((cell) => (cell.cell_type === "code" ? [cell.outputs] : []));

  it("writes streams, displays, updates and results into the notebook, the same bytes each time", async () => {
    const file = await writeNotebook(
      folder,
      "a",
      notebookOf(
        textCell("# A"),
        codeCell(
          `${session}\nkernel.display({ "text/plain": "0 %" }, { displayId: "bar" });\n` +
            'console.log("one"); console.log("two"); console.error("three");',
        ),
        codeCell(
          'for (let i = 1; i <= 200; i++) kernel.display({ "text/plain": `${i / 2} %` }, { displayId: "bar", update: true });\n' +
            'process.stdout.write("10 %\\r100 %\\n");\n6 * 7',
        ),
        codeCell(
          'console.log("gone"); await new Promise((resolve) => setTimeout(resolve, 20));\n' +
            "kernel.clearOutput(true); console.log(process.cwd());",
        ),
      ),
    );
    const result = await run(file, [], fresh);
    assert.deepEqual(result.problems, []);
    assert.equal(result.status, "passed");
    assert.equal(result.cells, 3);
    assert.deepEqual(result.written, [file]);
    const relative = path.relative(projectRoot, folder).split(path.sep).join("/");
    assert.deepEqual(outputsOf(await read(file)), [
      [
        { output_type: "display_data", data: { "text/plain": "100 %" }, metadata: {} },
        { output_type: "stream", name: "stdout", text: "one\ntwo\n" },
        { output_type: "stream", name: "stderr", text: "three\n" },
      ],
      [
        { output_type: "stream", name: "stdout", text: "100 %\n" },
        { output_type: "execute_result", data: { "text/plain": "42" }, metadata: {}, execution_count: null },
      ],
      [{ output_type: "stream", name: "stdout", text: `${relative}\n` }],
    ]);
    const { mtimeMs } = await stat(file);
    const again = await run(file);
    assert.deepEqual([again.status, again.written], ["passed", []]);
    assert.equal((await stat(file)).mtimeMs, mtimeMs);
  });

  it("stops at a cell that throws, names it with its line, and leaves the notebook as it was", async () => {
    const file = await writeNotebook(
      folder,
      "a",
      notebookOf(
        codeCell("const a = 1;"),
        codeCell('// why\nconst b = 2;\nthrow new RangeError("too far");'),
        codeCell("a"),
      ),
    );
    const before = await readFile(file, "utf8");
    const result = await run(file, ["--html", "pages", "--out", "copies"]);
    assert.equal(result.status, "failed");
    assert.deepEqual(
      { reason: result.failure?.reason, cell: result.failure?.cell, id: result.failure?.cellId },
      { reason: "error", cell: 2, id: "c2" },
    );
    assert.match(result.failure!.message, /RangeError: too far/);
    assert.match(
      result.problems[0],
      /code cell 2 \(c2\), line 3: throw new RangeError.+\n.*RangeError: too far/,
    );
    assert.equal(await readFile(file, "utf8"), before);
    assert.deepEqual((await readdir(folder)).sort(), ["a.ipynb", "copies", "pages"]);
    const shown = outputsOf(await read(path.join(folder, "copies", "a.ipynb")));
    assert.match(JSON.stringify(shown), /RangeError.*too far/);
    assert.match(await readFile(path.join(folder, "pages", "a.html"), "utf8"), /RangeError/);
  });

  it("reports a cell that does not type-check", async () => {
    const file = await writeNotebook(folder, "a", notebookOf(codeCell('const n: number = "one";')));
    const result = await run(file);
    assert.equal(result.failure?.reason, "error");
    assert.match(result.failure.message, /not assignable to type 'number'/);
  });

  it("goes on after a cell tagged raises-exception and fails one that raises nothing", async () => {
    const file = await writeNotebook(
      folder,
      "a",
      notebookOf(
        codeCell('throw new Error("meant");', ["raises-exception"]),
        codeCell('"still here"'),
        codeCell("1", ["raises-exception"]),
      ),
    );
    const result = await run(file);
    assert.deepEqual([result.failure?.reason, result.failure?.cell], ["no-error", 3]);
    const first = await writeNotebook(
      folder,
      "b",
      notebookOf(codeCell('throw new Error("meant");', ["raises-exception"]), codeCell('"still here"')),
    );
    assert.equal((await run(first)).status, "passed");
    const [[error], [value]] = outputsOf(await read(first));
    assert.ok(error.output_type === "error" && error.evalue === "meant");
    assert.ok(value.output_type === "execute_result");
  });

  it("reports a kernel that dies, with how it died and where", async () => {
    const file = await writeNotebook(
      folder,
      "a",
      notebookOf(
        codeCell("1"),
        codeCell('process.kill(process.pid, "SIGKILL");\nawait new Promise(() => {});'),
      ),
    );
    const before = await readFile(file, "utf8");
    const result = await run(file, [], fresh);
    assert.deepEqual([result.status, result.failure?.reason, result.failure?.cell], ["failed", "died", 2]);
    assert.match(result.problems[0], /code cell 2 \(c2\), line 1: process\.kill[\s\S]*SIGKILL/);
    assert.equal(await readFile(file, "utf8"), before);
  });

  it("interrupts a cell that takes too long, and kills a kernel that does not heed it", async () => {
    const waiting = await writeNotebook(folder, "a", notebookOf(codeCell("await new Promise(() => {});")));
    const stubborn = await writeNotebook(
      folder,
      "b",
      notebookOf(
        codeCell(
          `require("fs").writeFileSync(${JSON.stringify(path.join(folder, "pid"))}, String(process.pid));`,
        ),
        // It waits in a call that blocks, as a cell that computes would only keep the processor from others.
        codeCell(
          "const word = new Int32Array(new SharedArrayBuffer(4));\nfor (;;) try { for (;;) Atomics.wait(word, 0, 0, 50); } catch {}",
        ),
      ),
    );
    // Seconds enough that even a busy machine has begun the second cell of the stubborn one.
    const outlast = async (file: string, seconds: string): Promise<void> => {
      const result = await run(file, ["--timeout", seconds], fresh);
      assert.deepEqual(
        [result.status, result.failure?.reason],
        ["failed", "timeout"],
        result.problems.join(),
      );
      assert.ok(result.problems[0].includes(`took longer than ${seconds} s`), result.problems[0]);
    };
    await Promise.all([outlast(waiting, "4"), outlast(stubborn, "10")]);
    const pid = Number(await readFile(path.join(folder, "pid"), "utf8"));
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });

  it("leaves the notebook as it was when the run is stopped", async () => {
    const stop = new AbortController();
    const begun = path.join(folder, "begun");
    const file = await writeNotebook(
      folder,
      "a",
      notebookOf(
        codeCell(`require("fs").writeFileSync(${JSON.stringify(begun)}, "");\nawait new Promise(() => {});`),
      ),
    );
    const before = await readFile(file, "utf8");
    const running = run(file, [], { ...fresh, signal: stop.signal });
    while (!(await stat(begun).catch(() => undefined)))
      await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    assert.equal((await running).status, "interrupted");
    assert.equal(await readFile(file, "utf8"), before);
  });

  it("reports a file that is no notebook without starting a kernel", async () => {
    const file = path.join(folder, "a.ipynb");
    await writeFile(file, '{"cells": [');
    const result = await run(file, [], { ...fresh, env: { PATH: "" } });
    assert.equal(result.status, "failed");
    assert.match(result.problems[0], /a\.ipynb.*breaks off/);
    const missing = await run(path.join(folder, "b.ipynb"), [], fresh);
    assert.match(missing.problems[0], /ENOENT/);
  });

  it("reports a full disk and leaves the notebook as it was", async () => {
    const file = await writeNotebook(folder, "a", notebookOf(codeCell("1")));
    const before = await readFile(file, "utf8");
    const result = await run(file, [], {
      writeFile: () => Promise.reject(new Error("ENOSPC: no space left on device, write")),
    });
    assert.equal(result.status, "failed");
    assert.match(result.problems[0], /ENOSPC/);
    assert.equal(await readFile(file, "utf8"), before);
  });

  it("gives parameters to an executed copy and leaves the notebook alone unless told to write", async () => {
    const file = await writeNotebook(
      folder,
      "a",
      notebookOf(codeCell('const scale: "tiny" | "small" = "tiny";', ["parameters"]), codeCell("scale")),
    );
    const before = await readFile(file, "utf8");
    const copied = await run(file, ["--scale", "small", "--out", "copies", "--script", "scripts"]);
    assert.deepEqual(copied.problems, []);
    assert.equal(await readFile(file, "utf8"), before);
    const copy = await read(path.join(folder, "copies", "a.ipynb"));
    assert.equal(copy.cells[1].source, 'const scale: "tiny" | "small" = "small";');
    assert.ok(JSON.stringify(outputsOf(copy)[2]).includes("small"));
    assert.match(await readFile(path.join(folder, "scripts", "a.ts"), "utf8"), /\/\/ %% c2\nscale\n/);

    const plain = await run(file, ["--out", "plain"]);
    assert.deepEqual(plain.written, [path.join(folder, "plain", "a.ipynb")]);
    assert.equal(await readFile(file, "utf8"), before);

    const written = await run(file, ["--scale", "small", "--write"]);
    assert.deepEqual(written.written, [file]);
    const inPlace = await read(file);
    assert.equal(inPlace.cells.length, 2);
    assert.ok(JSON.stringify(outputsOf(inPlace)[1]).includes("small"));

    const unknown = await run(file, ["-p", "epochs=3"]);
    assert.match(unknown.problems[0], /epochs.*Its parameters are scale/);
  });

  it("checks without changing anything and misses outputs that are not committed", async () => {
    const file = await writeNotebook(folder, "a", notebookOf(codeCell("1"), codeCell("const quiet = 2;")));
    const before = await readFile(file, "utf8");
    const result = await run(file, ["--check"]);
    assert.equal(result.status, "failed");
    assert.deepEqual(result.problems.length, 1);
    assert.match(result.problems[0], /cell 1 \(c1\) has no committed output/);
    assert.equal(await readFile(file, "utf8"), before);
  });

  it("verifies that committed outputs are what the cells give, volatile cells apart", async () => {
    const file = await writeNotebook(
      folder,
      "a",
      notebookOf(codeCell("6 * 7"), codeCell("console.log(performance.now())", ["volatile"])),
    );
    assert.equal((await run(file)).status, "passed");
    assert.deepEqual((await run(file, ["--verify"])).problems, []);
    const changed = (await readFile(file, "utf8")).replace('"42"', '"43"');
    await writeFile(file, changed);
    const result = await run(file, ["--verify"]);
    assert.equal(result.status, "failed");
    assert.match(result.problems[0], /cell 1 \(c1\), output 1: text\/plain: line 1 was "43", is "42"/);
    assert.equal(await readFile(file, "utf8"), changed);
  });
});
