import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { surfaceDistances } from "tumorlab/internal/metrics/surface-distances";
import { box, unpack } from "./masks.js";
import { close, score } from "./score.js";

/** A volume with its axes in another order. */
function permute({ data, shape, spacingMm }: Volume, order: Vec3): Volume {
  const turned = createVolume(
    new Uint8Array(data.length),
    order.map((axis) => shape[axis]) as unknown as Vec3,
    {
      spacingMm: order.map((axis) => spacingMm[axis]) as unknown as Vec3,
    },
  );
  for (let i = 0; i < data.length; i++) {
    const at = [i % shape[0], Math.floor(i / shape[0]) % shape[1], Math.floor(i / (shape[0] * shape[1]))];
    const [x, y, z] = order.map((axis) => at[axis]);
    turned.data[x + turned.shape[0] * (y + turned.shape[1] * z)] = data[i];
  }
  return turned;
}

describe("surfaces where an axis has one voxel", () => {
  const spacingMm: Vec3 = [0.8, 1.5, 5];
  const shape: Vec3 = [20, 16, 1];
  const a = box(shape, [3, 4, 0], [13, 10, 1], spacingMm);
  const b = box(shape, [5, 4, 0], [15, 10, 1], spacingMm);

  it("are the contour, along whichever axis", () => {
    // 9 edges along x, 5 along y on each of two sides, four corners cut by half a diagonal.
    const length = 2 * (9 * 0.8 + 5 * 1.5) + 4 * (Math.hypot(0.8, 1.5) / 2);
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
      [1, 0, 2],
    ] as const) {
      const row = score(permute(a, order), permute(b, order), 1);
      const { areaMm2, areaWithinMm2, surfels } = row.surface!.referenceToPrediction;
      close(areaMm2, length);
      assert.equal(surfels, 2 * (9 + 5) + 4);
      // Farther than 1 mm: both sides across the shift, and the corners that end one of them.
      close(areaMm2 - areaWithinMm2, 2 * 5 * 1.5 + 2 * (Math.hypot(0.8, 1.5) / 2));
      close(row.nsd, areaWithinMm2 / areaMm2);
      close(row.hd, 1.6);
      close(row.hd95, 1.6);
    }
  });

  it("do not depend on the thickness of the slice, and agree with themselves", () => {
    const thick = (volume: Volume): Volume => ({
      ...createVolume(volume.data, volume.shape, { spacingMm: [0.8, 1.5, 50] }),
    });
    assert.equal(score(thick(a), thick(b), 1).assd, score(a, b, 1).assd);
    const same = score(a, a, 0);
    assert.deepEqual([same.nsd, same.hd, same.assd], [1, 0, 0]);
  });

  it("have the lengths of their four kinds of elements", () => {
    const one = box([5, 5, 1], [1, 1, 0], [2, 2, 1], spacingMm);
    close(score(one, one, 0).surface!.referenceToPrediction.areaMm2, 4 * (Math.hypot(0.8, 1.5) / 2));
    // Two voxels that touch at a corner: each is cut off by itself.
    const two = box([5, 5, 1], [1, 1, 0], [2, 2, 1], spacingMm);
    two.data[2 + 5 * 2] = two.data[1 + 5];
    close(score(two, two, 0).surface!.referenceToPrediction.areaMm2, 8 * (Math.hypot(0.8, 1.5) / 2));
  });

  it("leave the inside of a mask without elements, also in surfaceDistances", () => {
    const { distancesMm, areasMm2 } = surfaceDistances(a, b, 1).referenceToPrediction;
    assert.equal(distancesMm.length, 2 * (9 + 5) + 4);
    assert.ok(areasMm2.every((length) => length > 0));
  });

  it("are the ends of a line where two axes have one voxel, and a slab's where none has", () => {
    const row = score(
      box([9, 1, 1], [1, 0, 0], [4, 1, 1], spacingMm),
      box([9, 1, 1], [2, 0, 0], [4, 1, 1], spacingMm),
      0,
    );
    assert.equal(row.surface!.referenceToPrediction.surfels, 2);
    assert.equal(row.nsd, 0.5);
    close(row.assd, 0.4);
    const single = box([1, 1, 1], [0, 0, 0], [1, 1, 1], spacingMm);
    assert.equal(score(single, single, 0).nsd, 1);
    const layered = box([20, 16, 2], [3, 4, 0], [13, 10, 1], spacingMm);
    assert.ok(score(layered, layered, 0).surface!.referenceToPrediction.surfels > 32);
  });

  const file = path.join(__dirname, "../../../golden/metrics/surface-distance-2d.json");
  const golden = JSON.parse(readFileSync(file, "utf8")) as {
    cases: {
      name: string;
      shape: [number, number];
      spacingMm: [number, number];
      toleranceMm: number;
      reference: string;
      prediction: string;
      expected: Record<"lengthsMm" | "elements" | "averages", [number, number]> &
        Record<"nsd" | "hd95" | "hd", number>;
    }[];
  };
  for (const { name, toleranceMm, expected, ...masks } of golden.cases)
    it(`agree with google-deepmind/surface-distance on two axes, whichever axis is flat: ${name}`, () => {
      const map = (bits: string): Volume =>
        unpack(bits, [...masks.shape, 1] as Vec3, [...masks.spacingMm, 4] as Vec3);
      for (const order of [
        [0, 1, 2],
        [2, 0, 1],
        [0, 2, 1],
      ] as const) {
        const [a, b] = [masks.reference, masks.prediction].map((bits) => permute(map(bits), order));
        const row = score(a, b, toleranceMm);
        const { referenceToPrediction: there, predictionToReference: back } = row.surface!;
        assert.deepEqual([there.surfels, back.surfels], expected.elements);
        [there, back].forEach((direction, k) => {
          close(direction.areaMm2, expected.lengthsMm[k], "length");
          close(direction.meanMm, expected.averages[k], "mean");
        });
        close(row.nsd, expected.nsd, "nsd");
        close(row.hd95, expected.hd95, "hd95");
        close(row.hd, expected.hd, "hd");
      }
    });

  it("are a volume's where a mask of one slice lies among several", () => {
    // 10 x 6 voxels of 0.8 x 1.5 mm in the second of three slices: top and bottom, 9 x 5 whole squares each, count too.
    const among = box([20, 16, 3], [3, 4, 1], [13, 10, 2], spacingMm);
    const { areaMm2 } = score(among, among, 0).surface!.referenceToPrediction;
    assert.ok(areaMm2 > 2 * 9 * 0.8 * 5 * 1.5, `${areaMm2}`);
    assert.equal(score(among, among, 0).nsd, 1);
  });
});
