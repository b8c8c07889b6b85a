import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { openChromium } from "../../browser/open-chromium.js";
import { bundleOnce, root, startOf } from "./build.js";
import { type PageKernel, startPageKernel, streamOf, valueOf } from "./kernel-page.js";
import { type PlainServer, servePlainly } from "./serve.js";

const plain = (lines: unknown): string[] =>
  // eslint-disable-next-line no-control-regex
  (lines as string[]).map((line) => line.replace(/\u001b\[\d+m/g, ""));

describe("the kernel in a page", function () {
  this.timeout(180_000);
  let server: PlainServer;
  let browser: Browser;
  let kernel: PageKernel;

  before(async function () {
    browser = await openChromium(this);
    const scripts = await bundleOnce();
    server = await servePlainly({ "/sub/scripts/": scripts, "/sub/files/": root }, true);
    const page = await browser.newPage();
    await page.goto(`${server.origin}/blank`);
    const start = await startOf(`${server.origin}/sub/`);
    const types = `${start.scripts}types.json.gz`;
    kernel = await startPageKernel(page, start, { types, version: "1.2.3", outputLimit: 10_000 });
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it("says what it is", async () => {
    const { reply } = await kernel.ask("kernel_info_request", {});
    assert.equal(reply.implementation_version, "1.2.3");
    assert.match(String(reply.banner), /TypeScript 5\.0\.4 on a web page, compiled by tslab/);
  });

  it("runs cells, keeps their variables and imports the library with its types", async () => {
    const first = await kernel.run("const x: number = 1 + 1;\nlet y = x;\nx");
    assert.deepEqual([first.reply.status, valueOf(first)], ["ok", "2"]);
    const sample = await kernel.run(
      `import * as lab from "tumorlab";
const sample = await lab.openSample("abdomen-ct", { scale: "tiny" });
y += 1;
[y, sample.ct.shape]`,
    );
    assert.equal(valueOf(sample), "[ 3, [ 61, 51, 56 ] ]");
    const wrong = await kernel.run("const n: string = sample.ct.shape[0];");
    assert.match(
      String(wrong.reply.evalue),
      /^cell \d+:1:7 - Type 'number' is not assignable to type 'string'\. \(TS2322\)$/,
    );
  });

  it("shows what is logged, in order, up to a limit", async () => {
    const answer = await kernel.run(
      'console.log("a", { b: [1] }); console.error("c"); process.stdout.write("d");',
    );
    assert.equal(streamOf(answer), "a { b: [ 1 ] }\nd");
    assert.equal(streamOf(answer, "stderr"), "c\n");
    const much = await kernel.run('for (let i = 0; i < 5000; i++) console.log("many words");');
    assert.match(streamOf(much, "stderr"), /printed more than 10000 characters/);
  });

  it("names the lines of cells and of the library's sources in tracebacks", async () => {
    await kernel.run("function fail(n: number): never {\n  throw new Error(`no ${n}`);\n}");
    const { reply } = await kernel.run("type Unused = string;\n\nawait 0; fail(3)");
    const lines = plain(reply.traceback);
    const [name] = /cell \d+/.exec(lines[1]) ?? [""];
    assert.equal(lines[0], "Error: no 3");
    assert.equal(lines[1], `    at fail (${name}:2:9)`);
    assert.match(lines[2], /^ {4}at cell \d+:3:10$/);
    const missing = await kernel.run('await lab.readVolume("none.nii")');
    assert.match(String(missing.reply.evalue), /none\.nii: found "no such file"/);
    assert.ok(plain(missing.reply.traceback).some((line) => line.includes("./src/formats/read.ts:")));
    const uncaught = await kernel.run(
      'setTimeout(() => { throw new Error("late"); }); await new Promise((r) => setTimeout(r, 50));',
    );
    assert.match(streamOf(uncaught, "stderr"), /Uncaught error outside of the cell's own run:[^]*late/);
  });

  it("shows tables, figures without their picture, volumes with theirs, and progress", async () => {
    const answer = await kernel.run(
      `lab.showTable([{ organ: "liver", dice: 0.9 }]);
await lab.show(lab.plot.sliceFigure(sample.ct));
await lab.view(sample.ct, sample.labels);
for await (const each of lab.progress.over([1, 2], "Steps")) void each;`,
    );
    assert.equal(answer.reply.status, "ok", String(answer.reply.evalue));
    const shown = answer.heard
      .filter(({ type }) => type === "display_data")
      .map(({ content }) =>
        Object.keys(content.data as object)
          .sort()
          .join(" "),
      );
    assert.ok(shown[0].includes("text/html"), shown[0]);
    assert.equal(shown[1], "application/vnd.plotly.v1+json text/plain");
    assert.ok(shown[2].includes("image/png"), shown[2]);
    assert.equal(
      answer.heard.some(({ type }) => type === "update_display_data"),
      true,
    );
  });

  it("asks the reader", async () => {
    const answer = await kernel.run(
      '`${await lab.askReader("Name? ")} and ${await lab.askReader("Age? ")}`',
      {
        inputs: ["Ann", "41"],
      },
    );
    assert.equal(valueOf(answer), "'Ann and 41'");
  });

  it("completes and inspects with the library's types and words", async () => {
    const { reply } = await kernel.ask("complete_request", { code: "lab.volume.count", cursor_pos: 16 });
    assert.deepEqual(reply.matches, ["countSlices", "countVoxels"]);
    const found = await kernel.ask("inspect_request", { code: "lab.openSample", cursor_pos: 8 });
    const text = (found.reply.data as Record<string, string>)["text/plain"];
    assert.match(text, /Promise<Sample>/);
    assert.match(text, /Opens a scan that comes with the project/);
    const open = await kernel.ask("is_complete_request", { code: "if (true) {" });
    assert.equal(open.reply.status, "incomplete");
  });

  it("answers a comm of the front end", async () => {
    await kernel.run(
      `(globalThis as any)[Symbol.for("tumorlab.kernel")].onComm("echo", (comm: any, message: any) =>
  comm.send({ said: message.data.say }));`,
    );
    const open = { comm_id: "c1", target_name: "echo", data: { say: "hello" } };
    const answer = await kernel.ask("comm_open", open);
    const sent = answer.heard.find(({ type }) => type === "comm_msg");
    assert.deepEqual(sent?.content.data, { said: "hello" });
  });

  it("writes files that the library reads, and refuses what only Node has", async () => {
    const answer = await kernel.run(
      `await lab.writeVolume("/tumorlab/notebooks/copy.nii.gz", sample.ct);
(await lab.readVolume("copy.nii.gz")).shape`,
    );
    assert.equal(valueOf(answer), "[ 61, 51, 56 ]");
    const text = await kernel.run(`import { mkdir, readFile, writeFile } from "node:fs/promises";
await mkdir("../.tumorlab/own", { recursive: true });
await writeFile("../.tumorlab/own/a.csv", "case,dice\\n");
const later = await import("node:fs/promises");
[await readFile("../.tumorlab/own/a.csv", "utf8"), (await later.readdir("../.tumorlab/own")).join()].join(" ")`);
    assert.equal(valueOf(text), "'case,dice\\n a.csv'");
    for (const [code, reason] of [
      [
        'writeFile("a.txt", "b", { flag: "a" })',
        /writeFile: found the option flag, which a page does not have/,
      ],
      ['readdir(".", { withFileTypes: true })', /readdir: found the option withFileTypes/],
      ['readFile("a.txt", "latin1")', /readFile: found the encoding "latin1", expected "utf8"/],
    ] as const) {
      const { reply } = await kernel.run(`await (later as any).${code}`);
      assert.match(String(reply.evalue), reason);
    }
    const missing = await kernel.run('await later.readFile("none.txt")');
    assert.match(String(missing.reply.evalue), /ENOENT/);
    const refused = await kernel.run('import fs from "node:fs";\nfs.readFileSync("copy.nii.gz")');
    assert.match(String(refused.reply.evalue), /node:fs is a module of Node, which a page does not have/);
  });

  it("is interrupted while it waits, and in a loop that looks at its signal", async () => {
    const waited = await kernel.run("await new Promise(() => {});", { interruptAfterMs: 200 });
    assert.equal(waited.reply.ename, "Interrupted");
    const looked = await kernel.run(
      "const signal = lab.currentSignal();\nwhile (true) signal.throwIfAborted();",
      {
        interruptAfterMs: 200,
      },
    );
    assert.equal(looked.reply.ename, "Interrupted");
    assert.equal(valueOf(await kernel.run("x")), "2");
  });
});
