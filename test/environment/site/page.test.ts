import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileChange } from "tumorlab/internal/platform/browser/page";
import { root } from "../../notebooks/read-notebooks.js";
import { parseSiteOptions } from "#environment/site/options.js";
import type { PrivateFolder } from "#environment/site/page/browser.js";
import { openKeptFiles } from "#environment/site/page/kept-files.js";
import type { KernelMessage, PageKernel } from "#environment/site/page/page-kernel.js";
import { createPageSocket } from "#environment/site/page/page-socket.js";
import { runSite } from "#environment/site/run-site.js";
import { createSiteServer } from "#environment/site/serve-site.js";

/** The origin-private file system, in memory. */
function createFolder(failOn?: string): PrivateFolder {
  const inside = new Map<string, PrivateFolder | { kind: "file"; content: Blob }>();
  const file = (name: string) => ({
    kind: "file" as const,
    getFile: () => {
      const { content } = inside.get(name) as { content: Blob };
      return Promise.resolve(Object.assign(content, { lastModified: 7 }));
    },
    createWritable: () => {
      if (name === failOn) return Promise.reject(new Error("QuotaExceededError"));
      const parts: unknown[] = [];
      return Promise.resolve({
        write: (data: unknown) => Promise.resolve(void parts.push(data)),
        close: () =>
          Promise.resolve(void inside.set(name, { kind: "file", content: new Blob(parts as Blob[]) })),
      });
    },
  });
  return {
    kind: "directory",
    getDirectoryHandle: (name, options) => {
      const found = inside.get(name);
      if (found?.kind === "directory") return Promise.resolve(found);
      if (!options?.create) return Promise.reject(new Error("NotFoundError"));
      const made = createFolder(failOn);
      inside.set(name, made);
      return Promise.resolve(made);
    },
    getFileHandle: (name, options) =>
      inside.has(name) || options?.create
        ? Promise.resolve(file(name))
        : Promise.reject(new Error("NotFoundError")),
    removeEntry: (name) => Promise.resolve(void inside.delete(name)),
    async *entries() {
      for (const [name, each] of inside) {
        await Promise.resolve();
        yield [name, each.kind === "directory" ? each : file(name)];
      }
    },
  };
}

describe("what a page keeps", () => {
  const fileAt = (path: string, text: string): FileChange => ({
    kind: "file",
    path,
    content: new TextEncoder().encode(text),
    mtimeMs: 1,
  });

  it("is there at the next visit, with what was removed", async () => {
    const folder = createFolder();
    const kept = await openKeptFiles(folder, assert.ifError);
    assert.deepEqual(kept.changes, []);
    kept.keep(fileAt("/t/a", "1"));
    kept.keep(fileAt("/t/a", "2"));
    kept.keep({ kind: "folder", path: "/t/empty" });
    kept.keep(fileAt("/t/b", "3"));
    kept.keep({ kind: "gone", path: "/t/b" });
    kept.keep({ kind: "gone", path: "/t/shipped" });
    await kept.settled();
    const { changes } = await openKeptFiles(folder, assert.ifError);
    const told = await Promise.all(
      changes.map(async (change) =>
        change.kind === "file"
          ? `${change.path} ${await (change.content as Blob).text()}`
          : `${change.kind} ${change.path}`,
      ),
    );
    assert.deepEqual(told, ["gone /t/b", "gone /t/shipped", "/t/a 2", "folder /t/empty"]);
    const again = await openKeptFiles(folder, assert.ifError);
    again.keep(fileAt("/t/b", "back"));
    await again.settled();
    const last = await openKeptFiles(folder, assert.ifError);
    assert.ok(!last.changes.some(({ kind, path }) => kind === "gone" && path === "/t/b"));
  });

  it("says what could not be kept, and keeps the rest", async () => {
    const failed: string[] = [];
    const folder = createFolder("full");
    const kept = await openKeptFiles(folder, (_error, path) => failed.push(path));
    kept.keep(fileAt("/t/full", "1"));
    kept.keep(fileAt("/t/other", "1"));
    await kept.settled();
    assert.deepEqual(failed, ["/t/full"]);
    assert.equal((await openKeptFiles(folder, assert.ifError)).changes.length, 1);
  });
});

