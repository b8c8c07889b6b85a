import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseVolumePayload } from "tumorlab/internal/contracts/volume-payload";
import { createVolume, rescaleValue } from "tumorlab/internal/core/grid";
import type { Volume } from "tumorlab/internal/core/types";
import { readCt } from "tumorlab/internal/data/read-ct";
import { readVolume } from "tumorlab/internal/formats/read";
import { volumeBundle } from "tumorlab/internal/notebook/view";
import { fitWindow, isMeasuredWindow } from "tumorlab/internal/viewer/fit-window";
import { createVolumePayload, openPayload } from "tumorlab/internal/viewer/payload";
import { toRas } from "tumorlab/internal/volume/orientation";
import { makeSlice } from "../dicom/make-dicom";

/** Numbers by place, spread over a grid of 20 x 20 x 20. */
const scanOf = (value: (i: number) => number, data: Volume["data"] = new Float32Array(8000)): Volume => {
  for (let i = 0; i < data.length; i++) data[i] = value((i * 2731) % 8000);
  return createVolume(data, [20, 20, 20], { spacingMm: [1, 2, 3] });
};

/** How far the numbers that a payload holds are from those of its volume, at most. */
function farthest(volume: Volume): number {
  const { payload, ct } = openPayload(createVolumePayload(volume));
  const { data, rescale } = toRas(volume);
  let far = 0;
  for (let i = 0; i < ct.length; i++)
    far = Math.max(far, Math.abs(payload.ct.levelsHu[ct[i]] - rescaleValue(data[i], rescale)));
  return far;
}

describe("a scan that is no CT in the viewer", () => {
  let root: string;
  before(() => (root = mkdtempSync(path.join(tmpdir(), "other-scans-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const seriesOf = (name: string, modality: string, pixel: (x: number, y: number) => number): string => {
    const folder = path.join(root, name);
    mkdirSync(folder);
    for (const z of [0, 1, 2, 3])
      writeFileSync(
        path.join(folder, String(z)),
        makeSlice({
          ...{ columns: 32, rows: 32, modality, pixel },
          position: [0, 0, 3 * z],
          uid: `${name}.${z}`,
        }),
      );
    return folder;
  };

  const kinds: [string, Volume, number][] = [
    ["an MRI of 16 bits", scanOf((i) => i / 4, new Uint16Array(8000)), 4.1],
    ["an MRI that the soft tissue window shows", scanOf((i) => i / 40, new Int16Array(8000)), 0],
    ["numbers from 0 to 1", scanOf((i) => i / 8000), 0.0021],
    ["a PET in Bq/ml", scanOf((i) => 1e7 * (i / 8000) ** 2), 21_000],
    [
      "whole numbers that a header scales",
      { ...scanOf((i) => i / 8, new Int16Array(8000)), rescale: { slope: 0.001, intercept: 2 } },
      0.0021,
    ],
  ];
  for (const [name, volume, step] of kinds)
    it(`keeps the contrast of ${name} and never calls its numbers HU`, () => {
      const bundle = volumeBundle(volume);
      const payload = parseVolumePayload(JSON.parse(JSON.stringify(createVolumePayload(volume))));
      assert.equal(payload.kind, "values");
      assert.deepEqual(
        payload.windows.map(({ name: each }) => each),
        ["Measured", "Measured without ends", "All values"],
      );
      assert.match(String(bundle["text/plain"]), /^Scan: untitled\n.*\n- window: Measured, .* \(no HU\)$/);
      assert.ok(farthest(volume) <= step, `${farthest(volume)} off`);
    });

  it("keeps HU that a window cut off, as training sets hold them, and two tissues without air", () => {
    const windowed = scanOf((i) => Math.min(250, Math.max(-175, i / 4 - 1000)), new Int16Array(8000));
    const tissues = scanOf((i) => (i % 2 === 0 ? -50 : 120), new Int16Array(8000));
    for (const volume of [windowed, tissues]) {
      assert.equal(createVolumePayload(volume).kind, undefined);
      assert.equal(fitWindow(volume).name, "Soft tissue");
    }
  });

  it("holds the farthest numbers at the ends of its levels, and all between as finely as without them", () => {
    const volume = scanOf((i) => (i === 7 ? 90_000 : i / 40));
    const { payload, ct } = openPayload(createVolumePayload(volume));
    const { levelsHu } = payload.ct;
    assert.deepEqual([levelsHu[0], levelsHu[255], payload.kind], [0, 90_000, "values"]);
    assert.equal(ct.filter((level) => level === 255).length, 1);
    const { data } = toRas(volume);
    const far = data.map((value, i) => (Math.abs(value) > 1000 ? 0 : Math.abs(levelsHu[ct[i]] - value)));
    assert.ok(Math.max(...far) < 0.5, String(Math.max(...far)));
  });

  it("goes by what DICOM says, whatever the numbers look like", async () => {
    const likeCt = (x: number, y: number): number => (x < 8 ? -1000 : 40 + ((7 * x + 5 * y) % 31));
    const likeMri = (x: number, y: number): number => 10 + ((7 * x + 5 * y) % 61);
    const [mri, ct] = [seriesOf("mri", "MR", likeCt), seriesOf("ct", "CT", likeMri)];
    assert.ok(isMeasuredWindow(fitWindow(await readVolume(mri))));
    assert.deepEqual(fitWindow(await readVolume(ct)).name, "Soft tissue");
    assert.equal(createVolumePayload(await readVolume(mri)).kind, "values");
    assert.equal(createVolumePayload(await readVolume(ct)).kind, undefined);
    const { doubt } = await readCt(mri);
    assert.match(
      doubt ?? "",
      /modality MR in the DICOM header; expected a CT, in HU\. Its numbers are no HU/,
    );
  });

  it("shows a real MRI in windows of its own", async function () {
    const folder = path.resolve("../shared/data/dicom_ct/In/HFP");
    if (!existsSync(folder)) {
      console.log("      skipped: ../shared/data is not here");
      this.skip();
    }
    const payload = createVolumePayload(await readVolume(folder));
    assert.equal(payload.kind, "values");
    const [{ centerHu, widthHu }] = payload.windows;
    assert.deepEqual([centerHu, widthHu], [630, 1260]);
  });
});
