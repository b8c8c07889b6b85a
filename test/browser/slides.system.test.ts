import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, root } from "./browser.js";
import { renderSlides } from "#environment/runner/html/slides.js";
import { parseNotebook } from "#environment/runner/notebook.js";

/** The slides of a lesson as `npm run notebooks -- 00 --slides` writes them, in a browser without network. */
describe("the slides of a lesson, offline", function () {
  this.timeout(120_000);
  let browser: Browser;
  let page: Page;
  let folder: string;
  const errors: string[] = [];

  before(async function () {
    browser = await launchBrowser(this);
    folder = await mkdtemp(path.join(tmpdir(), "slides-"));
    const name = "notebooks/00-start-here.ipynb";
    const notebook = parseNotebook(readFileSync(path.join(root, name), "utf8"), name);
    const html = (await renderSlides(notebook, { file: path.join(root, name), root, name }))!;
    await writeFile(path.join(folder, "a.html"), html);
    const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 720 } });
    page = await context.newPage();
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(`file://${path.join(folder, "a.html")}`);
  });
  after(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  const place = () => page.locator(".place").textContent();
  const count = () => page.locator("section.slide").count();

  it("show one slide at a time, which has the focus", async () => {
    assert.equal(await page.locator("section.slide:visible").count(), 1);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "slide-1");
  });

  it("are turned by the arrows, Home and End, and say where one is", async () => {
    const total = await count();
    await page.keyboard.press("ArrowRight");
    assert.equal(await place(), `2 / ${total}`);
    await page.keyboard.press("End");
    assert.equal(await place(), `${total} / ${total}`);
    await page.keyboard.press("ArrowRight");
    assert.equal(await place(), `${total} / ${total}`);
    await page.keyboard.press("Home");
    assert.equal(await place(), `1 / ${total}`);
    await page.keyboard.press("ArrowLeft");
    assert.equal(await place(), `1 / ${total}`);
  });

  it("show what comes later at another press, and take it back", async () => {
    await page.keyboard.press("Home");
    for (let i = 0; i < 40 && (await page.locator(".is-current .fragment").count()) === 0; i++)
      await page.keyboard.press("ArrowRight");
    const fragment = page.locator(".is-current .fragment").first();
    const before = await place();
    assert.equal(await fragment.isVisible(), false);
    await page.keyboard.press("ArrowRight");
    assert.equal(await fragment.isVisible(), true);
    assert.equal(await place(), before);
    await page.keyboard.press("ArrowLeft");
    assert.equal(await fragment.isVisible(), false);
  });

  it("fit into the window, every one of them", async () => {
    await page.keyboard.press("Home");
    const total = await count();
    for (let i = 1; i <= total; i++) {
      await page.evaluate((n) => (location.hash = `#${n}`), i);
      await page.waitForFunction(
        (n) => document.querySelector(".place")?.textContent?.startsWith(`${n} /`),
        i,
      );
      const isCut = await page.evaluate(() => {
        const stage = document.querySelector(".is-current .stage")!;
        return stage.scrollHeight > stage.clientHeight + 1 || stage.scrollWidth > stage.clientWidth + 1;
      });
      assert.equal(isCut, false, `slide ${i}`);
    }
  });

  it("show notes at a key, and hide them again", async () => {
    await page.keyboard.press("Home");
    await page.keyboard.press("n");
    assert.equal(await page.locator(".is-current .notes").isVisible(), true);
    await page.keyboard.press("n");
    assert.equal(await page.locator(".is-current .notes").isVisible(), false);
  });

  it("print a page each", async () => {
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
    assert.equal((pdf.match(/\/Type\s*\/Page[^s]/g) ?? []).length, await count());
  });

  it("have nothing to complain of", () => assert.deepEqual(errors, []));
});
