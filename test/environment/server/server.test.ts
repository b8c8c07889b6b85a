import assert from "node:assert/strict";
import { once } from "node:events";
import { WebSocket } from "ws";
import { fakeSpec, openLab, type TestLab, until } from "./support/harness.js";
import { startServer } from "#environment/server/server.js";

describe("startServer", () => {
  let lab: TestLab;
  before(async () => {
    lab = await openLab({
      kernelSpecs: [fakeSpec("fake"), { ...fakeSpec("other"), resourceDir: __dirname }],
    });
  });
  after(() => lab.close());

  it("makes a token of 256 bits and an address that holds it", async () => {
    assert.equal(Buffer.from(lab.server.token, "base64url").length, 32);
    assert.equal(lab.server.url, `http://127.0.0.1:${lab.server.port}/lab?token=${lab.server.token}`);
    await assert.rejects(startServer({ root: lab.root, token: "short" }), /fewer than 8/);
    await assert.rejects(startServer({ root: lab.root, port: lab.server.port }), { code: "EADDRINUSE" });
    await assert.rejects(startServer({ root: `${lab.root}/none` }), { code: "ENOENT" });
  });
  it("tells who and what it is", async () => {
    assert.match((await lab.ask("GET", "/api")).json.version, /^2\./);
    const status = (await lab.ask("GET", "/api/status")).json;
    assert.deepEqual([status.kernels, status.connections], [0, 0]);
    assert.ok(Date.parse(status.started) <= Date.now());
    assert.equal((await lab.ask("GET", "/api/me")).json.identity.username, "reader");
    assert.deepEqual((await lab.ask("GET", "/api/terminals")).json, []);
    assert.deepEqual((await lab.ask("GET", "/lab/api/translations")).json.data.en.displayName, "English");
    assert.deepEqual((await lab.ask("GET", "/lab/api/translations/en")).json, { data: {}, message: "" });
    assert.equal((await lab.ask("DELETE", "/api/status")).status, 405);
    assert.equal((await lab.ask("GET", "/api/nothing")).status, 404);
  });
  it("lists kernelspecs with their resources", async () => {
    const { json } = await lab.ask("GET", "/api/kernelspecs");
    assert.equal(json.default, "fake");
    assert.deepEqual(Object.keys(json.kernelspecs), ["fake", "other"]);
    assert.equal(json.kernelspecs.fake.spec.interrupt_mode, "message");
    const resource = json.kernelspecs.other.resources["server.test"];
    assert.equal((await lab.ask("GET", resource)).status, 200);
    assert.equal((await lab.ask("GET", "/kernelspecs/other/..%2fx")).status, 404);
    assert.equal((await lab.ask("GET", "/kernelspecs/fake/logo.svg")).status, 404);
    assert.equal((await lab.ask("GET", "/api/kernelspecs/none")).status, 404);
    assert.equal((await lab.ask("GET", "/api/kernelspecs/other")).json.name, "other");
  });
  it("has the kernel's picture, an icon for browsers that come without a token, and a list of its addresses", async () => {
    const own = await openLab({ kernelSpecs: undefined });
    try {
      const { kernelspecs } = (await own.ask("GET", "/api/kernelspecs")).json;
      const picture = await own.ask("GET", kernelspecs.tumorlab.resources["logo-svg"]);
      assert.deepEqual([picture.status, /^<svg/.test(picture.text)], [200, true]);
      const icon = await fetch(`http://127.0.0.1:${own.server.port}/favicon.ico`);
      assert.deepEqual(
        [icon.status, icon.headers.get("content-type")],
        [200, "image/svg+xml; charset=utf-8"],
      );
      await icon.text();
      const built = JSON.stringify({ entry: "a.js", settings: "s.json", favicon: "assets/f.svg" });
      own.put("environment/lab/dist/lab.json", built);
      const there = await own.ask("GET", "/favicon.ico");
      assert.deepEqual([there.status, there.headers.get("location")], [302, "/static/lab/assets/f.svg"]);
      const spec = await own.ask("GET", "/api/spec.yaml");
      assert.deepEqual(
        [spec.status, spec.headers.get("content-type")],
        [200, "application/yaml; charset=utf-8"],
      );
      assert.match(
        spec.text,
        /^openapi: 3[^]*\n {2}"\/api\/contents\/\{path\}":\n {4}parameters:\n[^]* {4}patch:/,
      );
    } finally {
      await own.close();
    }
  });
  it("keeps what front ends put into config sections", async () => {
    const url = "/api/config/notebook";
    assert.deepEqual((await lab.ask("GET", url)).json, {});
    assert.equal((await lab.ask("PUT", url, { a: 1, b: { c: [1], d: 2 } })).status, 204);
    const patched = await lab.ask("PATCH", url, {
      a: null,
      b: { c: [2] },
      e: { f: { g: null, h: 1 } },
      i: 0,
    });
    const expected = { b: { c: [2], d: 2 }, e: { f: { h: 1 } }, i: 0 };
    assert.deepEqual([patched.status, patched.json], [200, expected]);
    assert.deepEqual((await lab.ask("GET", url)).json, expected);
    await Promise.all([1, 2, 3, 4].map((i) => lab.ask("PATCH", "/api/config/many", { [i]: i })));
    assert.deepEqual((await lab.ask("GET", "/api/config/many")).json, { 1: 1, 2: 2, 3: 3, 4: 4 });
    for (const name of ["..%2fx", "a.b", "%00"])
      assert.equal((await lab.ask("PUT", `/api/config/${name}`, {})).status, 404);
    assert.equal((await lab.ask("PATCH", url, [1])).status, 400);
  });
  it("passes events on to those who subscribed", async () => {
    const headers = { Authorization: `token ${lab.server.token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${lab.server.port}/api/events/subscribe`, { headers });
    await once(socket, "open");
    const event = { schema_id: "https://example.org/e", version: "1", data: { a: 1 } };
    const heard = once(socket, "message");
    assert.equal((await lab.ask("POST", "/api/events", event)).status, 204);
    const [data] = (await heard) as [Buffer];
    const { emission_time, ...rest } = JSON.parse(data.toString());
    assert.deepEqual(rest, { a: 1, schema_id: event.schema_id, schema_version: "1" });
    assert.ok(Date.parse(emission_time));
    assert.equal((await lab.ask("POST", "/api/events", {})).status, 400);
    for (const wrong of ["text", [1], 5, null])
      assert.equal((await lab.ask("POST", "/api/events", { ...event, data: wrong })).status, 400);
    socket.close();
  });
  it("ends when a page asks it to, with its connections", async () => {
    const other = await openLab();
    const headers = { Authorization: `token ${other.server.token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${other.server.port}/api/events/subscribe`, { headers });
    await once(socket, "open");
    const closed = once(socket, "close");
    assert.equal((await other.ask("POST", "/api/shutdown")).status, 200);
    assert.deepEqual((await closed)[0], 1001);
    await until("the port to be closed", () =>
      other.ask("GET", "/api").then(
        () => false,
        () => true,
      ),
    );
    await other.close();
  });
});
