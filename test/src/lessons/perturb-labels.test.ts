import assert from "node:assert/strict";
import fc from "fast-check";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Vec3 } from "tumorlab/internal/core/types";
import { perturbLabels } from "tumorlab/internal/lessons/perturb-labels";
import { plantBalls } from "tumorlab/internal/lessons/plant-balls";
import { countConfusion, scoreOverlap } from "tumorlab/internal/metrics/overlap";
import { findComponents } from "tumorlab/internal/volume/components";

/** A liver (5) of 20 x 16 x 10 voxels of 1 x 1 x 2 mm in the middle of a grid, with what `paint` adds. */
function makeLiver(paint: (x: number, y: number, z: number) => number = () => 0): LabelMap {
  const shape: Vec3 = [30, 26, 14];
  const data = new Uint8Array(30 * 26 * 14);
  for (let z = 0, i = 0; z < 14; z++)
    for (let y = 0; y < 26; y++)
      for (let x = 0; x < 30; x++, i++) {
        const isLiver = x >= 5 && x < 25 && y >= 5 && y < 21 && z >= 2 && z < 12;
        data[i] = paint(x, y, z) || (isLiver ? 5 : 0);
      }
  const names = { 5: "liver", 27: "liver_lesion", 29: "kidney_lesion" };
  return toLabelMap(createVolume(data, shape, { spacingMm: [1, 1, 2] }), names);
}

const key = createKey(3);
const count = (map: LabelMap, label: number): number =>
  Array.from(map.data).filter((value) => value === label).length;

describe("plantBalls", () => {
  const options = { key, inside: 5, label: 27, name: "liver_lesion" };

  it("paints every voxel of the structure within the radius of the centre, and no other", () => {
    const liver = makeLiver();
    const { labels, planted } = plantBalls(liver, { ...options, radiiMm: [3.5] });
    assert.equal(planted.length, 1);
    const [cx, cy, cz] = planted[0].center;
    labels.data.forEach((value, i) => {
      const [x, y, z] = [i % 30, Math.floor(i / 30) % 26, Math.floor(i / 780)];
      const isNear = Math.hypot(x - cx, y - cy, 2 * (z - cz)) <= 3.5;
      assert.equal(value, liver.data[i] === 5 && isNear ? 27 : liver.data[i]);
    });
    assert.equal(labels.names[27], "liver_lesion");
    assert.ok(!liver.data.includes(27), "what was given is not changed");
  });

  it("keeps balls apart and leaves out those without room", () => {
    const { labels, planted } = plantBalls(makeLiver(), { ...options, radiiMm: [3, 3, 2, 40], gapMm: 3 });
    assert.ok(planted.length >= 2 && planted.every(({ radiusMm }) => radiusMm < 40));
    const pieces = findComponents(labels).components.filter(({ label }) => label === 27);
    assert.equal(pieces.length, planted.length);
  });

  it("refuses a structure without voxels, its own label and a radius of 0", () => {
    assert.throws(() => plantBalls(makeLiver(), { ...options, inside: 9, radiiMm: [1] }), LabError);
    assert.throws(() => plantBalls(makeLiver(), { ...options, label: 5, radiiMm: [1] }), LabError);
    assert.throws(() => plantBalls(makeLiver(), { ...options, radiiMm: [0] }), /radiiMm/);
  });

  it("widens the labels where the value needs it", () => {
    const { labels } = plantBalls(makeLiver(), { ...options, label: 300, radiiMm: [2] });
    assert.ok(labels.data instanceof Uint16Array && labels.data.includes(300));
  });
});

