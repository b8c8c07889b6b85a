import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Browser, Page } from "playwright-core";
import { interactMime } from "tumorlab/internal/contracts/interact-payload";
import { sha256 } from "tumorlab/internal/platform/hash";
import { type PlainServer, servePlainly } from "../environment/site/serve.js";
import { root } from "./browser.js";
import { chooseMenu, waitForIdle } from "./lab.js";
import { openChromium } from "./open-chromium.js";
import { startKernel } from "#environment/client/kernel-client.js";
import { describeDifference } from "#environment/runner/compare.js";
import { executeNotebook } from "#environment/runner/execute.js";
import { normalizeNotebook } from "#environment/runner/normalize.js";
import { type Notebook, type Output, parseNotebook, tagsOf } from "#environment/runner/notebook.js";
import { injectParameters, listParameters } from "#environment/runner/parameters.js";
import { formatNotebook, requireNotebook } from "#environment/server/contents/notebook.js";

const lessons = readdirSync(join(root, "notebooks"))
  .filter((name) => /^\d+-.*\.ipynb$/.test(name))
  .sort();

/** A lesson at its smallest, without what was saved with it. */
function readLesson(name: string): Notebook {
  const notebook = parseNotebook(readFileSync(join(root, "notebooks", name), "utf8"), name);
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
  );
  const hasScale = listParameters(notebook).some((parameter) => parameter.name === "scale");
  return hasScale
    ? injectParameters({ ...notebook, cells }, { scale: "tiny" }, name)
    : { ...notebook, cells };
}

/** The text of a notebook's file. */
function textOf(notebook: Notebook): string {
  return formatNotebook(
    requireNotebook({ ...structuredClone(notebook), nbformat: 4, nbformat_minor: 5 }, "a lesson"),
  );
}

/**
 * What is compared: no still pictures, which a page does not draw; pictures inside figures by their pixels, as a browser
 * compresses them in its own way, and those to pick from by their size, as it paints letters in its own way; no digits where they are said to change; of a look at the environment only what is missing.
 */
