import assert from "node:assert/strict";
import { contentsOf, errorOf, resultOf, session, streamOf, useKernel } from "./support.js";

describe("outputs of cells", function () {
  const kernel = useKernel(this, undefined, { TUMORLAB_OUTPUT_LIMIT_MB: "2" });

  it("keep all of 50,000 lines, in few messages", async () => {
    const outcome = await kernel().execute("for (let i = 0; i < 50_000; i++) console.log(i)");
    const lines = streamOf(outcome, "stdout").split("\n");
    assert.equal(lines.length, 50_001);
    assert.ok(lines.slice(0, -1).every((line, index) => line === String(index)));
    assert.ok(outcome.messages.length < 2000, `${outcome.messages.length} messages`);
  });

  it("keep all of 20,000 display updates in order", async () => {
    const code = `const show = (i: number, update: boolean) =>
      ${session}.display({ "text/plain": String(i) }, { displayId: "many", update });
      show(-1, false);
      for (let i = 0; i < 20_000; i++) show(i, true);`;
    const outcome = await kernel().execute(code);
    assert.equal(contentsOf(outcome, "display_data").length, 1);
    const updates = contentsOf(outcome, "update_display_data").map((content) =>
      Number(content.data["text/plain"]),
    );
    assert.deepEqual(
      updates,
      Array.from({ length: 20_000 }, (_, index) => index),
    );
  });

  it("keep 300 updates of one cell and 300 of the next", async () => {
    for (let cell = 0; cell < 2; cell++) {
      const outcome = await kernel().execute("for (let i = 0; i < 300; i++) show(i, true)");
      assert.equal(contentsOf(outcome, "update_display_data").length, 300);
    }
  });

  it("leave while a loop that never pauses still runs", async () => {
    let seenAt = 0;
    const code =
      "console.log('early'); const end = Date.now() + 1500; while (Date.now() < end) console.log('.')";
    const startedAt = Date.now();
    await kernel().execute(code, {
      onMessage({ header }) {
        if (header.msg_type === "stream" && seenAt === 0) seenAt = Date.now();
      },
    });
    assert.ok(seenAt > 0 && seenAt < Date.now() - 200, `seen after ${seenAt - startedAt} ms`);
  });

  it("say when a cell printed more than the limit, and hold back the rest of 10 MB", async () => {
    const code = "const line = 'x'.repeat(1023); for (let i = 0; i < 10_000; i++) console.log(line); 'done'";
    const outcome = await kernel().execute(code);
    assert.equal(streamOf(outcome, "stdout").length, 2_000_000);
    assert.match(
      streamOf(outcome, "stderr"),
      /printed more than 2 MB; the rest is not shown\. Set TUMORLAB_OUTPUT_LIMIT_MB/,
    );
    assert.equal(resultOf(outcome), "'done'");
    assert.equal(streamOf(await kernel().execute("console.log('next')"), "stdout"), "next\n");
  });

  it("are shown by the object's own display method, also when it takes time", async () => {
    const code = `({ async [Symbol.for("Jupyter.display")]() { return { "text/markdown": "**hi**", "text/plain": "hi" } } })`;
    const [result] = contentsOf(await kernel().execute(code), "execute_result");
    assert.deepEqual(result.data, { "text/markdown": "**hi**", "text/plain": "hi" });
  });

  it("fail with a message when a display method does", async () => {
    const broken = await kernel().execute('({ [Symbol.for("Jupyter.display")]() { return 3 } })');
    assert.match(errorOf(broken).evalue, /found 3, expected a MIME bundle/);
    const cyclic = await kernel().execute(
      `const loop: any = {}; loop.self = loop; ${session}.display({ "application/json": loop })`,
    );
    assert.match(errorOf(cyclic).evalue, /circular/);
  });

  it("keep the order of prints and displays", async () => {
    const code = `console.log("a"); ${session}.display({ "text/plain": "b" }); console.error("c"); ${session}.clearOutput(true)`;
    const { messages } = await kernel().execute(code);
    assert.deepEqual(
      messages.map(({ header }) => header.msg_type),
      ["status", "execute_input", "stream", "display_data", "stream", "clear_output", "status"],
    );
  });

  it("work through the display functions of tslab", async () => {
    const [shown] = contentsOf(
      await kernel().execute('import { display } from "tslab"; display.html("<b>x</b>")'),
      "display_data",
    );
    assert.deepEqual(shown.data, { "text/html": "<b>x</b>" });
  });

  it("join characters whose bytes come in two writes", async () => {
    const code =
      "const bytes = Buffer.from('é'); process.stdout.write(bytes.subarray(0, 1)); process.stdout.write(bytes.subarray(1))";
    assert.equal(streamOf(await kernel().execute(code), "stdout"), "é");
  });

  it("belong to the cell that started what prints them", async () => {
    const first = await kernel().execute("setTimeout(() => console.log('late'), 300)");
    const id = first.reply.parent_header.msg_id;
    const seen: unknown[] = [];
    const stop = kernel().listen((message) => {
      if (message.header.msg_type === "stream")
        seen.push([message.content.text, message.parent_header.msg_id]);
    });
    await kernel().execute("await new Promise((done) => setTimeout(done, 800))");
    stop();
    assert.deepEqual(seen, [["late\n", id]]);
  });
});
