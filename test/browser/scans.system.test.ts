import assert from "node:assert/strict";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, root, takeScreenshot } from "./browser.js";
import { openLab, startTestLab, type TestLab } from "./lab.js";

describe("a scan that is double-clicked", function () {
  this.timeout(60_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;

  before(async function () {
    browser = await launchBrowser(this);
    lab = await startTestLab({});
    await copyFile(join(root, "data-manifests/samples/example_ct.nii.gz"), join(lab.folder, "ct.nii.gz"));
    await writeFile(join(lab.folder, "broken.nrrd"), "NRRD0004\ntype: short\n");
    ({ page } = await openPage(browser));
    await openLab(page, lab.address());
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const open = (name: string) => page.locator(".jp-DirListing-item", { hasText: name }).dblclick();

  it("opens as a document with three planes at full resolution", async () => {
    await open("ct.nii.gz");
    const viewer = page.locator(".tl-Scan .tl-Volume[data-state=ready]");
    await viewer.waitFor();
    assert.equal(await viewer.locator("canvas[data-plane]").count(), 3);
    await page.locator(".tl-Scan .tl-Volume[data-resolution=full]").waitFor();
    await takeScreenshot(page, "scan-document");
    const axial = viewer.locator("canvas[data-plane=axial]");
    const before = Number(await axial.getAttribute("data-slice"));
    await axial.focus();
    await page.keyboard.press("ArrowUp");
    await page.waitForFunction(
      (slice) =>
        document.querySelector<HTMLElement>(".tl-Scan canvas[data-plane=axial]")?.dataset.slice === slice,
      String(before + 1),
    );
  });

  it("says in words what is wrong with it", async () => {
    await open("broken.nrrd");
    const word = page.locator(".tl-Scan [role=alert]");
    await word.waitFor();
    assert.match((await word.textContent()) ?? "", /^broken\.nrrd/);
  });
});
