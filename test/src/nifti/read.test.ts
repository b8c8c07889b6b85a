import assert from "node:assert/strict";
import { orientationOf } from "tumorlab/internal/core/affine";
import { LabError } from "tumorlab/internal/core/errors";
import { rescaleValue } from "tumorlab/internal/core/grid";
import { readLabelMap, readNifti, readNiftiHeader, readVolume } from "tumorlab/internal/nifti/read";
import { makeNifti, useFolder } from "./make-nifti.js";

const sampleFolder = "data-manifests/samples";

describe("readVolume", () => {
  const folder = useFolder();

  it("reads the shipped CT as nibabel does", async () => {
    const ct = await readVolume(`${sampleFolder}/example_ct.nii.gz`);
    // nibabel.load(f).shape, .header.get_zooms(), .affine, nibabel.aff2axcodes(.affine)
    assert.deepEqual(ct.shape, [122, 101, 112]);
    assert.deepEqual(ct.spacingMm, [3, 3, 3]);
    assert.deepEqual(
      ct.affine.slice(0, 12),
      [3, 0, 0, -177.956329345703125, 0, 3, 0, 11.319000244140625, 0, 0, 3, 94.3017578125],
    );
    assert.equal(orientationOf(ct.affine), "RAS");
    assert.equal(ct.rescale, undefined);
    // np.asanyarray(nibabel.load(f).dataobj) .min(), .max(), .sum()
    let [least, most, sum] = [Infinity, -Infinity, 0];
    for (const value of ct.data) {
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
    }
    assert.deepEqual([least, most, sum], [-1207, 3382, -496851173]);
  });

  it("keeps stored numbers and hands the scale on", async () => {
    const path = folder.write("a.nii.gz", makeNifti({ slope: 0.5, inter: -1024 }));
    const volume = await readVolume(path);
    assert.ok(volume.data instanceof Int16Array);
    assert.deepEqual([...volume.data.slice(0, 3)], [0, 1, 2]);
    assert.deepEqual(volume.rescale, { slope: 0.5, intercept: -1024 });
    assert.equal(rescaleValue(volume.data[3], volume.rescale), -1022.5);
  });

  it("asks which volume of a series is meant", async () => {
    const path = folder.write("a.nii", makeNifti({ dim: [4, 2, 1, 1, 3, 1, 1, 1] }));
    await assert.rejects(readVolume(path), /found "3 volumes \(2 x 1 x 1 x 3\)".*0 to 2/);
    assert.deepEqual([...(await readVolume(path, { volume: 2 })).data], [4, 5]);
    assert.deepEqual([...(await readNifti(path)).data], [0, 1, 2, 3, 4, 5]);
  });

  it("names a file that is not there", async () => {
    await assert.rejects(readVolume(`${folder.path}/none.nii.gz`), (error: unknown) => {
      assert.ok(error instanceof LabError);
      assert.match(error.message, /none\.nii\.gz: found "no such file", expected a readable NIfTI file/);
      return true;
    });
  });
});

describe("readNiftiHeader", () => {
  it("reads the header of the shipped label map", async () => {
    const header = await readNiftiHeader(`${sampleFolder}/example_seg_fast_force_split.nii.gz`);
    assert.deepEqual(header.shape, [122, 101, 112]);
    assert.equal(header.datatype, "uint8");
    assert.equal(header.compressed, true);
    assert.equal(header.orientation, "RAS");
  });
});

describe("readLabelMap", () => {
  const folder = useFolder();

  it("keeps the names given and names the rest", async () => {
    const path = folder.write(
      "a.nii.gz",
      makeNifti({ datatype: 16, dim: [3, 2, 2, 1], voxels: [0, 1, 7, 300] }),
    );
    const labels = await readLabelMap(path, { names: { 1: "liver", 2: "spleen" } });
    assert.ok(labels.data instanceof Uint16Array);
    assert.deepEqual([...labels.data], [0, 1, 7, 300]);
    assert.deepEqual(labels.names, { 1: "liver", 2: "spleen", 7: "label 7", 300: "label 300" });
  });

  it("refuses numbers that are no labels, naming the voxel", async () => {
    const path = folder.write(
      "a.nii",
      makeNifti({ datatype: 16, dim: [3, 2, 2, 1], voxels: [0, 1, 0.5, 2] }),
    );
    await assert.rejects(
      readLabelMap(path),
      /a\.nii: found "0\.5 at voxel \[0, 1, 0\]", expected whole numbers/,
    );
  });
});
