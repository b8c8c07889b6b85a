import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HttpError } from "#environment/server/http/errors.js";
import { createRouter } from "#environment/server/http/router.js";
import { createContentsRoutes } from "#environment/site/page/contents.js";
import type { PageExchange, PageReply } from "#environment/site/page/exchange.js";
import { createKernelRoutes, type PageKernels } from "#environment/site/page/kernel-routes.js";
import { openPageNotary } from "#environment/site/page/notary.js";
import type { PageKernel } from "#environment/site/page/page-kernel.js";
import { createSettingsRoutes } from "#environment/site/page/settings.js";
import { createStatusRoutes } from "#environment/site/page/status.js";

/** As much of a kernel as sessions see of it. */
function fakeKernel(id: string, ended: string[]): PageKernel {
  const model = { id, name: "tumorlab", last_activity: "", execution_state: "idle", connections: 0 };
  const note = (what: string) => () => void ended.push(`${what} ${id}`);
  return {
    id,
    model,
    shutdown: note("shutdown"),
    interrupt: note("interrupt"),
    restart: note("restart"),
  } as unknown as PageKernel;
}

describe("the services of a page", () => {
  let root: string;
  const told: string[] = [];
  const kernels: PageKernels = new Map();
  let ask: (method: string, address: string, body?: object) => Promise<PageReply>;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-page-"));
    mkdirSync(join(root, "notebooks"));
    writeFileSync(join(root, "notebooks", "a.txt"), "one");
    writeFileSync(join(root, "notebooks", "bytes"), Uint8Array.of(255, 254, 1));
    const notary = await openPageNotary(join(root, ".tumorlab", "trusted"), (place) =>
      place.endsWith("ours.ipynb"),
    );
    let count = 0;
    const start = (path: string): PageKernel => {
      const kernel = fakeKernel(`k${++count}`, told);
      told.push(`start ${kernel.id} for ${path}`);
      return kernel;
    };
    const schemas = [{ id: "p:one", version: "1", schema: {} }];
    const router = createRouter<PageExchange>(
      createContentsRoutes(root, notary, "2026-01-01T00:00:00.000Z"),
      createKernelRoutes(kernels, start),
      createSettingsRoutes(
        join(root, ".tumorlab", "lab"),
        () => Promise.resolve(schemas),
        () => Promise.resolve({ bundles: {} }),
      ),
      createStatusRoutes(root, "2026-01-01T00:00:00.000Z"),
    );
    ask = async (method, address, body = {}) => {
      const { pathname, searchParams } = new URL(address, "http://page");
      const found = router.find(method, pathname);
      assert.ok(found, address);
      const { handler, params, rest } = found;
      return (
        (await handler({ query: searchParams, params, rest, body: body as Record<string, unknown> })) ?? {}
      );
    };
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const get = async (address: string): Promise<Record<string, unknown>> =>
    (await ask("GET", address)).json as Record<string, unknown>;
  const fails = (work: Promise<unknown>, status: number): Promise<void> =>
    assert.rejects(work, (error) => error instanceof HttpError && error.status === status);

  it("list, read, write, rename, copy and remove files", async () => {
    const listed = (await get("/api/contents/notebooks")).content as { name: string; type: string }[];
    assert.deepEqual(
      listed.map(({ name, type }) => [name, type]),
      [
        ["a.txt", "file"],
        ["bytes", "file"],
      ],
    );
    assert.equal((await get("/api/contents/notebooks/a.txt")).content, "one");
    assert.equal((await get("/api/contents/notebooks/bytes")).content, "//4B");
    const hashed = await get("/api/contents/notebooks/a.txt?content=0&hash=1");
    assert.deepEqual([hashed.content, String(hashed.hash).slice(0, 8)], [null, "7692c3ad"]);
    const saved = await ask("PUT", "/api/contents/notebooks/b.txt", {
      type: "file",
      format: "text",
      content: "two",
    });
    assert.equal(saved.status, 201);
    await ask("PUT", "/api/contents/up", { type: "file", format: "base64", content: "AQ==", chunk: 1 });
    await ask("PUT", "/api/contents/up", { type: "file", format: "base64", content: "Ag==", chunk: -1 });
    assert.deepEqual([...readFileSync(join(root, "up"))], [1, 2]);
    const made = (await ask("POST", "/api/contents/notebooks", { ext: ".txt" })).json as { path: string };
    assert.equal(made.path, "notebooks/untitled.txt");
    await ask("POST", "/api/contents/notebooks", { type: "directory" });
    const copied = (await ask("POST", "/api/contents/notebooks", { copy_from: "notebooks/b.txt" })).json;
    assert.equal((copied as { path: string }).path, "notebooks/b-Copy1.txt");
    await ask("PATCH", "/api/contents/notebooks/b.txt", { path: "notebooks/c.txt" });
    await fails(ask("PATCH", "/api/contents/notebooks/c.txt", { path: "notebooks/a.txt" }), 409);
    await fails(ask("GET", "/api/contents/notebooks/b.txt"), 404);
    await fails(ask("GET", "/api/contents/notebooks?type=file"), 400);
    await fails(ask("GET", "/api/contents/.tumorlab/trusted"), 404);
    await fails(ask("GET", "/api/contents/..%2Fup"), 400);
    await ask("DELETE", "/api/contents/notebooks/c.txt");
    await fails(ask("DELETE", "/api/contents/notebooks/c.txt"), 404);
  });

  it("give files away, and say what is absent", async () => {
    const { bytes, headers } = await ask("GET", "/files/notebooks/a.txt");
    assert.deepEqual([Buffer.from(bytes!).toString(), headers!["content-type"]], ["one", "text/plain"]);
    await fails(ask("GET", "/files/none"), 404);
    const absent = await ask("GET", "/files/none?optional=1");
    assert.equal(absent.status, 204);
    assert.match(decodeURIComponent(absent.headers!["Tumorlab-Absent"]), /no such file/);
  });

  it("trust what ran here and what the site ships, and nothing that says so of itself", async () => {
    const cell = { cell_type: "code", id: "x", source: "1", outputs: [], execution_count: 1 };
    const notebook = (trusted: boolean) => ({
      cells: [{ ...cell, metadata: { trusted } }],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    });
    const trustOf = async (name: string): Promise<unknown> => {
      const { content } = await get(`/api/contents/${name}`);
      return (content as ReturnType<typeof notebook>).cells[0].metadata.trusted;
    };
    writeFileSync(join(root, "foreign.ipynb"), JSON.stringify(notebook(true)));
    writeFileSync(join(root, "ours.ipynb"), JSON.stringify(notebook(false)));
    assert.deepEqual([await trustOf("foreign.ipynb"), await trustOf("ours.ipynb")], [false, true]);
    await ask("PUT", "/api/contents/ran.ipynb", {
      type: "notebook",
      format: "json",
      content: notebook(true),
    });
    assert.equal(await trustOf("ran.ipynb"), true);
    assert.match(readFileSync(join(root, "ran.ipynb"), "utf8"), /^(?![^]*trusted)/);
    await ask("POST", "/api/contents/foreign.ipynb/trust");
    assert.equal(await trustOf("foreign.ipynb"), true);
    await fails(ask("PUT", "/api/contents/bad.ipynb", { type: "notebook", content: { cells: 1 } }), 400);
  });

  it("keep a checkpoint of a file", async () => {
    assert.deepEqual((await ask("GET", "/api/contents/notebooks/a.txt/checkpoints")).json, []);
    await ask("POST", "/api/contents/notebooks/a.txt/checkpoints");
    writeFileSync(join(root, "notebooks", "a.txt"), "changed");
    await ask("POST", "/api/contents/notebooks/a.txt/checkpoints/0");
    assert.equal(readFileSync(join(root, "notebooks", "a.txt"), "utf8"), "one");
    assert.equal(
      ((await ask("GET", "/api/contents/notebooks/a.txt/checkpoints")).json as object[]).length,
      1,
    );
    await ask("DELETE", "/api/contents/notebooks/a.txt/checkpoints/0");
    assert.deepEqual((await ask("GET", "/api/contents/notebooks/a.txt/checkpoints")).json, []);
  });

  it("start, share, interrupt and end kernels by sessions", async () => {
    told.length = 0;
    const open = (path: string) => ask("POST", "/api/sessions", { path, type: "notebook", name: path });
    const first = (await open("notebooks/x.ipynb")).json as { id: string; kernel: { id: string } };
    const again = (await open("notebooks/x.ipynb")).json as { id: string };
    assert.equal(again.id, first.id);
    assert.deepEqual(told, ["start k1 for notebooks/x.ipynb"]);
    await ask("POST", "/api/kernels/k1/interrupt");
    await ask("POST", "/api/kernels/k1/restart");
    await ask("PATCH", `/api/sessions/${first.id}`, { path: "y.ipynb", kernel: { name: "tumorlab" } });
    assert.deepEqual(told.slice(1), ["interrupt k1", "restart k1", "start k2 for y.ipynb", "shutdown k1"]);
    assert.equal(((await ask("GET", "/api/kernels")).json as object[]).length, 1);
    await ask("DELETE", `/api/sessions/${first.id}`);
    assert.equal(told.at(-1), "shutdown k2");
    assert.deepEqual((await ask("GET", "/api/sessions")).json, []);
    await fails(ask("GET", "/api/kernels/k2"), 404);
    const bare = (await ask("POST", "/api/kernels")).json as { id: string };
    await ask("DELETE", `/api/kernels/${bare.id}`);
  });

  it("keep settings, layouts and what front ends like", async () => {
    assert.deepEqual(((await get("/lab/api/settings?ids_only=true")).settings as object[])[0], {
      id: "p:one",
    });
    await ask("PUT", "/lab/api/settings/p%3Aone", { raw: "{ // mine\n a: 1 }" });
    assert.deepEqual((await get("/lab/api/settings/p%3Aone")).settings, { a: 1 });
    await fails(ask("GET", "/lab/api/settings/none"), 404);
    await ask("PUT", "/lab/api/workspaces/default", { data: { a: 1 }, metadata: { id: "default" } });
    assert.deepEqual((await get("/lab/api/workspaces/default")).data, { a: 1 });
    assert.deepEqual(((await get("/lab/api/workspaces")).workspaces as { ids: string[] }).ids, ["default"]);
    await ask("DELETE", "/lab/api/workspaces/default");
    assert.deepEqual((await get("/lab/api/workspaces/default")).data, {});
    await ask("PATCH", "/api/config/x", { a: 1 });
    await ask("PATCH", "/api/config/x", { b: 2 });
    assert.deepEqual(await get("/api/config/x"), { a: 1, b: 2 });
    assert.deepEqual((await get("/api/resolvePath?path=./notebooks/a.txt")).unresolved, []);
    assert.deepEqual((await get("/api/resolvePath?path=/x")).resolved, []);
    assert.equal((await get("/api/kernelspecs")).default, "tumorlab");
  });
});
