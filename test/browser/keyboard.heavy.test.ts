import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, takeScreenshot } from "./browser.js";
import { openNotebook, startTestLab, type TestLab } from "./lab.js";
import { codeCell, createNotebook, markdownCell } from "./notebooks.js";

const controls = `import * as lab from "tumorlab";
import * as lessons from "tumorlab/lessons";
await lab.interact({ level: { min: 0, max: 10, value: 4, label: "Level (HU)" } }, ({ level }) => \`drawn: \${level}\`);`;
const viewer = `const grid = { spacingMm: 8, shape: [40, 30, 30] as const };
const { ct, labels } = lab.phantom.createPhantomCase(1, { seed: 4, ...grid });
lab.view(ct, labels);`;
const exercise = `const megabytes = 1;
await lessons.checkExercise("scan-size", megabytes);`;

/** No pointer is used in this suite: whoever has none goes through a lesson in this way. */
describe("a lesson by keyboard alone", function () {
  this.timeout(240_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;
  let readers: string;
  const own = process.env.TUMORLAB_READERS;

  before(async function () {
    browser = await launchBrowser(this);
    readers = await mkdtemp(path.join(tmpdir(), "readers-"));
    process.env.TUMORLAB_READERS = readers;
    const cells = [markdownCell("# By keyboard"), codeCell(controls), codeCell(viewer), codeCell(exercise)];
    lab = await startTestLab({ "notebooks/keys.ipynb": createNotebook(cells) });
    ({ page } = await openPage(browser));
    await openNotebook(page, lab, "notebooks/keys.ipynb");
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });
  after(async () => {
    await browser?.close();
    await lab?.close();
    if (own === undefined) delete process.env.TUMORLAB_READERS;
    else process.env.TUMORLAB_READERS = own;
    if (readers) await rm(readers, { recursive: true, force: true });
  });

  /** Presses Tab until an element that matches has the focus. */
  const tabTo = async (selector: string, most = 40): Promise<void> => {
    for (let i = 0; i < most; i++) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press("Tab");
    }
    const at = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
    assert.fail(`Tab does not lead to ${selector}; it is at ${at}`);
  };
  const shows = (text: string | RegExp) =>
    page.locator(".jp-OutputArea-output", { hasText: text }).first().waitFor();

  it("runs its cells, one after the other", async () => {
    for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+Enter");
    await shows("drawn: 4");
    await page.locator(".tl-Volume[data-state=ready]").waitFor();
    await shows(/Not yet/);
  });

  it("moves a slider", async () => {
    await page.keyboard.press("Escape");
    for (let i = 0; i < 4; i++) await page.keyboard.press("k");
    await page.keyboard.press("j");
    await tabTo(".tl-Interact input[type=range]");
    await page.keyboard.press("ArrowRight");
    await shows("drawn: 5");
  });

  it("goes into the viewer, through its slices, and out again", async () => {
    const view = page.locator(".tl-Volume");
    await tabTo(".tl-Volume canvas[data-plane=axial]", 80);
    const slice = await view.locator("canvas[data-plane=axial]").getAttribute("data-slice");
    await page.keyboard.press("ArrowUp");
    await page.waitForFunction(
      (old) => document.querySelector("canvas[data-plane=axial]")?.getAttribute("data-slice") !== old,
      slice,
    );
    await page.keyboard.press("Escape");
    const isInCell = await page.evaluate(() => document.activeElement?.classList.contains("jp-Cell"));
    assert.ok(isInCell, "Escape gives the focus back to the cell");
  });

  it("answers an exercise", async () => {
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(
      'const size = (512 * 512 * 300 * 16) / 8 / 1e6;\nawait lessons.checkExercise("scan-size", size);',
    );
    await page.keyboard.press("Shift+Enter");
    await shows(/Right/);
  });
});
