/* eslint-disable no-control-regex -- control characters are what must not be left */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { showControls, showControlsAfterRedraw } from "tumorlab/internal/cli/plain-text";
import { run } from "./run.js";

describe("showControls", () => {
  it("writes out what a terminal would act on and leaves all else", () => {
    assert.equal(
      showControls("\u001b]0;x\u0007 \u009b2J a\rb\u202e\u007f"),
      "\\u001b]0;x\\u0007 \\u009b2J a\\u000db\\u202e\\u007f",
    );
    assert.equal(showControls("é\t日本\r\n😀\n"), "é\t日本\r\n😀\n");
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        (text) => !/[\u0000-\u0008\u001b\u0080-\u009f]/.test(showControls(text)),
      ),
    );
  });
  it("lets a bar redraw itself at the beginning of a text alone", () => {
    assert.equal(showControlsAfterRedraw("\r\u001b[Kbar \u001b[K"), "\r\u001b[Kbar \\u001b[K");
    assert.equal(showControlsAfterRedraw("\u001b[12A\r\u001b[Jboard\n"), "\u001b[12A\r\u001b[Jboard\n");
    assert.equal(showControlsAfterRedraw("\u001b[12Ax"), "\\u001b[12Ax");
  });
  it("stands between every command and the terminal", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tumorlab-test-"));
    const shipped = readFileSync(
      join(__dirname, "../../../../data-manifests/cohorts/msd-liver.json"),
      "utf8",
    );
    const manifest = JSON.parse(shipped) as { title: string; knownIssues: { text: string }[] };
    manifest.title = "\u001b]0;owned\u0007title";
    writeFileSync(join(folder, "msd-liver.json"), JSON.stringify(manifest));
    const shown = await run("cohort", "show", join(folder, "msd-liver.json"));
    assert.ok(shown.code === 0 && shown.out.startsWith("\\u001b]0;owned\\u0007title"), shown.err);
    const missing = await run("info", join(folder, "\u001b[2J.nii"));
    assert.ok(missing.code === 1 && !missing.err.includes("\u001b"));
    rmSync(folder, { recursive: true });
  });
});
