import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, readText, takeScreenshot } from "./browser.js";
import {
  chooseMenu,
  codeCells,
  openLab,
  openNotebook,
  runCell,
  startTestLab,
  type TestLab,
  waitForIdle,
} from "./lab.js";
import { codeCell, createNotebook, type FixtureNotebook } from "./notebooks.js";

const path = "notebooks/python.ipynb";

/** One that was made where this project's kernel was installed under another name. */
const elsewherePath = "notebooks/elsewhere.ipynb";
const elsewhere: FixtureNotebook = {
  ...createNotebook([codeCell("1 + 1")]),
  metadata: {
    kernelspec: { name: "tumorlab-2", display_name: "TypeScript of mine", language: "typescript" },
    language_info: { name: "typescript", version: "5.1" },
  },
};

describe("a notebook for another kernel in the lab", function () {
  this.timeout(90_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;

  before(async function () {
    browser = await launchBrowser(this);
    const kernelspec = { name: "python3", display_name: "Python 3", language: "python" };
    const notebook = { ...createNotebook([codeCell("1 + 1")]), metadata: { kernelspec } };
    lab = await startTestLab({ [path]: notebook, [elsewherePath]: elsewhere });
    ({ page } = await openPage(browser));
    await openLab(page, lab.address(path));
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const dialog = () => page.locator(".jp-Dialog", { hasText: "A notebook for another kernel" });
  const answer = (words: string) => dialog().getByRole("button", { name: words }).click();

  it("opens with a word on the kernel it asks for, starts none, and is not changed", async () => {
    assert.match(await readText(dialog()), /python\.ipynb is a notebook for the kernel python3, /);
    await takeScreenshot(page, "foreign-kernel");
    await answer("Open without a kernel");
    await page.locator(".jp-NotebookPanel-toolbar:visible", { hasText: "No Kernel" }).waitFor();
    assert.equal(lab.server.kernelCount, 0);
    const tab = page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current");
    assert.doesNotMatch((await tab.getAttribute("class")) ?? "", /jp-mod-dirty/);
  });

  it("asks again when a cell is run, and runs it with TypeScript only when told to", async () => {
    await codeCells(page).first().locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
    await answer("Open without a kernel");
    await dialog().waitFor({ state: "detached" });
    assert.equal(lab.server.kernelCount, 0);
    await page.keyboard.press("Control+Enter");
    await answer("Run with TypeScript (Tumorlab)");
    await codeCells(page).first().locator(".jp-OutputArea-output", { hasText: "2" }).waitFor();
    assert.equal(lab.server.kernelCount, 1);
  });

  it("names that kernel from then on", async () => {
    await waitForIdle(page);
    assert.deepEqual((await save(path)).kernelspec, createNotebook([]).metadata.kernelspec);
  });

  it("leaves this project's kernel its name, and runs it with the one that is here", async () => {
    await openNotebook(page, lab, elsewherePath);
    const cell = await runCell(page, 0);
    await cell.locator(".jp-OutputArea-output", { hasText: "2" }).waitFor();
    assert.deepEqual(await save(elsewherePath), elsewhere.metadata);
    await chooseMenu(page, "Kernel", "Shut Down Kernel");
    await page.locator(".jp-NotebookPanel-toolbar:visible", { hasText: "No Kernel" }).waitFor();
    await chooseMenu(page, "Kernel", "Restart Kernel\u2026");
    await waitForIdle(page);
    assert.deepEqual(await save(elsewherePath), elsewhere.metadata);
  });

  it("writes a kernel that is chosen", async () => {
    await chooseMenu(page, "Kernel", "Change Kernel\u2026");
    const choice = page.locator(".jp-Dialog", { hasText: "Select Kernel" });
    await choice.locator("select").selectOption("TypeScript (Tumorlab)");
    await choice.getByRole("button", { name: "Select" }).click();
    // The notebook names the kernel once it has changed, which the server must start first.
    let { kernelspec } = await save(elsewherePath);
    while ((kernelspec as { name?: string }).name === "tumorlab-2") {
      await page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current.jp-mod-dirty").waitFor();
      ({ kernelspec } = await save(elsewherePath));
    }
    assert.deepEqual(kernelspec, createNotebook([]).metadata.kernelspec);
  });

  /** Saves the notebook in front; returns what its file says of its kernel. */
  async function save(file: string): Promise<FixtureNotebook["metadata"]> {
    const saved = page.waitForResponse((response) => response.request().method() === "PUT");
    await page.keyboard.press("Control+s");
    await saved;
    return (JSON.parse(await readFile(join(lab.folder, file), "utf8")) as FixtureNotebook).metadata;
  }
});
