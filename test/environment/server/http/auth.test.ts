import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { createGate, equalSecrets } from "#environment/server/http/auth.js";

const gate = createGate("secret-token", 8888);
const prove = (headers: Record<string, string>, search = "") =>
  gate.prove({ headers } as unknown as IncomingMessage, new URLSearchParams(search));
const [cookie] = gate.cookie.split(";");

describe("createGate", () => {
  it("takes the token by header, by address and by cookie", async () => {
    assert.equal(await prove({ authorization: "token secret-token" }), "header");
    assert.equal(await prove({ authorization: "Bearer secret-token" }), "header");
    assert.equal(await prove({}, "token=secret-token"), "query");
    assert.equal(await prove({ cookie: `a=b; ${cookie}; c=d` }), "cookie");
  });
  it("takes nothing else", async () => {
    for (const authorization of [
      "token wrong",
      "token",
      "Basic secret-token",
      "secret-token",
      "token secret-token2",
    ])
      assert.equal(await prove({ authorization }), undefined, authorization);
    assert.equal(await prove({}, "token="), undefined);
    assert.equal(await prove({}, "Token=secret-token"), undefined);
    assert.equal(await prove({ cookie: "tumorlab-8888=secret-token" }), undefined);
    assert.equal(await prove({ cookie: cookie.replace("8888", "8889") }), undefined);
    assert.equal(await prove({}), undefined);
  });
  it("looks at tokens slowly after many wrong ones, one by one, while the cookie comes in at once", async () => {
    const warnings: string[] = [];
    const options = {
      freeFaults: 3,
      windowMs: 10_000,
      paceMs: 40,
      maxWaiting: 4,
      warn: (text: string) => warnings.push(text),
    };
    const slow = createGate("secret-token", 8888, options);
    const ask = (headers: Record<string, string>, search = "") =>
      slow.prove({ headers } as unknown as IncomingMessage, new URLSearchParams(search));
    for (const search of ["token=a", "token=b"]) assert.equal(await ask({}, search), undefined);
    assert.equal(await ask({ cookie: "tumorlab-8888=guess" }), undefined);
    assert.match(warnings.join(""), /^3 wrong tokens came/);
    const order: string[] = [];
    const started = performance.now();
    const guess = (name: string, search: string) => ask({}, search).finally(() => order.push(name));
    const all = [guess("wrong", "token=c"), guess("right", "token=secret-token"), guess("wrong", "token=d")];
    assert.equal(await ask({ cookie }), "cookie");
    assert.equal(await ask({ cookie, authorization: "token wrong" }), "cookie");
    assert.deepEqual(order, [], "a right token is no faster than a wrong one beside it");
    const last = guess("last", "token=e");
    await assert.rejects(ask({}, "token=f"), { status: 429 });
    assert.deepEqual(await Promise.all(all), [undefined, "query", undefined]);
    await last;
    assert.deepEqual(order, ["wrong", "right", "wrong", "last"]);
    assert.ok(performance.now() - started >= 4 * 40 - 5);
  });
  it("ends all cookies at once, and gives new ones", async () => {
    const other = createGate("secret-token", 8888);
    const carry = (value: string) =>
      other.prove({ headers: { cookie: value } } as IncomingMessage, new URLSearchParams());
    const [before] = other.cookie.split(";");
    assert.equal(await carry(before), "cookie");
    other.endCookies();
    const [after] = other.cookie.split(";");
    assert.deepEqual([await carry(before), await carry(after)], [undefined, "cookie"]);
    other.endCookies();
    assert.equal(await carry(after), undefined);
    assert.match(other.noCookie, /^tumorlab-8888=; .*Max-Age=0$/);
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
