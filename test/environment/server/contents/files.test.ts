import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { openLab, type TestLab } from "../support/harness.js";

describe("/files", () => {
  let lab: TestLab;
  before(async () => {
    lab = await openLab();
    lab.put("a.txt", "0123456789");
    lab.put("empty.txt", "");
    lab.put("näme's (1).html", "<script>alert(1)</script>");
    lab.put("x.js", "alert(1)");
    lab.put("x.pdf", "%PDF");
  });
  after(() => lab.close());
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    lab.ask(method, `/files/${path}`, undefined, headers);

  it("sends a file with its type, length and tag", async () => {
    const { status, headers, text } = await get("a.txt");
    assert.deepEqual([status, text], [200, "0123456789"]);
    assert.equal(headers.get("content-type"), "text/plain; charset=utf-8");
    assert.equal(headers.get("content-length"), "10");
    assert.equal(headers.get("accept-ranges"), "bytes");
    assert.equal((await get("empty.txt")).text, "");
  });
  it("sends one range", async () => {
    const part = await get("a.txt", { Range: "bytes=2-4" });
    assert.deepEqual(
      [part.status, part.text, part.headers.get("content-range")],
      [206, "234", "bytes 2-4/10"],
    );
    assert.equal((await get("a.txt", { Range: "bytes=-2" })).text, "89");
    const behind = await get("a.txt", { Range: "bytes=10-" });
    assert.deepEqual([behind.status, behind.headers.get("content-range")], [416, "bytes */10"]);
    assert.equal((await get("a.txt", { Range: "bytes=0-1,4-5" })).status, 200);
  });
  it("tells without sending: HEAD and If-None-Match", async () => {
    const head = await get("a.txt", {}, "HEAD");
    assert.deepEqual([head.status, head.text, head.headers.get("content-length")], [200, "", "10"]);
    const tag = head.headers.get("etag") ?? "";
    assert.equal((await get("a.txt", { "If-None-Match": tag })).status, 304);
    assert.equal((await get("a.txt", { "If-None-Match": '"other"' })).status, 200);
    assert.equal((await get("a.txt", { Range: "bytes=0-1", "If-Range": tag })).status, 206);
    assert.equal((await get("a.txt", { Range: "bytes=0-1", "If-Range": '"other"' })).status, 200);
  });
  it("offers a download under the file's own name", async () => {
    const name = encodeURIComponent("näme's (1).html");
    const shown = (await get(name)).headers.get("content-disposition");
    assert.equal(shown, "inline; filename*=UTF-8''n%C3%A4me%27s%20%281%29.html");
    assert.match((await get(`${name}?download=1`)).headers.get("content-disposition") ?? "", /^attachment; /);
  });
  it("lets nothing of the reader's run in the server's name", async () => {
    const page = await get(encodeURIComponent("näme's (1).html"));
    assert.match(page.headers.get("content-security-policy") ?? "", /^sandbox; .*script-src 'none'/);
    assert.equal(page.headers.get("x-content-type-options"), "nosniff");
    assert.equal((await get("x.js")).headers.get("content-type"), "text/plain; charset=utf-8");
    assert.doesNotMatch((await get("x.pdf")).headers.get("content-security-policy") ?? "", /sandbox/);
  });
  it("refuses folders, what is missing, what is hidden and what is no file", async () => {
    assert.equal((await get("notebooks")).status, 400);
    assert.equal((await get("none.txt")).status, 404);
    assert.equal((await get(".tumorlab/trust/key")).status, 404);
    assert.equal((await get("")).status, 400);
    if (spawnSync("mkfifo", [join(lab.root, "pipe")]).status === 0)
      assert.equal((await get("pipe")).status, 400);
  });
  it("says without an error that an optional file is not there or not given away, and sends one that is", async () => {
    symlinkSync("/", join(lab.root, "out"));
    for (const [path, reason] of [
      ["none.txt", /^none\.txt: no such file or folder$/],
      [encodeURIComponent("nöne%2/ct.nii"), /is not a file name/],
      [".tumorlab/trust/key", /no such file/],
      ["notebooks", /it is not a file/],
      ["out/etc/passwd", /it leads out of the project folder/],
    ] as const) {
      const { status, headers, text } = await get(`${path}?optional=1`);
      assert.deepEqual([status, text], [204, ""], path);
      assert.match(decodeURIComponent(headers.get("tumorlab-absent") ?? ""), reason);
      assert.notEqual((await get(`${path}?optional=0`)).status, 204);
    }
    const there = await get("a.txt?optional=1");
    assert.deepEqual([there.status, there.text], [200, "0123456789"]);
    assert.equal(there.headers.get("tumorlab-absent"), null);
    assert.equal((await get("a.txt?optional=perhaps")).status, 400);
  });
});
