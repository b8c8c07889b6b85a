import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import type { VolumePayload } from "tumorlab/internal/contracts/volume-payload";
import { applyAffine } from "tumorlab/internal/core/affine";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { createVolumePayload } from "tumorlab/internal/viewer/payload";
import { reorient } from "tumorlab/internal/volume/orientation";

/** Bytes of a payload's CT or labels. */
function unpack(packed: { data: string }): Uint8Array {
  return gunzipSync(Buffer.from(packed.data, "base64"));
}

/** A small anisotropic CT of air with one voxel of 100 HU to the patient's right, front and top. */
function markedVolume(): Volume<Int16Array> {
  const data = new Int16Array(4 * 5 * 6).fill(-1000);
  data[3 + 4 * (4 + 5 * 5)] = 100;
  const affine = [2, 0, 0, -10, 0, 3, 0, 20, 0, 0, 5, -30, 0, 0, 0, 1];
  return createVolume(data, [4, 5, 6], { affine });
}

function huAt(payload: VolumePayload, [x, y, z]: Vec3): number {
  const [nx, ny] = payload.shape;
  return payload.ct.levelsHu[unpack(payload.ct)[x + nx * (y + ny * z)]];
}

describe("createVolumePayload", () => {
  it("keeps a volume in RAS order as it is, voxel for voxel", () => {
    const payload = createVolumePayload(markedVolume());
    assert.deepEqual(payload.shape, [4, 5, 6]);
    assert.deepEqual(payload.spacingMm, [2, 3, 5]);
    assert.deepEqual(payload.sourceShape, [4, 5, 6]);
    assert.equal(huAt(payload, [3, 4, 5]), 100);
    assert.equal(unpack(payload.ct).filter((level) => payload.ct.levelsHu[level] > -900).length, 1);
    assert.equal(payload.labels, undefined);
    assert.deepEqual(payload.crosshair, [2, 2, 3]);
    assert.equal(payload.windows[0].name, "Soft tissue");
    assert.deepEqual(JSON.parse(JSON.stringify(payload)), payload);
  });

  it("turns any orientation to RAS and keeps every voxel's place in the patient", () => {
    for (const orientation of ["LPS", "ARS", "SAL", "IPR", "RSP"]) {
      const turned = reorient(markedVolume(), orientation);
      const payload = createVolumePayload(turned, undefined, { crosshair: [0, 0, 0] });
      assert.deepEqual(payload.shape, [4, 5, 6], orientation);
      assert.deepEqual(payload.sourceSpacingMm, [2, 3, 5], orientation);
      assert.equal(huAt(payload, [3, 4, 5]), 100, orientation);
      const start = applyAffine(payload.affine, payload.crosshair);
      assert.deepEqual(start, applyAffine(turned.affine, [0, 0, 0]), orientation);
    }
  });

  it("has 256 ascending levels that keep soft tissue to 2 HU and everything to its end", () => {
    const hu = Int16Array.from({ length: 5000 }, (_, i) => i - 1500);
    const payload = createVolumePayload(createVolume(hu, [5000, 1, 1]));
    const { levelsHu } = payload.ct;
    assert.equal(levelsHu.length, 256);
    for (let i = 1; i < 256; i++) assert.ok(levelsHu[i] > levelsHu[i - 1]);
    const levels = unpack(payload.ct);
    hu.forEach((value, i) => {
      const clipped = Math.max(-1024, Math.min(3071, value));
      const allowed = clipped < -200 ? 12 : clipped <= 250 ? 2 : clipped <= 1000 ? 8 : 19;
      assert.ok(
        Math.abs(levelsHu[levels[i]] - clipped) <= allowed,
        `${value} HU became ${levelsHu[levels[i]]}`,
      );
    });
  });

  it("reads the rescale and takes not-a-number for the lowest level", () => {
    const data = Float32Array.from([23, 1064, NaN]);
    const rescale = { slope: 1, intercept: -1024 };
    const payload = createVolumePayload(createVolume(data, [3, 1, 1], { rescale }));
    assert.deepEqual(
      [0, 1, 2].map((x) => huAt(payload, [x, 0, 0])),
      [-1001, 40, -1024],
    );
  });

  it("shrinks a noisy CT by averaging until it fits, finest axes first, and says from what", () => {
    const noise = createKey(5).stream();
    const shape: Vec3 = [96, 96, 24];
    const data = Int16Array.from({ length: 96 * 96 * 24 }, () => 40 + 20 * noise.normal());
    const volume = createVolume(data, shape, { spacingMm: [1, 1, 5] });
    const payload = createVolumePayload(volume, undefined, { maxBytes: 40_000 });
    assert.ok(payload.ct.data.length <= 40_000);
    assert.ok(payload.ct.data.length > 25_000, "no smaller than it has to be");
    assert.equal(payload.shape[2], 24);
    assert.ok(payload.shape[0] < 96);
    assert.deepEqual(payload.sourceShape, [96, 96, 24]);
    const extent = payload.shape.map((n, axis) => n * payload.spacingMm[axis]);
    extent.forEach((mm, axis) => assert.ok(Math.abs(mm - [96, 96, 120][axis]) < 1e-9));
    const levels = unpack(payload.ct);
    const mean = levels.reduce((sum, level) => sum + payload.ct.levelsHu[level], 0) / levels.length;
    assert.ok(Math.abs(mean - 40) < 1, `mean ${mean}`);
    const corner = applyAffine(payload.affine, [-0.5, -0.5, -0.5]);
    corner.forEach((mm, axis) => assert.ok(Math.abs(mm - [-0.5, -0.5, -2.5][axis]) < 1e-9, "same box"));
  });

  it("numbers labels in use, takes colours from the organ table and never loses a lesion", () => {
    const noise = createKey(6).stream();
    const volume = createVolume(
      Int16Array.from({ length: 40 ** 3 }, () => 50 * noise.normal()),
      [40, 40, 40],
    );
    const marks = new Uint16Array(40 ** 3).fill(500);
    marks.fill(0, 0, 40 * 40 * 20);
    const lesionAt = 11 + 40 * (23 + 40 * 31);
    marks[lesionAt] = 900;
    const labels = toLabelMap(withData(volume, marks), { 500: "liver", 900: "liver_lesion", 7: "spleen" });
    const payload = createVolumePayload(volume, labels, { maxBytes: 12_000 });
    assert.ok(payload.shape[0] < 30, "was shrunk");
    assert.deepEqual(payload.labels?.table, [
      { value: 1, name: "Liver", color: "#D55E00", lesion: false },
      { value: 2, name: "Liver lesion", color: "#F0E442", lesion: true },
    ]);
    const values = unpack(payload.labels);
    assert.deepEqual([...new Set(values)].sort(), [0, 1, 2]);
    const at = values.indexOf(2);
    const [nx, ny] = payload.shape;
    assert.deepEqual(payload.crosshair, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]);
    const mm = applyAffine(payload.affine, payload.crosshair);
    assert.ok(Math.hypot(mm[0] - 11, mm[1] - 23, mm[2] - 31) < 3, "in its place");
  });

  it("says what the files of a downsampled volume hold, where there is one for each part of it", () => {
    const noise = createKey(7).stream();
    const volume = createVolume(
      Int16Array.from({ length: 40 ** 3 }, () => 50 * noise.normal()),
      [40, 40, 40],
    );
    const mask = withData(
      volume,
      Uint8Array.from({ length: 40 ** 3 }, (_, i) => Number(i > 40 ** 3 / 2)),
    );
    const fullOf = (...given: Parameters<typeof createVolumePayload>) => createVolumePayload(...given).full;
    const [maxBytes, files] = [12_000, { ct: "ct.nii" }];
    const full = fullOf(volume, undefined, { maxBytes, files });
    assert.deepEqual(full, fullOf(reorient(volume, "LSP"), undefined, { maxBytes, files }));
    assert.equal(full?.labels, undefined);
    assert.equal(fullOf(volume, undefined, { files, maxBytes: 2_000_000 }), undefined, "nothing was lost");
    assert.equal(fullOf(volume, undefined, { maxBytes }), undefined);
    assert.equal(fullOf(volume, mask, { maxBytes, files }), undefined, "the labels are nowhere else");
    const both = fullOf(volume, mask, { maxBytes, files: { ...files, labels: "mask.nii" } });
    assert.deepEqual(both?.labels?.values, [1]);
    assert.equal(both.ctCrc32, full?.ctCrc32);
  });

  it("starts in the slice with most organs when there is no lesion", () => {
    const volume = createVolume(new Int16Array(8 * 8 * 4), [8, 8, 4]);
    const marks = new Uint8Array(8 * 8 * 4);
    marks.fill(1, 64, 128);
    marks.fill(1, 128, 150);
    marks.fill(2, 150, 160);
    const payload = createVolumePayload(
      volume,
      toLabelMap(withData(volume, marks), { 1: "liver", 2: "spleen" }),
    );
    assert.equal(payload.crosshair[2], 2);
  });

  it("takes a mask as labels", () => {
    const volume = createVolume(new Int16Array(8), [2, 2, 2]);
    const mask = withData(volume, Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 1]));
    const { labels } = createVolumePayload(volume, mask);
    assert.deepEqual(labels?.table, [{ value: 1, name: "Label 1", color: "#9E9E9E", lesion: false }]);
  });

  it("refuses grids that differ, too many labels and options out of range, with both values", () => {
    const volume = createVolume(new Int16Array(400), [400, 1, 1]);
    const other = createVolume(new Uint8Array(399), [399, 1, 1]);
    assert.throws(
      () => createVolumePayload(volume, other),
      /shape of labels: found \[399, 1, 1\].*400 x 1 x 1/,
    );
    const many = toLabelMap(
      withData(
        volume,
        Uint16Array.from({ length: 400 }, (_, i) => i),
      ),
    );
    assert.throws(() => createVolumePayload(volume, many), /399 labels in use/);
    assert.throws(() => createVolumePayload(volume, undefined, { overlayOpacity: 2 }), LabError);
    assert.throws(() => createVolumePayload(volume, undefined, { window: "Brain" }), /Soft tissue, Liver/);
    assert.throws(() => createVolumePayload(volume, undefined, { crosshair: [400, 0, 0] }), /crosshair/);
    assert.throws(() => createVolumePayload(volume, undefined, { maxBytes: 10 }), /maxBytes/);
  });
});
