import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume, VoxelArray } from "tumorlab/internal/core/types";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { crop } from "tumorlab/internal/volume/crop";
import { looksLikeLabels } from "tumorlab/internal/volume/looks-like-labels";

const shape: Vec3 = [24, 20, 16];
const count = 24 * 20 * 16;

/** A small volume whose voxel `(x, y, z)` is what `value` says. */
function volumeOf(data: VoxelArray, value: (x: number, y: number, z: number) => number): Volume {
  for (let i = 0; i < data.length; i++) data[i] = value(i % 24, Math.floor(i / 24) % 20, Math.floor(i / 480));
  return createVolume(data, shape, { spacingMm: [1, 1, 1] });
}
const noise = (x: number, y: number, z: number): number => (x * 7919 + y * 104729 + z * 1299709) % 101;
const box = (x: number, y: number): number => (x > 4 && x < 15 && y > 3 && y < 12 ? 1 : 0);

describe("looksLikeLabels", () => {
  it("takes maps of whole numbers for labels, however they are stored", () => {
    assert.ok(looksLikeLabels(volumeOf(new Uint8Array(count), (x, y, z) => (z < 3 ? 27 : 5) * box(x, y))));
    for (const data of [new Float32Array(count), new Float64Array(count), new Int16Array(count)])
      assert.ok(looksLikeLabels(volumeOf(data, box)), data.constructor.name);
    assert.ok(looksLikeLabels(createVolume(new Uint8Array(count), shape, { spacingMm: [1, 1, 1] })), "empty");
    const many = volumeOf(new Uint16Array(count), (x, y) => 10 * (x >> 2) + (y >> 2));
    assert.ok(looksLikeLabels(many));
  });

  it("takes scans and probabilities for pictures", () => {
    const air = volumeOf(new Int16Array(count), (x, y, z) => noise(x, y, z) - 50);
    const shifted = volumeOf(new Uint16Array(count), (x, y, z) => 1000 + noise(x, y, z));
    assert.ok(!looksLikeLabels(air));
    assert.ok(!looksLikeLabels(shifted), "whole numbers from 0 on, but noise");
    assert.ok(!looksLikeLabels({ ...shifted, rescale: { slope: 1, intercept: -1050 } }));
    assert.ok(!looksLikeLabels(volumeOf(new Float32Array(count), (x) => x / 23)));
    assert.ok(!looksLikeLabels(volumeOf(new Float32Array(count), () => -1024)));
    assert.ok(!looksLikeLabels(volumeOf(new Float32Array(count), () => NaN)));
  });

  it("lets a name decide where voxels alone don't, and never against them", () => {
    const dense = volumeOf(new Uint16Array(count), (x, y, z) => noise(x, y, z));
    assert.ok(!looksLikeLabels(dense, "imagesTr/a_0000.nii.gz"));
    for (const path of [
      "BDMAP_1/combined_labels.nii.gz",
      "case/segmentations/liver.nii.gz",
      "labelsTr/a.nii.gz",
      "masks\\a.nii",
    ])
      assert.ok(looksLikeLabels(dense, path), path);
    const ct = volumeOf(new Int16Array(count), (x, y, z) => noise(x, y, z) - 50);
    assert.ok(!looksLikeLabels(ct, "labelsTr/a.nii.gz"));
  });

  it("tells the sample's real labels from its real CT, whole or cropped narrowly", async () => {
    const folder = "data-manifests/samples/";
    const [ct, labels] = await Promise.all([
      readVolume(`${folder}example_ct.nii.gz`),
      readLabelMap(`${folder}example_seg_fast_force_split.nii.gz`),
    ]);
    const { names: _names, ...plain } = labels;
    assert.ok(looksLikeLabels(plain));
    assert.ok(!looksLikeLabels(ct));
    const size: Vec3 = [12, 12, 6];
    for (const part of [0.3, 0.5, 0.6]) {
      const from = ct.shape.map((n) => Math.floor(part * n)) as unknown as Vec3;
      const to = from.map((n, axis) => n + size[axis] - 1) as unknown as Vec3;
      assert.ok(!looksLikeLabels(crop(ct, { boxMin: from, boxMax: to })), `CT from ${part}`);
    }
  });
});
