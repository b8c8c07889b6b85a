import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { launchBrowser, openPage, readText, root, takeScreenshot, type WatchedPage } from "./browser.js";
import {
  chooseMenu,
  codeCells,
  openNotebook,
  runCell,
  startCell,
  startTestLab,
  type TestLab,
  waitForIdle,
} from "./lab.js";
import { codeCell, createNotebook, type FixtureNotebook } from "./notebooks.js";

const names = [
  "00-start-here",
  "01-one-scan",
  "07-scaling-analysis",
  "04-synthetic-tumors",
  "03-per-organ-breakdown",
  "06-jhh-in-small",
  "08-the-ledger",
  "09-annotation",
  "10-your-own-question",
];

/** Every day the runner runs all cells of all notebooks without a browser; at full size they run in the browser too. */
const isFull = process.env.TUMORLAB_FULL !== undefined;
const atFullSize = isFull ? it : it.skip;

const pathOf = (name: string) => `notebooks/${name}.ipynb`;

const trainingPath = "notebooks/training.ipynb";

/** A training as in 04, of two small scans and validated at every step, too long to end in a test. */
const training = createNotebook([
  codeCell(`import * as lab from "tumorlab";
const recipe = lab.training.changeTrainingConfig(lab.training.presets.tiny, { steps: 500, validateEvery: 1 });
const scans = lab.phantom.createPhantomScans({
  count: 2, seed: 20, spacingMm: recipe.spacingMm, shape: [48, 40, 40], tumorOrgans: ["liver"],
});
const cases = scans.map((scan) => lab.training.prepareCase(scan, recipe));`),
  codeCell(
    'await lab.training.watchTraining({ recipe, cases, validation: cases.slice(0, 1), title: "Live" });',
  ),
]);

/** A notebook as it is before anyone has run it. */
function readUnrun(name: string): FixtureNotebook {
  const notebook = JSON.parse(readFileSync(join(root, pathOf(name)), "utf8")) as FixtureNotebook;
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
  );
  return { ...notebook, cells };
}

/** Places, counted over code cells, of those that a notebook lets fail. */
function listMeantToFail(name: string): number[] {
  const cells = readUnrun(name).cells.filter(({ cell_type }) => cell_type === "code");
  return cells.flatMap(({ metadata }, i) =>
    (metadata as { tags?: string[] }).tags?.includes("raises-exception") ? [i] : [],
  );
}

