import assert from "node:assert/strict";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { openLab, rawRequest, type TestLab } from "../support/harness.js";

const labJson = {
  version: "0.1.0",
  jupyterlab: "4.6.4",
  entry: "assets/main-CMZTNRb9.js",
  styles: ["assets/main-AgfdLVeb.css"],
  settings: "schemas/all.json",
  favicon: "favicon.svg",
  licences: "licenses.json",
};

/** Puts a front end into a lab's project that holds the few files these tests ask for. */
function buildFrontEnd(lab: TestLab): void {
  const dist = "environment/lab/dist";
  lab.put(`${dist}/lab.json`, JSON.stringify(labJson));
  lab.put(`${dist}/assets/main-CMZTNRb9.js`, "start()");
  lab.put(`${dist}/schemas/all.json`, "[]");
  lab.put(`${dist}/licenses.json`, '{"bundles":{"Tumorlab":{"packages":[]}}}');
}

describe("pages", () => {
  let lab: TestLab;
  before(async () => {
    lab = await openLab({ notebook: "notebooks/00 start.ipynb" });
    buildFrontEnd(lab);
  });
  after(() => lab.close());

  /** Visits as a browser does, without a header of our own. */
  const visit = (path: string, headers: Record<string, string> = {}) =>
    rawRequest(lab.server.port, "GET", path, { Host: `127.0.0.1:${lab.server.port}`, ...headers });
  const enter = async () => {
    const { headers } = await visit(`/lab?token=${lab.server.token}`);
    return String(headers["set-cookie"]?.[0]).split(";")[0];
  };
  const configOf = (html: string) =>
    JSON.parse(
      /<script id="jupyter-config-data" type="application\/json">(.*?)<\/script>/s.exec(html)?.[1] ?? "",
    ) as Record<string, unknown>;

  it("take the token from the address once, keep a cookie, and drop it from the address", async () => {
    const first = await visit(`/lab/tree/a.ipynb?token=${lab.server.token}&reset=1`);
    assert.deepEqual([first.status, first.headers.location], [302, "/lab/tree/a.ipynb?reset=1"]);
    assert.match(String(first.headers["set-cookie"]), /HttpOnly; SameSite=Strict/);
    const second = await visit("/lab", { Cookie: await enter() });
    assert.equal(second.status, 200);
  });
  it("go on by a page of our own when the visitor comes from another site", async () => {
    const { status, headers, body } = await visit(`/lab?token=${lab.server.token}`, {
      "Sec-Fetch-Site": "cross-site",
    });
    assert.equal(status, 200);
    assert.ok(headers["set-cookie"]);
    assert.match(body.toString(), /<meta http-equiv="refresh" content="0;url=\/lab">/);
  });
  it("end the cookie at a logout from the lab, and ask before one that another page may have wanted", async () => {
    const cookie = await enter();
    const leave = (headers: Record<string, string>, method = "GET") =>
      rawRequest(lab.server.port, method, "/logout", {
        Host: `127.0.0.1:${lab.server.port}`,
        Cookie: cookie,
        ...headers,
      });
    const stateOf = async () => (await visit("/lab", { Cookie: cookie })).status;
    for (const site of ["cross-site", "same-site", "none"]) {
      const { status, body } = await leave({ "Sec-Fetch-Site": site });
      assert.equal(status, 200);
      assert.match(body.toString(), /<form method="post" action="\/logout">/, site);
    }
    const foreign = { Origin: "https://example.org", "Content-Type": "application/x-www-form-urlencoded" };
    assert.equal((await leave(foreign, "POST")).status, 403);
    assert.equal(await stateOf(), 200);
    const own = { ...foreign, Origin: `http://127.0.0.1:${lab.server.port}` };
    for (const end of [
      () => leave({ "Sec-Fetch-Site": "same-origin" }),
      async () => {
        const [fresh] = [await enter()];
        return leave({ ...own, Cookie: fresh }, "POST");
      },
    ]) {
      const { status, headers, body } = await end();
      assert.equal(status, 200);
      assert.match(String(headers["set-cookie"]), /Max-Age=0/);
      assert.match(body.toString(), /<h1>You are logged out/);
      assert.equal(await stateOf(), 403);
    }
    assert.match((await leave({})).body.toString(), /You are logged out/);
  });
  it("redirect only to this server", async () => {
    const { headers } = await visit(`//evil.example/lab?token=${lab.server.token}`);
    assert.equal(headers.location, undefined);
    assert.ok(!String((await visit(`//lab?token=${lab.server.token}`)).headers.location).startsWith("//"));
  });
  it("ask for the token where it is missing or wrong, and show what was asked for as text only", async () => {
    for (const path of [
      "/",
      "/lab",
      "/lab/tree/x",
      "/lab/workspaces/w",
      "/doc/tree/x",
      "/tree",
      "/lab?token=wrong",
    ]) {
      const { status, body, headers } = await visit(path);
      assert.equal(status, 403, path);
      assert.match(body.toString(), /<form method="get"/);
      assert.equal(headers["set-cookie"], undefined);
    }
    const { body } = await visit('/lab/tree/"><script>alert(1)</script>');
    assert.ok(!body.toString().includes("<script>"));
  });
  it("lead from / to the notebook that was named", async () => {
    const { status, headers } = await visit("/", { Cookie: await enter() });
    assert.deepEqual([status, headers.location], [302, "/lab/tree/notebooks/00%20start.ipynb"]);
  });
  it("hold JupyterLab's configuration, without the token, and load only from here", async () => {
    const { status, headers, body } = await visit("/lab/workspaces/w1/tree/notebooks/a%20b.ipynb", {
      Cookie: await enter(),
    });
    const html = body.toString();
    assert.equal(status, 200);
    const config = configOf(html);
    assert.deepEqual(
      [config.workspace, config.treePath, config.mode],
      ["w1", "notebooks/a b.ipynb", "multiple-document"],
    );
    assert.deepEqual([config.baseUrl, config.preferredPath, config.token], ["/", "notebooks", ""]);
    assert.ok(!html.includes(lab.server.token));
    assert.match(html, /<script type="module" src="\/static\/lab\/assets\/main-CMZTNRb9\.js">/);
    assert.match(html, /<link rel="icon" class="idle favicon"/);
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval';/);
    assert.doesNotMatch(policy, /https?:|\*/);
    assert.equal(
      configOf((await visit("/doc/tree/a.ipynb", { Cookie: await enter() })).body.toString()).mode,
      "single-document",
    );
  });
  it("can't be broken out of by a path", async () => {
    const { body } = await visit("/lab/tree/%3C%2Fscript%3E%3Cscript%3Ealert(1)", { Cookie: await enter() });
    const html = body.toString();
    assert.equal(html.match(/<script/g)?.length, 2);
    const escaped = await visit(`/lab/tree/a&lt;%22?token=${lab.server.token}`, {
      "Sec-Fetch-Site": "cross-site",
    });
    assert.ok(!/url=[^"]*"[^>]/.test(escaped.body.toString()));
  });
  it("say so when the front end is not built", async () => {
    const bare = await openLab();
    const { status, text } = await bare.ask("GET", "/lab");
    assert.equal(status, 503);
    assert.match(text, /node environment\/lab\/build\.mjs/);
    await bare.close();
  });
});

describe("static files", () => {
  let lab: TestLab;
  before(async () => {
    lab = await openLab();
    buildFrontEnd(lab);
  });
  after(() => lab.close());
  const get = (path: string) => rawRequest(lab.server.port, "GET", path, { Host: "localhost" });

  it("need no token and are kept for long where their name tells their content", async () => {
    const script = await get("/static/lab/assets/main-CMZTNRb9.js");
    assert.deepEqual([script.status, script.body.toString()], [200, "start()"]);
    assert.equal(script.headers["content-type"], "text/javascript; charset=utf-8");
    assert.match(String(script.headers["cache-control"]), /immutable/);
    assert.equal((await get("/static/lab/lab.json")).headers["cache-control"], "no-cache");
  });
  it("are those of the front end and no others", async () => {
    symlinkSync("/etc/passwd", join(lab.root, "environment/lab/dist/passwd"));
    for (const path of ["passwd", "none.js", "..%2flab.json", "%2e%2e/dist/lab.json", ".hidden", "assets"])
      assert.ok([400, 404].includes((await get(`/static/lab/${path}`)).status), path);
  });
  it("are missing, not broken, while the front end is rebuilt", async () => {
    rmSync(join(lab.root, "environment/lab/dist"), { recursive: true });
    assert.equal((await get("/static/lab/lab.json")).status, 404);
    assert.deepEqual((await lab.ask("GET", "/lab/api/settings")).json, { settings: [] });
    assert.deepEqual((await lab.ask("GET", "/lab/api/licenses")).json, { bundles: {} });
  });
});
