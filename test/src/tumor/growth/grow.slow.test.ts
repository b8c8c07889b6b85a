import assert from "node:assert/strict";
import { createVolume, voxelVolumeMl } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { Mask, Vec3, Volume } from "tumorlab/internal/core/types";
import { growLesion } from "tumorlab/internal/tumor/growth/grow";
import { lesionAtStep } from "tumorlab/internal/tumor/growth/series";

const fieldMm = 72;

/** A scan of a field of tissue, and an organ in it: whatever `inside` says of a place in mm from the middle. */
function scene(
  spacingMm: Vec3,
  inside: (x: number, y: number, z: number) => boolean,
  hu: (x: number, y: number, z: number) => number = () => 100,
): { ct: Volume<Int16Array>; organ: Mask; middle: Vec3 } {
  const shape = spacingMm.map((mm) => 2 * Math.floor(fieldMm / 2 / mm) + 1) as unknown as Vec3;
  const [nx, ny, nz] = shape;
  const organ = new Uint8Array(nx * ny * nz);
  const image = new Int16Array(organ.length);
  const place = (at: number, axis: number): number => (at - (shape[axis] - 1) / 2) * spacingMm[axis];
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const mm = [place(x, 0), place(y, 1), place(z, 2)] as const;
        organ[i] = inside(...mm) ? 1 : 0;
        image[i] = hu(...mm);
      }
  const middle = shape.map((n) => (n - 1) / 2) as unknown as Vec3;
  return {
    ct: createVolume(image, shape, { spacingMm }),
    organ: createVolume(organ, shape, { spacingMm }),
    middle,
  };
}

const ball = (radius: number) => (x: number, y: number, z: number) => Math.hypot(x, y, z) <= radius;

function grow(spacingMm: Vec3, radiusMm: number, options: object = {}, inside = ball(34)) {
  const { ct, organ, middle } = scene(spacingMm, inside);
  return {
    organ,
    series: growLesion({ ct, organ, seedVoxel: middle, radiusMm, key: createKey(7), ...options }),
  };
}

