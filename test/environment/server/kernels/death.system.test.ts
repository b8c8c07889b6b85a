import assert from "node:assert/strict";
import { once } from "node:events";
import { openChannel, startKernel, textOf } from "../support/channel.js";
import { fakeSpec, openLab, patienceMs, type TestLab, until } from "../support/harness.js";

describe("a kernel that dies", function () {
  this.timeout(patienceMs);
  let lab: TestLab;
  before(async () => {
    const specs = [
      fakeSpec(),
      fakeSpec("doomed", ["die-at-start"]),
      fakeSpec("silent", ["silent"]),
      { ...fakeSpec("missing"), spec: { ...fakeSpec().spec, argv: ["no-such-program"] } },
    ];
    lab = await openLab({ kernelSpecs: specs, kernelStartTimeoutMs: 20_000, kernelGraceMs: 300 });
  });
  after(() => lab.close());
  const modelOf = async (id: string) => (await lab.ask("GET", `/api/kernels/${id}`)).json;
  const untilState = (id: string, state: string) =>
    until(`the kernel to be ${state}`, async () => (await modelOf(id)).execution_state === state);

  for (const [how, says] of [
    ["kill", /it was killed \(SIGKILL\)/],
    ["exit 3", /it exited with code 3/],
  ] as const)
    it(`in a run (${how}) says so in the cell, then to the page, and is started again`, async () => {
      const id = await startKernel(lab);
      const channel = await openChannel(lab, id, "one");
      assert.equal(textOf(await channel.run("count")), "1");
      const cell = channel.send("execute_request", { code: how });
      const error = await channel.next((m) => m.header.msg_type === "error");
      assert.equal(error.parent_header.msg_id, cell.header.msg_id);
      assert.equal(error.content.ename, "KernelDied");
      assert.match(String(error.content.evalue), says);
      assert.match(String(error.content.evalue), /gone; run the cells again/);
      await channel.next((m) => m.content.execution_state === "restarting");
      assert.equal(
        textOf(await channel.run("count")),
        "1",
        "a new kernel, with nothing of the old one's memory",
      );
      assert.ok(lab.log.join("").includes(`Kernel ${id} ended by itself`));
      await channel.close();
    });
  it("tells a page that comes later which cell it did not survive, until that cell runs again", async () => {
    const id = await startKernel(lab);
    const channel = await openChannel(lab, id, "one");
    const run = (code: string, cellId: string) =>
      channel.send("execute_request", { code }, { metadata: { cellId } });
    run("count", "first");
    run("kill", "second");
    await channel.next((m) => m.header.msg_type === "error");
    const { lost } = await modelOf(id);
    assert.deepEqual([lost.cell_id, lost.traceback], ["second", [lost.reason]]);
    assert.match(lost.reason, /was killed \(SIGKILL\)/);
    await channel.next((m) => m.content.execution_state === "restarting");
    await untilState(id, "idle");
    run("count", "first");
    await until("the cell to run", () => channel.heard.some((m) => m.header.msg_type === "execute_reply"));
    assert.equal((await modelOf(id)).lost.cell_id, "second");
    run("count", "second");
    await until("the cell to run again", async () => (await modelOf(id)).lost === undefined);
    await channel.close();
  });
  it("again and again stays dead, with the reason, until it is restarted", async () => {
    const id = await startKernel(lab);
    const channel = await openChannel(lab, id, "one");
    const closed = once(channel.socket, "close");
    for (let i = 0; i < 5; i++) channel.send("execute_request", { code: "count" });
    for (let death = 1; death <= 5; death++) {
      channel.send("execute_request", { code: "exit 9" });
      await until(
        `death ${death}`,
        () => channel.heard.filter((m) => m.header.msg_type === "error").length === death,
      );
    }
    await closed;
    const model = await modelOf(id);
    assert.equal(model.execution_state, "dead");
    assert.match(model.reason, /exited with code 9.*5 times in 5 minutes/);
    assert.match(model.traceback, /last words/);

    const late = await openChannel(lab, id, "two");
    await once(late.socket, "close");
    assert.equal((await lab.ask("POST", `/api/kernels/${id}/restart`)).json.execution_state, "idle");
    const back = await openChannel(lab, id, "one");
    assert.equal(textOf(await back.run("count")), "1");
    assert.equal((await modelOf(id)).reason, undefined);
    await back.close();
  });
  it("as it starts is reported with what it wrote, and restarting tells the same", async () => {
    const id = await startKernel(lab, "doomed");
    await untilState(id, "dead");
    const model = await modelOf(id);
    assert.match(model.reason, /could not be started: it exited with code 7/);
    assert.match(model.traceback, /no such luck/);
    const answer = await lab.ask("POST", `/api/kernels/${id}/restart`);
    assert.equal(answer.status, 500);
    assert.match(answer.json.message, /exited with code 7/);
    assert.match(answer.json.traceback, /no such luck/);
  });
  it("before it lives, because its program is missing, is reported", async () => {
    const id = await startKernel(lab, "missing");
    await untilState(id, "dead");
    assert.match((await modelOf(id)).reason, /could not be run \(spawn no-such-program ENOENT\)/);
  });
  it("by saying nothing is given up", async () => {
    const impatient = await openLab({
      kernelSpecs: [fakeSpec("silent", ["silent"])],
      kernelStartTimeoutMs: 300,
    });
    const id = await startKernel(impatient);
    const dead = () =>
      impatient.ask("GET", `/api/kernels/${id}`).then(({ json }) => json.execution_state === "dead" && json);
    const model = await until("the kernel to be dead", dead);
    assert.match((model as { reason: string }).reason, /did not answer within 0\.3 s/);
    await impatient.close();
  });
});
