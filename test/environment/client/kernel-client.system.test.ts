import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { startProgramsUncovered } from "../uncovered.js";
import { KernelDiedError, KernelTimeoutError } from "#environment/client/errors.js";
import { type KernelClient, startKernel } from "#environment/client/kernel-client.js";

describe("startKernel", function () {
  this.timeout(120_000);
  startProgramsUncovered();
  let client: KernelClient;

  before(async () => {
    client = await startKernel({ cwd: tmpdir() });
  });
  after(() => client.shutdown());

  it("waits until the kernel answers", () => {
    assert.equal((client.info.language_info as { name: string }).name, "typescript");
    assert.ok(client.startMs > 0);
  });

  it("runs a cell and returns its reply and its messages in order", async () => {
    const { reply, messages } = await client.execute("console.log('one'); 6 * 7");
    assert.equal(reply.content.status, "ok");
    assert.deepEqual(
      messages.map((message) => message.header.msg_type),
      ["status", "execute_input", "stream", "execute_result", "status"],
    );
    assert.deepEqual(messages[3].content.data, { "text/plain": "42" });
  });

  it("rejects with a KernelTimeoutError when a cell takes too long, and the kernel goes on", async () => {
    const slow = client.execute("await new Promise((done) => setTimeout(done, 1500))", { timeoutMs: 200 });
    await assert.rejects(
      slow,
      (error) => error instanceof KernelTimeoutError && /200 ms/.test(error.message),
    );
    assert.equal((await client.execute("1")).reply.content.status, "ok");
  });

  it("reports a kernel that is killed in a run, with the signal", async () => {
    const running = client.execute("await new Promise((done) => setTimeout(done, 60_000))", {
      onMessage(message) {
        if (message.header.msg_type === "execute_input") client.process.kill("SIGKILL");
      },
    });
    await assert.rejects(
      running,
      (error) => error instanceof KernelDiedError && error.exit.signal === "SIGKILL",
    );
    await client.restart();
    assert.equal((await client.execute("1")).reply.content.status, "ok");
  });

  it("says what a kernel wrote that ends at once", async () => {
    const spec = {
      argv: [process.execPath, "-e", "console.error('no such luck'); process.exit(3)"],
      display_name: "Broken",
      language: "none",
      interrupt_mode: "message" as const,
      env: {},
      metadata: {},
    };
    await assert.rejects(
      startKernel({ cwd: tmpdir(), spec }),
      (error) => error instanceof KernelDiedError && /exit code 3.*no such luck/s.test(error.message),
    );
  });
});
