import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage, takeScreenshot } from "./browser.js";
import { openNotebook, runCell, startCell, startTestLab, type TestLab, waitForIdle } from "./lab.js";
import { codeCell, createNotebook } from "./notebooks.js";

const code = `import * as lab from "tumorlab";
await lab.interact(
  { level: { min: 0, max: 10, value: 4, label: "Level (HU)" }, organ: ["liver", "kidney"], sure: true },
  ({ level, organ, sure }) => {
    if (level === 7) throw new Error("seven is too many");
    return \`drawn: \${level} \${organ} \${sure}\`;
  },
);`;

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const pictureCode = `const pictures = Array(3).fill("data:image/png;base64,${png}");
await lab.interact({ odd: { pictures, label: "Click the odd ones" } }, ({ odd }) => \`picked: \${odd.join(" ")}\`);`;

describe("controls in the lab", function () {
  this.timeout(120_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;

  before(async function () {
    browser = await launchBrowser(this);
    lab = await startTestLab({
      "notebooks/panel.ipynb": createNotebook([codeCell(code), codeCell(pictureCode)]),
    });
    ({ page } = await openPage(browser));
    await openNotebook(page, lab, "notebooks/panel.ipynb");
    await runCell(page, 0);
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const waitFor = (text: string) =>
    page.locator(".jp-OutputArea-output", { hasText: text }).waitFor({ timeout: 20_000 });

  it("draw anew what stands below them, by keyboard alone", async () => {
    await waitFor("drawn: 4 liver true");
    const slider = page.getByLabel("Level (HU)");
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await waitFor("drawn: 5 liver true");
    assert.equal(await slider.getAttribute("aria-valuetext"), "5");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await waitFor("drawn: 5 kidney true");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await waitFor("drawn: 5 kidney false");
    assert.equal(await page.locator(".jp-OutputArea-output", { hasText: "drawn:" }).count(), 1);
  });

  it("say why nothing was drawn and keep the picture", async () => {
    const slider = page.getByLabel("Level (HU)");
    await slider.fill("7");
    await waitFor("seven is too many");
    await waitFor("drawn: 5 kidney false");
    await slider.fill("8");
    await waitFor("drawn: 8 kidney false");
    assert.equal(await page.locator(".tl-Interact-status").textContent(), "");
  });

  it("are pictures that are picked by a click or a key", async () => {
    await runCell(page, 1);
    await waitFor("picked: false false false");
    const group = page.getByRole("group", { name: "Click the odd ones" });
    await group.getByRole("button", { name: "Picture 2" }).click();
    await waitFor("picked: false true false");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await waitFor("picked: false true true");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await waitFor("picked: false false true");
    const pressed = group.locator('[aria-pressed="true"]');
    assert.equal(await pressed.textContent(), "Picture 3");
    assert.ok((await pressed.evaluate((node) => node.querySelector("img")!.naturalWidth)) > 0, "it is shown");
  });

  it("say that the cell must be run again when their kernel is gone", async () => {
    await page.locator(".jp-NotebookPanel-toolbar:visible [data-command='notebook:restart-kernel']").click();
    await page.getByRole("button", { name: "Confirm Kernel Restart" }).click();
    await waitForIdle(page);
    await page.getByLabel("Level (HU)").fill("3");
    await waitFor("Run the cell again to use these controls");
    assert.equal(await page.getByLabel("Level (HU)").isDisabled(), true);
    await startCell(page, 0);
    await waitFor("drawn: 4 liver true");
    await page.getByLabel("Level (HU)").fill("2");
    await waitFor("drawn: 2 liver true");
  });
});
