import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, root, takeScreenshot } from "./browser.js";
import { openNotebook, startTestLab, type TestLab } from "./lab.js";

/** One with pictures, figures and viewers; at full size all of them. */
const notebooks =
  process.env.TUMORLAB_FULL === undefined
    ? ["01-one-scan"]
    : ["", "exercises"].flatMap((folder) =>
        readdirSync(join(root, "notebooks", folder))
          .filter((file) => file.endsWith(".ipynb"))
          .map((file) => join(folder, file.slice(0, -".ipynb".length))),
      );

describe("a committed notebook that is only opened", function () {
  this.timeout(90_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;
  const writes: string[] = [];

  before(async function () {
    browser = await launchBrowser(this);
    lab = await startTestLab({});
    for (const folder of ["notebooks", "data-manifests/samples"])
      await cp(join(root, folder), join(lab.folder, folder), { recursive: true });
    ({ page } = await openPage(browser));
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (request.method() === "PUT" && pathname.startsWith("/api/contents/")) writes.push(pathname);
    });
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  for (const name of notebooks)
    it(`is not changed, nor by saving it: ${name}`, async () => {
      const path = `notebooks/${name}.ipynb`;
      const readLab = () => readFile(join(lab.folder, path), "utf8");
      const before = await readFile(join(root, path), "utf8");
      await openNotebook(page, lab, path);
      // The kernel has told of itself.
      await page.locator("#jp-main-statusbar", { hasText: "TypeScript (Tumorlab) | Idle" }).waitFor();
      await scrollToEnd();
      const tab = page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current");
      assert.doesNotMatch((await tab.getAttribute("class")) ?? "", /jp-mod-dirty/);
      assert.deepEqual(writes, []);
      assert.equal(await readLab(), before);
      const saved = page.waitForResponse((response) => response.request().method() === "PUT");
      await page.keyboard.press("Control+s");
      await saved;
      assert.deepEqual(writes.splice(0), [`/api/contents/${path}`]);
      assert.ok((await readLab()) === before, `${path} has other bytes after it was saved`);
    });

  /** Draws every output: the lab leaves out what is far from sight. */
  async function scrollToEnd(): Promise<void> {
    const area = page.locator(".jp-WindowedPanel-outer:visible");
    await area.hover();
    const isAtEnd = () =>
      area.evaluate((node) => node.scrollTop + node.clientHeight >= node.scrollHeight - 2);
    for (let turn = 0; turn < 100 && !(await isAtEnd()); turn++) {
      await page.mouse.wheel(0, 900);
      await page.waitForTimeout(50);
    }
    assert.ok(await isAtEnd());
  }
});
