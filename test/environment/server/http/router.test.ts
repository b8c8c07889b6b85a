import assert from "node:assert/strict";
import { createRouter } from "#environment/server/http/router.js";

const router = createRouter({
  "GET /api/contents/**/checkpoints/:id": () => ({ json: "checkpoint" }),
  "GET /api/contents/**": () => ({ json: "contents" }),
  "PUT /api/contents/**": () => ({ json: "save" }),
  "GET /a.b/:name": () => ({ json: "name" }),
});

describe("createRouter", () => {
  it("takes the first route that fits and hands over what its pattern matched", () => {
    const found = router.find("GET", "/api/contents/a%2Fb/c/checkpoints/x%20y");
    assert.deepEqual([found?.rest, found?.params], ["a%2Fb/c", { id: "x y" }]);
    assert.equal(router.find("GET", "/api/contents/a/b/")?.rest, "a/b");
    assert.equal(router.find("GET", "/api/contents")?.rest, "");
  });
  it("reads dots and other signs as they are", () => {
    assert.equal(router.find("GET", "/aXb/n"), undefined);
    assert.equal(router.find("GET", "/a.b/n")?.params.name, "n");
    assert.equal(router.find("GET", "/api/contentsx"), undefined);
  });
  it("answers HEAD where GET is possible", () => {
    assert.ok(router.find("HEAD", "/a.b/n"));
  });
  it("refuses other methods with 405 and names those there are", () => {
    assert.throws(() => router.find("DELETE", "/api/contents/x"), { status: 405, message: /GET or PUT/ });
  });
  it("refuses broken percent-encoding with 400", () => {
    assert.throws(() => router.find("GET", "/a.b/%ff"), { status: 400 });
  });
});
