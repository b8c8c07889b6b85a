import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import { openSample } from "tumorlab/internal/data/samples";
import { volumeBundle } from "tumorlab/internal/notebook/view";
import { launchBrowser, openPage, readText, root, takeScreenshot, type WatchedPage } from "./browser.js";
import { openLab, startTestLab, type TestLab } from "./lab.js";
import { codeCell, createNotebook, markdownCell, volumeMime } from "./notebooks.js";

const notebook = "notebooks/scans.ipynb";

describe("a scan at its own resolution in the lab, untrusted", function () {
  this.timeout(90_000);
  let browser: Browser;
  let lab: TestLab;
  let page: Page;
  let watched: WatchedPage;
  const asked: string[] = [];

  before(async function () {
    browser = await launchBrowser(this);
    const { ct, labels, files } = await openSample("abdomen-ct");
    const bundle = volumeBundle(ct, labels, { title: "As it was", files });
    const payload = bundle[volumeMime] as VolumePayload;
    const changed = { ...payload, title: "Changed since", files: { ...files, ct: files.labels } };
    const gone = { ...payload, title: "Gone since", files: { ...files, ct: "scans/gone.nii.gz" } };
    lab = await startTestLab({
      [notebook]: createNotebook([
        markdownCell(`# Scans\n\n${"Far down.\n\n".repeat(60)}`),
        codeCell("whole", { ...bundle }),
        codeCell("changed", { ...bundle, [volumeMime]: changed }),
        codeCell("gone", { ...bundle, [volumeMime]: gone }),
      ]),
    });
    await cp(join(root, "data-manifests", "samples"), join(lab.folder, "data-manifests", "samples"), {
      recursive: true,
    });
    watched = await openPage(browser);
    ({ page } = watched);
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.includes(".nii")) asked.push(pathname);
    });
    await openLab(page, lab.address(notebook));
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await takeScreenshot(page, `failed-${this.currentTest.title}`);
  });

  after(async () => {
    await browser?.close();
    await lab?.close();
  });

  const viewerOf = (title: string) => page.getByRole("group", { name: `CT viewer: ${title}` });

  it("reads the files of a viewer in sight, and shows them in the planes", async () => {
    await page.getByRole("heading", { name: "Scans" }).waitFor();
    const viewer = viewerOf("As it was");
    await scrollTo("As it was");
    await viewer.and(page.locator("[data-resolution=full]")).waitFor();
    assert.deepEqual(
      [...new Set(asked)],
      [
        "/files/data-manifests/samples/example_ct.nii.gz",
        "/files/data-manifests/samples/example_seg_fast_force_split.nii.gz",
      ],
    );
    assert.match(
      await readText(viewer.locator(".tl-Volume-grid")),
      /^122 × 101 × 112 voxels of 3 × 3 × 3 mm\. /,
    );
    const canvas = viewer.locator("canvas[data-plane=coronal]");
    assert.equal(await canvas.getAttribute("aria-label"), "Coronal slice 52 of 101");
    await viewer.getByRole("slider", { name: "Axial slice" }).fill("111");
    await viewer.locator('canvas[data-plane=axial][data-slice="111"]').waitFor();
    await takeScreenshot(page, "full-resolution");
  });

  it("keeps the downsampled copy of a scan whose file holds something else, and says so", async () => {
    await scrollTo("Changed since");
    const viewer = viewerOf("Changed since");
    const note = viewer.locator(".tl-Volume-grid", { hasText: "cannot be shown" });
    await note.waitFor();
    assert.match(
      await readText(note),
      /^Downsampled to 81 × 67 × 75 voxels.*: data-manifests\/samples\/example_seg\S+ holds other voxels than were shown\./,
    );
    assert.equal(await viewer.getAttribute("data-resolution"), "downsampled");
    assert.equal(await viewerOf("As it was").getAttribute("data-resolution"), "full");
  });

  it("keeps the downsampled copy of a scan whose file is not there, and says so", async () => {
    await scrollTo("Gone since");
    const note = viewerOf("Gone since").locator(".tl-Volume-grid", { hasText: "cannot be shown" });
    await note.waitFor();
    assert.match(await readText(note), /^Downsampled to .*: scans\/gone\.nii\.gz: no such file or folder\. /);
  });

  it("has nothing to complain of", () => assert.deepEqual(watched.complaints, []));

  /** Scrolls as a reader does: cells far down are only drawn on the way. */
  async function scrollTo(title: string): Promise<void> {
    await page.locator(".jp-WindowedPanel-outer:visible").hover();
    for (let turn = 0; turn < 40 && (await viewerOf(title).count()) === 0; turn++) {
      await page.mouse.wheel(0, 800);
      await page.waitForTimeout(50);
    }
    await viewerOf(title).scrollIntoViewIfNeeded();
  }
});
