import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, takeScreenshot } from "./browser.js";
import { chooseMenu, codeCells, openLab, startTestLab, type TestLab } from "./lab.js";
import { codeCell, createNotebook, markdownCell } from "./notebooks.js";

const path = "notebooks/at-once.ipynb";

const notebook = createNotebook([
  markdownCell("# At once"),
  codeCell("globalThis.runs = (globalThis.runs ?? 0) + 1;"),
  codeCell("const a = 20;"),
  codeCell("`run ${globalThis.runs}: ${a + 1}`"),
]);

describe("cells that are run before their kernel is there", function () {
  this.timeout(120_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;

  before(async function () {
    browser = await launchBrowser(this);
    lab = await startTestLab({ [path]: notebook });
    ({ page } = await openPage(browser));
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  /** Holds back what the lab asks about sessions once it has asked for the notebook, until it is let go. */
  async function holdBack(method: string): Promise<() => Promise<void>> {
    let letGo!: () => void;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let isOpening = false;
    await page.route(/\/api\/(sessions|contents\/.*ipynb)\b/, async (route) => {
      const request = route.request();
      isOpening ||= request.url().includes("ipynb");
      if (isOpening && request.method() === method && request.url().includes("/api/sessions")) await held;
      await route.continue();
    });
    return async () => {
      letGo();
      await page.unrouteAll({ behavior: "wait" });
    };
  }

  async function open(): Promise<void> {
    await openLab(page, lab.address(path));
    await page.locator(".jp-NotebookPanel:visible .jp-CodeCell").nth(2).waitFor();
  }

  const seePrompts = (text: RegExp) =>
    page.waitForFunction(
      (source) =>
        [...document.querySelectorAll(".jp-NotebookPanel .jp-CodeCell .jp-InputPrompt")].every((node) =>
          new RegExp(source).test(node.textContent),
        ),
      text.source,
    );

  const seeResult = (text: string) =>
    codeCells(page).last().locator(".jp-OutputArea-output", { hasText: text }).waitFor();

  it("wait for the kernel that starts, and run in order", async () => {
    const letGo = await holdBack("POST");
    await open();
    await chooseMenu(page, "Run", "Run All Cells");
    await seePrompts(/^\[\*\]/);
    await letGo();
    await seePrompts(/^\[\d\]/);
    await seeResult("run 1: 21");
    assert.equal(lab.server.kernelCount, 1);
  });

  it("run in the kernel that is there, where the page only does not know of it yet", async () => {
    const letGo = await holdBack("GET");
    await open();
    await chooseMenu(page, "Run", "Run All Cells");
    await seePrompts(/^\[\*\]/);
    await letGo();
    await seePrompts(/^\[\d\]/);
    await seeResult("run 2: 21");
    assert.equal(lab.server.kernelCount, 1);
  });

  it("start a kernel that was ended, and all run in it", async () => {
    await chooseMenu(page, "Kernel", "Shut Down Kernel");
    await page.locator(".jp-NotebookPanel-toolbar:visible", { hasText: "No Kernel" }).waitFor();
    await chooseMenu(page, "Run", "Run All Cells");
    await seeResult("run 1: 21");
    await seePrompts(/^\[\d\]/);
    assert.equal(lab.server.kernelCount, 1);
  });
});
