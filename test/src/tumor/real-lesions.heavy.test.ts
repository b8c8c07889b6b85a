import { existsSync } from "node:fs";
import { compareWithMade, folder, type RealMask } from "./real-masks.js";

const mask: RealMask = {
  file: `${folder}/panorama_pdac_masks/101129_00001.nii.gz`,
  labelMap: "panorama",
  organ: "pancreas",
  organLabel: 4,
  lesionLabel: 1,
  voxels: 2061,
  voxelMm3: 2.9010790865871168,
};

describe("a real tumor of the pancreas", function () {
  this.timeout(240_000);
  if (!existsSync(mask.file)) {
    it(`skipped: it is not in ${folder}`, function () {
      this.skip();
    });
    return;
  }

  it("is measured by what measures synthetic ones, which are as round in the same organ", () =>
    compareWithMade(mask));
});
