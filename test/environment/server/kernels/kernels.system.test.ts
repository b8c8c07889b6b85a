import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../bootstrap/processes.js";
import { openChannel, startKernel, textOf, v1 } from "../support/channel.js";
import { fakeSpec, openLab, patienceMs, type TestLab, until } from "../support/harness.js";

describe("kernels", function () {
  this.timeout(patienceMs);
  let lab: TestLab;
  before(async () => {
    const specs = [
      fakeSpec(),
      fakeSpec("signalled", [], "signal"),
      fakeSpec("late", ["late-iopub"]),
      fakeSpec("late-stdin", ["late-stdin"]),
      fakeSpec("tcp", [], "message", {}),
      fakeSpec("stubborn", ["stubborn"]),
    ];
    lab = await openLab({ kernelSpecs: specs, kernelGraceMs: 300 });
  });
  after(() => lab.close());
  const stateOf = async (id: string) =>
    (await lab.ask("GET", `/api/kernels/${id}`)).json.execution_state as string;

  for (const protocol of [v1, ""])
    describe(`over the ${protocol || "JSON"} protocol`, () => {
      it("run cells: states, output, reply, in order", async () => {
        const id = await startKernel(lab);
        const channel = await openChannel(lab, id, "one", protocol);
        const messages = await channel.run("print héllo");
        const onIopub = messages.filter((message) => message.channel === "iopub");
        assert.deepEqual(
          onIopub.map(({ header }) => header.msg_type),
          ["status", "stream", "status"],
        );
        assert.deepEqual(
          [onIopub[0].content.execution_state, onIopub[2].content.execution_state],
          ["busy", "idle"],
        );
        assert.equal(textOf(messages), "héllo");
        assert.equal(messages.filter((message) => message.channel === "shell").length, 1);
        await channel.close();
      });
      it("carry buffers both ways", async () => {
        const channel = await openChannel(lab, await startKernel(lab), "one", protocol);
        const buffers = [Uint8Array.of(0, 1, 255), new Uint8Array(0), new Uint8Array(100_000).fill(7)];
        channel.send("execute_request", { code: "echo-buffers" }, { buffers });
        const message = await channel.next(({ header }) => header.msg_type === "comm_msg");
        assert.deepEqual(
          message.buffers.map((buffer) => Buffer.from(buffer)),
          buffers.map((buffer) => Buffer.from(buffer)),
        );
        await channel.close();
      });
      it("ask for input and get the answer", async () => {
        const channel = await openChannel(lab, await startKernel(lab), "one", protocol);
        const cell = channel.send("execute_request", { code: "ask name?" });
        const question = await channel.next(({ header }) => header.msg_type === "input_request");
        assert.deepEqual([question.channel, question.content.prompt], ["stdin", "name?"]);
        channel.send("input_reply", { value: "Ada" }, { channel: "stdin", parent: question.header });
        const answer = await channel.next(({ header }) => header.msg_type === "stream");
        assert.equal(answer.content.text, "answer: Ada");
        assert.equal(answer.parent_header.msg_id, cell.header.msg_id);
        await channel.close();
      });
    });

  it("take what is sent before they are ready, and no page misses the first states", async () => {
    for (const name of ["fake", "late"]) {
      const channel = await openChannel(lab, await startKernel(lab, name), "one");
      const { header } = channel.send("kernel_info_request");
      const isMine = (state: string) =>
        channel.next(
          (m) => m.parent_header.msg_id === header.msg_id && m.content.execution_state === state,
          state,
        );
      await isMine("busy");
      await isMine("idle");
      const sessions = new Set(channel.heard.map((message) => message.parent_header.session));
      assert.deepEqual([...sessions], ["one"], "the server's own questions are not passed on");
      await channel.close();
    }
  });
  it("are not ready before they have stdin: what a cell asks at once is not lost", async () => {
    const channel = await openChannel(lab, await startKernel(lab, "late-stdin"), "one");
    channel.send("execute_request", { code: "ask name?" });
    const question = await channel.next(({ header }) => header.msg_type === "input_request");
    channel.send("input_reply", { value: "Ada" }, { channel: "stdin", parent: question.header });
    const answer = await channel.next(({ header }) => header.msg_type === "stream");
    assert.equal(answer.content.text, "answer: Ada");
    await channel.close();
  });
  it("listen on loopback ports where their kernelspec does not say that they know Unix sockets", async () => {
    const channel = await openChannel(lab, await startKernel(lab, "tcp"), "one");
    assert.equal(textOf(await channel.run("transport")), "tcp");
    await channel.close();
    const other = await openChannel(lab, await startKernel(lab), "one");
    assert.equal(textOf(await other.run("transport")), process.platform === "win32" ? "tcp" : "ipc");
    await other.close();
  });
  it("tell output to all pages and answers to the page that asked", async () => {
    const id = await startKernel(lab);
    const [one, two] = [await openChannel(lab, id, "one"), await openChannel(lab, id, "two", "")];
    await one.run("print hello");
    const { header } = two.send("complete_request", { code: "x" });
    await two.next((message) => message.header.msg_type === "complete_reply");
    await two.next((m) => m.parent_header.msg_id === header.msg_id && m.content.execution_state === "idle");
    assert.equal(textOf(two.heard), "hello");
    const answers = (heard: typeof one.heard) =>
      heard.filter(({ channel }) => channel === "shell").map((m) => m.header.msg_type);
    assert.deepEqual([answers(one.heard), answers(two.heard)], [["execute_reply"], ["complete_reply"]]);
    assert.equal((await lab.ask("GET", `/api/kernels/${id}`)).json.connections, 2);
    await Promise.all([one.close(), two.close()]);
  });
  it("tell answers to the socket that asked, also where no socket named a session", async () => {
    const id = await startKernel(lab);
    const [one, two] = [await openChannel(lab, id, ""), await openChannel(lab, id, "", "")];
    await Promise.all([one.run("count"), two.run("count"), one.run("print a")]);
    const answers = ({ heard }: typeof one) => heard.filter(({ channel }) => channel === "shell").length;
    assert.deepEqual([answers(one), answers(two)], [2, 1]);
    const cell = two.send("execute_request", { code: "ask name?" });
    const question = await two.next(({ header }) => header.msg_type === "input_request");
    two.send("input_reply", { value: "Ada" }, { channel: "stdin", parent: question.header });
    await two.next((m) => m.channel === "shell" && m.parent_header.msg_id === cell.header.msg_id);
    assert.ok(!one.heard.some(({ channel }) => channel === "stdin"));
    await Promise.all([one.close(), two.close()]);
  });
  it("keep their state and their messages while the page is away, and tell them to the same page", async () => {
    const id = await startKernel(lab);
    const before = await openChannel(lab, id, "one");
    await before.run("count");
    const watcher = await openChannel(lab, id, "watcher");
    const { header } = before.send("execute_request", { code: "sleep 100" });
    before.send("execute_request", { code: "count" });
    const last = before.send("execute_request", { code: "updates 500" });
    await watcher.next(
      (m) => m.parent_header.msg_id === header.msg_id && m.content.execution_state === "busy",
    );
    await before.close();
    await watcher.next(
      (m) => m.parent_header.msg_id === last.header.msg_id && m.content.execution_state === "idle",
    );

    const other = await openChannel(lab, id, "other");
    assert.equal(textOf(await other.run("count")), "3");
    assert.equal(other.heard.filter((m) => m.parent_header.session === "one").length, 0);
    const back = await openChannel(lab, id, "one");
    await back.next((m) => m.channel === "shell" && m.parent_header.msg_id === last.header.msg_id);
    await back.next(
      (m) => m.content.execution_state === "idle" && m.parent_header.msg_id === last.header.msg_id,
    );
    const mine = back.heard.filter((m) => m.parent_header.session === "one");
    assert.equal(textOf(mine), "2");
    const updates = mine.filter((m) => m.header.msg_type === "update_display_data");
    assert.deepEqual(
      updates.map((m) => (m.content.data as Record<string, string>)["text/plain"]),
      ["500"],
    );
    await Promise.all([watcher, other, back].map((channel) => channel.close()));
  });
  it("show 20,000 updates of a display in order", async () => {
    const channel = await openChannel(lab, await startKernel(lab), "one");
    const messages = await channel.run("updates 20000");
    const shown = messages
      .filter((m) => m.header.msg_type === "update_display_data")
      .map((m) => (m.content.data as Record<string, string>)["text/plain"]);
    assert.equal(shown.length, 20_000);
    assert.ok(shown.every((text, i) => text === String(i + 1)));
    await channel.close();
  });

  for (const name of ["fake", "signalled"])
    it(`are interrupted by ${name === "fake" ? "a message" : "a signal"}, as the kernelspec says`, async () => {
      const id = await startKernel(lab, name);
      const channel = await openChannel(lab, id, "one");
      const { header } = channel.send("execute_request", { code: "wait" });
      await channel.next(
        (m) => m.parent_header.msg_id === header.msg_id && m.content.execution_state === "busy",
      );
      assert.equal((await lab.ask("POST", `/api/kernels/${id}/interrupt`)).status, 204);
      const reply = await channel.next((m) => m.header.msg_type === "execute_reply");
      assert.equal(reply.content.ename, "Interrupted");
      await channel.close();
    });
  it("restart with a new process under their old id", async () => {
    const id = await startKernel(lab);
    const channel = await openChannel(lab, id, "one");
    assert.equal(textOf(await channel.run("count")), "1");
    const { pid } = JSON.parse(textOf(await channel.run("where"))) as { pid: number };
    const answer = await lab.ask("POST", `/api/kernels/${id}/restart`);
    assert.deepEqual([answer.status, answer.json.id, answer.json.execution_state], [200, id, "idle"]);
    assert.equal(isAlive(pid), false);
    assert.equal(textOf(await channel.run("count")), "1");
    const states = channel.heard.map((m) => m.content.execution_state);
    assert.ok(
      !states.includes("dead") && !states.includes("restarting"),
      "a restart that was asked for is no accident",
    );
    await channel.close();
  });
  it("restart and end though they are in an endless loop or don't listen", async () => {
    for (const name of ["fake", "stubborn"]) {
      const id = await startKernel(lab, name);
      const channel = await openChannel(lab, id, "one");
      const { pid } = JSON.parse(textOf(await channel.run("where"))) as { pid: number };
      channel.send("execute_request", { code: "spin" });
      await channel.next((m) => m.content.text === "spinning");
      assert.equal((await lab.ask("POST", `/api/kernels/${id}/restart`)).status, 200);
      assert.equal(isAlive(pid), false);
      const again = JSON.parse(textOf(await channel.run("where"))) as { pid: number };
      channel.send("execute_request", { code: "spin" });
      await channel.next(
        (m) =>
          m.header.msg_type === "stream" &&
          m.parent_header.msg_id === channel.heard.at(-1)?.parent_header.msg_id,
      );
      assert.equal((await lab.ask("DELETE", `/api/kernels/${id}`)).status, 204);
      assert.equal(isAlive(again.pid), false);
    }
  });
  it("are ended while they still start", async () => {
    const id = await startKernel(lab, "late");
    assert.equal((await lab.ask("DELETE", `/api/kernels/${id}`)).status, 204);
    assert.equal((await lab.ask("GET", `/api/kernels/${id}`)).status, 404);
    const other = await startKernel(lab, "late");
    const answers = await Promise.all([1, 2, 3].map(() => lab.ask("POST", `/api/kernels/${other}/restart`)));
    assert.equal(answers.filter(({ status }) => status === 200).length >= 1, true);
    await until("the kernel to be idle", async () => (await stateOf(other)) === "idle");
  });
  it("say goodbye to their pages when they are shut down", async () => {
    const id = await startKernel(lab);
    const channel = await openChannel(lab, id, "one");
    await channel.run("count");
    const closed = new Promise((resolve) => channel.socket.once("close", resolve));
    await lab.ask("DELETE", `/api/kernels/${id}`);
    await closed;
    assert.equal(channel.heard.at(-1)?.content.execution_state, "dead");
    assert.equal((await lab.ask("POST", `/api/kernels/${id}/interrupt`)).status, 404);
  });
  it("run in the folder they are for", async () => {
    mkdirSync(join(lab.root, "notebooks", "deep"));
    const { json } = await lab.ask("POST", "/api/kernels", { name: "fake", path: "notebooks/deep/a.ipynb" });
    const channel = await openChannel(lab, json.id, "one");
    const where = JSON.parse(textOf(await channel.run("where"))) as { cwd: string; root: string };
    assert.deepEqual([where.cwd, where.root], [join(lab.root, "notebooks", "deep"), "/project"]);
    await channel.close();
  });
  it("are refused by names that aren't there and paths that lead out", async () => {
    const unknown = await lab.ask("POST", "/api/kernels", { name: "python3" });
    assert.equal(unknown.status, 501);
    assert.match(unknown.json.message, /"python3" is not available here. Choose "fake"/);
    assert.equal((await lab.ask("POST", "/api/kernels", { path: "../.." })).status, 400);
    assert.equal((await lab.ask("POST", "/api/kernels", { name: 5 })).status, 400);
  });
});
