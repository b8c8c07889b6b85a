import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorOf, resultOf, session, streamOf, until, useKernel } from "./support.js";
import type { Outcome } from "#environment/client/requests.js";

/** Lets the cell get past its first `await`. */
const pause = "await new Promise((done) => setTimeout(done, 20));";

describe("interrupts", function () {
  let folder: string;
  let marker: string;
  const kernel = useKernel(this);
  const ways: [name: string, interrupt: () => unknown][] = [
    ["by message", () => kernel().interrupt()],
    ["by SIGINT", () => kernel().process.kill("SIGINT")],
  ];
  const loops: [name: string, code: string][] = [
    [
      "a synchronous loop",
      "const begin = Date.now(); while (Date.now() - begin < 100); console.log(); mark(); for (;;) {}",
    ],
    ["a synchronous loop after an await", `${pause}\nmark(); for (;;) {}`],
    ["a loop in a timer", "setTimeout(() => { mark(); for (;;) {} }, 20); await new Promise(() => {})"],
    [
      "a loop in an immediate",
      `${pause} setImmediate(() => { mark(); for (;;) {} }); setImmediate(() => {}); await new Promise(() => {})`,
    ],
    ["a loop that prints", `mark(); for (;;) console.log("on and on")`],
    [
      "a loop that catches everything",
      `${pause} mark(); for (;;) { try { for (;;) {} } catch {} finally {} }`,
    ],
    ["a thread asleep", `${pause} mark(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`],
    ["an endless promise", "mark(); await new Promise(() => {})"],
  ];

  // By a file, since what a cell prints leaves only when it pauses: no cell is interrupted before its loop has begun.
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-interrupt-"));
    marker = join(folder, "begun");
    const code = `import { writeFileSync } from "node:fs"; const mark = () => writeFileSync(${JSON.stringify(marker)}, "");`;
    assert.equal((await kernel().execute(code)).reply.content.status, "ok");
  });

  after(() => rmSync(folder, { recursive: true }));

  /** Runs a cell and interrupts it once it has called `mark()`. */
  async function runAndInterrupt(
    code: string,
    interrupt: () => unknown = () => kernel().interrupt(),
  ): Promise<Outcome> {
    rmSync(marker, { force: true });
    const outcome = kernel().execute(code);
    await until(() => existsSync(marker), "the cell to call mark()");
    await interrupt();
    return outcome;
  }

  for (const [way, interrupt] of ways) {
    for (const [name, code] of loops) {
      it(`stop ${name}, ${way}`, async function () {
        if (way === "by SIGINT" && process.platform === "win32") this.skip();
        const outcome = await runAndInterrupt(code, interrupt);
        assert.equal(errorOf(outcome).ename, "Interrupted");
        assert.equal(resultOf(await kernel().execute("6 * 7")), "42");
      });
    }
  }

  it("say where the cell was", async () => {
    const outcome = await runAndInterrupt(`${pause} mark();\nlet turns = 0;\nfor (;;) {\n  turns++;\n}`);
    assert.match(errorOf(outcome).text, /at cell \d+:[34]:\d+/);
    assert.ok(Number(resultOf(await kernel().execute("turns"))) > 0);
  });

  it("abort the session's signal, which asynchronous work can end by", async () => {
    const code = `const { signal } = ${session}; mark();
      await new Promise<void>((done) => signal.addEventListener("abort", () => done()));
      "stopped by itself"`;
    const outcome = await runAndInterrupt(code);
    assert.equal(resultOf(outcome), "'stopped by itself'");
    assert.equal(resultOf(await kernel().execute(`${session}.signal.aborted`)), "false");
  });

  it("are seen by computations that look at the signal and never pause", async () => {
    const code = `const own = ${session}.signal; ${pause} mark(); while (!own.aborted) {} own.reason.name`;
    assert.equal(resultOf(await runAndInterrupt(code)), "'Interrupted'");
  });

  it("cut off at the second time a cell that holds the signal and ignores it", async () => {
    const code = `void ${session}.signal; mark(); await new Promise(() => {})`;
    const outcome = await runAndInterrupt(code, async () => {
      await kernel().interrupt();
      await kernel().interrupt();
    });
    assert.equal(errorOf(outcome).ename, "Interrupted");
  });

  it("end abandoned loops at their next output", async () => {
    const code = `var turns = 0; mark(); for (;;) { await new Promise((done) => setTimeout(done, 5)); turns++; console.log("still here") }`;
    await runAndInterrupt(code);
    const wait = "await new Promise((done) => setTimeout(done, 100)); turns";
    const first = await kernel().execute(wait);
    const second = await kernel().execute(wait);
    assert.equal(resultOf(second), resultOf(first));
    assert.equal(streamOf(second, "stdout"), "");
  });

  it("leave the event loop at rest", async () => {
    const code = `${pause} setImmediate(() => { mark(); for (;;) {} }); setImmediate(() => {}); await new Promise(() => {})`;
    await runAndInterrupt(code);
    const check = `for (let i = 0; i < 200 && (process as any).getActiveResourcesInfo().includes("Immediate"); i++)
        await new Promise((done) => setTimeout(done, 50));
      (process as any).getActiveResourcesInfo().includes("Immediate")`;
    assert.equal(resultOf(await kernel().execute(check)), "false");
  });

  it("do nothing while nothing runs", async () => {
    await kernel().interrupt();
    assert.equal(resultOf(await kernel().execute("'alive'")), "'alive'");
  });
});
