import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCaseFiles } from "tumorlab/internal/data/case-files";
import { pairFlatFiles } from "tumorlab/internal/data/flat-names";
import { findCohort } from "tumorlab/internal/data/layouts";
import { findScanFiles } from "tumorlab/internal/data/scan-files";

describe("images and label maps side by side", () => {
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "flat-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const folderOf = (name: string, files: readonly string[]): string => {
    mkdirSync(join(root, name));
    for (const file of files) writeFileSync(join(root, name, file), "");
    return join(root, name);
  };
  const namesOf = async (
    folder: string,
  ): Promise<{ labels: string[]; scans: string[]; cases: string[] }> => ({
    labels: [...(await findCaseFiles(folder)).values()].map(
      ({ name, path }) => `${name} ${path.slice(folder.length + 1)}`,
    ),
    scans: (await findScanFiles(folder)).map(({ name, path }) => `${name} ${path.slice(folder.length + 1)}`),
    cases: (await findCohort(folder)).cases.map((each) => each.case),
  });

  it("are the same cases to evaluate, predict and a cohort, by any of their names", async () => {
    const folder = folderOf("mixed", [
      ...["a_0000.nii.gz", "a_0001.nii.gz", "a.nii.gz"],
      ...["volume-7.mha", "segmentation-7.mha"],
      ...["b_imaging.nrrd", "b_segmentation.nrrd"],
      ...["c.nhdr", "c_label.nhdr", "c.raw"],
    ]);
    assert.deepEqual(await namesOf(folder), {
      labels: ["7 segmentation-7.mha", "a a.nii.gz", "b b_segmentation.nrrd", "c c_label.nhdr"],
      scans: ["a a_0000.nii.gz", "b b_imaging.nrrd", "c c.nhdr", "7 volume-7.mha"],
      cases: ["7", "a", "b", "c"],
    });
  });

  it("are all taken where they are scans or label maps alone, channel numbers or not", async () => {
    const plain = ["p_0000.nii.gz", "p_0001.nii.gz", "q.nii.gz"];
    const found = await namesOf(folderOf("plain", plain));
    assert.deepEqual(found.labels, ["p p_0000.nii.gz", "p_0001 p_0001.nii.gz", "q q.nii.gz"]);
    assert.equal(found.scans.length, 3);
    const maps = folderOf("maps", ["segmentation-1.nii", "r_seg.nii"]);
    assert.deepEqual([...(await findCaseFiles(maps)).keys()], ["1", "r"]);
    assert.deepEqual(pairFlatFiles(["notes.txt", "x.raw"]), []);
  });

  it("counts channels of every ending as the image's own", async () => {
    const folder = folderOf("channels", []);
    for (const part of ["imagesTr", "labelsTr"]) mkdirSync(join(folder, part));
    for (const file of ["a_0000.nhdr", "a_0001.nhdr", "a_0002.nhdr"])
      writeFileSync(join(folder, "imagesTr", file), "");
    writeFileSync(join(folder, "labelsTr", "a.nhdr"), "");
    const { cases } = await findCohort(folder);
    assert.deepEqual(
      cases.map(({ case: name, furtherChannels }) => [name, furtherChannels?.length]),
      [["a", 2]],
    );
  });
});
