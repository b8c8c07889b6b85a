import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { openChannel, startKernel, textOf } from "../support/channel.js";
import { fakeSpec, openLab, patienceMs, type TestLab, until } from "../support/harness.js";

describe("/api/sessions", function () {
  this.timeout(patienceMs);
  let lab: TestLab;
  beforeEach(async () => {
    lab = await openLab({ kernelSpecs: [fakeSpec(), fakeSpec("other")] });
  });
  afterEach(() => lab.close());
  const open = (path: string, more: object = {}) =>
    lab.ask("POST", "/api/sessions", {
      path,
      name: path,
      type: "notebook",
      kernel: { name: "fake" },
      ...more,
    });
  const put = (path: string, metadata: object) =>
    lab.put(path, JSON.stringify({ cells: [], metadata, nbformat: 4, nbformat_minor: 5 }));
  const kernelIds = async () =>
    (await lab.ask("GET", "/api/kernels")).json.map(({ id }: { id: string }) => id);

  it("gives each document a kernel of its own, and the same one when asked again", async () => {
    const [a, b] = [await open("notebooks/a.ipynb"), await open("notebooks/b.ipynb")];
    assert.deepEqual([a.status, b.status], [201, 201]);
    assert.notEqual(a.json.kernel.id, b.json.kernel.id);
    assert.deepEqual(
      [a.json.path, a.json.type, a.json.notebook.path],
      ["notebooks/a.ipynb", "notebook", "notebooks/a.ipynb"],
    );
    const again = await open("notebooks/a.ipynb");
    assert.deepEqual([again.status, again.json.id], [201, a.json.id]);
    assert.equal((await lab.ask("GET", "/api/sessions")).json.length, 2);
    assert.equal((await lab.ask("GET", `/api/sessions/${a.json.id}`)).json.path, "notebooks/a.ipynb");
  });
  it("gives two requests at the same moment one session", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => open("notebooks/a.ipynb")));
    assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1);
    assert.equal((await kernelIds()).length, 1);
  });
  it("runs the kernel in the document's folder, also before the document is saved", async () => {
    for (const [path, folder] of [
      ["notebooks/a.ipynb", "notebooks"],
      ["notebooks/not/yet/a.ipynb", "notebooks"],
      ["a.ipynb", ""],
    ]) {
      const { json } = await open(path);
      const channel = await openChannel(lab, json.kernel.id, "one");
      const { cwd } = JSON.parse(textOf(await channel.run("where"))) as { cwd: string };
      assert.equal(cwd, join(lab.root, folder));
      await channel.close();
    }
  });
  it("follows a document to its new name", async () => {
    const { json } = await open("notebooks/a.ipynb");
    const changed = await lab.ask("PATCH", `/api/sessions/${json.id}`, {
      path: "notebooks/b.ipynb",
      name: "b.ipynb",
    });
    assert.deepEqual(
      [changed.status, changed.json.path, changed.json.kernel.id],
      [200, "notebooks/b.ipynb", json.kernel.id],
    );
    assert.notEqual((await open("notebooks/a.ipynb")).json.id, json.id);
  });
  it("changes to another kernel and ends the old one, unless it is shared", async () => {
    const { json } = await open("notebooks/a.ipynb");
    const old = json.kernel.id;
    const changed = await lab.ask("PATCH", `/api/sessions/${json.id}`, { kernel: { name: "other" } });
    assert.equal(changed.json.kernel.name, "other");
    assert.deepEqual(await kernelIds(), [changed.json.kernel.id]);

    const console_ = await open("console-1", { type: "console", kernel: { id: changed.json.kernel.id } });
    assert.equal(console_.json.kernel.id, changed.json.kernel.id);
    const third = await startKernel(lab);
    await lab.ask("PATCH", `/api/sessions/${json.id}`, { kernel: { id: third } });
    assert.deepEqual((await kernelIds()).sort(), [changed.json.kernel.id, third].sort());
    assert.ok(!(await kernelIds()).includes(old));
  });
  it("ends with its kernel, and a kernel's end ends its sessions", async () => {
    const [a, b] = [(await open("notebooks/a.ipynb")).json, (await open("notebooks/b.ipynb")).json];
    assert.equal((await lab.ask("DELETE", `/api/sessions/${a.id}`)).status, 204);
    assert.deepEqual(await kernelIds(), [b.kernel.id]);
    assert.equal((await lab.ask("DELETE", `/api/sessions/${a.id}`)).status, 404);
    await lab.ask("DELETE", `/api/kernels/${b.kernel.id}`);
    assert.deepEqual((await lab.ask("GET", "/api/sessions")).json, []);
  });
  it("gives a document whose kernel is dead a new one", async () => {
    const { json } = await open("notebooks/a.ipynb");
    const channel = await openChannel(lab, json.kernel.id, "one");
    const closed = once(channel.socket, "close");
    for (let death = 1; death <= 5; death++) {
      channel.send("execute_request", { code: "exit 1" });
      await until(
        `death ${death}`,
        () => channel.heard.filter((m) => m.header.msg_type === "error").length === death,
      );
    }
    await closed;
    const again = (await open("notebooks/a.ipynb")).json;
    assert.equal(again.id, json.id);
    assert.notEqual(again.kernel.id, json.kernel.id);
    assert.deepEqual(await kernelIds(), [again.kernel.id]);
  });
  it("takes the kernel that a notebook names where the request names none", async () => {
    put("notebooks/other.ipynb", { kernelspec: { name: "other" } });
    put("notebooks/ours.ipynb", { kernelspec: { name: "tumorlab" } });
    put("notebooks/plain.ipynb", {});
    lab.put("notebooks/broken.ipynb", "{");
    const taken = async (name: string) => (await open(`notebooks/${name}`, { kernel: {} })).json.kernel.name;
    assert.equal(await taken("other.ipynb"), "other");
    for (const name of ["ours.ipynb", "plain.ipynb", "broken.ipynb", "unsaved.ipynb"])
      assert.equal(await taken(name), "fake", name);
  });
  it("starts no kernel for a notebook of another one, unless the request names it", async () => {
    put("notebooks/python.ipynb", { kernelspec: { name: "python3", language: "python" } });
    put("notebooks/julia.ipynb", { language_info: { name: "julia" } });
    const refused = await open("notebooks/python.ipynb", { kernel: undefined });
    assert.equal(refused.status, 501);
    assert.equal(
      refused.json.message,
      'notebooks/python.ipynb is a notebook for the kernel "python3", which is not available here. Run it where that is, or, if its cells are TypeScript, name the kernel to take: "fake", "other".',
    );
    const { message } = (await open("notebooks/julia.ipynb", { kernel: {} })).json;
    assert.match(message, /is a notebook for the language "julia", /);
    assert.deepEqual(await kernelIds(), []);
    assert.equal((await open("notebooks/python.ipynb")).json.kernel.name, "fake");
  });
  it("refuses what is no session", async () => {
    assert.equal((await lab.ask("POST", "/api/sessions", { name: "x" })).status, 400);
    assert.equal((await open("../x.ipynb")).status, 400);
    assert.equal((await open(".git/x.ipynb")).status, 404);
    assert.equal((await open("x.ipynb", { kernel: { name: "python3" } })).status, 501);
    assert.equal((await open("x.ipynb", { kernel: { id: "none" } })).status, 404);
    assert.equal((await open("x.ipynb", { kernel: "fake" })).status, 400);
    assert.equal((await lab.ask("GET", "/api/sessions/none")).status, 404);
    assert.equal((await lab.ask("PATCH", "/api/sessions/none", {})).status, 404);
    assert.deepEqual((await lab.ask("GET", "/api/sessions")).json, []);
  });
});
