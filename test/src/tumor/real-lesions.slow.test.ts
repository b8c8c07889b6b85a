import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { withData } from "tumorlab/internal/core/grid";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { measureLesion } from "tumorlab/internal/tumor/measure-lesion";
import { compareWithMade, folder, type RealMask } from "./real-masks.js";

const mask: RealMask = {
  file: `${folder}/kits19_masks/case_00094_segmentation.nii.gz`,
  labelMap: "kits",
  organ: "kidney",
  organLabel: 1,
  lesionLabel: 2,
  voxels: 6426,
  voxelMm3: 0.703125 ** 2 * 5,
};

const sarcoma = `${folder}/ibsi_sts_tumour/STS_002_CT`;

describe("real tumors", function () {
  this.timeout(240_000);
  const files = [mask.file, `${sarcoma}_image.nii.gz`, `${sarcoma}_mask.nii.gz`];
  if (!files.every((file) => existsSync(file))) {
    it(`skipped: they are not in ${folder}`, function () {
      this.skip();
    });
    return;
  }

  it("of a kidney are measured by what measures synthetic ones, which are as round in the same organ", () =>
    compareWithMade(mask));

  it("in their CT have contrast, edge and texture", async () => {
    const ct = await readVolume(`${sarcoma}_image.nii.gz`);
    const { data } = await readLabelMap(`${sarcoma}_mask.nii.gz`);
    const lesion = withData(ct, Uint8Array.from(data));
    // Muscle and fat of the limb round it stand for the organ.
    const home = withData(
      ct,
      Uint8Array.from(ct.data, (hu, i) => (hu > -30 && hu < 150 && data[i] === 0 ? 1 : 0)),
    );
    const look = measureLesion(ct, lesion, home);
    assert.equal(look.voxels, 17090);
    assert.ok(look.contrastHu > 20 && look.contrastHu < 60, `${look.contrastHu}`);
    assert.ok(look.edgeWidthMm > 2 && look.edgeWidthMm < 10, `${look.edgeWidthMm}`);
    assert.ok(look.coherence > 0 && look.coherence < 1 && look.spreadRatio > 0.5 && look.spreadRatio < 2);
  });
});
