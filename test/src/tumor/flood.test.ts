import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import { arrivalTimes, floodByLevel } from "tumorlab/internal/tumor/flood";
import { findComponents } from "tumorlab/internal/volume/components";

describe("floodByLevel", () => {
  it("takes the lowest levels connected with the seed, as many as wanted", () => {
    const draw = createKey(4).stream();
    const shape = [9, 8, 7] as const;
    const level = Float32Array.from({ length: 504 }, () => draw.uniform());
    for (const wanted of [1, 10, 200, 504]) {
      const { mask, voxels, threshold } = floodByLevel(level, shape, 250, wanted);
      assert.equal(voxels, wanted);
      assert.equal(
        mask.reduce((sum, each) => sum + each, 0),
        wanted,
      );
      assert.equal(mask[250], 1);
      const { components } = findComponents(createVolume(mask, shape), { connectivity: 6 });
      assert.equal(components.length, 1);
      mask.forEach((on, i) => on && i !== 250 && assert.ok(level[i] <= threshold));
    }
  });

  it("stops where the region is walled in", () => {
    const level = Float32Array.from({ length: 25 }, (_, i) => (i % 5 === 2 ? Infinity : 1));
    const { voxels, mask } = floodByLevel(level, [5, 5, 1], 5, 20);
    assert.equal(voxels, 10);
    assert.ok(mask.every((on, i) => on === (i % 5 < 2 ? 1 : 0)));
  });
});

describe("floodByLevel by corners", () => {
  it("reaches what hangs together by a corner alone", () => {
    const level = Float32Array.from([1, Infinity, Infinity, 1]);
    assert.equal(floodByLevel(level, [2, 2, 1], 0, 2).voxels, 1);
    assert.equal(floodByLevel(level, [2, 2, 1], 0, 2, 26).voxels, 2);
  });
});

describe("arrivalTimes", () => {
  it("takes the shortest way round a wall, at the pace of the tissue", () => {
    const slowness = Float32Array.from({ length: 25 }, (_, i) => (i % 5 === 2 && i < 20 ? Infinity : 2));
    const times = arrivalTimes(slowness, [5, 5, 1], [1, 3, 1], 0, 25);
    assert.equal(times[1], 2);
    assert.equal(times[5], 6);
    assert.equal(times[2], Infinity);
    // Down three rows, a step aslant to the gap in the last row, and one more aslant up: 9 + 2 sqrt(10) mm, or the like.
    assert.ok(times[4] > times[1] + 12);
    assert.ok(Math.abs(times[6] - 2 * Math.sqrt(10)) < 1e-5);
  });

  it("stops after the wanted number of voxels", () => {
    const times = arrivalTimes(new Float32Array(125).fill(1), [5, 5, 5], [1, 1, 1], 62, 7);
    assert.equal(times.filter((time) => time < Infinity).length, 7);
    assert.deepEqual([times[62], times[61], times[63]], [0, 1, 1]);
  });
});
