import assert from "node:assert/strict";
import type { Browser, Locator, Page } from "playwright-core";
import { launchBrowser, openPage, readText, takeScreenshot, type WatchedPage } from "./browser.js";
import { hostileFigure } from "./hostile-figure.js";
import { openLab, startTestLab, type TestLab } from "./lab.js";
import { codeCell, createNotebook, markdownCell, plotlyMime, progressMime, volumeMime } from "./notebooks.js";
import { playedFigure, playedPictures } from "./played-figure.js";
import { createBody } from "./volumes.js";

describe("renderers in the lab, untrusted", function () {
  this.timeout(120_000);
  const { payload, liverVoxel } = createBody(64);
  const [n] = payload.shape;
  let browser: Browser;
  let lab: TestLab;
  let page: Page;
  let watched: WatchedPage;
  let viewer: Locator;
  const plane = (name: string) => viewer.locator(`canvas[data-plane=${name}]`);

  before(async function () {
    browser = await launchBrowser(this);
    const figure = {
      data: [{ type: "bar", x: ["a", "b"], y: [1, 2] }],
      layout: { title: { text: "Two <b>bars</b>" } },
    };
    const notebook = createNotebook([
      markdownCell("# Outputs\n\n$\\sqrt{2}$"),
      codeCell("plot", { [plotlyMime]: figure, "text/plain": "a plot" }),
      codeCell("volume", { [volumeMime]: payload, "text/plain": "a volume" }),
      codeCell(
        "bars",
        {
          [progressMime]: {
            label: "Training",
            done: 30,
            total: 120,
            values: { loss: 0.5 },
            state: "running",
          },
        },
        { [progressMime]: { label: "Reading", done: 30, values: {}, state: "running" } },
      ),
      codeCell(
        "bad",
        { [volumeMime]: { ...payload, shape: [4096, 4096, 4096] }, "text/plain": "bad volume" },
        { [plotlyMime]: { data: "none" }, "text/plain": "bad plot" },
      ),
      codeCell("hostile", { [plotlyMime]: hostileFigure, "text/plain": "hostile plot" }),
      codeCell("played", { [plotlyMime]: playedFigure, "text/plain": "played plot" }),
    ]);
    lab = await startTestLab({ "notebooks/outputs.ipynb": notebook });
    watched = await openPage(browser);
    ({ page } = watched);
    await openLab(page, lab.address("notebooks/outputs.ipynb"));
    viewer = page.locator(".tl-Volume");
    await viewer.and(page.locator("[data-state=ready]")).waitFor();
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  describe("plotly", () => {
    it("draws a figure with a name for those who do not see it", async () => {
      const plot = page.getByRole("figure", { name: "Two bars" });
      await plot.scrollIntoViewIfNeeded();
      await plot.locator(".bars .point").nth(1).waitFor();
      assert.equal(await plot.locator(".bars .point").count(), 2);
      const words = page.locator(`#${await plot.getAttribute("aria-describedby")}`);
      assert.equal(await words.textContent(), "a plot", "its text twin is read out");
      assert.equal(
        await page.locator('script[src*="plotly"]').count(),
        1,
        "plotly.js is loaded once for all figures",
      );
    });

    it("plays the frames of a figure and takes its slider along", async () => {
      const plot = page.getByRole("figure", { name: "Played" });
      await plot.scrollIntoViewIfNeeded();
      type Watched = Element & { seen: string[] };
      await plot.evaluate((node, pictures) => {
        const seen: string[] = [];
        const look = () => {
          const picture = pictures.indexOf(node.querySelector("image")?.getAttribute("href") ?? "");
          const now = `${picture}: ${node.querySelector(".slider-label")?.textContent}`;
          if (seen.at(-1) !== now) seen.push(now);
        };
        look();
        new MutationObserver(look).observe(node, { attributes: true, childList: true, subtree: true });
        Object.assign(node, { seen });
      }, playedPictures);
      const seen = () => plot.evaluate((node) => (node as unknown as Watched).seen);
      assert.deepEqual(await seen(), ["2: Step 2"]);
      await plot.getByText("Play", { exact: true }).click();
      const handle = await plot.elementHandle();
      await page.waitForFunction(
        (node) =>
          (node as unknown as Watched).seen.slice(1).includes("1: Step 1") &&
          (node as unknown as Watched).seen.at(-1) === "2: Step 2",
        handle,
      );
      const shown = await seen();
      assert.ok(shown.indexOf("0: Step 0") > 0, shown.join(", "));
      assert.ok(shown.indexOf("1: Step 1") > shown.indexOf("0: Step 0"), shown.join(", "));
    });

    it("follows the width of the page", async () => {
      const plot = page.getByRole("figure", { name: "Two bars" });
      const widthOf = () =>
        plot
          .locator(".main-svg")
          .first()
          .evaluate((node) => node.getBoundingClientRect().width);
      const wide = await widthOf();
      await page.setViewportSize({ width: 900, height: 1000 });
      await page.waitForFunction(
        ([node, width]) =>
          (node as Element).querySelector(".main-svg")!.getBoundingClientRect().width < width - 200,
        [await plot.elementHandle(), wide] as const,
      );
      await page.setViewportSize({ width: 1400, height: 1000 });
      await page.waitForFunction(
        ([node, width]) =>
          (node as Element).querySelector(".main-svg")!.getBoundingClientRect().width === width,
        [await plot.elementHandle(), wide] as const,
      );
    });

    it("says what is wrong with a bad figure and shows its source", async () => {
      const message = page.getByRole("alert").filter({ hasText: "This figure cannot be drawn" });
      assert.match(await readText(message), /data is "none", expected a list of traces/);
      assert.match(await readText(page.locator(".tl-Error-source")), /"data": "none"/);
    });

    it("runs nothing and fetches nothing for a hostile figure", async () => {
      const plot = page.locator('.tl-Plotly[data-plot="ready"]').nth(1);
      await plot.scrollIntoViewIfNeeded();
      await plot.hover();
      assert.equal(await page.evaluate(() => "pwned" in window), false);
      const addresses = await plot
        .locator("a, image, img")
        .evaluateAll((nodes) =>
          nodes.flatMap((node) => ["href", "xlink:href", "src"].map((name) => node.getAttribute(name) ?? "")),
        );
      const allowed = /^$|^https:\/\/example\.org\/paper$|^data:image\/png;base64,/;
      assert.deepEqual(
        addresses.filter((address) => !allowed.test(address)),
        [],
      );
      assert.ok(addresses.includes("https://example.org/paper"), "an honest link stays");
      assert.equal(await plot.locator("script, iframe, object, foreignObject").count(), 0);
      const handlers = await plot
        .locator("*")
        .evaluateAll((nodes) =>
          nodes.flatMap((node) => node.getAttributeNames().filter((name) => name.startsWith("on"))),
        );
      assert.deepEqual(handlers, []);
    });
  });

  describe("progress", () => {
    it("is a bar with its share and words", async () => {
      const bar = page.getByRole("progressbar", { name: "Training" });
      assert.equal(await bar.getAttribute("aria-valuenow"), "25");
      assert.equal(await bar.getAttribute("aria-valuetext"), "30 of 120  ·  loss 0.5");
      assert.equal(
        await page.getByRole("progressbar", { name: "Reading" }).getAttribute("aria-valuenow"),
        null,
      );
    });
  });

  describe("volume viewer", () => {
    it("shows three planes at the payload's crosshair and window", async () => {
      await viewer.scrollIntoViewIfNeeded();
      for (const name of ["axial", "coronal", "sagittal"])
        assert.equal(await plane(name).getAttribute("data-slice"), String(n >> 1));
      assert.equal(await viewer.getAttribute("data-window"), "40/400");
      await takeScreenshot(page, "viewer-light");
    });

    it("has the patient's right on the left of axial and coronal, anterior on the left of sagittal", async () => {
      // The liver is drawn on the right, the spine at the back, a bead at the top of the left side.
      await dragSlider("Axial slice", liverVoxel[2]);
      const axial = await readPixels(plane("axial"), [0.32, 0.45], [0.68, 0.45], [0.5, 0.74]);
      assert.ok(isTinted(axial[0]), `liver on the left: ${axial[0]}`);
      assert.ok(!isTinted(axial[1]), `no liver on the right: ${axial[1]}`);
      assert.ok(brightness(axial[2]) > 130, `spine below: ${axial[2]}`);
      await dragSlider("Coronal slice", n >> 1);
      const coronal = await readPixels(plane("coronal"), [0.8, 0.12], [0.2, 0.12], [0.8, 0.88]);
      assert.ok(brightness(coronal[0]) > 230, `bead at the upper right: ${coronal[0]}`);
      assert.ok(brightness(coronal[1]) < 180 && brightness(coronal[2]) < 180, "and nowhere else");
      await dragSlider("Sagittal slice", n >> 1);
      const sagittal = await readPixels(plane("sagittal"), [0.74, 0.3], [0.26, 0.3]);
      assert.ok(
        brightness(sagittal[0]) > brightness(sagittal[1]) + 50,
        `spine on the right: ${sagittal.join("; ")}`,
      );
    });

    it("moves through slices with a slider, and the picture changes", async () => {
      const before = await plane("axial").evaluate((node: HTMLCanvasElement) => node.toDataURL());
      await dragSlider("Axial slice", 10);
      assert.equal(await plane("axial").getAttribute("data-slice"), "10");
      assert.notEqual(await plane("axial").evaluate((node: HTMLCanvasElement) => node.toDataURL()), before);
    });

    it("sets the window by preset and by number", async () => {
      await viewer.getByLabel("Window").selectOption({ label: "Bone" });
      await waitForData("window", /^\d+\/\d{4}$/);
      const bone = await viewer.getAttribute("data-window");
      await viewer.getByLabel("Level in HU").fill("60");
      await viewer.getByLabel("Width in HU").fill("350");
      await waitForData("window", /^60\/350$/);
      assert.notEqual(bone, "60/350");
      assert.equal(await viewer.getByLabel("Window").inputValue(), "custom");
      await takeScreenshot(page, "viewer-window");
    });

    it("moves the crosshair by click and by drag and reads HU, position and label", async () => {
      await viewer.getByRole("button", { name: "Reset" }).click();
      await dragSlider("Axial slice", liverVoxel[2]);
      const box = (await plane("axial").boundingBox())!;
      const at = (column: number, row: number) =>
        [box.x + column * box.width, box.y + row * box.height] as const;
      await page.mouse.move(...at(0.5, 0.5));
      await page.mouse.down();
      await page.mouse.move(...at(0.4, 0.5), { steps: 4 });
      await page.mouse.up();
      const voxel = [Math.floor(0.6 * n), n >> 1, liverVoxel[2]];
      await waitForData("voxel", new RegExp(`^${voxel[0]}|${voxel[0] - 1},`));
      const readout = viewer.locator(".tl-Volume-readout");
      assert.match(
        await readText(readout),
        /1\d\d HU[\s\S]*R \d+\.\d {2}A \d+\.\d {2}S \d+\.\d mm[\s\S]*Liver/,
      );
      await viewer.getByRole("status").filter({ hasText: "Liver" }).first().waitFor({ state: "attached" });
    });

    it("drags the window with Shift", async () => {
      const box = (await plane("coronal").boundingBox())!;
      await page.keyboard.down("Shift");
      await page.mouse.move(box.x + 40, box.y + 40);
      await page.mouse.down();
      await page.mouse.move(box.x + 100, box.y + 40, { steps: 3 });
      await page.mouse.up();
      await page.keyboard.up("Shift");
      await waitForData("window", /^40\/(4[1-9]|[5-9])\d/);
    });

    it("goes through slices with wheel and keys only where a picture has the focus", async () => {
      const cell = page.locator(".jp-Cell.jp-mod-active");
      const slice = async () => Number(await plane("sagittal").getAttribute("data-slice"));
      const start = await slice();
      const scroller = page.locator(".jp-WindowedPanel-outer:visible");
      const top = () => scroller.evaluate((node) => node.scrollTop);
      await viewer.getByRole("button", { name: "Reset" }).focus();
      await plane("sagittal").hover();
      const scrolledTo = await top();
      await page.mouse.wheel(0, 60);
      await page.waitForFunction(([node, old]) => (node as Element).scrollTop !== old, [
        await scroller.elementHandle(),
        scrolledTo,
      ] as const);
      assert.equal(await slice(), start, "without focus the wheel scrolls the notebook");
      await plane("sagittal").focus();
      await page.keyboard.press("ArrowUp");
      await waitForSlice("sagittal", start + 1);
      await page.keyboard.press("PageDown");
      await waitForSlice("sagittal", start - 9);
      await plane("sagittal").hover();
      await page.mouse.wheel(0, -120);
      await waitForSlice("sagittal", start - 8);
      await page.keyboard.press("d");
      await page.keyboard.press("d");
      assert.equal(
        await viewer.count(),
        1,
        "the notebook's shortcuts do not reach through: D D deletes cells",
      );
      assert.equal(await cell.count(), 1);
    });

    it("switches labels off and on", async () => {
      await viewer.getByRole("button", { name: "Reset" }).click();
      await dragSlider("Axial slice", liverVoxel[2]);
      const liver = viewer.getByRole("button", { name: "Liver", exact: true });
      assert.equal(await liver.getAttribute("aria-pressed"), "true");
      assert.ok(isTinted((await readPixels(plane("axial"), [0.35, 0.4]))[0]));
      await liver.click();
      await page.locator('.tl-Volume [data-label][aria-pressed="false"]').waitFor();
      assert.ok(!isTinted((await readPixels(plane("axial"), [0.35, 0.4]))[0]), "no tint without the liver");
      await viewer.getByRole("button", { name: "Show all" }).click();
      await viewer.getByRole("button", { name: "Hide all" }).waitFor();
    });

    it("refuses a payload that would fill the memory, in words", async () => {
      const message = page.getByRole("alert").filter({ hasText: "This volume cannot be shown" });
      assert.match(
        await readText(message),
        /shape: found \[4096, 4096, 4096\], expected at most 67108864 voxels/,
      );
    });

    it("draws 3D when asked, and frees it again", async () => {
      const button = viewer.getByRole("button", { name: "3D view" });
      await button.click();
      const stage = viewer.locator(".tl-Volume-3d");
      await stage.and(page.locator("[data-state=ready]")).waitFor({ timeout: 90_000 });
      await stage.scrollIntoViewIfNeeded();
      await takeScreenshot(page, "viewer-3d");
      assert.equal(await button.getAttribute("aria-pressed"), "true");
      await button.click();
      await stage.locator("canvas").waitFor({ state: "detached" });
    });
  });

  describe("the page", () => {
    it("changes colours with the theme", async () => {
      await page.getByRole("menuitem", { name: "Settings", exact: true }).click();
      await page.locator(".lm-Menu-itemLabel", { hasText: /^Theme$/ }).hover();
      await page.locator(".lm-Menu-itemLabel", { hasText: /^Tumorlab Dark$/ }).click();
      await page.locator('body[data-jp-theme-name="Tumorlab Dark"]').waitFor({ state: "attached" });
      const plot = page.getByRole("figure", { name: "Two bars" });
      await plot.scrollIntoViewIfNeeded();
      await page.waitForFunction(
        (node) => getComputedStyle((node as Element).querySelector(".gtitle")!).fill !== "rgb(0, 0, 0)",
        await plot.elementHandle(),
      );
      const height = await plot
        .locator(".main-svg")
        .first()
        .evaluate((node) => node.getBoundingClientRect().height);
      assert.equal(height, 450, "the plot keeps its height");
      await takeScreenshot(page, "outputs-dark");
      await viewer.scrollIntoViewIfNeeded();
      await takeScreenshot(page, "viewer-dark");
    });

    it("has nothing to complain of", () => assert.deepEqual(watched.complaints, []));
  });

  async function dragSlider(label: string, slice: number): Promise<void> {
    const slider = viewer.getByRole("slider", { name: label });
    await slider.fill(String(slice));
    await waitForSlice(label.split(" ")[0].toLowerCase(), slice);
  }

  async function waitForSlice(name: string, slice: number): Promise<void> {
    await viewer.locator(`canvas[data-plane=${name}][data-slice="${slice}"]`).waitFor();
  }

  async function waitForData(name: string, value: RegExp): Promise<void> {
    await page.waitForFunction(
      ([node, key, source]) => new RegExp(source).test((node as HTMLElement).dataset[key] ?? ""),
      [await viewer.elementHandle(), name, value.source] as const,
    );
  }
});

/** Colours of a canvas at shares of its width and height, read from a copy: the picture stays as fast as it was. */
function readPixels(canvas: Locator, ...places: [number, number][]): Promise<number[][]> {
  return canvas.evaluate((node: HTMLCanvasElement, shares) => {
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [node.width, node.height];
    const context = copy.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(node, 0, 0);
    return shares.map(([x, y]) => [
      ...context.getImageData(Math.round(x * node.width), Math.round(y * node.height), 1, 1).data.slice(0, 3),
    ]);
  }, places);
}

function brightness([red, green, blue]: number[]): number {
  return (red + green + blue) / 3;
}

/** Whether a pixel is no grey. */
function isTinted(pixel: number[]): boolean {
  return Math.max(...pixel) - Math.min(...pixel) > 25;
}
