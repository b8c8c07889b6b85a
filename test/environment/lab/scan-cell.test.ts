import assert from "node:assert/strict";
import { createScanCell } from "#environment/lab/src/logic/scan-cell.js";
import { isScanName } from "#environment/lab/src/logic/scan-names.js";

describe("createScanCell", () => {
  it("imports what is not imported yet, and names paths from the notebook's folder", () => {
    assert.equal(
      createScanCell("notes/day 1/a.ipynb", [], { path: 'notes/sc"an.nii.gz' }),
      'import * as lab from "tumorlab";\nconst scan = await lab.readVolume("../sc\\"an.nii.gz");\nlab.view(scan);',
    );
  });

  it("takes the notebook's own name of the library, and names that are free", () => {
    const sources = ['import * as tl from "tumorlab";', "const scan = 1;"];
    assert.equal(
      createScanCell("a.ipynb", sources, { path: "x/dicom", series: "Abdomen", labels: "x/seg.nii" }),
      'const scan2 = await tl.data.openScan("x/dicom", { series: "Abdomen", labels: "x/seg.nii" });\n' +
        "tl.view(scan2.ct, scan2.labels);",
    );
  });
});

describe("isScanName", () => {
  it("knows scans and archives by their endings", () => {
    assert.deepEqual(
      ["a.NII.GZ", "b.mha", "c.zip", "d.gz", "nii"].map((name) => isScanName(name)),
      [true, true, true, false, false],
    );
  });
});
