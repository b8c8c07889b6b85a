import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { openLab, rawRequest, type TestLab } from "../support/harness.js";

describe("/docs/", () => {
  let lab: TestLab;
  before(async () => (lab = await openLab()));
  after(() => lab.close());

  const visit = (path: string, proof = `token ${lab.server.token}`) =>
    rawRequest(lab.server.port, "GET", path, {
      Host: `127.0.0.1:${lab.server.port}`,
      Authorization: proof,
    });

  it("says in a sentence how the pages are built, until they are", async () => {
    const { status, body } = await visit("/docs/");
    assert.equal(status, 404);
    assert.match(body.toString(), /npm run docs/);
  });

  it("shows the built pages, which may run their own scripts and reach nothing else", async () => {
    lab.put(".tumorlab/docs/index.html", "<h1>Pages</h1>");
    lab.put(".tumorlab/docs/modules/tumorlab.plot.html", "plot");
    lab.put(".tumorlab/docs/assets/main.js", "go()");
    const first = await visit("/docs/");
    assert.deepEqual([first.status, first.body.toString()], [200, "<h1>Pages</h1>"]);
    assert.match(String(first.headers["content-type"]), /^text\/html/);
    const policy = String(first.headers["content-security-policy"]);
    assert.match(policy, /default-src 'none'; script-src 'self'/);
    assert.doesNotMatch(policy, /https?:|\*/);
    assert.equal((await visit("/docs/modules/tumorlab.plot.html")).body.toString(), "plot");
    const script = await visit("/docs/assets/main.js");
    assert.match(String(script.headers["content-type"]), /javascript/);
    const bare = await visit("/docs");
    assert.deepEqual([bare.status, bare.headers.location], [302, "/docs/"]);
  });

  it("asks for the token, and serves nothing beside the pages", async () => {
    lab.put("secret.txt", "secret");
    lab.put(".tumorlab/docs/index.html", "pages");
    symlinkSync(join(lab.root, "secret.txt"), join(lab.root, ".tumorlab/docs/linked.txt"));
    const stranger = await visit("/docs/", "token wrong");
    assert.equal(stranger.status, 403);
    assert.doesNotMatch(stranger.body.toString(), /pages/);
    for (const path of [
      "/docs/../secret.txt",
      "/docs/%2e%2e/secret.txt",
      "/docs/linked.txt",
      "/docs/none.html",
    ]) {
      const { status, body } = await visit(path);
      assert.ok(status >= 400, `${path}: ${status}`);
      assert.doesNotMatch(body.toString(), /^secret/, path);
    }
  });
});
