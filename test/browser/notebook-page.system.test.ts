import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openSample } from "tumorlab/internal/data/samples";
import { figureBundle } from "tumorlab/internal/notebook/show";
import { volumeBundle } from "tumorlab/internal/notebook/view";
import { openChromium } from "./open-chromium.js";
import { renderPage } from "#environment/runner/html/page.js";
import type { Notebook, Output } from "#environment/runner/notebook.js";

const root = path.resolve(__dirname, "../../..");

/** A page as `npm run notebooks -- --html` writes it, in a browser that has no network. */
describe("an exported notebook, offline", function () {
  this.timeout(180_000);
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let folder: string;
  const requests: string[] = [];
  const errors: string[] = [];

  before(async function () {
    browser = await openChromium(this);
    folder = await mkdtemp(path.join(tmpdir(), "page-"));
    const file = path.join(folder, "page.html");
    const name = "notebooks/page.ipynb";
    const html = await renderPage(await createNotebook(), { file: path.join(root, name), root, name });
    await writeFile(file, html);
    context = await browser.newContext({ offline: true, viewport: { width: 1200, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(120_000);
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(`file://${file}`);
  });
  after(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  const isLive = async (type: string): Promise<void> => {
    const figure = page.locator(`figure.live:has(#${await idOf(page, type)})`);
    await figure.scrollIntoViewIfNeeded();
    await figure.and(page.locator(".is-live")).waitFor();
  };

  it("draws the figure live, with Plotly's own marks", async () => {
    await isLive("application/vnd.plotly.v1+json");
    assert.equal(await page.locator(".js-plotly-plot .bars .point").count(), 3);
    assert.equal(await page.locator("figure.live img:visible").count(), 0, "the picture makes way");
  });

  it("shows the volume, moves its slices and changes its window", async () => {
    await isLive("application/vnd.tumorlab.volume+json");
    const viewer = page.locator(".tl-Volume");
    await page.waitForFunction(
      () => document.querySelector<HTMLElement>(".tl-Volume")?.dataset.state === "ready",
    );
    const before = await viewer.getAttribute("data-voxel");
    await viewer.locator('input[type="range"]').last().focus();
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(
      (old) => document.querySelector<HTMLElement>(".tl-Volume")?.dataset.voxel !== old,
      before,
    );
    const windowBefore = await viewer.getAttribute("data-window");
    await viewer.locator("select").selectOption({ label: "Lung" });
    await page.waitForFunction(
      (old) => document.querySelector<HTMLElement>(".tl-Volume")?.dataset.window !== old,
      windowBefore,
    );
  });

  it("says that it shows a downsampled copy, and asks for no file", async () => {
    const note = await page.locator(".tl-Volume-grid").textContent();
    assert.match(note ?? "", /^Downsampled to 81 × 67 × 75 voxels.* The full resolution shows in the lab\./);
    assert.deepEqual(
      requests.filter((url) => url.includes(".nii")),
      [],
    );
  });

  it("opens the 3D view", async () => {
    await page.locator(".tl-Volume button", { hasText: "3D" }).click();
    await page.waitForFunction(
      () =>
        ["ready", "failed", "unavailable"].includes(
          document.querySelector<HTMLElement>(".tl-Volume-3d")?.dataset.state ?? "",
        ),
      undefined,
      { timeout: 120_000 },
    );
    const state = await page.locator(".tl-Volume-3d").getAttribute("data-state");
    assert.equal(state, "ready", (await page.locator(".tl-Volume-3d").textContent()) ?? "");
  });

  it("runs nothing that stood in the notebook", async () => {
    assert.equal(await page.evaluate(() => (globalThis as { attacked?: boolean }).attacked), undefined);
  });

  it("can be read by its structure: one title, contents, named figures", async () => {
    assert.equal(await page.title(), "A page");
    assert.equal(await page.locator("h1").count(), 1);
    assert.equal(await page.locator("nav a").count(), 2);
    assert.equal(await page.locator("main").count(), 1);
    assert.match((await page.locator("figure.live figcaption").first().textContent()) ?? "", /Volumes|CT/);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  });

  it("prints the pictures instead of the live figures", async () => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("figure.live .still:visible").count(), 2);
    assert.equal(await page.locator("figure.live .stage:visible").count(), 0);
    assert.equal(await page.locator("nav:visible").count(), 0);
    await page.emulateMedia({ media: "screen" });
  });

  it("asked for nothing outside of itself and reported no error", () => {
    const outside = requests.filter((url) => !/^(file|data|blob):/.test(url));
    assert.deepEqual(outside, []);
    assert.equal(requests.filter((url) => url.startsWith("file:")).length, 1);
    // The attack in the notebook is refused by the page's policy, which the browser reports; nothing else is.
    assert.deepEqual(errors, []);
  });
});

describe("an exported notebook without scripts", function () {
  this.timeout(120_000);

  it("shows the pictures of its figures", async function () {
    const browser = await openChromium(this);
    const folder = await mkdtemp(path.join(tmpdir(), "page-"));
    try {
      const name = "notebooks/page.ipynb";
      const html = await renderPage(await createNotebook(), { file: path.join(root, name), root, name });
      await writeFile(path.join(folder, "page.html"), html);
      const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      await page.goto(`file://${path.join(folder, "page.html")}`);
      assert.equal(await page.locator("figure.live .still img:visible").count(), 2);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true });
    }
  });
});

async function idOf(page: Page, type: string): Promise<string> {
  const id = await page.locator(`script[data-type="${type}"]`).first().getAttribute("id");
  return (id ?? "").replace(/-data$/, "");
}

async function createNotebook(): Promise<Notebook> {
  const { ct, labels, title, files } = await openSample("abdomen-ct");
  const { bundle } = await figureBundle({
    data: [{ type: "bar", x: ["a", "b", "c"], y: [1, 3, 2] }],
    layout: { title: { text: "Volumes </script><script>globalThis.attacked = true</script>" } },
  });
  const attack =
    '<img src="x" onerror="globalThis.attacked = true"><script>globalThis.attacked = true</script>';
  return {
    metadata: {},
    cells: [
      text("a", `# A page\n\n${attack}\n\n## Bars`),
      code("b", "// </script><script>globalThis.attacked = true</script>", bundle),
      text("c", "## A volume"),
      code("d", "lab.view(ct, labels)", volumeBundle(ct, labels, { title, files })),
      code("e", "html", { "text/html": attack }),
    ],
  };
}

function text(id: string, source: string): Notebook["cells"][number] {
  return { cell_type: "markdown", id, source, metadata: {} };
}

function code(id: string, source: string, data: Record<string, unknown>): Notebook["cells"][number] {
  const output: Output = { output_type: "display_data", data, metadata: {} };
  return { cell_type: "code", id, source, metadata: {}, execution_count: null, outputs: [output] };
}
