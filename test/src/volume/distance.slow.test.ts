import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Mask, Vec3 } from "tumorlab/internal/core/types";
import {
  deeperThan,
  distanceToBackground,
  distanceToMask,
  withinOfMask,
} from "tumorlab/internal/volume/distance";
import { hashOf, readGolden } from "../../golden/volumes.js";

/** The definition, voxel against voxel, in 64 bits. */
function byHand({ data, shape, spacingMm }: Mask, wanted: (value: number) => boolean): number[] {
  const [nx, ny] = shape;
  const place = (i: number) => [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
  return Array.from(data, (_, i) => {
    let least = Infinity;
    data.forEach((value, j) => {
      if (!wanted(value)) return;
      const [dx, dy, dz] = place(i).map((at, axis) => (at - place(j)[axis]) * spacingMm[axis]);
      least = Math.min(least, Math.sqrt(dx * dx + dy * dy + dz * dz));
    });
    return least;
  });
}

const masks = fc
  .record({
    shape: fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 6 }),
    ),
    spacingMm: fc.constantFrom<Vec3>([1, 1, 1], [0.7, 0.7, 5], [0.7, 0.8, 2.5], [4, 0.3, 1]),
    share: fc.constantFrom(0, 0.02, 0.3, 0.7, 0.98, 1),
    seed: fc.nat(1000),
  })
  .map(({ shape, spacingMm, share, seed }) => {
    const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
    for (let i = 0; i < data.length; i++) data[i] = hashOf(i, seed) < share * 65536 ? 1 + (i % 255) : 0;
    return createVolume(data, shape, { spacingMm });
  });

describe("distanceToMask and distanceToBackground", () => {
  it("measure what one can measure by hand, in anisotropic voxels", () => {
    const data = new Uint8Array(5 * 4 * 3);
    data[0] = 1;
    const toMask = distanceToMask(createVolume(data, [5, 4, 3], { spacingMm: [0.7, 0.7, 5] })).data;
    const at = (x: number, y: number, z: number) => toMask[x + 5 * (y + 4 * z)];
    assert.equal(at(0, 0, 0), 0);
    assert.equal(at(4, 0, 0), Math.fround(2.8));
    assert.equal(at(0, 0, 2), 10);
    assert.equal(at(3, 2, 1), Math.fround(Math.sqrt(2.1 ** 2 + 1.4 ** 2 + 25)));
  });

  it("give scipy's numbers", () => {
    interface Case {
      shape: Vec3;
      spacingMm: Vec3;
      share: number;
      toMask: number[];
      toBackground: number[];
    }
    for (const { shape, spacingMm, share, toMask, toBackground } of readGolden<Case>("distance").cases) {
      const data = Uint8Array.from(toMask, (_, i) => (hashOf(i, 3) < share * 65536 ? 1 : 0));
      const mask = createVolume(data, shape, { spacingMm });
      const near = (found: Float32Array, expected: number[]) =>
        found.forEach((mm, i) => assert.ok(Math.abs(mm - expected[i]) <= 1e-6, `${i}: ${mm} ${expected[i]}`));
      near(distanceToMask(mask).data, toMask);
      near(distanceToBackground(mask).data, toBackground);
    }
  });

  it("are exact: the 64-bit distance rounded once, whatever the mask", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        assert.deepEqual([...distanceToMask(mask).data], byHand(mask, (value) => value > 0).map(Math.fround));
        assert.deepEqual(
          [...distanceToBackground(mask).data],
          byHand(mask, (value) => value === 0).map(Math.fround),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("reach across rows of every length, a single feature at the far end", () => {
    for (const n of [1, 2, 63, 64, 65, 1000, 60001]) {
      const data = new Uint8Array(n);
      data[n - 1] = 1;
      const along = (shape: Vec3) => [
        ...distanceToMask(createVolume(data, shape, { spacingMm: [0.7, 0.8, 5] })).data,
      ];
      const expected = (mm: number) => Array.from(data, (_, i) => Math.fround((n - 1 - i) * mm));
      assert.deepEqual(along([n, 1, 1]), expected(0.7));
      assert.deepEqual(along([1, n, 1]), expected(0.8));
      assert.deepEqual(along([1, 1, n]), expected(5));
    }
  });

  it("say Infinity where there is nothing to measure to", () => {
    const empty = createVolume(new Uint8Array(8), [2, 2, 2]);
    const full = createVolume(new Uint8Array(8).fill(255), [2, 2, 2]);
    assert.ok(distanceToMask(empty).data.every((mm) => mm === Infinity));
    assert.ok(distanceToBackground(full).data.every((mm) => mm === Infinity));
    assert.ok(distanceToBackground(empty).data.every((mm) => mm === 0));
    assert.ok(distanceToMask(full).data.every((mm) => mm === 0));
  });
});

describe("withinOfMask and deeperThan", () => {
  it("compare exact distances, the border included", () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(0, 0.7, 1, 1.4, 2.1, 5, 7.3), (mask, radiusMm) => {
        const within = byHand(mask, (value) => value > 0).map((mm) => (mm <= radiusMm * (1 + 1e-9) ? 1 : 0));
        assert.deepEqual([...withinOfMask(mask, radiusMm).data], within);
        const deep = byHand(mask, (value) => value === 0).map((mm) => (mm > radiusMm * (1 + 1e-9) ? 1 : 0));
        assert.deepEqual([...deeperThan(mask, radiusMm).data], deep);
      }),
      { numRuns: 150 },
    );
  });

  it("count ten voxels of 0.7 mm as within 7 mm", () => {
    const data = new Uint8Array(12);
    data[0] = 1;
    const within = withinOfMask(createVolume(data, [12, 1, 1], { spacingMm: [0.7, 0.7, 5] }), 7).data;
    assert.deepEqual([...within], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    assert.throws(() => withinOfMask(createVolume(data, [12, 1, 1]), -1), /radiusMm: found -1/);
    assert.throws(() => withinOfMask(createVolume(data, [12, 1, 1]), NaN), /radiusMm: found NaN/);
  });
});
