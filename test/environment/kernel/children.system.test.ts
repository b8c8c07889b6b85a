import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { resultOf, streamOf, until, useKernel } from "./support.js";

describe("what children and native code print", function () {
  if (process.platform === "win32") return;
  const kernel = useKernel(this, tmpdir(), { TUMORLAB_OUTPUT_LIMIT_MB: "2" });
  before(() =>
    kernel().execute(
      'import { execSync, spawn, spawnSync } from "node:child_process"; import fs from "node:fs";',
    ),
  );
  const run = async (code: string) => await kernel().execute(code);

  it("shows in the cell, in order with what the cell prints itself", async () => {
    const outcome = await run(
      'console.log("a"); execSync("echo b; echo oops >&2", { stdio: "inherit" }); console.log("c");\nspawnSync("echo", ["é"], { stdio: [0, 1, 2] }); console.log("e")',
    );
    assert.equal(streamOf(outcome, "stdout"), "a\nb\nc\né\ne\n");
    assert.equal(streamOf(outcome, "stderr"), "oops\n");
  });

  it("shows though it is written to the descriptors themselves", async () => {
    const outcome = await run(
      'fs.writeSync(1, "one"); fs.writeSync(2, "two"); (process as any)._rawDebug("three");',
    );
    assert.deepEqual([streamOf(outcome, "stdout"), streamOf(outcome, "stderr")], ["one", "twothree\n"]);
  });

  it("belongs to the cell that runs, also of a child that it does not wait for", async () => {
    const waits =
      'const child = spawn("sh", ["-c", "sleep 0.1; echo from the child"], { stdio: "inherit" });';
    const outcome = await run(`${waits} await new Promise((done) => child.on("close", done)); 1`);
    assert.equal(streamOf(outcome, "stdout"), "from the child\n");
    let late = "";
    const stop = kernel().listen(({ header, content }) => {
      if (header.msg_type === "stream") late += String(content.text);
    });
    await run('void spawn("sh", ["-c", "sleep 0.1; echo later"], { stdio: "inherit" });');
    await until(() => late.includes("later"), "the child's line");
    stop();
  });

  it("is held back beyond the limit and never blocks, with 10 MB of a child", async () => {
    const outcome = await run(
      'execSync("head -c 10000000 /dev/zero | tr \'\\\\0\' x", { stdio: "inherit" }); "done"',
    );
    assert.equal(streamOf(outcome, "stdout").length, 2_000_000);
    assert.match(streamOf(outcome, "stderr"), /printed more than 2 MB/);
    assert.equal(resultOf(outcome), "'done'");
    assert.equal(streamOf(await run('execSync("echo next", { stdio: "inherit" })'), "stdout"), "next\n");
  });

  it("is not shown where the cell is silent, and still reaches who started the kernel on stderr, without marks", async () => {
    const outcome = await kernel().execute('fs.writeSync(2, "for the log")', { silent: true });
    assert.equal(streamOf(outcome, "stderr"), "");
    const kernelProcess = kernel().process;
    await kernel().shutdown();
    await until(() => kernelProcess.output.includes("for the log"), "the log");
    assert.ok(!kernelProcess.output.includes("\0"));
  });
});