describe("a socket of a page", () => {
  it("carries messages with their buffers, both ways", async () => {
    const sent: [string, unknown][] = [];
    const listeners = new Set<(message: KernelMessage) => void>();
    const kernel = { listeners, send: (channel: string, message: unknown) => sent.push([channel, message]) };
    const Socket = createPageSocket(new Map([["k", kernel as unknown as PageKernel]]));
    const socket = new Socket("ws://page/api/kernels/k/channels?session_id=1") as WebSocket;
    await new Promise((resolve) => (socket.onopen = resolve));
    const heard: unknown[] = [];
    socket.onmessage = ({ data }) => heard.push(data);
    const parts = ['{"msg_id":"1","msg_type":"x"}', "{}", "{}", '{"a":1}'];
    for (const listener of listeners) listener({ channel: "iopub", parts, buffers: [] });
    const text = heard[0] as string;
    assert.deepEqual(JSON.parse(text).content, { a: 1 });
    for (const listener of listeners)
      listener({ channel: "iopub", parts, buffers: [Uint8Array.of(1, 2, 3)] });
    socket.send(text);
    socket.send(heard[1] as ArrayBuffer);
    const [, [channel, message]] = sent as [unknown, [string, { header: object; buffers: Uint8Array[] }]];
    assert.equal(channel, "iopub");
    assert.deepEqual(message.header, { msg_id: "1", msg_type: "x" });
    assert.deepEqual([...message.buffers[0]], [1, 2, 3]);
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.close();
    await closed;
    assert.deepEqual([listeners.size, socket.readyState], [0, 3]);
    const lost = new Socket("ws://page/api/kernels/none/channels") as WebSocket;
    assert.equal(await new Promise((resolve) => (lost.onclose = ({ code }) => resolve(code))), 1006);
  });
});

describe("npm run site", () => {
  it("says what is wrong with its call, and leaves folders alone that hold something else", async () => {
    assert.equal(parseSiteOptions(["--base", "/x/"]).base, "/x/");
    assert.throws(() => parseSiteOptions(["--base", "x"]), /--base: found "x", expected a path/);
    assert.throws(() => parseSiteOptions(["--port", "high"]), /--port/);
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-site-"));
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const context = { root: folder, cwd: folder, out: say, err: say };
    try {
      assert.equal(await runSite(["--help"], context), 0);
      assert.equal(await runSite(["--colour"], context), 2);
      mkdirSync(join(folder, "mine"));
      writeFileSync(join(folder, "mine", "thesis.txt"), "");
      assert.equal(await runSite(["--out", "mine"], context), 1);
      assert.match(said.at(-1)!, /holds something that is no built site/);
      await assert.rejects(
        runSite(["--out", "mine/thesis.txt"], context),
        /thesis\.txt: found "a file where its folder would be"/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("ends with the exit code of its call, also under the program that starts it", async () => {
    const ended = async (...args: string[]): Promise<unknown> => {
      const child = spawn(
        process.execPath,
        [
          "--require",
          join(root, "environment/bootstrap/die-with-parent.cjs"),
          join(root, "environment/dist/site/main.js"),
          ...args,
        ],
        { stdio: ["ignore", "ignore", "ignore", "ipc"] },
      );
      return (await once(child, "exit"))[0];
    };
    assert.deepEqual(await Promise.all([ended("--help"), ended("--colour")]), [0, 2]);
  });

  it("serves the site with what isolates it, and leads addresses of documents to their page", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-site-"));
    writeFileSync(join(folder, "index.html"), "<title>x</title>");
    writeFileSync(join(folder, "a.bin"), "12345");
    const server = createSiteServer(folder);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const page = await fetch(`${origin}/`);
      assert.equal(await page.text(), "<title>x</title>");
      assert.equal(page.headers.get("cross-origin-embedder-policy"), "require-corp");
      assert.equal(await (await fetch(`${origin}/a.bin`)).text(), "12345");
      const led = await fetch(`${origin}/lab/tree/notebooks/x.ipynb`, { redirect: "manual" });
      assert.deepEqual([led.status, led.headers.get("location")], [302, "/?path=notebooks%2Fx.ipynb"]);
      for (const path of ["/none", "/%2e%2e/%2e%2e/etc/passwd"])
        assert.equal((await fetch(origin + path)).status, 404, path);
      assert.equal((await fetch(`${origin}/`, { method: "POST" })).status, 405);
    } finally {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
