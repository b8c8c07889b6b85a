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
    assert.deepEqual((await lab.ask("GET", "/api/nbconvert")).json, {});
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
