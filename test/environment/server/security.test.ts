import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { openChannel, startKernel, textOf } from "./support/channel.js";
import { openLab, rawRequest, type TestLab } from "./support/harness.js";

describe("security", () => {
  let lab: TestLab;
  let host: string;
  before(async () => {
    lab = await openLab();
    lab.put("a.txt", "a");
    host = `127.0.0.1:${lab.server.port}`;
  });
  after(() => lab.close());

  const guarded: [string, string][] = [
    ["GET", "/api"],
    ["GET", "/api/status"],
    ["GET", "/api/me"],
    ["GET", "/api/contents"],
    ["GET", "/api/contents/a.txt"],
    ["PUT", "/api/contents/a.txt"],
    ["POST", "/api/contents"],
    ["PATCH", "/api/contents/a.txt"],
    ["DELETE", "/api/contents/a.txt"],
    ["GET", "/api/contents/a.txt/checkpoints"],
    ["GET", "/files/a.txt"],
    ["HEAD", "/files/a.txt"],
    ["GET", "/api/kernelspecs"],
    ["GET", "/kernelspecs/fake/logo.svg"],
    ["GET", "/api/kernels"],
    ["POST", "/api/kernels"],
    ["GET", "/api/sessions"],
    ["POST", "/api/sessions"],
    ["GET", "/api/terminals"],
    ["GET", "/api/nbconvert"],
    ["POST", "/api/events"],
    ["POST", "/api/shutdown"],
    ["GET", "/lab/api/settings"],
    ["PUT", "/lab/api/settings/x"],
    ["GET", "/lab/api/workspaces"],
    ["GET", "/lab/api/translations"],
    ["GET", "/lab/api/scan/about/a.txt"],
    ["GET", "/lab/api/scan/plane/axial/0/a.txt"],
    ["GET", "/lab/api/scan/measure/a.txt"],
    ["GET", "/lab/api/scan/overlays/a.txt"],
    ["GET", "/nowhere"],
  ];

  it("is asked of every address but the front end's files", async () => {
    for (const [method, path] of guarded)
      for (const [query, headers] of [
        ["", {}],
        ["?token=wrong", {}],
        ["", { Authorization: "token wrong" }],
        ["", { Cookie: `tumorlab-${lab.server.port}=wrong` }],
      ] as [string, Record<string, string>][]) {
        const { status } = await rawRequest(lab.server.port, method, path + query, {
          Host: host,
          ...headers,
        });
        assert.equal(status, 403, `${method} ${path}${query}`);
      }
    assert.equal((await lab.ask("GET", "/api/contents/a.txt")).json.content, "a");
  });

  it("refuses a request that names two hosts, and a WebSocket that does", async () => {
    const auth = `Authorization: token ${lab.server.token}\r\nConnection: close\r\n`;
    for (const extra of ["", "Upgrade: websocket\r\nConnection: Upgrade\r\n"])
      for (const hosts of [
        [host, "evil.example"],
        [host, host],
        ["evil.example", host],
      ]) {
        const socket = connect(lab.server.port, "127.0.0.1");
        const names = hosts.map((name, i) => `${i ? "hOST" : "Host"}: ${name}\r\n`).join("");
        socket.write(`GET /api HTTP/1.1\r\n${names}${auth}${extra}\r\n`);
        const [data] = (await once(socket, "data")) as [Buffer];
        assert.match(data.toString(), /^HTTP\/1\.1 400 /, names);
        socket.destroy();
      }
  });

  it("refuses names that were made to point here", async () => {
    const headers = { Host: "evil.example", Authorization: `token ${lab.server.token}` };
    for (const path of ["/api", "/lab", "/static/lab/lab.json"])
      assert.equal((await rawRequest(lab.server.port, "GET", path, headers)).status, 403, path);
  });

  describe("with a browser's cookie", () => {
    let cookie: string;
    before(async () => {
      const { headers } = await rawRequest(lab.server.port, "GET", `/lab?token=${lab.server.token}`, {
        Host: host,
      });
      [cookie] = String(headers["set-cookie"]).split(";");
    });
    const ask = async (method: string, path: string, headers: Record<string, string>, body = "{}") =>
      (await rawRequest(lab.server.port, method, path, { Host: host, Cookie: cookie, ...headers }, body))
        .status;

    it("lets our page in", async () => {
      assert.equal(await ask("GET", "/api", {}, ""), 200);
      assert.equal(
        await ask("POST", "/api/contents", { Origin: `http://${host}`, "Content-Type": "application/json" }),
        201,
      );
    });
    it("keeps other pages out", async () => {
      const others: Record<string, string>[] = [
        { Origin: "http://evil.example" },
        { Origin: "http://127.0.0.1:1" },
        { Origin: "null" },
        { "Sec-Fetch-Site": "cross-site", "Content-Type": "application/json" },
        { "Sec-Fetch-Site": "same-site" },
        { "Content-Type": "text/plain" },
        { "Content-Type": "application/x-www-form-urlencoded" },
        {},
      ];
      for (const headers of others)
        assert.equal(await ask("POST", "/api/contents", headers), 403, JSON.stringify(headers));
      assert.equal(await ask("POST", "/api/shutdown", { Origin: "http://evil.example" }), 403);
      assert.equal(await ask("GET", "/files/a.txt", { "Sec-Fetch-Site": "cross-site" }, ""), 403);
    });
    it("says to browsers that nobody else may embed or read", async () => {
      const { headers } = await rawRequest(lab.server.port, "GET", "/api", { Host: host, Cookie: cookie });
      assert.equal(headers["access-control-allow-origin"], undefined);
      assert.equal(headers["cross-origin-resource-policy"], "same-origin");
      assert.equal(headers["x-frame-options"], "SAMEORIGIN");
      assert.equal(headers["cache-control"], "no-store");
    });
  });

  describe("WebSockets", () => {
    let id: string;
    before(async () => {
      id = await startKernel(lab);
    });
    /** The status a WebSocket is refused with, or 101. */
    async function knock(path: string, headers: Record<string, string>): Promise<number> {
      const socket = new WebSocket(`ws://${host}${path}`, { headers });
      return await new Promise((resolve, reject) => {
        socket.on("open", () => {
          socket.close();
          resolve(101);
        });
        socket.on("unexpected-response", (_, response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        socket.on("error", (error) => reject(error));
      });
    }
    const token = () => ({ Authorization: `token ${lab.server.token}` });

    it("need the token, our origin and something to connect to", async () => {
      for (const path of [`/api/kernels/${id}/channels`, "/api/events/subscribe"]) {
        assert.equal(await knock(path, token()), 101);
        assert.equal(await knock(`${path}?token=${lab.server.token}`, { Origin: `http://${host}` }), 101);
        assert.equal(await knock(path, {}), 403);
        assert.equal(await knock(`${path}?token=wrong`, {}), 403);
        assert.equal(await knock(path, { ...token(), Origin: "http://evil.example" }), 403);
        assert.equal(await knock(path, { ...token(), Origin: "null" }), 403);
        assert.equal(await knock(path, { ...token(), Host: "evil.example" }), 403);
      }
      assert.equal(await knock("/api/kernels/none/channels", token()), 404);
      assert.equal(await knock("/api/contents", token()), 404);
    });
    it("go on beside one that sends nonsense while the kernel starts, and the kernel's end is noticed", async function () {
      this.timeout(60_000);
      const fresh = await startKernel(lab);
      const good = await openChannel(lab, fresh, "good");
      const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
      const header = (more: string) => `{"header":{"msg_id":"1","msg_type":"execute_request"${more}}`;
      const nonsense = [
        `${header("")},"content":{"code":${deep}}}`,
        `${header("")},"content":null,"metadata":[]}`,
        `${header(',"session":{}')},"content":{}}`,
        `${header(',"date":7')},"channel":"__proto__"}`,
        `${header("")},"channel":"iopub","content":{}}`,
        "null",
        "[]",
      ];
      await Promise.all(
        nonsense.map(async (text) => {
          const bad = new WebSocket(`ws://${host}/api/kernels/${fresh}/channels`, { headers: token() });
          await once(bad, "open");
          bad.send(text);
          bad.close();
          await once(bad, "close");
        }),
      );
      assert.equal(textOf(await good.run("print still here")), "still here");
      good.send("execute_request", { code: "kill" });
      await good.next((m) => m.content.ename === "KernelDied");
      await good.close();
    });
    it("end when they carry what is no kernel message, and the server goes on", async () => {
      for (const [protocol, data] of [
        [[], "no JSON"],
        [[], Buffer.from([0, 0])],
        [["v1.kernel.websocket.jupyter.org"], Buffer.from([9, 9, 9])],
        [["v1.kernel.websocket.jupyter.org"], Buffer.alloc(64, 255)],
      ] as [string[], string | Buffer][]) {
        const socket = new WebSocket(`ws://${host}/api/kernels/${id}/channels`, protocol, {
          headers: token(),
        });
        await once(socket, "open");
        socket.send(data);
        const [code] = (await once(socket, "close")) as [number];
        assert.equal(code, 1007);
      }
      assert.equal((await lab.ask("GET", "/api")).status, 200);
    });
  });

  describe("bounds", () => {
    it("refuses a body that says it is too long, before it comes, and one that grows too long", async () => {
      const headers = {
        Host: host,
        Authorization: `token ${lab.server.token}`,
        "Content-Type": "application/json",
      };
      const large = Buffer.alloc(5 * 2 ** 20, 32);
      const announced = await rawRequest(lab.server.port, "POST", "/api/sessions", headers, large);
      assert.equal(announced.status, 413);
      assert.match(
        JSON.parse(announced.body.toString()).message,
        /5\.0 MB; the server takes at most 4\.0 MB/,
      );
      const chunked = await rawRequest(
        lab.server.port,
        "POST",
        "/api/sessions",
        { ...headers, "Transfer-Encoding": "chunked" },
        large,
      );
      assert.equal(chunked.status, 413);
    });
    it("answers a sender that never sends what it announced, and lets it go", async () => {
      const request = httpRequest({
        port: lab.server.port,
        method: "POST",
        path: "/api/sessions",
        headers: {
          Host: host,
          Authorization: `token ${lab.server.token}`,
          "Content-Length": String(2 ** 40),
        },
      });
      request.on("error", () => {});
      request.flushHeaders();
      const [response] = (await once(request, "response")) as [{ statusCode: number }];
      assert.equal(response.statusCode, 413);
      request.destroy();
    });
    it("answers what is not JSON or not an object with 400", async () => {
      const headers = {
        Host: host,
        Authorization: `token ${lab.server.token}`,
        "Content-Type": "application/json",
      };
      for (const body of ["{", "[]", "5", '"x"'])
        assert.equal(
          (await rawRequest(lab.server.port, "POST", "/api/sessions", headers, body)).status,
          400,
          body,
        );
    });
    it("survives what is no HTTP", async () => {
      const socket = connect(lab.server.port, "127.0.0.1");
      await once(socket, "connect");
      socket.end("\u0000\u0001 nonsense\r\n\r\n");
      await once(socket.resume(), "close");
      assert.equal((await lab.ask("GET", "/api")).status, 200);
    });
    it("names no place on this machine in its answers", async () => {
      for (const path of ["/api/contents/none", "/files/none", "/api/contents/notebooks?type=file"])
        assert.ok(!(await lab.ask("GET", path)).text.includes(lab.root), path);
    });
  });
});
