import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, readText, takeScreenshot, type WatchedPage } from "./browser.js";
import {
  chooseMenu,
  codeCells,
  openLab,
  openNotebook,
  runCell,
  startCell,
  startTestLab,
  type TestLab,
  waitForIdle,
} from "./lab.js";
import { codeCell, createNotebook, type FixtureNotebook, markdownCell } from "./notebooks.js";

const path = "notebooks/00-a-first-look.ipynb";

const volumeSource = `import { show, view, volume } from "tumorlab";
const count = 24;
const hu = Int16Array.from({ length: count ** 3 }, (_, i) => (i % count < 12 ? -50 : 120));
const ct = volume.createVolume(hu, [count, count, count], { spacingMm: [2, 2, 3] });
const organs = { ...ct, data: Uint8Array.from(hu, (value) => Number(value > 0)) };
view(ct, volume.toLabelMap(organs, { 1: "liver" }), { title: "Half a box" });
await show({ data: [{ type: "bar", x: ["left", "right"], y: [1, 2] }], layout: { title: { text: "Two halves" } } });`;

describe("the lab with its kernel", function () {
  this.timeout(150_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;
  let watched: WatchedPage;

  before(async function () {
    browser = await launchBrowser(this);
    const notebook = createNotebook([
      markdownCell("# 00 · A first look\n\nWhat a *reader* sees first. And then more."),
      codeCell("const kept: number = 41;\nkept;"),
      codeCell(volumeSource),
      codeCell("// A type error in the third line.\nconst name = 'liver';\nconst volumeMl: number = name;"),
      codeCell("while (true) {}"),
      codeCell("kept + 1;"),
      codeCell("kept.toFi"),
    ]);
    lab = await startTestLab({ [path]: notebook });
    watched = await openPage(browser);
    ({ page } = watched);
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  it("opens on its home page with a card for each notebook", async () => {
    await openLab(page, lab.address());
    assert.equal(await page.title(), "Tumorlab");
    const card = page.getByRole("button", { name: /A first look/ });
    assert.match(await readText(card), /^00A first lookWhat a reader sees first\. And then more\.$/);
    await page.getByText("TypeScript (Tumorlab) is ready to start.").waitFor();
    await takeScreenshot(page, "home");
    await card.click();
    await page.locator(".jp-NotebookPanel:visible .jp-Cell").first().waitFor();
    await waitForIdle(page);
  });

  it("colours TypeScript", async () => {
    const colorOf = (text: string) =>
      codeCells(page)
        .first()
        .locator(".cm-line span", { hasText: text })
        .first()
        .evaluate((node) => getComputedStyle(node).color);
    assert.notEqual(await colorOf("const"), await colorOf("41"));
    // The name comes with the kernel, which may still start.
    await page.locator(".jp-Toolbar-kernelName:visible", { hasText: "TypeScript (Tumorlab)" }).waitFor();
  });

  it("runs cells and shows the result, the plot and the CT", async () => {
    const first = await runCell(page, 0);
    assert.match(await readText(first.locator(".jp-OutputArea-output")), /^41\s*$/);
    const second = await runCell(page, 1);
    await second.locator(".tl-Volume[data-state=ready]").waitFor();
    await second.getByRole("figure", { name: "Two halves" }).waitFor();
    await second.locator(".tl-Volume").scrollIntoViewIfNeeded();
    await takeScreenshot(page, "kernel-outputs");
  });

  it("moves a slice and changes the window in a live output", async () => {
    const viewer = page.locator(".tl-Volume");
    await viewer.getByRole("slider", { name: "Coronal slice" }).fill("3");
    await viewer.locator('canvas[data-plane=coronal][data-slice="3"]').waitFor();
    await viewer.getByLabel("Window").selectOption({ label: "Bone" });
    await page.locator('.tl-Volume:not([data-window="40/400"])').waitFor();
  });

  it("shows a type error with its line", async () => {
    const cell = await runCell(page, 2);
    const text = await readText(cell.locator(".jp-OutputArea-output").first());
    assert.match(text, /Type 'string' is not assignable to type 'number'/);
    assert.match(text, /\b3\b/, "the line is named");
    await cell.scrollIntoViewIfNeeded();
    await takeScreenshot(page, "type-error");
  });

  it("interrupts an endless loop, and goes on", async () => {
    const cell = await startCell(page, 3);
    await cell.locator(".jp-InputArea-prompt", { hasText: "[*]:" }).waitFor();
    await page.locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]:visible').waitFor();
    await page
      .locator(".jp-NotebookPanel-toolbar:visible [data-command='notebook:interrupt-kernel']")
      .click();
    await waitForIdle(page);
    assert.match(await readText(cell.locator(".jp-OutputArea-output").first()), /interrupt/i);
    const next = await runCell(page, 4);
    assert.match(await readText(next.locator(".jp-OutputArea-output")), /^42\s*$/);
  });

  it("runs the line of the cursor in a console, also the last one of a cell", async () => {
    await codeCells(page).nth(4).locator(".cm-content").click();
    await page.keyboard.press("End");
    await chooseMenu(page, "Run", "Run Selected Text or Current Line in Console");
    const output = page.locator(".jp-CodeConsole .jp-OutputArea-output");
    await output.waitFor();
    assert.match(await readText(output), /^42\s*$/);
    await output.click();
    await chooseMenu(page, "File", "Close Tab");
    await output.waitFor({ state: "detached" });
  });

  it("completes with types", async () => {
    const cell = codeCells(page).nth(5);
    await cell.locator(".cm-content").click();
    await page.keyboard.press("End");
    await page.keyboard.press("Tab");
    // One completion is filled in at once, several are listed.
    await page.waitForFunction(
      (node) =>
        (node as HTMLElement).innerText.includes("toFixed") ||
        document.querySelector(".jp-Completer:not(.lm-mod-hidden)"),
      await cell.locator(".cm-content").elementHandle(),
    );
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("kept.to");
    await page.keyboard.press("Tab");
    const popup = page.locator(".jp-Completer:not(.lm-mod-hidden)");
    await popup.locator("li", { hasText: "toFixed" }).waitFor();
    await takeScreenshot(page, "completion");
    await popup.locator("li", { hasText: "toFixed" }).click();
    assert.match(await readText(cell.locator(".cm-content")), /^kept\.toFixed$/);
  });

  it("saves, with the outputs in the file", async () => {
    await page.locator(".jp-NotebookPanel:visible .jp-Notebook").press("Escape");
    await page.keyboard.press("Control+s");
    const saved = await waitForFile(({ cells }) => JSON.stringify(cells).includes("kept.toFixed"));
    const bundles = JSON.stringify(saved.cells[2]);
    assert.ok(bundles.includes("application/vnd.tumorlab.volume+json") && bundles.includes("image/png"));
  });

  it("keeps the kernel's state over a reload of the page", async () => {
    await openNotebook(page, lab, path);
    await page.locator(".tl-Volume[data-state=ready]").waitFor();
    const cell = await runCell(page, 4);
    assert.match(await readText(cell.locator(".jp-OutputArea-output")), /^42\s*$/);
  });

  it("forgets it after a restart", async () => {
    await page.locator(".jp-NotebookPanel-toolbar:visible [data-command='notebook:restart-kernel']").click();
    await page.getByRole("button", { name: "Confirm Kernel Restart" }).click();
    await waitForIdle(page);
    const cell = await runCell(page, 4);
    assert.match(await readText(cell.locator(".jp-OutputArea-output").first()), /Cannot find name 'kept'/);
    await takeScreenshot(page, "restarted");
  });

  it("makes a new notebook for the TypeScript kernel without asking", async () => {
    await chooseMenu(page, "File", "Tumorlab Home");
    await page.getByRole("button", { name: "Notebook: TypeScript (Tumorlab)" }).click();
    await codeCells(page).first().waitFor();
    await waitForIdle(page);
    assert.equal(await page.locator(".jp-Dialog").count(), 0);
    await codeCells(page).first().locator(".cm-content").click();
    await page.keyboard.insertText("6 * 7");
    const cell = await runCell(page, 0);
    assert.match(await readText(cell.locator(".jp-OutputArea-output")), /^42\s*$/);
  });

  it("offers to end the kernel of a notebook that is closed, and lists those that run", async () => {
    await openNotebook(page, lab, path);
    const running = async (): Promise<unknown[]> =>
      (await page.evaluate(async () => (await fetch("/api/sessions")).json())) as unknown[];
    const before = (await running()).length;
    await chooseMenu(page, "File", "Tumorlab Home");
    const listed = page.locator(".tl-Home:visible .tl-Home-running li");
    await listed
      .filter({ hasText: path })
      .filter({ hasText: /idle.*, \d+ MB/ })
      .waitFor();
    await takeScreenshot(page, "running");
    await page
      .locator(".lm-TabBar-tab", { hasText: "00-a-first-look" })
      .locator(".lm-TabBar-tabCloseIcon")
      .click();
    const offer = page.locator(".Toastify__toast", { hasText: "its kernel goes on and holds" });
    await offer.waitFor();
    await takeScreenshot(page, "closed");
    await offer.getByRole("button", { name: "End the kernel" }).click();
    await listed.filter({ hasText: path }).waitFor({ state: "detached" });
    assert.equal((await running()).length, before - 1);
  });

  it("says in the cell that its kernel was lost, also where the page was opened again meanwhile", async () => {
    await openNotebook(page, lab, path);
    const source = codeCells(page).nth(4).locator(".cm-content");
    await source.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(
      'await new Promise((done) => setTimeout(done, 2000));\nprocess.kill(process.pid, "SIGKILL");',
    );
    await page.keyboard.press("Control+s");
    await waitForFile(({ cells }) => JSON.stringify(cells).includes("SIGKILL"));
    const { port, token } = lab.server;
    const waitForState = async (state: string): Promise<void> => {
      const says = async (): Promise<boolean> => {
        const answer = await fetch(`http://127.0.0.1:${port}/api/sessions?token=${token}`);
        return (await answer.text()).includes(`"${state}"`);
      };
      for (const deadline = AbortSignal.timeout(30_000); !(await says()); await delay(50))
        if (deadline.aborted) assert.fail(`no kernel became ${state}`);
    };
    await startCell(page, 4);
    // A page that is left at once may not have sent what it was to run.
    await waitForState("busy");
    await page.goto("about:blank");
    await waitForState("lost");
    await openNotebook(page, lab, path);
    await codeCells(page).nth(4).getByText("The kernel ended by itself: it was killed").first().waitFor();
    await takeScreenshot(page, "lost");
  });

  it("tells about itself", async () => {
    await chooseMenu(page, "Help", "About Tumorlab");
    await page.locator(".jp-Dialog", { hasText: "MIT licence. Built on JupyterLab 4.6.4" }).waitFor();
    await takeScreenshot(page, "about");
    await page.getByRole("button", { name: "Close" }).last().click();
  });

  it("has nothing to complain of", () => assert.deepEqual(watched.complaints, []));

  /** Waits until the notebook on disk is what is asked for. */
  async function waitForFile(fits: (notebook: FixtureNotebook) => boolean): Promise<FixtureNotebook> {
    for (const deadline = AbortSignal.timeout(30_000); !deadline.aborted; await delay(100)) {
      const notebook = JSON.parse(await readFile(join(lab.folder, path), "utf8")) as FixtureNotebook;
      if (fits(notebook)) return notebook;
    }
    assert.fail("the notebook was not saved within 30 s");
  }
});
