import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { bootstrapFile } from "./fake-project.js";
import { isAlive, isChildOf, startNode, waitFor, type Running } from "./processes.js";

const root = path.resolve(__dirname, "../../../..");

describe("npm start", function () {
  this.timeout(180_000);
  let lab: Running;

  beforeEach(async () => {
    lab = startNode([bootstrapFile("run.mjs"), "start", "--no-browser", "--port", "0"]);
    await waitFor(() => findUrl() !== "" || lab.child.exitCode !== null, "the address of the lab", 150_000);
    assert.ok(findUrl(), lab.output());
  });
  afterEach(() => lab.child.kill("SIGKILL"));

  const findUrl = () => /http:\/\/\S+/.exec(lab.output())?.[0] ?? "";
  const note = () => path.join(root, ".tumorlab", "open", `${lab.child.pid}.json`);

  async function isServing(url: string): Promise<boolean> {
    // The address with the token answers with the page, or leads to it and hands out a cookie.
    return fetch(url, { redirect: "manual" }).then(
      ({ status }) => status === 200 || status === 302,
      () => false,
    );
  }

  it("prints an address that works, notes that a lab is open, and ends in good order on Ctrl-C", async () => {
    const url = findUrl();
    assert.ok(await isServing(url));
    assert.ok(existsSync(note()));
    const spec = path.join(root, ".tumorlab/share/jupyter/kernels/tumorlab/kernel.json");
    assert.ok(existsSync(spec), "the kernel is registered inside the project");
    lab.child.kill("SIGINT");
    assert.equal(await lab.ended, 0, lab.output());
    assert.match(lab.output(), /Stopping/);
    assert.ok(!(await isServing(url)));
    assert.ok(!existsSync(note()));
  });

  it("leaves no server behind when it is killed outright", async function () {
    if (process.platform !== "linux") return this.skip();
    const url = findUrl();
    const children = readdirSync("/proc").filter((pid) => isChildOf(pid, lab.child.pid ?? 0));
    assert.ok(children.length >= 1, "the server");
    lab.child.kill("SIGKILL");
    await waitFor(() => children.every((pid) => !isAlive(Number(pid))), "the server to end");
    assert.ok(!(await isServing(url)));
  });
});

describe("npm start -- --help", () => {
  it("explains the options without opening anything", async () => {
    const run = startNode([bootstrapFile("run.mjs"), "start", "--help"]);
    assert.equal(await run.ended, 0);
    assert.match(run.output(), /--no-browser/);
    assert.doesNotMatch(run.output(), /http:/);
  });
});
