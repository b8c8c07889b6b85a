import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { fakeSpec } from "../environment/server/support/harness.js";
import { launchBrowser, openPage, takeScreenshot, type WatchedPage } from "./browser.js";
import { chooseMenu, openLab, openNotebook, startTestLab, type TestLab } from "./lab.js";
import { listEntries, listMenus, openMenus } from "./menu-bar.js";
import { codeCell, createNotebook, markdownCell } from "./notebooks.js";

const path = "notebooks/menus.ipynb";

declare global {
  interface Window {
    /** How often a page of this window was printed. */
    printed?: number;
  }
}

describe("the menus of the lab", function () {
  this.timeout(180_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;
  let watched: WatchedPage;

  before(async function () {
    browser = await launchBrowser(this);
    const notebook = createNotebook([markdownCell("# Menus"), codeCell("1;", { "text/plain": "1" })]);
    lab = await startTestLab({ [path]: notebook }, { kernelSpecs: [fakeSpec("tumorlab")] });
    watched = await openPage(browser);
    ({ page } = watched);
    // Nobody is there to answer the browser's own dialog.
    await page.context().addInitScript(() => {
      const count = () => void (window.top!.printed = (window.top!.printed ?? 0) + 1);
      window.print = count;
      document.execCommand = (name) => name === "print" && (count(), true);
    });
    await openNotebook(page, lab, path);
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  it("have no menu without an entry to take", async () => {
    const menus = await listMenus(page);
    assert.ok(menus.length > 6, menus.join());
    const empty: string[] = [];
    for (const menu of menus) empty.push(...(await listEntries(page, menu)).empty);
    // For text files alone.
    assert.deepEqual(empty, ["View > Text Editor Syntax Highlighting"]);
  });

  it("export the notebook in every form that is listed", async () => {
    await page.locator(".lm-MenuBar-item", { hasText: "File" }).click();
    await page.locator(".lm-Menu-item", { hasText: "Save and Export Notebook As" }).hover();
    const entries = openMenus(page).nth(1).locator(".lm-Menu-itemLabel");
    await entries.first().waitFor();
    const labels = (await entries.allTextContents()).filter((text) => text !== "");
    await takeScreenshot(page, "export-menu");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    assert.deepEqual(labels, ["HTML", "Markdown", "PDF", "TypeScript"]);
    for (const label of labels) {
      await page.locator(".lm-MenuBar-item", { hasText: "File" }).click();
      await page.locator(".lm-Menu-item", { hasText: "Save and Export Notebook As" }).hover();
      const asked = page.context().waitForEvent("response", (reply) => reply.url().includes("/nbconvert/"));
      const opened = page.context().waitForEvent("page");
      await openMenus(page).nth(1).getByText(label, { exact: true }).click();
      const [reply, tab] = await Promise.all([asked, opened]);
      assert.equal(reply.status(), 200, label);
      const isShown = /^inline/.test(reply.headers()["content-disposition"]);
      assert.equal(isShown, label === "PDF");
      // A tab that only takes a file away is closed by the browser itself.
      if (!isShown) continue;
      await tab.waitForFunction(() => window.printed === 1);
      assert.equal(await tab.title(), "Menus");
      await tab.close();
    }
  });

  it("print the notebook", async () => {
    await page.locator(".lm-MenuBar-item", { hasText: "File" }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: "Print" }).click();
    await page.waitForFunction(() => window.printed === 1);
    await page.mouse.move(400, 400);
  });

  it("find nothing where nothing was searched for", async () => {
    for (const entry of ["Find\u2026", "Find Next", "Find Previous"]) await chooseMenu(page, "Edit", entry);
    await page.locator(".jp-DocumentSearch-input").first().click();
    await page.keyboard.press("Escape");
  });

  it("show what each entry of Help opens", async () => {
    await page.locator(".lm-MenuBar-item", { hasText: "Help" }).click();
    const entries = openMenus(page).first().locator(".lm-Menu-item[data-type=command]:not(.lm-mod-disabled)");
    const labels = (await entries.locator(".lm-Menu-itemLabel").allTextContents()).filter(Boolean);
    await page.keyboard.press("Escape");
    assert.ok(labels.includes("About Tumorlab"), labels.join());
    for (const label of labels) {
      await chooseMenu(page, "Help", label);
      // What opens takes a moment to ask the server, and must be gone before the next.
      await page.waitForLoadState("networkidle");
      const dialog = page.locator(".jp-Dialog");
      if ((await dialog.count()) === 0) continue;
      await dialog.getByRole("button").last().click();
      await dialog.waitFor({ state: "detached" });
    }
  });

  it("has nothing to complain of, until the end", () => assert.deepEqual(complaints(), []));

  it("log out on a page for people", async () => {
    await openLab(page, lab.address());
    await chooseMenu(page, "File", "Log Out");
    await page.getByRole("heading", { name: "You are logged out" }).waitFor();
    await takeScreenshot(page, "logged-out");
    await page.goto(lab.address().replace(/\?.*/, ""));
    await page.getByRole("heading", { name: "Token needed" }).waitFor();
  });

  /** The kernel of this test keeps no history. */
  const complaints = () => watched.complaints.filter((text) => !text.includes("History was unable"));
});
