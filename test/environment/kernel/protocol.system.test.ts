import assert from "node:assert/strict";
import { contentsOf, errorOf, resultOf, session, streamOf, useKernel } from "./support.js";

describe("the kernel's protocol", function () {
  const kernel = useKernel(this);
  const ask = async (type: string, content: Record<string, unknown>): Promise<Record<string, any>> =>
    (await kernel().request("shell", type, content)).reply.content;

  it("counts cells, but none that are silent or not to be stored", async () => {
    const first = await kernel().execute("1");
    const count = Number(first.reply.content.execution_count);
    assert.deepEqual(contentsOf(first, "execute_input"), [{ code: "1", execution_count: count }]);
    const silent = await kernel().execute("console.log('unheard'); 2", { silent: true });
    assert.deepEqual(
      silent.messages.map(({ header }) => header.msg_type),
      ["status", "status"],
    );
    await kernel().execute("3", { storeHistory: false });
    assert.equal((await kernel().execute("4")).reply.content.execution_count, count + 1);
  });

  it("evaluates user expressions one by one", async () => {
    const { reply } = await kernel().execute("const base = 20", {
      userExpressions: { double: "base * 2", broken: "noSuchName" },
    });
    const values = reply.content.user_expressions as Record<string, any>;
    assert.deepEqual(values.double, { status: "ok", data: { "text/plain": "40" }, metadata: {} });
    assert.equal(values.broken.status, "error");
    assert.deepEqual(reply.content.payload, []);
  });

  it("completes members, with positions in code points", async () => {
    const code = '"😀😀"; [1].fla';
    const reply = await ask("complete_request", { code, cursor_pos: [...code].length });
    assert.ok(reply.matches.includes("flatMap"), String(reply.matches));
    assert.equal(reply.cursor_start, [...code].length - 3);
    assert.equal(reply.cursor_end, [...code].length);
  });

  it("inspects names and calls, with positions in code points", async () => {
    await kernel().execute("/** Adds one. */\nfunction addOne(n: number): number { return n + 1 }");
    const code = "'😀'; addOne(";
    const reply = await ask("inspect_request", { code, cursor_pos: [...code].length });
    assert.equal(reply.found, true);
    assert.match(reply.data["text/plain"], /function addOne\(n: number\): number/);
    assert.equal((await ask("inspect_request", { code: " ", cursor_pos: 1 })).found, false);
  });

  it("tells complete code from incomplete and from invalid", async () => {
    const status = async (code: string): Promise<unknown> =>
      (await ask("is_complete_request", { code })).status;
    for (const code of [
      "1 + 1",
      "",
      "// note",
      "if (a) b;",
      "`a ${b} c`",
      "x\n\n",
      "'a \\\n b'",
      "@dec class A {}",
    ])
      assert.equal(await status(code), "complete", code);
    for (const code of [
      "`open",
      "`a ${b",
      "f(`x",
      "[1, 2 // two\n",
      "/* note",
      "@dec()\n",
      "a.",
      "x =>",
      "const a: Map<",
      "try {}",
      "import { a } from",
      "if (a) {\n\n",
      "'a \\",
    ])
      assert.equal(await status(code), "incomplete", code);
    for (const code of ["let = = 3", "'open", "f('open", "}", "f(1;", "foo bar", "%%html", "const a = /re"])
      assert.equal(await status(code), "invalid", code);
    assert.deepEqual(await ask("is_complete_request", { code: "  function f() {" }), {
      status: "incomplete",
      indent: "    ",
    });
  });

  it("remembers what was run", async () => {
    await kernel().execute("const remembered = 1");
    const { history } = await ask("history_request", {
      hist_access_type: "search",
      pattern: "*remem*",
      n: 5,
      output: false,
      raw: true,
    });
    assert.equal(history.at(-1)[2], "const remembered = 1");
  });

  it("aborts what was queued when a cell fails, and nothing sent later", async () => {
    const queued = ["throw new Error('first')", "'second'", "'third'"].map((code) => kernel().execute(code));
    const statuses = (await Promise.all(queued)).map(({ reply }) => reply.content.status);
    assert.deepEqual(statuses, ["error", "aborted", "aborted"]);
    assert.equal(resultOf(await kernel().execute("'at once'")), "'at once'");
    const tolerant = ["throw new Error('first')", "'second'"].map((code) =>
      kernel().execute(code, { stopOnError: false }),
    );
    assert.equal(resultOf((await Promise.all(tolerant))[1]), "'second'");
  });

  it("asks the reader for input", async () => {
    const prompts: unknown[] = [];
    const outcome = await kernel().execute(`await ${session}.input("Name? ", { password: true })`, {
      onInput(prompt, password) {
        prompts.push([prompt, password]);
        return "Ada";
      },
    });
    assert.equal(resultOf(outcome), "'Ada'");
    assert.deepEqual(prompts, [["Name? ", true]]);
  });

  it("refuses to ask where nobody can answer", async () => {
    const outcome = await kernel().execute(`await ${session}.input("Name? ")`);
    assert.match(errorOf(outcome).evalue, /nobody can be asked here/);
  });

  it("answers while a cell waits", async () => {
    let done = false;
    const slow = kernel()
      .execute("await new Promise((done) => setTimeout(done, 3000)); 'slow'")
      .then((outcome) => {
        done = true;
        return outcome;
      });
    assert.equal((await ask("is_complete_request", { code: "1" })).status, "complete");
    assert.equal(done, false);
    assert.equal(resultOf(await slow), "'slow'");
  });

  it("carries comms both ways and closes unknown ones politely", async () => {
    await kernel().execute(`${session}.onComm("echo", (comm: any, open: any) => {
      comm.send({ opened: open.data.name });
      comm.onMessage(({ data }: any) => comm.send({ heard: data.word }));
      comm.onClose(() => console.log("closed"));
    })`);
    const opened = await kernel().request("shell", "comm_open", {
      comm_id: "c1",
      target_name: "echo",
      data: { name: "n" },
    });
    assert.deepEqual(contentsOf(opened, "comm_msg"), [{ comm_id: "c1", data: { opened: "n" } }]);
    const heard = await kernel().request("shell", "comm_msg", { comm_id: "c1", data: { word: "w" } });
    assert.deepEqual(contentsOf(heard, "comm_msg"), [{ comm_id: "c1", data: { heard: "w" } }]);
    assert.deepEqual((await ask("comm_info_request", {})).comms, { c1: { target_name: "echo" } });
    const closed = await kernel().request("shell", "comm_close", { comm_id: "c1", data: {} });
    assert.equal(streamOf(closed, "stdout"), "closed\n");
    assert.deepEqual((await ask("comm_info_request", { target_name: "echo" })).comms, {});
    const unknown = await kernel().request("shell", "comm_open", {
      comm_id: "c2",
      target_name: "nobody",
      data: {},
    });
    assert.deepEqual(contentsOf(unknown, "comm_close"), [{ comm_id: "c2", data: {} }]);
  });

  it("answers requests it does not know with an error", async () => {
    assert.equal((await ask("mystery_request", {})).ename, "UnknownRequest");
  });
});