describe("perturbLabels", () => {
  it("changes nothing when nothing is asked for", () => {
    const { labels } = plantBalls(makeLiver(), {
      key,
      inside: 5,
      label: 27,
      name: "liver_lesion",
      radiiMm: [4],
    });
    assert.deepEqual(perturbLabels(labels, { key }).data, labels.data);
  });

  it("moves surfaces out and in by whole voxels", () => {
    const liver = makeLiver();
    // A shell of one voxel along x and y, its edges at 1.41 mm too (the surface lies half a voxel out); along z 2 mm are
    // too far.
    const wide = perturbLabels(liver, { key, offsetMm: 1 });
    assert.equal(count(wide, 5), 10 * 22 * 18);
    const thin = perturbLabels(liver, { key, offsetMm: -1 });
    assert.equal(count(thin, 5), 18 * 14 * 10);
  });

  it("gives the same map for the same key, another for another, and errs by about the wobble", () => {
    const liver = makeLiver();
    const make = (seed: number) => perturbLabels(liver, { key: createKey(seed), wobbleMm: 1.5 });
    assert.deepEqual(make(1).data, make(1).data);
    assert.notDeepEqual(make(1).data, make(2).data);
    const { dice } = scoreOverlap(countConfusion(liver, make(1), { labels: [5] })[0]);
    assert.ok(dice > 0.75 && dice < 1, `${dice}`);
  });

  it("only makes labels that were there, on the same grid, whatever is asked for", () => {
    const { labels } = plantBalls(makeLiver(), {
      key,
      inside: 5,
      label: 27,
      name: "liver_lesion",
      radiiMm: [3, 2],
    });
    const options = fc.record({
      wobbleMm: fc.double({ min: 0, max: 3, noNaN: true }),
      offsetMm: fc.double({ min: -2, max: 2, noNaN: true }),
      missRadiusMm: fc.double({ min: 0, max: 8, noNaN: true }),
      missing: fc.subarray([5, 27]),
    });
    fc.assert(
      fc.property(options, fc.nat(1000), (asked, seed) => {
        const map = perturbLabels(labels, { ...asked, key: createKey(seed) });
        assert.deepEqual([map.shape, map.affine, map.names], [labels.shape, labels.affine, labels.names]);
        const allowed = [0, 5, 27].filter((label) => !asked.missing.includes(label));
        assert.ok(map.data.every((label) => allowed.includes(label)));
      }),
      { numRuns: 25 },
    );
  });

  it("leaves out what is missing, and overlooks small lesions before large ones", () => {
    const { labels } = plantBalls(makeLiver(), {
      key,
      inside: 5,
      label: 27,
      name: "liver_lesion",
      radiiMm: [6, 1],
    });
    assert.equal(count(perturbLabels(labels, { key, missing: [27] }), 27), 0);
    const kept = { large: 0, small: 0 };
    for (let seed = 0; seed < 60; seed++) {
      const map = perturbLabels(labels, { key: createKey(seed), missRadiusMm: 2.5 });
      const sizes = findComponents(map).components.filter(({ label }) => label === 27);
      if (sizes.some(({ voxels }) => voxels > 50)) kept.large++;
      if (sizes.some(({ voxels }) => voxels <= 50)) kept.small++;
      assert.equal(
        count(map, 5) + count(map, 27),
        count(labels, 5) + count(labels, 27),
        "the liver fills the gap",
      );
    }
    assert.ok(kept.large > 1.2 * kept.small && kept.small > 0, JSON.stringify(kept));
  });

  it("counts the lesion as part of its own kidney alone", () => {
    // Two kidneys of 6 x 6 x 6 voxels with a lesion in the left one, whose far side is no surface of the right one.
    const map = toLabelMap(
      createVolume(
        Uint8Array.from({ length: 30 * 26 * 14 }, (_, i) => {
          const [x, y, z] = [i % 30, Math.floor(i / 30) % 26, Math.floor(i / 780)];
          if (y < 8 || y >= 14 || z < 4 || z >= 10) return 0;
          if (x >= 3 && x < 9) return x < 5 ? 29 : 3;
          return x >= 20 && x < 26 ? 4 : 0;
        }),
        [30, 26, 14],
      ),
      { 3: "kidney_left", 4: "kidney_right", 29: "kidney_lesion" },
    );
    const healed = perturbLabels(map, { key, missing: [29] });
    assert.deepEqual([count(healed, 3), count(healed, 4), count(healed, 29)], [216, 216, 0]);
  });

  it("draws lesions that are not there, and none where there is no room", () => {
    const ball = { inside: 5, label: 27, radiusMm: 2 };
    const made = perturbLabels(makeLiver(), { key, falseBalls: [ball] });
    assert.ok(count(made, 27) >= 9, "a ball of 2 mm, cut at most by the surface");
    const nowhere = perturbLabels(makeLiver(), { key, missing: [5], falseBalls: [ball] });
    assert.ok(nowhere.data.every((value) => value === 0));
  });

  it("refuses numbers that are no distances", () => {
    for (const wrong of [{ wobbleMm: -1 }, { offsetMm: NaN }, { missRadiusMm: Infinity }])
      assert.throws(() => perturbLabels(makeLiver(), { key, ...wrong }), LabError);
  });
});
