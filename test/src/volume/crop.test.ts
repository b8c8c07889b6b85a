import assert from "node:assert/strict";
import fc from "fast-check";
import { applyAffine } from "tumorlab/internal/core/affine";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { boundingBox, crop, cropAround, pad, paste } from "tumorlab/internal/volume/crop";

const affine = [-0.7, 0, 0, 10, 0, 0.8, 0, 20, 0, 0, 5, 30, 0, 0, 0, 1];

function numbered(shape: Vec3) {
  return createVolume(
    Int16Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => i),
    shape,
    { affine },
  );
}

describe("crop, pad and paste", () => {
  it("cut out a box that stays where it was", () => {
    const volume = numbered([4, 3, 2]);
    const part = crop(volume, { boxMin: [1, 1, 0], boxMax: [2, 2, 1] });
    assert.deepEqual(part.shape, [2, 2, 2]);
    assert.deepEqual([...part.data], [5, 6, 9, 10, 17, 18, 21, 22]);
    assert.deepEqual(applyAffine(part.affine, [0, 0, 0]), applyAffine(volume.affine, [1, 1, 0]));
    assert.deepEqual(part.spacingMm, volume.spacingMm);
  });

  it("undo one another", () => {
    const count = fc.integer({ min: 0, max: 3 });
    const counts = fc.tuple(count, count, count);
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 3 }),
        ),
        counts,
        counts,
        (shape, before, after) => {
          const volume = numbered(shape);
          const wide = pad(volume, before, after, -1000);
          assert.equal(
            wide.data.filter((value) => value === -1000).length,
            wide.data.length - volume.data.length,
          );
          const boxMax = before.map((n, axis) => n + shape[axis] - 1) as unknown as Vec3;
          const back = crop(wide, { boxMin: before, boxMax });
          assert.deepEqual(back.data, volume.data);
          back.affine.forEach((value, k) => assert.ok(Math.abs(value - affine[k]) < 1e-9));
          const empty = createVolume(new Int16Array(wide.data.length).fill(-1000), wide.shape, {
            affine: wide.affine,
          });
          assert.deepEqual(paste(empty, volume, before).data, wide.data);
        },
      ),
    );
  });

  it("keep names and scale, and leave their inputs alone", () => {
    const map = toLabelMap(createVolume(Uint8Array.of(1, 2, 3, 4), [4, 1, 1]), { 1: "liver" });
    assert.equal(crop(map, { boxMin: [1, 0, 0], boxMax: [2, 0, 0] }).names[1], "liver");
    assert.deepEqual([...pad(map, [1, 0, 0], [0, 0, 0]).data], [0, 1, 2, 3, 4]);
    const patch = createVolume(Uint8Array.of(9), [1, 1, 1]);
    assert.deepEqual([...paste(map, patch, [2, 0, 0]).data], [1, 2, 9, 4]);
    assert.deepEqual([...map.data], [1, 2, 3, 4]);
  });

  it("refuse boxes that leave the grid, patches that do not fit, and other scales", () => {
    const volume = numbered([4, 3, 2]);
    const boxes: [Vec3, Vec3][] = [
      [
        [-1, 0, 0],
        [1, 1, 1],
      ],
      [
        [0, 0, 0],
        [4, 1, 1],
      ],
      [
        [2, 0, 0],
        [1, 1, 1],
      ],
      [
        [0.5, 0, 0],
        [1, 1, 1],
      ],
    ];
    for (const [boxMin, boxMax] of boxes)
      assert.throws(() => crop(volume, { boxMin, boxMax }), /whole voxels from \[0, 0, 0\] to \[3, 2, 1\]/);
    assert.throws(() => pad(volume, [0, 0, -1], [0, 0, 0]), /whole numbers of at least 0/);
    assert.throws(() => paste(volume, numbered([4, 3, 2]), [1, 0, 0]), /4 x 3 x 2 voxels fit into 4 x 3 x 2/);
    const scaled = { ...numbered([1, 1, 1]), rescale: { slope: 2, intercept: 0 } };
    assert.throws(
      () => paste(volume, scaled, [0, 0, 0]),
      /rescale of the patch: found \{"slope":2,"intercept":0\}/,
    );
  });
});

describe("boundingBox", () => {
  it("rounds the margin up to whole voxels and stays in the grid", () => {
    const data = new Uint8Array(20 * 20 * 5);
    data[9 + 20 * (10 + 20 * 2)] = 255;
    data[11 + 20 * (10 + 20 * 2)] = 1;
    const mask = createVolume(data, [20, 20, 5], { spacingMm: [0.7, 0.7, 5] });
    assert.deepEqual(boundingBox(mask), { boxMin: [9, 10, 2], boxMax: [11, 10, 2] });
    assert.deepEqual(boundingBox(mask, 1), { boxMin: [7, 8, 1], boxMax: [13, 12, 3] });
    assert.deepEqual(boundingBox(mask, 7), { boxMin: [0, 0, 0], boxMax: [19, 19, 4] });
    assert.deepEqual(boundingBox(mask, 6.3), { boxMin: [0, 1, 0], boxMax: [19, 19, 4] });
    assert.equal(boundingBox(createVolume(new Uint8Array(1), [1, 1, 1])), undefined);
    assert.throws(() => boundingBox(mask, -1), /marginMm: found -1/);
  });
});

describe("cropAround", () => {
  it("gives blocks of one size round any voxel, filled beyond the grid, that stay where they were", () => {
    const volume = numbered([6, 5, 4]);
    const inner = cropAround(volume, [3, 2, 1], 1.5);
    assert.deepEqual(inner.shape, [7, 5, 3]);
    const corner = cropAround(volume, [0, 0, 0], 1.5, -9);
    assert.deepEqual(corner.shape, inner.shape);
    assert.equal(corner.data[3 + 7 * (2 + 5 * 1)], 0);
    assert.equal(corner.data[4 + 7 * (3 + 5 * 2)], 1 + 6 * (1 + 5 * 1));
    assert.equal(corner.data.filter((value) => value === -9).length, 7 * 5 * 3 - 4 * 3 * 2);
    assert.deepEqual(applyAffine(corner.affine, [3, 2, 1]), applyAffine(volume.affine, [0, 0, 0]));
    assert.throws(() => cropAround(volume, [6, 0, 0], 1), /centerVoxel/);
  });
});