async function comparable(output: Output, isVolatile: boolean): Promise<Output> {
  const { data } = output as { data?: Record<string, unknown> };
  const { "image/png": _picture, ...shown } = data ?? {};
  const plain = { ...output, ...(data ? { data: shown, metadata: {} } : {}) } as Output;
  let text = JSON.stringify(plain);
  for (const [found] of text.matchAll(/data:image\/png;base64,[A-Za-z0-9+/=]+/g))
    text = text.replace(found, await describePixels(found, interactMime in shown));
  text = text.replace(/OK {4}[^\n"\\]+/g, "OK");
  return JSON.parse(isVolatile ? text.replace(/\d+/g, "0") : text) as Output;
}

async function describePixels(url: string, isPainted: boolean): Promise<string> {
  const { width, height } = await loadImage(url);
  if (isPainted) return `picture ${width} x ${height}`;
  const context = createCanvas(width, height).getContext("2d");
  context.drawImage(await loadImage(url), 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return `picture ${width} x ${height} ${sha256(new Uint8Array(data.buffer))}`;
}

describe("the site", function () {
  this.timeout(900_000);
  let folder: string;
  /** The one that cells run in with Node: beside what lessons read, and without what was trained in the project before. */
  let nodeFolder: string;
  let server: PlainServer;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), "tumorlab-site-"));
    nodeFolder = join(folder, "project", "notebooks");
    mkdirSync(nodeFolder, { recursive: true });
    for (const part of ["data-manifests", "node_modules", join("notebooks", "results")])
      symlinkSync(join(root, part), join(folder, "project", part));
    const build = pathToFileURL(join(root, "environment", "site", "build", "site.mjs")).href;
    const { buildSite } = (await import(build)) as {
      buildSite: (options: { root: string; outDir: string }) => Promise<object>;
    };
    await buildSite({ root, outDir: join(folder, "site") });
    server = await servePlainly({ "/sub/": join(folder, "site") });
    browser = await openChromium(this);
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(180_000);
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("response", (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
  });

  after(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a notebook; others that were open come back beside it. */
  async function open(query: string, name: string): Promise<void> {
    await page.goto(`${server.origin}/sub/${query}`);
    await page.locator("html[data-lab-state=ready]").waitFor({ timeout: 120_000 });
    await page
      .locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current", { hasText: name })
      .waitFor({ timeout: 120_000 });
    await page.locator(".jp-NotebookPanel:visible .jp-Cell").first().waitFor();
    await waitForIdle(page, 120_000);
  }

  it("opens a lesson by its number, from a plain server below a path, and asks for nothing that is not there", async () => {
    await open("?notebook=00", lessons[0]);
    assert.match(page.url(), /\/sub\/lab\/tree\/notebooks\/00-[\w-]+\.ipynb$/);
    assert.deepEqual(problems, []);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  });

  for (const name of lessons)
    it(`runs ${name} with the network cut, and shows what Node shows`, async () => {
      await server.close();
      await page.context().setOffline(true);
      const lesson = readLesson(name);
      const path = `notebooks/tiny-${name}`;
      const put = await page.evaluate(
        async ([to, content]) => {
          const body = JSON.stringify({ type: "notebook", format: "json", content: JSON.parse(content) });
          return (await fetch(`/sub/api/contents/${to}`, { method: "PUT", body })).status;
        },
        [path, textOf(lesson)] as const,
      );
      assert.equal(put, 201);
      await open(`?path=${encodeURIComponent(path)}`, `tiny-${name}`);
      assert.equal(await page.evaluate(() => self.crossOriginIsolated), true);
      await chooseMenu(page, "Run", "Run All Cells");
      await page.waitForFunction(
        () => {
          const prompts = document.querySelectorAll(
            ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputArea-prompt",
          );
          return [...prompts].every(({ textContent }) => /^\[\d+\]:$/.test(textContent));
        },
        undefined,
        { timeout: 600_000 },
      );
      await chooseMenu(page, "File", "Save Notebook");
      const ran = await page.evaluate(async (from) => {
        for (;;) {
          const { content } = await (await fetch(`/sub/api/contents/${from}?content=1`)).json();
          const code = content.cells.filter((cell: { cell_type: string }) => cell.cell_type === "code");
          // Until JupyterLab has saved it.
          if (code.at(-1).execution_count !== null) return JSON.stringify(content);
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
      }, path);
      const inPage = normalizeNotebook(parseNotebook(ran, name), []);

      // Hints of exercises depend on what the reader has tried before: nothing, as in the page.
      process.env.TUMORLAB_READERS = join(folder, "readers");
      const kernel = await startKernel({ cwd: nodeFolder, root });
      delete process.env.TUMORLAB_READERS;
      const { notebook, failure } = await executeNotebook(lesson, kernel, { cellTimeoutMs: 300_000 });
      await kernel.shutdown();
      assert.equal(failure, undefined);
      const inNode = normalizeNotebook(notebook, []);

      const differences: string[] = [];
      for (const [index, cell] of inNode.cells.entries()) {
        const twin = inPage.cells[index];
        if (cell.cell_type !== "code" || twin.cell_type !== "code") continue;
        const isVolatile = tagsOf(cell).includes("volatile");
        if (cell.outputs.length !== twin.outputs.length)
          differences.push(`${cell.id}: ${twin.outputs.length} outputs, in Node ${cell.outputs.length}`);
        for (const [at, output] of cell.outputs.entries()) {
          const other = twin.outputs[at];
          if (other === undefined) continue;
          const found = await describeDifference(
            await comparable(output, isVolatile),
            await comparable(other, isVolatile),
          );
          if (found !== undefined) differences.push(`${cell.id}, output ${at + 1}: ${found}`);
        }
      }
      assert.deepEqual(differences, []);
    });
});
