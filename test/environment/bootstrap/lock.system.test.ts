import assert from "node:assert/strict";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { importBootstrap, makeFakeProject, type FakeProject } from "./fake-project.js";
import { startScript, waitFor } from "./processes.js";

/** Takes the lock, says so, and keeps it until its standard output is closed or it is killed. */
const keepLock = `
  import { withLock } from "$lock.mjs";
  await withLock(process.env.LOCK, { doing: "keeps it" }, async () => {
    console.log("taken");
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });`;

describe("withLock", function () {
  this.timeout(120_000);
  let fake: FakeProject;
  let lock: string;
  let withLock: any;

  beforeEach(async () => {
    fake = await makeFakeProject();
    lock = path.join(fake.root, ".tumorlab", "setup.lock");
    withLock = (await importBootstrap("lock.mjs")).withLock;
  });
  afterEach(() => fake.remove());

  it("lets one process in at a time: six that read, wait and write lose no count", async () => {
    const counter = path.join(fake.root, "counter");
    writeFileSync(counter, "0");
    const code = `
      import { readFileSync, writeFileSync } from "node:fs";
      import { withLock } from "$lock.mjs";
      await withLock(process.env.LOCK, { doing: "counts" }, async () => {
        const count = Number(readFileSync(process.env.COUNTER, "utf8"));
        await new Promise((resolve) => setTimeout(resolve, 50));
        writeFileSync(process.env.COUNTER, String(count + 1));
      });`;
    const children = Array.from({ length: 6 }, () => startScript(code, { LOCK: lock, COUNTER: counter }));
    const codes = await Promise.all(children.map((child) => child.ended));
    assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
    assert.equal(readFileSync(counter, "utf8"), "6");
    assert.ok(!existsSync(lock));
  });

  it("says whom it waits for, and goes in once that one was killed", async () => {
    const holder = startScript(keepLock, { LOCK: lock });
    await waitFor(() => holder.output().includes("taken"), "the first process to take the lock");
    const said: string[] = [];
    let entered = false;
    const second = withLock(lock, { doing: "waits", onWait: (text: string) => said.push(text) }, async () => {
      entered = true;
    });
    await waitFor(() => said.length > 0, "a word about waiting");
    assert.ok(!entered);
    assert.match(said[0], new RegExp(`process ${holder.child.pid}\\b.*keeps it`));
    holder.child.kill("SIGKILL");
    await second;
    assert.ok(entered);
    assert.equal(said.length, 1, "said once, not at each look");
  });

  it("waits for the child that a killed holder left at work", async () => {
    const worker = startScript(`console.log("at work"); setTimeout(() => {}, 600_000);`);
    await waitFor(() => worker.output() !== "", "the worker");
    const holder = startScript(
      keepLock.replace(
        "async () => {",
        `async (held) => {
          held.setWorker(${worker.child.pid});`,
      ),
      { LOCK: lock },
    );
    await waitFor(() => holder.output().includes("taken"), "the holder");
    holder.child.kill("SIGKILL");
    await holder.ended;
    const said: string[] = [];
    const second = withLock(lock, { doing: "waits", onWait: (text: string) => said.push(text) }, async () => {
      assert.ok(worker.child.signalCode, "entered only after the worker's end");
    });
    await waitFor(
      () => said.some((text) => text.includes(`process ${worker.child.pid}`)),
      "the worker's number",
    );
    worker.child.kill("SIGKILL");
    await second;
  });

  it("takes over a file that is no lock, and one of a process whose number was given to another", async () => {
    const { identifyProcess } = await importBootstrap("holder.mjs");
    const reused = { owner: { ...identifyProcess(), born: "long ago" }, worker: null, doing: "x" };
    for (const content of ["", "{}", "not json", JSON.stringify(reused)]) {
      await withLock(lock, { doing: "once" }, async () => {});
      writeFileSync(lock, content);
      assert.equal(await withLock(lock, { doing: "again" }, async () => "in"), "in", content);
    }
  });

  it("believes another machine for a minute after its last sign of life", async () => {
    const foreign = { owner: { pid: 1, host: "another-host", born: "" }, worker: null, doing: "installs" };
    await withLock(lock, { doing: "makes the folder" }, async () => {});
    writeFileSync(lock, JSON.stringify(foreign));
    const giveUp = new AbortController();
    const waiting = withLock(
      lock,
      { doing: "waits", signal: giveUp.signal, onWait: () => giveUp.abort() },
      async () => assert.fail("entered beside a live holder"),
    );
    await assert.rejects(waiting, /Stopped while waiting/);
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(lock, longAgo, longAgo);
    assert.equal(await withLock(lock, { doing: "again" }, async () => "in"), "in");
  });

  it("lets go when the work inside fails", async () => {
    const failing = withLock(lock, { doing: "fails" }, async () => {
      throw new Error("inside");
    });
    await assert.rejects(failing, /inside/);
    assert.ok(!existsSync(lock));
  });

  it("says so when the folder cannot be written", async () => {
    fake.write("file", "");
    await assert.rejects(
      withLock(path.join(fake.root, "file", "setup.lock"), { doing: "x" }, async () => {}),
      {
        code: "ENOTDIR",
      },
    );
    const { explainWriteError } = await importBootstrap("setup-error.mjs");
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    assert.match(explainWriteError(full, "/a/file").message, /disk is full: \/a\/file/);
    const denied = Object.assign(new Error("denied"), { code: "EROFS" });
    assert.match(explainWriteError(denied, "/a/file").message, /\/a\/file cannot be written \(EROFS\)/);
    const other = new Error("other");
    assert.equal(explainWriteError(other, "/a/file"), other);
  });
});
