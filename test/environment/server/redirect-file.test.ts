import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeRedirectFile } from "#environment/server/redirect-file.js";

describe("writeRedirectFile", () => {
  it("writes a page for its owner's eyes, and clears away those of servers that are gone", () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-test-"));
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (const name of [
      `open-${pid}-0123456789ab.html`,
      `open-${process.pid}-0123456789ab.html`,
      "open.html",
    ])
      writeFileSync(join(folder, name), "");
    const page = writeRedirectFile(folder, 'http://127.0.0.1:1/lab?token="x"');
    const file = fileURLToPath(page.url);
    assert.ok(!page.url.includes("token"));
    assert.equal(statSync(file).mode & 0o777, process.platform === "win32" ? 0o666 : 0o600);
    assert.match(
      readFileSync(file, "utf8"),
      /http-equiv="refresh" content="0;url=http:\/\/127\.0\.0\.1:1\/lab\?token=&#34;x/,
    );
    const left = [`open-${process.pid}-0123456789ab.html`, "open.html"];
    assert.deepEqual(readdirSync(folder).sort(), [...left, basename(file)].sort());
    page.remove();
    page.remove();
    assert.deepEqual(readdirSync(folder).sort(), left.sort());
    rmSync(folder, { recursive: true });
  });
});
