import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import { reorient } from "tumorlab/internal/volume/orientation";
import type { Plane } from "tumorlab/internal/volume/planes";
import { countSlices, extractSlice } from "tumorlab/internal/volume/slice";

/** 3 x 4 x 5 voxels in RAS, 0.7 x 0.8 x 5 mm; the value is 100 x + 10 y + z. */
function coordinates() {
  const data = new Int16Array(60);
  for (let z = 0; z < 5; z++)
    for (let y = 0; y < 4; y++) for (let x = 0; x < 3; x++) data[x + 3 * (y + 4 * z)] = 100 * x + 10 * y + z;
  return createVolume(data, [3, 4, 5], { spacingMm: [0.7, 0.8, 5] });
}

describe("extractSlice", () => {
  it("hangs an axial slice with the patient's right on the left and anterior up", () => {
    const slice = extractSlice(coordinates(), "axial", 2);
    assert.deepEqual([slice.width, slice.height], [3, 4]);
    assert.deepEqual(slice.spacingMm, [0.7, 0.8]);
    assert.deepEqual([...slice.data.slice(0, 3)], [232, 132, 32]);
    assert.deepEqual([...slice.data.slice(9)], [202, 102, 2]);
    assert.deepEqual(slice.edges, { left: "R", right: "L", top: "A", bottom: "P" });
  });

  it("hangs a coronal slice with the patient's right on the left and superior up", () => {
    const slice = extractSlice(coordinates(), "coronal", 1);
    assert.deepEqual([slice.width, slice.height], [3, 5]);
    assert.deepEqual(slice.spacingMm, [0.7, 5]);
    assert.deepEqual([...slice.data.slice(0, 3)], [214, 114, 14]);
    assert.deepEqual(slice.edges, { left: "R", right: "L", top: "S", bottom: "I" });
  });

  it("hangs a sagittal slice with anterior on the left and superior up", () => {
    const slice = extractSlice(coordinates(), "sagittal", 0);
    assert.deepEqual([slice.width, slice.height], [4, 5]);
    assert.deepEqual([...slice.data.slice(0, 4)], [34, 24, 14, 4]);
    assert.deepEqual(slice.edges, { left: "A", right: "P", top: "S", bottom: "I" });
  });

  it("shows the same picture whatever the order of the axes in memory", () => {
    const ras = coordinates();
    for (const code of ["LPS", "SPL", "ASR", "IRP", "PIL"])
      for (const plane of ["axial", "coronal", "sagittal"] as Plane[]) {
        const turned = reorient(ras, code);
        assert.equal(countSlices(turned, plane), countSlices(ras, plane));
        const slice = extractSlice(turned, plane, 1);
        assert.deepEqual(slice.data, extractSlice(ras, plane, 1).data);
        // The way back to voxels of the turned volume leads to the same value.
        const [nx, ny] = turned.shape;
        const voxel = slice.origin.map((at, k) => at + 2 * slice.columnStep[k] + 1 * slice.rowStep[k]);
        const value = turned.data[voxel[0] + nx * (voxel[1] + ny * voxel[2])];
        assert.equal(slice.data[2 + slice.width], value);
      }
  });

  it("gives real values and refuses a slice that is not there", () => {
    const volume = { ...coordinates(), rescale: { slope: 2, intercept: -1000 } };
    assert.equal(extractSlice(volume, "axial", 0).data[11], -1000);
    assert.equal(extractSlice(volume, "axial", 0).data[0], 230 * 2 - 1000);
    assert.throws(
      () => extractSlice(volume, "axial", 5),
      /axial index: found 5, expected a whole number from 0 to 4/,
    );
  });
});
