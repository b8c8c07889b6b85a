import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { checkHost, checkOrigin, isLoopback } from "#environment/server/http/origin.js";

const request = (method: string, headers: Record<string, string>) =>
  ({ method, rawHeaders: [], headers: { host: "127.0.0.1:8888", ...headers } }) as unknown as IncomingMessage;

describe("isLoopback", () => {
  it("knows the addresses of this computer alone", () => {
    for (const host of ["localhost", "127.0.0.1", "127.8.8.8", "::1"]) assert.ok(isLoopback(host), host);
    for (const host of ["0.0.0.0", "::", "192.168.0.1", "127.0.0.1.example.org", "localhost.example.org"])
      assert.ok(!isLoopback(host), host);
  });
});

describe("checkHost", () => {
  const check = (host: string, bound = "127.0.0.1") => checkHost(request("GET", { host }), bound);
  it("answers to loopback names on any port", () => {
    for (const host of ["localhost:1", "127.0.0.1", "LOCALHOST:8888", "[::1]:9"]) check(host);
  });
  it("refuses names that could have been made to point here", () => {
    for (const host of [
      "evil.example:8888",
      "127.0.0.1.evil.example",
      "localhost@evil.example",
      "evil.example#127.0.0.1",
      "",
    ])
      assert.throws(() => check(host), { status: 403 }, host);
  });
  it("takes any name when bound to the network", () => {
    check("lab.example.org:8888", "0.0.0.0");
  });
});

describe("checkOrigin", () => {
  const own = "http://127.0.0.1:8888";
  const refused = (...args: Parameters<typeof checkOrigin>) =>
    assert.throws(() => checkOrigin(...args), { status: 403 });

  it("refuses changes and WebSockets from foreign origins, whatever the proof", () => {
    for (const origin of [
      "http://evil.example",
      "http://127.0.0.1:9999",
      "http://localhost:8888",
      "null",
      "https://127.0.0.1",
    ])
      for (const proof of ["header", "query", "cookie"] as const) {
        refused(request("POST", { origin }), proof);
        refused(request("GET", { origin }), proof, true);
      }
  });
  it("lets our own page change things", () => {
    checkOrigin(request("POST", { origin: own }), "cookie");
    checkOrigin(request("GET", { origin: own }), "cookie", true);
    checkOrigin(request("DELETE", { "sec-fetch-site": "same-origin" }), "cookie");
  });
  it("refuses changes by cookie that a foreign form could have sent", () => {
    refused(request("POST", {}), "cookie");
    refused(request("POST", { "content-type": "text/plain" }), "cookie");
    refused(request("POST", { "content-type": "multipart/form-data; boundary=application/json" }), "cookie");
    refused(request("GET", {}), "cookie", true);
    checkOrigin(request("POST", { "content-type": "application/json; charset=utf-8" }), "cookie");
  });
  it("refuses even reading where the browser names another site", () => {
    refused(request("GET", { "sec-fetch-site": "cross-site" }), "cookie");
    refused(request("GET", { "sec-fetch-site": "same-site" }), "query");
  });
  it("lets programs with the token in a header do everything", () => {
    for (const method of ["GET", "POST", "DELETE"]) checkOrigin(request(method, {}), "header");
    checkOrigin(request("GET", {}), "header", true);
  });
});