describe("growLesion", () => {
  it("gives a lesion the same size at every spacing", () => {
    const cases: [Vec3, number][] = [
      [[1, 1, 1], 5],
      [[2, 2, 2], 5],
      [[3, 3, 3], 5],
      [[1.2, 1.2, 4], 12],
      [[3, 3, 3], 16],
    ];
    for (const [spacingMm, radiusMm] of cases) {
      const { series } = grow(spacingMm, radiusMm);
      assert.equal(series.stopped, "size");
      assert.ok(Math.abs(series.radiusMm / radiusMm - 1) < 0.05, `${spacingMm.join()}: ${series.radiusMm}`);
    }
  });

  it("gives it the same shape too: what two spacings see overlaps", () => {
    const radiusMm = 12;
    const [fine, coarse] = [1, 2].map((mm) => grow([mm, mm, mm], radiusMm, { satellites: 0 }).series);
    const inMm = ({ box, reachedStep }: typeof fine, mm: number): Set<string> => {
      const [nx, ny] = reachedStep.shape;
      const middle = Math.floor(fieldMm / 2 / mm);
      const found = new Set<string>();
      reachedStep.data.forEach((step, i) => {
        const at = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / nx / ny)];
        const place = at.map((each, axis) => (each + box.boxMin[axis] - middle) * mm);
        if (step > 0 && place.every((each) => each % 2 === 0)) found.add(place.join());
      });
      return found;
    };
    const [a, b] = [inMm(fine, 1), inMm(coarse, 2)];
    const shared = [...a].filter((place) => b.has(place)).length;
    assert.ok((2 * shared) / (a.size + b.size) > 0.85, `Dice ${(2 * shared) / (a.size + b.size)}`);
  });

  it("keeps its whole history", () => {
    const { organ, series } = grow([2, 2, 2], 12, { necroticShare: 0.3 });
    const { steps, volumeMl, reachedStep, diedStep, coverage, dead } = series;
    const ml = voxelVolumeMl(organ);
    assert.equal(volumeMl.length, steps);
    let before = 0;
    for (const step of [1, Math.ceil(steps / 3), Math.ceil(steps / 2), steps]) {
      const voxels = lesionAtStep(series, step).data.reduce((sum, value) => sum + value, 0);
      assert.ok(Math.abs(voxels * ml - volumeMl[step - 1]) < 1e-9);
      assert.ok(voxels >= before);
      before = voxels;
    }
    assert.equal(lesionAtStep(series, 0).data.includes(1), false);
    assert.ok(Math.abs(series.radiusMm - Math.cbrt((3000 * volumeMl[steps - 1]) / (4 * Math.PI))) < 1e-9);
    assert.ok(series.necroticShare > 0.1 && series.necroticShare < 0.45, `${series.necroticShare}`);
    for (let i = 0; i < reachedStep.data.length; i++) {
      const [reached, died] = [reachedStep.data[i], diedStep.data[i]];
      if (died > 0) assert.ok(reached > 0 && died >= reached && died <= steps && dead.data[i] >= 0.5);
      if (coverage.data[i] === 1) assert.ok(reached > 0 || series.satellites > 0);
    }
    assert.throws(() => lesionAtStep(series, steps + 1), /step/);
  });

  it("stays in its organ, fills it at most, and says so", () => {
    const { organ, series } = grow([1, 1, 1], 12, {}, ball(8));
    assert.equal(series.stopped, "organ");
    const organVoxels = organ.data.reduce((sum, value) => sum + value, 0);
    const voxels = series.reachedStep.data.filter((step) => step > 0).length;
    assert.ok(voxels <= organVoxels && voxels > 0.9 * organVoxels);
  });

  it("grows along the wall of a hollow organ", () => {
    const tube = (x: number, y: number, z: number): boolean =>
      Math.hypot(x, y - 14) <= 14 && Math.abs(z) < 34;
    const { ct, organ } = scene([1, 1, 1], tube);
    const seedVoxel: Vec3 = [36, 38, 36];
    const request = { ct, organ, seedVoxel, radiusMm: 9, key: createKey(2), satellites: 0, necroticShare: 0 };
    const heights = [4, undefined].map((wallMm) => {
      const { reachedStep, box } = growLesion({ ...request, ...(wallMm ? { wallMm } : {}) });
      let inWall = 0;
      let all = 0;
      const [nx, ny] = reachedStep.shape;
      reachedStep.data.forEach((step, i) => {
        if (step === 0) return;
        all++;
        const x = (i % nx) + box.boxMin[0] - 36;
        const y = (Math.floor(i / nx) % ny) + box.boxMin[1] - 36 - 14;
        if (Math.hypot(x, y) > 9) inWall++;
      });
      return inWall / all;
    });
    assert.ok(heights[0] > 0.65 && heights[0] > heights[1] + 0.2, heights.join());
  });

  it("follows soft tissue and avoids dense tissue and vessels", () => {
    const { ct, organ, middle } = scene([1, 1, 1], ball(34), (x) => (x > 2 ? 125 : 100));
    const request = {
      organ,
      seedVoxel: middle,
      radiusMm: 10,
      key: createKey(3),
      satellites: 0,
      irregularity: 0,
    };
    const { reachedStep, box } = growLesion({ ...request, ct });
    const [nx] = reachedStep.shape;
    let dense = 0;
    let soft = 0;
    reachedStep.data.forEach((step, i) => {
      const x = (i % nx) + box.boxMin[0] - middle[0];
      if (step > 0 && x > 3) dense++;
      if (step > 0 && x < -3) soft++;
    });
    assert.ok(soft > 2 * dense, `${soft} and ${dense}`);
  });

  it("is a function of its key", () => {
    const [a, b, c] = [1, 1, 2].map((seed) => grow([2, 2, 2], 9, { key: createKey(seed) }).series);
    assert.deepEqual(a, b);
    assert.notDeepEqual(a.reachedStep.data, c.reachedStep.data);
  });

  it("takes more steps on finer cells, and daughters, when asked to", () => {
    const coarse = grow([2, 2, 2], 12, { steps: 40 }).series;
    const fine = grow([2, 2, 2], 12, { steps: 120, satellites: 3 }).series;
    assert.ok(fine.steps > 2 * coarse.steps && fine.cellMm < 0.5 * coarse.cellMm);
    assert.ok(fine.satellites > 0 && fine.satellites <= 3);
  });

  it("refuses settings that mean nothing", () => {
    const { ct, organ, middle } = scene([3, 3, 3], ball(20));
    const request = { ct, organ, seedVoxel: middle, radiusMm: 8, key: createKey(1) };
    const refused: [object, RegExp][] = [
      [{ radiusMm: 0 }, /radiusMm/],
      [{ seedVoxel: [0, 0, 0] }, /seedVoxel/],
      [{ seedVoxel: [-1, 0, 0] }, /seedVoxel/],
      [{ steps: 3 }, /steps/],
      [{ wallMm: 0 }, /wallMm/],
      [{ irregularity: 2 }, /irregularity/],
      [{ satellites: -1 }, /satellites/],
      [{ necroticShare: 0.9 }, /necroticShare/],
    ];
    for (const [change, message] of refused)
      assert.throws(() => growLesion({ ...request, ...change }), message);
  });
});
