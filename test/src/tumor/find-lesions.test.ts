import assert from "node:assert/strict";
import { createVolume, toLabelMap, withData } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { measureLesions } from "tumorlab/internal/tumor/find-lesions";
import { measureLesion } from "tumorlab/internal/tumor/measure-lesion";

const shape: Vec3 = [40, 30, 24];
const spacingMm: Vec3 = [1.5, 2, 2.5];

/** A block of kidney with a ball of tumor, a speck of it, and another organ with a lesion of its own. */
function makeScan() {
  const values = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const hu = new Int16Array(values.length);
  for (let z = 0, i = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[0]; x++, i++) {
        values[i] = y < 20 ? 1 : 5;
        hu[i] = 120 + ((x + y + z) % 3);
        if (Math.hypot((x - 15) * 1.5, (y - 10) * 2, (z - 12) * 2.5) < 8)
          [values[i], hu[i]] = [2, hu[i] - 50];
        if (y === 25 && x < 9 && z === 4) values[i] = 27;
      }
  values[shape[0] * 2 + 35] = 2;
  const grid = { spacingMm };
  return {
    ct: createVolume(hu, shape, grid),
    labels: toLabelMap(createVolume(values, shape, grid), {
      1: "kidney",
      2: "kidney_tumor",
      5: "liver",
      27: "liver_lesion",
    }),
  };
}

describe("measureLesions", () => {
  const { ct, labels } = makeScan();
  const only = (value: number) =>
    withData(
      labels,
      Uint8Array.from(labels.data, (each) => (each === value ? 1 : 0)),
    );

  it("measures each piece of an organ's lesions as measureLesion does, and leaves out specks", () => {
    const found = measureLesions(labels, "kidney", { ct });
    assert.equal(found.length, 1);
    const [{ label, centroidVoxel, mask, box, ...look }] = found;
    const ball = only(2);
    ball.data[shape[0] * 2 + 35] = 0;
    assert.deepEqual(look, measureLesion(ct, ball, only(1)));
    assert.ok(Math.abs(look.contrastHu + 50) < 0.5 && Math.abs(look.radiusMm - 8) < 0.4);
    assert.equal(label, 2);
    assert.deepEqual(centroidVoxel.map(Math.round), [15, 10, 12]);
    assert.equal(
      mask.data.reduce((sum, value) => sum + value, 0),
      look.voxels,
    );
    assert.ok(box.boxMin.every((low, axis) => low < centroidVoxel[axis] && low >= 0));
    assert.equal(measureLesions(labels, "kidney", { ct, fewestVoxels: 1 }).length, 2);
    assert.deepEqual(measureLesions(labels, "colon", { ct }), []);
    assert.equal(measureLesions(labels, "liver")[0].voxels, 9);
  });

  it("measures size and shape alone where there is no scan", () => {
    const [{ volumeMl, sphericity, contrastHu, edgeWidthMm, spreadRatio, coherence }] = measureLesions(
      labels,
      "kidney",
    );
    const [seen] = measureLesions(labels, "kidney", { ct });
    assert.deepEqual([volumeMl, sphericity], [seen.volumeMl, seen.sphericity]);
    assert.deepEqual([contrastHu, edgeWidthMm, spreadRatio, coherence], [NaN, NaN, NaN, NaN]);
    assert.equal(measureLesion(undefined, only(99), only(1)).voxels, 0);
  });

  it("refuses a scan on another grid and a size that is none", () => {
    const other = createVolume(new Int16Array(8), [2, 2, 2]);
    assert.throws(() => measureLesions(labels, "kidney", { ct: other }), /labels/);
    assert.throws(() => measureLesions(labels, "kidney", { fewestVoxels: 0 }), /fewestVoxels/);
  });
});
