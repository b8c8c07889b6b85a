import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { createGate, equalSecrets } from "#environment/server/http/auth.js";

const gate = createGate("secret-token", 8888);
const prove = (headers: Record<string, string>, search = "") =>
  gate.prove({ headers } as unknown as IncomingMessage, new URLSearchParams(search));
const [cookie] = gate.cookie.split(";");

describe("createGate", () => {
  it("takes the token by header, by address and by cookie", () => {
    assert.equal(prove({ authorization: "token secret-token" }), "header");
    assert.equal(prove({ authorization: "Bearer secret-token" }), "header");
    assert.equal(prove({}, "token=secret-token"), "query");
    assert.equal(prove({ cookie: `a=b; ${cookie}; c=d` }), "cookie");
  });
  it("takes nothing else", () => {
    for (const authorization of [
      "token wrong",
      "token",
      "Basic secret-token",
      "secret-token",
      "token secret-token2",
    ])
      assert.equal(prove({ authorization }), undefined, authorization);
    assert.equal(prove({}, "token="), undefined);
    assert.equal(prove({}, "Token=secret-token"), undefined);
    assert.equal(prove({ cookie: "tumorlab-8888=secret-token" }), undefined);
    assert.equal(prove({ cookie: cookie.replace("8888", "8889") }), undefined);
    assert.equal(prove({}), undefined);
  });
  it("keeps the cookie from scripts and other sites, and the token out of it", () => {
    assert.match(gate.cookie, /; HttpOnly; SameSite=Strict$/);
    assert.ok(!gate.cookie.includes("secret-token"));
  });
});

describe("equalSecrets", () => {
  it("tells equal from different, also of different lengths", () => {
    assert.equal(equalSecrets("abc", "abc"), true);
    assert.equal(equalSecrets("abc", "abd"), false);
    assert.equal(equalSecrets("abc", "abcd"), false);
    assert.equal(equalSecrets("", "abc"), false);
  });
});
