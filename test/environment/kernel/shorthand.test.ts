import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { type KernelClient, startKernel } from "#environment/client/kernel-client.js";

/** Stock tslab leaves `{ name }` undefined where another cell declared the variable. */
describe("an object with a variable of an earlier cell as its shorthand", function () {
  this.timeout(120_000);
  let client: KernelClient;
  before(async () => {
    client = await startKernel({ cwd: tmpdir() });
    await run('let scale = "small", count = 1;');
  });
  after(() => client.shutdown());

  const run = async (code: string): Promise<unknown> => {
    const { reply, messages } = await client.execute(code);
    assert.equal(reply.content.status, "ok", JSON.stringify(reply.content));
    const result = messages.find((message) => message.header.msg_type === "execute_result");
    return (result?.content.data as Record<string, unknown> | undefined)?.["text/plain"];
  };

  it("holds the variable's value", async () => {
    assert.equal(await run("({ scale })"), "{ scale: 'small' }");
    assert.equal(await run("[{ a: { count } }]"), "[ { a: { count: 1 } } ]");
  });

  it("leaves a variable of the same name in the cell itself alone", async () => {
    assert.equal(
      await run('const inner = (scale: string) => ({ scale, count }); inner("tiny")'),
      "{ scale: 'tiny', count: 1 }",
    );
  });

  it("is assigned to where it stands on the left, with its preset value", async () => {
    await run('({ scale, count = 7 } = { scale: "paper" } as { scale: string; count?: number });');
    assert.equal(await run("`${scale} ${count}`"), "'paper 7'");
  });
});
