import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { lineFigure } from "tumorlab/internal/plot/lines";
import { fakeSpec } from "../environment/server/support/harness.js";
import { codeCells } from "../notebooks/read-notebooks.js";
import { type AxeFinding, describeBarriers, findBarriers } from "./axe.js";
import { launchBrowser, openPage, root } from "./browser.js";
import { openLab, startTestLab, type TestLab } from "./lab.js";
import { codeCell, createNotebook, markdownCell, plotlyMime, volumeMime } from "./notebooks.js";
import { createBody } from "./volumes.js";
import { renderPage } from "#environment/runner/html/page.js";
import { renderSlides } from "#environment/runner/html/slides.js";
import { type Notebook, parseNotebook } from "#environment/runner/notebook.js";

const picture =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const readLesson = (name: string): Notebook =>
  parseNotebook(readFileSync(path.join(root, "notebooks", `${name}.ipynb`), "utf8"), name);

/** Elements of JupyterLab itself, by the rule that they break, each with the reason why it is not mended here. */
const foreign: Readonly<Record<string, { within: RegExp; reason: string }>> = {
  "aria-allowed-attr": {
    within: /^jp-button\[/,
    reason:
      "buttons of the file browser: JupyterLab's toolkit sets aria-pressed on an element that has no role for it",
  },
  "aria-input-field-name": {
    within: /\.jp-InputArea-editor .* \.cm-content/,
    reason: "editors of cells: JupyterLab gives CodeMirror no name",
  },
  "aria-required-children": {
    within: /^\.jp-WindowedPanel-viewport$/,
    reason: "the notebook's list of cells: JupyterLab calls it a feed and its cells no articles",
  },
  "button-name": {
    within: /^button\[data-heading-level="\d"\]$/,
    reason: "the fold beside a heading: JupyterLab's has an icon and no words",
  },
};

describe("barriers for readers, as axe finds them", function () {
  this.timeout(180_000);
  let browser: Browser;
  let folder: string;
  const { payload } = createBody(32);
  const figure = lineFigure([{ name: "a", x: [1, 2, 3], y: [1, 4, 2] }], {
    title: "A curve",
    x: { title: "n", unit: "count" },
    y: { title: "Dice", unit: "1" },
  });
  const { outputs } = codeCells(readLesson("10-your-own-question")).find(({ id }) => id === "power")!;
  const panel = (outputs[0] as { data: Record<string, unknown> }).data;
  const notebook = createNotebook([
    {
      ...markdownCell("# A lesson\n\nText with `code` and $x^2$.\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
      metadata: { slideshow: { slide_type: "slide" } },
    },
    {
      ...codeCell("figure;", { [plotlyMime]: figure, "image/png": picture, "text/plain": "Figure: a curve" }),
      metadata: { slideshow: { slide_type: "subslide" } },
    },
    codeCell("view;", { [volumeMime]: payload, "image/png": picture, "text/plain": "a volume" }),
    codeCell("table;", {
      "text/html": "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
      "text/plain": "a",
    }),
    { ...codeCell("panel;", panel), metadata: { slideshow: { slide_type: "subslide" } } },
    markdownCell("## More\n\n- one\n- two"),
  ]);

  before(async function () {
    browser = await launchBrowser(this);
    folder = await mkdtemp(path.join(tmpdir(), "axe-"));
  });
  after(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  const open = async (html: string, colorScheme: "light" | "dark"): Promise<Page> => {
    const file = path.join(folder, "page.html");
    await writeFile(file, html);
    const context = await browser.newContext({
      offline: true,
      colorScheme,
      viewport: { width: 1280, height: 720 },
    });
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    return page;
  };
  const source = { file: path.join(root, "notebooks", "a.ipynb"), root, name: "notebooks/a.ipynb" };
  const parsed = parseNotebook(JSON.stringify(notebook), "a.ipynb");

  it("are none in an exported page, with its figure and its viewer live", async () => {
    const page = await open(await renderPage(parsed, source), "light");
    await page.locator(".tl-Volume[data-state=ready]").waitFor();
    await page.locator(".js-plotly-plot .main-svg").first().waitFor();
    expectNone(await findBarriers(page));
    await page.context().close();
  });

  it("are none in the slides, in light and in dark colours, with notes", async () => {
    const html = (await renderSlides(parsed, source))!;
    for (const [scheme, keys] of [
      ["light", ["Home"]],
      ["dark", ["End", "n"]],
    ] as const) {
      const page = await open(html, scheme);
      for (const key of keys) await page.keyboard.press(key);
      expectNone(await findBarriers(page));
      await page.context().close();
    }
  });

  describe("in the lab", () => {
    let lab: TestLab;
    let page: Page;
    before(async () => {
      lab = await startTestLab(
        { "notebooks/01-outputs.ipynb": notebook },
        // Nothing is run, and the real kernel takes seconds to start.
        { kernelSpecs: [fakeSpec("tumorlab")] },
      );
      ({ page } = await openPage(browser));
    });
    after(() => lab?.close());
    const seen = new Set<string>();
    const look = async (): Promise<void> => {
      const findings = await findBarriers(page);
      for (const { rule } of findings) seen.add(rule);
      expectOnlyForeign(findings);
    };

    it("are none of ours on Home", async () => {
      await openLab(page, lab.address());
      await page.locator(".tl-Home-card").first().waitFor();
      await look();
    });

    it("are none of ours in a notebook with a figure, a viewer, a table, sliders and text", async () => {
      await openLab(page, lab.address("notebooks/01-outputs.ipynb"));
      await page.locator(".tl-Volume[data-state=ready]").waitFor();
      await page.locator(".tl-Interact").first().waitFor();
      await look();
    });

    it("are only excused in JupyterLab's own elements where it still has them", () => {
      assert.deepEqual([...seen].sort(), Object.keys(foreign).sort());
    });
  });
});

function expectNone(findings: readonly AxeFinding[]): void {
  assert.equal(describeBarriers(findings), "");
}

/** Findings in elements of JupyterLab itself may stay; those in ours may not. */
function expectOnlyForeign(findings: readonly AxeFinding[]): void {
  const ours = findings
    .map((finding) => ({
      ...finding,
      targets: finding.targets.filter((target) => !foreign[finding.rule]?.within.test(target)),
    }))
    .filter(({ targets }) => targets.length > 0);
  assert.equal(describeBarriers(ours), "");
}
