import assert from "node:assert/strict";
import { errorOf, executeAndAct, resultOf, session, streamOf, useKernel } from "./support.js";

const ready = 'console.log("ready");';
/** Lets `ready` leave before the loop begins. */
const pause = "await new Promise((done) => setTimeout(done, 20));";

describe("interrupts", function () {
  const kernel = useKernel(this);
  const ways: [name: string, interrupt: () => unknown][] = [
    ["by message", () => kernel().interrupt()],
    ["by SIGINT", () => kernel().process.kill("SIGINT")],
  ];
  const loops: [name: string, code: string][] = [
    [
      "a synchronous loop",
      `${ready} const begin = Date.now(); while (Date.now() - begin < 100); console.log(); for (;;) {}`,
    ],
    ["a synchronous loop after an await", `${ready} ${pause}\nfor (;;) {}`],
    ["a loop in a timer", `${ready} setTimeout(() => { for (;;) {} }, 20); await new Promise(() => {})`],
    [
      "a loop in an immediate",
      `${ready} ${pause} setImmediate(() => { for (;;) {} }); setImmediate(() => {}); await new Promise(() => {})`,
    ],
    ["a loop that prints", `for (;;) console.log("ready")`],
    [
      "a loop that catches everything",
      `${ready} ${pause} for (;;) { try { for (;;) {} } catch {} finally {} }`,
    ],
    ["a thread asleep", `${ready} ${pause} Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`],
    ["an endless promise", `${ready} await new Promise(() => {})`],
  ];
  // Where an interrupt comes before a loop has begun, the loop begins with nobody left to end it.
  afterEach(async () => {
    const isFree = async (): Promise<boolean> => {
      const waited = kernel().execute("await new Promise((done) => setTimeout(done, 50)); 'free'");
      const impatience = setInterval(() => void kernel().interrupt(), 3000);
      const outcome = await waited.finally(() => clearInterval(impatience));
      return resultOf(outcome) === "'free'";
    };
    while (!(await isFree())) continue;
  });

  for (const [way, interrupt] of ways) {
    for (const [name, code] of loops) {
      it(`stop ${name}, ${way}`, async function () {
        if (way === "by SIGINT" && process.platform === "win32") this.skip();
        const outcome = await executeAndAct(kernel(), code, interrupt);
        assert.equal(errorOf(outcome).ename, "Interrupted");
        assert.equal(resultOf(await kernel().execute("6 * 7")), "42");
      });
    }
  }

  it("say where the cell was", async () => {
    const outcome = await executeAndAct(
      kernel(),
      `${ready} ${pause}\nlet turns = 0;\nfor (;;) {\n  turns++;\n}`,
      () => kernel().interrupt(),
    );
    assert.match(errorOf(outcome).text, /at cell \d+:[34]:\d+/);
    assert.ok(Number(resultOf(await kernel().execute("turns"))) > 0);
  });

  it("abort the session's signal, which asynchronous work can end by", async () => {
    const code = `const { signal } = ${session}; ${ready}
      await new Promise<void>((done) => signal.addEventListener("abort", () => done()));
      "stopped by itself"`;
    const outcome = await executeAndAct(kernel(), code, () => kernel().interrupt());
    assert.equal(resultOf(outcome), "'stopped by itself'");
    assert.equal(resultOf(await kernel().execute(`${session}.signal.aborted`)), "false");
  });

  it("are seen by computations that look at the signal and never pause", async () => {
    const code = `const own = ${session}.signal; ${ready} ${pause} while (!own.aborted) {} own.reason.name`;
    assert.equal(resultOf(await executeAndAct(kernel(), code, () => kernel().interrupt())), "'Interrupted'");
  });

  it("cut off at the second time a cell that holds the signal and ignores it", async () => {
    const code = `void ${session}.signal; ${ready} await new Promise(() => {})`;
    const outcome = await executeAndAct(kernel(), code, async () => {
      await kernel().interrupt();
      await kernel().interrupt();
    });
    assert.equal(errorOf(outcome).ename, "Interrupted");
  });

  it("end abandoned loops at their next output", async () => {
    const code = `var turns = 0; ${ready} for (;;) { await new Promise((done) => setTimeout(done, 5)); turns++; console.log("still here") }`;
    await executeAndAct(kernel(), code, () => kernel().interrupt());
    const wait = "await new Promise((done) => setTimeout(done, 100)); turns";
    const first = await kernel().execute(wait);
    const second = await kernel().execute(wait);
    assert.equal(resultOf(second), resultOf(first));
    assert.equal(streamOf(second, "stdout"), "");
  });

  it("leave the event loop at rest", async () => {
    const code = `${ready} ${pause} setImmediate(() => { for (;;) {} }); setImmediate(() => {}); await new Promise(() => {})`;
    await executeAndAct(kernel(), code, () => kernel().interrupt());
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
