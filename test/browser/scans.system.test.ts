import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { createVolume } from "tumorlab/internal/core/grid";
import { readVolume } from "tumorlab/internal/formats/read";
import { writeVolume } from "tumorlab/internal/formats/write";
import { launchBrowser, openPage, root, takeScreenshot } from "./browser.js";
import { openLab, startTestLab, type TestLab } from "./lab.js";

const samples = join(root, "data-manifests/samples");

describe("a scan that is double-clicked", function () {
  this.timeout(90_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;
  let complaints: string[];

  before(async function () {
    browser = await launchBrowser(this);
    lab = await startTestLab({});
    await copyFile(join(samples, "example_ct.nii.gz"), join(lab.folder, "ct.nii.gz"));
    await copyFile(join(samples, "example_seg_fast_force_split.nii.gz"), join(lab.folder, "ct_seg.nii.gz"));
    await copyFile(join(samples, "label_names.json"), join(lab.folder, "label_names.json"));
    await mkdir(join(lab.folder, "masks"));
    const other = createVolume(new Uint8Array(60).fill(1, 20, 30), [5, 4, 3]);
    await writeVolume(join(lab.folder, "masks", "elsewhere.nii.gz"), other);
    const bright = createVolume(
      Uint16Array.from({ length: 24 ** 3 }, (_, i) => {
        const far = Math.hypot((i % 24) - 12, (Math.floor(i / 24) % 24) - 12, Math.floor(i / 576) - 12);
        return far < 8 ? 900 - 40 * Math.round(far) : i % 7;
      }),
      [24, 24, 24],
      { spacingMm: [2, 2, 2] },
    );
    await writeVolume(join(lab.folder, "t1.mha"), bright);
    await writeFile(join(lab.folder, "broken.nrrd"), "NRRD0004\ntype: short\n");
    ({ page, complaints } = await openPage(browser));
    await openLab(page, lab.address());
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const open = (name: string) => page.locator(".jp-DirListing-item", { hasText: name }).dblclick();
  const viewer = () => page.locator(".tl-Scan:visible .tl-Volume[data-state=ready]");
  const canvas = (plane: string) => viewer().locator(`canvas[data-plane=${plane}]`);
  const waitForText = async (place: Locator, text: RegExp): Promise<void> => {
    const found = place.filter({ hasText: text });
    await found.waitFor();
  };

  it("opens as a document with three planes at full resolution, and tells the exact HU of a voxel", async () => {
    await open("ct.nii.gz");
    await viewer().waitFor();
    assert.equal(await viewer().locator("canvas[data-plane]").count(), 3);
    assert.equal(await viewer().getAttribute("data-resolution"), "full");
    await takeScreenshot(page, "scan-document");
    const ct = await readVolume(join(lab.folder, "ct.nii.gz"));
    const [x, y, z] = ((await viewer().getAttribute("data-voxel")) ?? "").split(",").map(Number);
    // The sample is stored from left to right: in RAS+ order its first axis runs the other way.
    const [nx, ny] = ct.shape;
    const isReversed = ct.affine[0] < 0;
    const hu = ct.data[(isReversed ? nx - 1 - x : x) + nx * (y + ny * z)];
    assert.equal(await viewer().locator(".tl-Volume-readout strong").textContent(), `${hu} HU`);
  });

  it("turns slices with the wheel and the arrows", async () => {
    const before = Number(await canvas("axial").getAttribute("data-slice"));
    const waitForSlice = (slice: number) =>
      page.locator(`.tl-Scan:visible canvas[data-plane=axial][data-slice="${slice}"]`).waitFor();
    await canvas("axial").hover();
    await page.mouse.wheel(0, -120);
    await waitForSlice(before + 1);
    await canvas("axial").focus();
    await page.keyboard.press("ArrowUp");
    await waitForSlice(before + 2);
  });

  it("magnifies with the right button, measures with the ruler, and saves a picture", async () => {
    const box = (await canvas("axial").boundingBox())!;
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    const drag = async (
      from: readonly [number, number],
      to: readonly [number, number],
      button: "left" | "right",
    ) => {
      await page.mouse.move(...from);
      await page.mouse.down({ button });
      await page.mouse.move(...to, { steps: 3 });
      await page.mouse.up({ button });
    };
    await page.keyboard.press("m");
    await page.locator(".tl-Scan:visible .tl-Volume[data-tool=ruler]").waitFor();
    const before = await canvas("axial").screenshot();
    await drag(at(0.3, 0.5), at(0.6, 0.5), "left");
    assert.notDeepEqual(await canvas("axial").screenshot(), before, "the ruler is drawn");
    await page.keyboard.press("m");
    await drag(at(0.5, 0.6), at(0.5, 0.2), "right");
    await page.waitForFunction(
      () => Number(document.querySelector<HTMLElement>(".tl-Scan .tl-Volume")?.dataset.zoom) > 1.2,
    );
    assert.equal(await page.locator(".lm-Menu:visible").count(), 0, "no menu over the picture");
    const saving = page.waitForEvent("download");
    await page.keyboard.press("p");
    const saved = await saving;
    assert.match(saved.suggestedFilename(), /^ct-\d+-\d+-\d+\.png$/);
    assert.equal((await readFile(await saved.path())).subarray(1, 4).toString(), "PNG");
    await page.keyboard.press("r");
    await page.locator('.tl-Scan:visible .tl-Volume[data-zoom="1"]').waitFor();
  });

  it("lists its keys on a question mark", async () => {
    await page.keyboard.press("?");
    const help = page.locator(".tl-Volume-help:visible");
    await help.waitFor();
    assert.match((await help.textContent()) ?? "", /Wheel.*slices/s);
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
  });

  it("lays a label map over it, names what lies there, and measures the piece", async () => {
    const choice = viewer().getByLabel("Label map over the scan");
    await choice.selectOption("ct_seg.nii.gz");
    await viewer().locator(".tl-Volume-legend").waitFor();
    const found = viewer().locator(".tl-Volume-found");
    const box = (await canvas("axial").boundingBox())!;
    // The vertebra or what lies before it: in the middle of the body something is labelled.
    for (let step = 0; step < 12 && (await found.count()) === 0; step++) {
      await page.mouse.click(box.x + box.width / 2, box.y + box.height * (0.35 + step / 30));
      await viewer().locator(".tl-Volume-readout").waitFor();
    }
    const name = (await found.textContent()) ?? "";
    assert.notEqual(name, "");
    await page.keyboard.press("l");
    await takeScreenshot(page, "scan-overlay");
    await measureAtCrosshair();
    const result = viewer().locator(".tl-Volume-result");
    await waitForText(result, / ml \(\d+ voxels\), longest diameter [\d.]+ mm/);
    assert.ok(((await result.textContent()) ?? "").startsWith(name));
    await page.keyboard.press("l");
  });

  /** Clicks in the axial picture where the crosshair is. */
  async function measureAtCrosshair(): Promise<void> {
    const [x, y] = ((await viewer().getAttribute("data-voxel")) ?? "").split(",").map(Number);
    const ct = await readVolume(join(lab.folder, "ct.nii.gz"));
    const box = (await canvas("axial").boundingBox())!;
    const [nx, ny] = ct.shape;
    await page.mouse.click(
      box.x + (box.width * (nx - x - 0.5)) / nx,
      box.y + (box.height * (ny - y - 0.5)) / ny,
    );
  }

  it("refuses a label map of another grid in words, and keeps the one that lies there", async () => {
    const choice = viewer().getByLabel("Label map over the scan");
    await choice.selectOption("masks/elsewhere.nii.gz");
    const word = viewer().locator(".tl-Scan-overlayWord");
    await waitForText(word, /not drawn over this scan. It has 5 × 4 × 3 voxels/);
    assert.equal(await choice.inputValue(), "ct_seg.nii.gz");
  });

  it("tells of a label map alone what lies at a voxel, and no HU of air", async () => {
    await open("ct_seg.nii.gz");
    await page.locator(".tl-Scan:visible .tl-Volume[data-kind=labels][data-state=ready]").waitFor();
    assert.doesNotMatch((await viewer().locator(".tl-Volume-readout").textContent()) ?? "", /HU/);
    assert.match((await viewer().locator(".tl-Volume-found").textContent()) ?? "", /\w/);
  });

  it("shows an MRI in its own numbers, says no HU of it, and draws it in 3D", async () => {
    await open("t1.mha");
    await page.locator(".tl-Scan:visible .tl-Volume[data-kind=values][data-state=ready]").waitFor();
    await waitForText(viewer().locator(".tl-Volume-readout strong"), /^value 900$/);
    assert.doesNotMatch((await viewer().textContent()) ?? "", /\bHU\b/);
    await viewer().getByRole("button", { name: "3D view" }).click();
    await viewer().locator(".tl-Volume-3d[data-state=ready]").waitFor({ timeout: 60_000 });
    await waitForText(viewer().locator(".tl-Volume-3d label"), /Brightest tissue/);
    await viewer().locator(".tl-Volume-3d").scrollIntoViewIfNeeded();
    await takeScreenshot(page, "scan-mri-3d");
    await viewer().getByRole("button", { name: "3D view" }).click();
  });

  it("says in words what is wrong with it", async () => {
    assert.deepEqual(complaints, []);
    await open("broken.nrrd");
    const word = page.locator(".tl-Scan:visible [role=alert]");
    await word.waitFor();
    assert.match((await word.textContent()) ?? "", /^broken\.nrrd/);
  });
});
