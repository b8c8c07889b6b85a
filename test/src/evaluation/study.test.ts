import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LabError } from "tumorlab/internal/core/errors";
import { pairCases } from "tumorlab/internal/evaluation/pair-cases";
import { openCase, openStudy } from "tumorlab/internal/evaluation/study";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { box } from "../metrics/masks.js";

describe("openStudy", () => {
  let folder: string;
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const cube = (label = 1) => box([4, 5, 6], [1, 1, 1], [3, 3, 3], [1, 2, 3], label);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "study-"));
    for (const name of ["reference", "prediction", "ct", "prediction/b", "masks/c/segmentations"])
      await mkdir(at(name), { recursive: true });
    await writeVolume(at("reference/a.nii.gz"), cube());
    await writeVolume(at("reference/b.nii.gz"), cube());
    await writeVolume(at("reference/only-here.nii.gz"), cube());
    await writeVolume(at("prediction/a_0000.nii.gz"), cube(2));
    await writeVolume(at("prediction/b/segmentation.nii.gz"), cube());
    await writeVolume(at("prediction/only-there.nii.gz"), cube());
    await writeVolume(at("ct/a_0000.nii.gz"), cube());
    await writeVolume(at("masks/c/segmentations/liver.nii.gz"), cube());
    await writeFile(at("names.json"), JSON.stringify({ liver: 1, spleen: 2 }));
  });
  after(() => rm(folder, { recursive: true }));

  it("pairs by case name and lists cases without a partner", async () => {
    const { cases, failed } = await openStudy({ reference: at("reference"), prediction: at("prediction") });
    assert.deepEqual(
      cases.map((each) => [each.case, each.patient]),
      [
        ["a", "a"],
        ["b", "b"],
      ],
    );
    assert.deepEqual(
      failed.map((each) => each.case),
      ["only-here", "only-there"],
    );
    assert.match(failed[0].reason, /no prediction in .*prediction for .*only-here\.nii\.gz/);
    assert.match(failed[1].reason, /no reference in /);
  });

  it("reads a case with its names, its scan and its patient", async () => {
    const study = await openStudy({
      reference: at("reference"),
      prediction: at("prediction"),
      ct: at("ct"),
      labelMap: at("names.json"),
      patientOf: (name) => `patient of ${name}`,
    });
    assert.equal(study.cases[1].patient, "patient of b");
    const { reference, prediction, ct } = await openCase(study, "a");
    assert.deepEqual([reference.names[1], prediction.names[2]], ["liver", "spleen"]);
    assert.equal(reference.data.filter((value) => value === 1).length, 8);
    assert.deepEqual(ct?.shape, [4, 5, 6]);
    assert.equal((await openCase(study, "b")).ct, undefined);
    await assert.rejects(
      openCase(study, "z"),
      (error) => error instanceof LabError && /one of a, b/.test(error.message),
    );
  });

  it("takes two files for a pair, and names folders of masks by itself", async () => {
    const files = await openStudy({
      reference: at("reference/a.nii.gz"),
      prediction: at("reference/b.nii.gz"),
      ct: at("ct/a_0000.nii.gz"),
    });
    assert.deepEqual([files.cases.length, files.failed.length], [1, 0]);
    const pair = await files.cases[0].open();
    assert.deepEqual([pair.reference.names[1], pair.ct?.shape], ["label 1", [4, 5, 6]]);
    const masks = await openStudy({ reference: at("masks"), prediction: at("masks") });
    const { reference } = await masks.cases[0].open();
    assert.equal(reference.names[5], "liver");
    assert.ok(reference.data.includes(5));
  });

  it("names the masks beside a case that has no partner", async () => {
    const { pairs, failed } = await pairCases(at("masks"), at("reference"));
    assert.equal(pairs.length, 0);
    assert.match(failed[0].reason, /the masks beside .*liver\.nii\.gz/);
    await assert.rejects(pairCases(at("nowhere"), at("masks")), LabError);
  });
});
