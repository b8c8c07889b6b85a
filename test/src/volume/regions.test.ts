import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { measureRegions } from "tumorlab/internal/volume/regions";

describe("measureRegions", () => {
  it("measures a box one can count, in anisotropic voxels", () => {
    const affine = [0.7, 0, 0, 10, 0, 0.7, 0, 20, 0, 0, 5, 30, 0, 0, 0, 1];
    const labels = new Uint8Array(5 * 4 * 3);
    const hu = new Int16Array(60).fill(-1000);
    // Two voxels along x, three along y, in slices 1 and 2: 12 voxels of 0.7 x 0.7 x 5 mm = 2.45 mm3.
    for (let z = 1; z < 3; z++)
      for (let y = 0; y < 3; y++)
        for (let x = 2; x < 4; x++) {
          labels[x + 5 * (y + 4 * z)] = 7;
          hu[x + 5 * (y + 4 * z)] = x === 2 ? 30 : 50;
        }
    const [region, ...others] = measureRegions(
      toLabelMap(createVolume(labels, [5, 4, 3], { affine }), { 7: "cyst" }),
      createVolume(hu, [5, 4, 3], { affine, rescale: { slope: 2, intercept: -10 } }),
    );
    assert.equal(others.length, 0);
    assert.equal(region.name, "cyst");
    assert.equal(region.voxels, 12);
    assert.ok(Math.abs(region.volumeMl - 0.0294) < 1e-12);
    assert.deepEqual(region.centroidVoxel, [2.5, 1, 1.5]);
    assert.deepEqual(
      region.centroidMm.map((mm) => Number(mm.toFixed(9))),
      [11.75, 20.7, 37.5],
    );
    assert.deepEqual(
      [region.boxMin, region.boxMax],
      [
        [2, 0, 1],
        [3, 2, 2],
      ],
    );
    assert.deepEqual([region.meanHu, region.sdHu, region.minHu, region.maxHu], [70, 20, 50, 90]);
  });

  it("gives numpy's numbers for the shipped CT", async () => {
    const names = (
      JSON.parse(readFileSync("data-manifests/samples/label_names.json", "utf8")) as { labels: object }
    ).labels as Record<number, string>;
    const ct = await readVolume("data-manifests/samples/example_ct.nii.gz");
    const map = await readLabelMap("data-manifests/samples/example_seg_fast_force_split.nii.gz", { names });
    const regions = measureRegions(map, ct);
    assert.equal(regions.length, 61);
    // numpy 1.24: m = labels == 5; m.sum(), ct[m].mean(), ct[m].std(), ct[m].min(), ct[m].max(), np.where(m).mean()
    const liver = regions.find(({ label }) => label === 5);
    assert.ok(liver);
    assert.equal(liver.name, "liver");
    assert.equal(liver.voxels, 41692);
    assert.ok(Math.abs(liver.meanHu! - 44.45958457257987) < 1e-9);
    assert.ok(Math.abs(liver.sdHu! - 16.212837786328183) < 1e-9);
    assert.deepEqual([liver.minHu, liver.maxHu], [-275, 121]);
    [81.50911445840929, 57.99206082701718, 99.34438261536985].forEach((mean, axis) =>
      assert.ok(Math.abs(liver.centroidVoxel[axis] - mean) < 1e-9),
    );
  });

  it("agrees with counting voxel by voxel, for any row length and offset in memory", () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 13 }),
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 4 }),
        ),
        fc.integer({ min: 0, max: 7 }),
        fc.boolean(),
        fc.array(fc.constantFrom(0, 0, 0, 1, 1, 255), { minLength: 260, maxLength: 260 }),
        (shape: Vec3, offset, wide, values) => {
          const length = shape[0] * shape[1] * shape[2];
          const Labels = wide ? Uint16Array : Uint8Array;
          const data = new Labels(length + offset).subarray(offset);
          data.set(values.slice(0, length).map((label) => (wide && label === 255 ? 65535 : label)));
          const counts = new Map<number, number>();
          for (const label of data) if (label) counts.set(label, (counts.get(label) ?? 0) + 1);
          const grid = createVolume(data, shape, { spacingMm: [0.7, 0.8, 5] });
          const found = measureRegions({ ...grid, names: {} });
          assert.deepEqual(
            found.map(({ label, voxels }) => [label, voxels]),
            [...counts].sort(([a], [b]) => a - b),
          );
        },
      ),
    );
  });

  it("finds nothing in an empty map and prints both grids when they differ", () => {
    const empty = toLabelMap(createVolume(new Uint8Array(8), [2, 2, 2]));
    assert.deepEqual(measureRegions(empty), []);
    assert.throws(
      () => measureRegions(empty, createVolume(new Int16Array(12), [2, 2, 3])),
      /found \[2, 2, 3\], expected the shape of label map, 2 x 2 x 2/,
    );
    const moved = createVolume(new Int16Array(8), [2, 2, 2], {
      affine: [1, 0, 0, 3, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    });
    assert.throws(
      () => measureRegions(empty, moved),
      /found \[1, 0, 0, 3, .*the affine of label map, \[1, 0, 0, 0,/,
    );
  });
});
