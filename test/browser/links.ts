import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { fakeSpec } from "../environment/server/support/harness.js";
import { launchBrowser, openPage, root, takeScreenshot, type WatchedPage } from "./browser.js";
import { chooseMenu, openLab, startTestLab, type TestLab } from "./lab.js";
import { createNotebook, type FixtureNotebook, markdownCell } from "./notebooks.js";

/** What a reader may be led to from Home, beside the notebooks. */
const documents = [
  "README.md",
  "environment/README.md",
  "notebooks/teaching/README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
];
/** What the documents lead to, as far as the project has it: what it lacks is found as a link into nowhere. */
const besideThem = [
  ...new Set([
    "LICENSE",
    "environment/images",
    ...documents.flatMap((document) =>
      [...readFileSync(join(root, document), "utf8").matchAll(/\]\(<?([^)>#\s]+)/g)]
        .map(([, to]) => relative(root, resolve(root, dirname(document), decodeURIComponent(to))))
        .filter(
          (path) => !/^https?:/.test(path) && existsSync(join(root, path)) && extname(path) !== ".ipynb",
        ),
    ),
  ]),
].filter((path) => !documents.includes(path));

/** Links of every shape that Markdown knows, from a folder whose name must be encoded. */
const shapes = "notebooks/my own/every shape.ipynb";
const shapesText = `[up](../00-start-here.ipynb) [beside](./beside%20it.ipynb) [part](<beside it.ipynb#A-part>)
[far](../../environment/README.md) <a href="../../LICENSE">as HTML</a> [out](https://example.org/a)
[by reference][there]

![a picture](../../environment/images/lab.png) <img src="../../environment/images/lab.png" alt="another">

[there]: ../exercises/01-one-scan-solutions.ipynb`;

/** The prose of a notebook alone: the links are in it, and no output has to be drawn. */
function readProse(path: string): FixtureNotebook {
  const { cells } = JSON.parse(readFileSync(join(root, path), "utf8")) as FixtureNotebook;
  return createNotebook(
    cells
      .filter(({ cell_type }) => cell_type === "markdown")
      .map(({ source }) => markdownCell([source].flat().join(""))),
  );
}

function countProse(file: string): number {
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as FixtureNotebook;
  return cells.filter(({ cell_type }) => cell_type === "markdown").length;
}

function listNotebooks(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".ipynb"))
    .map((name) => `${folder}/${name}`);
}

/**
 * Tests of links in the lab.
 *
 * @param everywhere whether all notebooks and documents are opened, and all links in them and behind them
 */
export function describeLinks(title: string, everywhere: boolean): void {
  describe(title, function () {
    this.timeout(300_000);
    const paths = [...listNotebooks("notebooks"), ...listNotebooks("notebooks/exercises")];
    let browser: Browser;
    let lab: TestLab;
    let page: Page;
    let watched: WatchedPage;

    before(async function () {
      browser = await launchBrowser(this);
      const fixtures = Object.fromEntries(paths.map((path) => [path, readProse(path)]));
      fixtures[shapes] = createNotebook([markdownCell(shapesText)]);
      fixtures["notebooks/my own/beside it.ipynb"] = createNotebook([markdownCell("# A part\n\nText.")]);
      // Cells outside the window are drawn too, so that all links can be found; kernels are of no use here.
      lab = await startTestLab(fixtures, {
        kernelSpecs: [{ ...fakeSpec("tumorlab") }],
        settings: { "@jupyterlab/notebook-extension:tracker": { windowingMode: "none" } },
      });
      for (const path of [...documents, ...besideThem]) {
        await mkdir(dirname(join(lab.folder, path)), { recursive: true });
        await cp(join(root, path), join(lab.folder, path), { recursive: true });
      }
      await writeFile(join(lab.folder, "data-manifests", "ORIGIN.md"), "# Origin\n");
      watched = await openPage(browser);
      ({ page } = watched);
      // A window this small is drawn in half the time, and nothing here is looked at.
      await page.setViewportSize({ width: 900, height: 420 });
      page.context().on("page", (other) => watched.complaints.push(`a second page: ${other.url()}`));
    });

    afterEach(async function () {
      if (this.currentTest?.state === "failed")
        await takeScreenshot(page, `failed-${this.currentTest.title}`);
    });

    after(async () => {
      await browser?.close();
      await lab?.close();
    });

    it("lists every notebook and document on Home, and opens them and what their links lead to", async () => {
      await openLab(page, lab.address());
      const entries = page.locator(".tl-Home .tl-Home-card, .tl-Home .tl-Home-link");
      await page.locator(".tl-Home-link").first().waitFor();
      const listed = await entries.evaluateAll((nodes) => nodes.map((node) => (node as HTMLElement).title));
      assert.deepEqual(listed, [
        ...paths.filter((path) => dirname(path) === "notebooks").sort(),
        ...documents,
      ]);
      for (const path of everywhere ? listed : [listed[1], "README.md"]) {
        await activate("Home");
        await page.locator(`.tl-Home [title="${path}"]`).click();
        await seeTab(path);
        await follow(path);
      }
      if (!everywhere) return;
      assert.deepEqual(
        paths.filter((path) => !followed.has(path)),
        [],
        "notebooks that no link leads to",
      );
    });

    if (!everywhere) {
      it("leads from Home to the reference, or to how it is built", async () => {
        await activate("Home");
        const link = page.locator(".tl-Home a.tl-Home-reference");
        assert.equal(await link.textContent(), "Reference and gallery");
        const address = new URL((await link.getAttribute("href"))!, page.url());
        assert.equal(address.pathname, "/docs/");
        assert.match(await (await page.request.get(address.href)).text(), /npm run docs|Gallery/);
      });

      it("understands links of every shape", async () => {
        await chooseMenu(page, "File", "Open from Path\u2026");
        await page.locator(".jp-Dialog input").fill(shapes);
        await page.locator(".jp-Dialog").getByRole("button", { name: "Open" }).click();
        await seeTab(shapes);
        assert.deepEqual(await follow(shapes), [
          "notebooks/00-start-here.ipynb",
          "notebooks/my own/beside it.ipynb",
          "notebooks/my own/beside it.ipynb",
          "environment/README.md",
          "LICENSE",
          "notebooks/exercises/01-one-scan-solutions.ipynb",
        ]);
      });

      it("shows relative pictures", async () => {
        for (const [path, count] of [
          [shapes, 2],
          ["README.md", 1],
        ] as const) {
          await activate(path);
          const pictures = inFront().locator(".jp-RenderedMarkdown img");
          assert.equal(await pictures.count(), count);
          for (let i = 0; i < count; i++)
            await page.waitForFunction(
              (node) => (node as HTMLImageElement).naturalWidth > 100,
              await pictures.nth(i).elementHandle(),
            );
          await takeScreenshot(page, `pictures-${basename(path)}`);
        }
      });
    }

    it("has nothing to complain of", () => {
      // The kernel of this test keeps no history.
      const { complaints } = watched;
      assert.deepEqual(
        complaints.filter((text) => !text.includes("History was unable to be retrieved")),
        [],
      );
    });

    /** Documents whose links were clicked. */
    const followed = new Set<string>();

    /** Clicks each link of the document in front, and where all are followed those behind them; returns where they led. */
    async function follow(path: string): Promise<string[]> {
      if (followed.has(path)) return [];
      followed.add(path);
      await inFront().locator(".jp-RenderedMarkdown:visible, .cm-content:visible").first().waitFor();
      // Cells are drawn one after the other: a link that is not there yet would be passed over.
      if (path.endsWith(".ipynb"))
        await inFront()
          .locator(".jp-MarkdownCell .jp-RenderedMarkdown:not(:empty)")
          .nth(countProse(join(lab.folder, path)) - 1)
          .waitFor({ state: "attached" });
      const links = inFront().locator(".jp-RenderedMarkdown a:not(.jp-InternalAnchorLink)");
      const reached: string[] = [];
      for (let i = 0; i < (await links.count()); i++) {
        const link = links.nth(i);
        const [href, target, rel] = await link.evaluate((node: HTMLAnchorElement) => [
          node.getAttribute("href") ?? "",
          node.target,
          node.rel,
        ]);
        if (/^https?:/.test(href) && !href.includes("/files/")) {
          assert.deepEqual([target, rel], ["_blank", "noopener"], `${path}: ${href}`);
          continue;
        }
        const to = decodeURIComponent(/\/files\/([^?#]*)/.exec(href)?.[1] ?? `no file: ${href}`);
        assert.ok(existsSync(join(lab.folder, to)), `${path} leads to ${to}, which is not there`);
        await link.click();
        await seeTab(to);
        reached.push(to);
        if (everywhere) await follow(to);
        await activate(path);
      }
      return reached;
    }

    /** What is open in front. */
    function inFront(): Locator {
      return page.locator("#jp-main-dock-panel > .lm-Widget:not(.lm-mod-hidden):not(.lm-TabBar)");
    }

    const tabOf = (path: string, more = "") =>
      page.locator(
        path === "Home"
          ? `#jp-main-dock-panel .lm-TabBar-tab[data-id^="tumorlab-home"]${more}`
          : `#jp-main-dock-panel .lm-TabBar-tab[title*="Path: ${path}"]${more}`,
      );

    async function activate(path: string): Promise<void> {
      await tabOf(path).click();
      await seeTab(path);
    }

    /** Waits until a document is in front. */
    const seeTab = (path: string) => tabOf(path, ".lm-mod-current").waitFor();
  });
}