describe("the first notebooks in the lab", function () {
  this.timeout(180_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;
  let watched: WatchedPage;

  before(async function () {
    browser = await launchBrowser(this);
    const unrun = Object.fromEntries(names.map((name) => [pathOf(name), readUnrun(name)]));
    lab = await startTestLab({ ...unrun, [trainingPath]: training });
    // 00 opens the sample by its path, as a reader opens a scan of their own.
    const samples = join("data-manifests", "samples");
    // 06 opens the results that are committed beside it.
    for (const folder of [samples, join("notebooks", "results")])
      await cp(join(root, folder), join(lab.folder, folder), { recursive: true });
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

  it("runs all cells of 00 and shows its plot", async () => {
    await runAll("00-start-here");
    await showFirstPlot();
    await takeScreenshot(page, "00-start-here");
  });

  it("runs 01 and shows the CT with its organs", async () => {
    await runUntil("01-one-scan", ".tl-Volume[data-state=ready]");
    await showFirstPlot();
    await takeScreenshot(page, "01-one-scan-plot");
    const viewer = page.locator(".jp-NotebookPanel:visible .tl-Volume[data-state=ready]").first();
    await viewer.locator(".tl-Volume-notes").scrollIntoViewIfNeeded();
    await takeScreenshot(page, "01-one-scan");
    assert.ok((await viewer.locator("[data-label]").count()) > 3, "the organs are listed");
  });

  it("moves a slice of the CT and changes its window", async () => {
    const viewer = page.locator(".jp-NotebookPanel:visible .tl-Volume[data-state=ready]").first();
    const axial = viewer.locator("canvas[data-plane=axial]");
    const before = await axial.evaluate((node: HTMLCanvasElement) => node.toDataURL());
    await viewer.getByRole("slider", { name: "Axial slice" }).fill("20");
    await viewer.locator('canvas[data-plane=axial][data-slice="20"]').waitFor();
    assert.notEqual(await axial.evaluate((node: HTMLCanvasElement) => node.toDataURL()), before);
    const window = await viewer.getAttribute("data-window");
    await viewer.getByLabel("Window").selectOption({ label: "Bone" });
    await page.locator(`.tl-Volume:not([data-window="${window}"])`).first().waitFor();
    await viewer.scrollIntoViewIfNeeded();
    await takeScreenshot(page, "01-one-scan-bone");
  });

  atFullSize("runs all cells of 02 and shows its curves", async () => {
    assert.equal(await runFigures("07-scaling-analysis"), 8, "eight figures");
    await takeScreenshot(page, "07-scaling-analysis");
  });

  atFullSize("moves the growth of 04 by its slider and turns its surface by the mouse", async () => {
    await openNotebook(page, lab, pathOf("04-synthetic-tumors"));
    const runThat = (words: string): Promise<Locator> => runCellWith("04-synthetic-tumors", words);
    for (const word of ["import *", "const scale", "openScan", "findSynthesizer"]) await runThat(word);
    const growth = await runThat("growthFigure");
    const readStep = () => growth.locator(".slider-label").first().textContent();
    const last = await readStep();
    const slice = await growth.screenshot();
    await drag(growth.locator(".slider-grip-rect"), -300, 0);
    await page.waitForFunction(
      ([node, old]) => (node as Element).querySelector(".slider-label")!.textContent !== old,
      [await growth.elementHandle(), last] as const,
    );
    assert.ok(!slice.equals(await growth.screenshot()), "another step, another picture");
    const surface = await runThat("surfaceFigure");
    await surface.locator(".gl-container canvas").first().waitFor();
    const plot = await surface.locator(".tl-Plotly-plot").elementHandle();
    const readEye = (node: unknown): string =>
      JSON.stringify((node as { layout: { scene: { camera: unknown } } }).layout.scene.camera);
    const first = await page.evaluate(readEye, plot);
    await drag(surface, 150, -40);
    await page.waitForFunction(
      ([node, old]) =>
        JSON.stringify(
          (node as unknown as { layout: { scene: { camera: unknown } } }).layout.scene.camera,
        ) !== old,
      [plot, first] as const,
    );
    await takeScreenshot(page, "03-surface-turned");
  });

  it("draws the curve of a training while it trains, and ends at an interrupt", async () => {
    await openNotebook(page, lab, trainingPath);
    await runCell(page, 0);
    const cell = await startCell(page, 1);
    const node = await cell.elementHandle();
    for (const count of [1, 3])
      await page.waitForFunction(
        ([element, least]) => {
          const plot = (element as Element).querySelector<HTMLElement & { data?: { x: unknown[] }[] }>(
            ".tl-Plotly-plot",
          );
          return (plot?.data?.[0]?.x.length ?? 0) >= least;
        },
        [node, count] as const,
      );
    // It has hundreds of steps before it: what was seen was drawn on the way.
    assert.match(await readText(cell.locator(".jp-InputArea-prompt")), /\[\*\]/);
    await takeScreenshot(page, "05-training-live");
    await page
      .locator(".jp-NotebookPanel-toolbar:visible [data-command='notebook:interrupt-kernel']")
      .click();
    await waitForIdle(page);
    assert.match(await readText(cell.locator(".jp-OutputArea")), /Interrupted/);
  });

  atFullSize("runs all cells of 05 and shows its table, its dots and its worst cases", async () => {
    assert.equal(await runFigures("03-per-organ-breakdown"), 11, "eleven figures");
    await takeScreenshot(page, "03-per-organ-breakdown");
    assert.ok((await page.locator(".jp-NotebookPanel:visible .jp-RenderedHTML table").count()) > 2, "tables");
  });

  atFullSize("opens the committed run of 06 and draws its curves, gains and laws", async () => {
    await openNotebook(page, lab, pathOf("06-jhh-in-small"));
    const runThat = (words: string): Promise<Locator> => runCellWith("06-jhh-in-small", words);
    for (const word of ["import *", "estimatePlan", "readExperimentResults", "analyzeExperiment(results);"])
      await runThat(word);
    const figures = [
      ["distributionCurvesFigure", 2],
      ["gainFigure", 1],
      ["gainCurvesFigure", 2],
      ["multiplierFigure", 1],
    ] as const;
    for (const [word, panels] of figures) {
      const plot = await runThat(word);
      await plot.waitFor();
      assert.equal(await plot.locator(".cartesianlayer > .subplot").count(), panels, word);
      await takeScreenshot(page, `06-${word}`);
    }
  });

  it("has nothing to complain of", () => assert.deepEqual(watched.complaints, []));

  /** Plots of the notebook in front; others may be open behind it. */
  const plotsInFront = () => page.locator('.jp-NotebookPanel:visible .tl-Plotly:not([data-plot="failed"])');

  /** Scrolls to the first plot in front: it is drawn when it comes near the screen. */
  async function showFirstPlot(): Promise<void> {
    await plotsInFront().first().scrollIntoViewIfNeeded();
    await page.locator('.jp-NotebookPanel:visible .tl-Plotly[data-plot="ready"]').first().waitFor();
  }

  /** Runs the first cell of a notebook that holds some words, and returns the plot it draws, if any. */
  async function runCellWith(name: string, words: string): Promise<Locator> {
    const sources = readUnrun(name).cells.filter(({ cell_type }) => cell_type === "code");
    const index = sources.findIndex(({ source }) => [source].flat().join("").includes(words));
    assert.ok(index >= 0, `${name} has no cell with ${words}`);
    const cell = await runCell(page, index);
    await cell.scrollIntoViewIfNeeded();
    const plots = cell.locator(".tl-Plotly");
    if ((await plots.count()) > 0) await plots.last().scrollIntoViewIfNeeded();
    return cell.locator('.tl-Plotly[data-plot="ready"]').last();
  }

  /** Drags with the mouse from the middle of something. */
  async function drag(target: Locator, right: number, down: number): Promise<void> {
    await target.scrollIntoViewIfNeeded();
    const box = (await target.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + right, y + down, { steps: 5 });
    await page.mouse.up();
  }

  /** Runs a notebook; returns how many figures it shows. */
  async function runFigures(name: string): Promise<number> {
    await runAll(name);
    await showFirstPlot();
    return plotsInFront().count();
  }

  /** Runs a notebook up to the first cell that shows something, at full size all of it. */
  async function runUntil(name: string, selector: string): Promise<void> {
    if (isFull) return runAll(name);
    await openNotebook(page, lab, pathOf(name));
    // The lab makes cells far down later: the file says how many there are.
    const count = readUnrun(name).cells.filter(({ cell_type }) => cell_type === "code").length;
    const wanted = page.locator(`.jp-NotebookPanel:visible ${selector}`).first();
    for (let i = 0; i < count && (await wanted.count()) === 0; i++) {
      const cell = await runCell(page, i);
      // It is drawn when it comes into sight.
      if ((await cell.locator(selector.replace(/\[.*/, "")).count()) > 0) await wanted.waitFor();
    }
  }

  /** Opens a notebook, runs it from a fresh kernel and checks that no cell failed that was not meant to. */
  async function runAll(name: string): Promise<void> {
    await openNotebook(page, lab, pathOf(name));
    const cells = codeCells(page);
    await chooseMenu(page, "Run", "Run All Cells");
    // Cells wait as [*]; after an error those behind it go back to [ ] before they run.
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")].every((cell) =>
          /^\[\d+\]:$/.test(cell.querySelector(".jp-InputArea-prompt")?.textContent ?? ""),
        ),
      undefined,
      { timeout: 150_000 },
    );
    await waitForIdle(page);
    const failed = await cells.evaluateAll((nodes) =>
      nodes.flatMap((node, i) =>
        node.querySelector('[data-mime-type="application/vnd.jupyter.stderr"]') ? [i] : [],
      ),
    );
    assert.deepEqual(failed, listMeantToFail(name), "code cells that failed, and those that are meant to");
    const counts = await cells.locator(".jp-InputArea-prompt").allTextContents();
    assert.deepEqual(
      counts.filter((text) => !/^\[\d+\]:$/.test(text)),
      [],
      "every cell ran",
    );
  }
});
