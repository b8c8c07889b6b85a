import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { fakeSpec } from "../environment/server/support/harness.js";
import { launchBrowser, openPage, readText, takeScreenshot } from "./browser.js";
import { openLab, startTestLab, type TestLab } from "./lab.js";
import { codeCell, createNotebook } from "./notebooks.js";

const traceback = ["LabError: seed", "    at requireThat (./src/core/errors.ts:370:5)", "    at cell 1:1:1"];

describe("a traceback in the lab", function () {
  this.timeout(90_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;

  before(async function () {
    browser = await launchBrowser(this);
    const failed = { output_type: "error", ename: "LabError", evalue: "seed", traceback };
    const cell = { ...codeCell("lab.createKey(NaN)"), outputs: [failed] };
    // No kernel is needed to read it.
    lab = await startTestLab(
      { "notebooks/failed.ipynb": createNotebook([cell]) },
      { kernelSpecs: [fakeSpec("tumorlab")] },
    );
    await mkdir(join(lab.folder, "src", "core"), { recursive: true });
    const lines = Array.from({ length: 600 }, (_, i) => `// line ${i + 1}`);
    await writeFile(join(lab.folder, "src", "core", "errors.ts"), lines.join("\n"));
    ({ page } = await openPage(browser));
    await openLab(page, lab.address("notebooks/failed.ipynb"));
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  it("links the whole place of a frame, and opens the file at its line", async () => {
    const link = page.locator(".jp-OutputArea-output a[href]");
    await link.waitFor();
    assert.equal(await readText(link), "./src/core/errors.ts:370:5");
    await link.click();
    await page
      .locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current", { hasText: "errors.ts" })
      .waitFor();
    await page.locator("#jp-main-statusbar", { hasText: "Ln 370, Col 1" }).waitFor();
    const line = page.locator(".jp-FileEditor:visible .cm-line", { hasText: /^\/\/ line 370$/ });
    await line.waitFor();
    const box = await line.boundingBox();
    assert.ok(box && box.y > 0 && box.y < 1000, `the line lies at ${box?.y}`);
  });
});
