import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readClassesFile, writeModelClasses } from "tumorlab/internal/anatomy/classes-file";
import type { LabelClasses } from "tumorlab/internal/anatomy/label-classes";
import type { Vec3 } from "tumorlab/internal/core/types";
import { openStudy } from "tumorlab/internal/evaluation/study";
import { writeBoxes } from "./boxes.js";
import { run } from "./run.js";

/** Liver 1, kidneys 2, any tumor of both 3; the stomach is left out. */
const classes: LabelClasses = {
  targets: [
    { name: "liver", structures: ["liver"] },
    { name: "kidney", structures: ["kidney_left", "kidney_right"] },
    { name: "tumor", structures: ["liver_lesion", "kidney_lesion"] },
  ],
  ignore: ["stomach"],
};
type Box = [number, Vec3, Vec3];
/** By AbdomenAtlas's values: liver 5 with lesion 27, kidneys 3 and 4, the aorta 1, the stomach 9. */
const reference: Box[] = [
  [5, [0, 0, 0], [4, 2, 4]],
  [27, [0, 0, 0], [2, 1, 1]],
  [3, [0, 3, 0], [2, 5, 1]],
  [4, [4, 3, 0], [6, 5, 1]],
  [1, [0, 3, 3], [1, 5, 4]],
  [9, [4, 0, 0], [6, 2, 4]],
];
const prediction: Box[] = [
  // Two voxels too high in y at one end, and eight in the stomach, which do not count.
  [1, [0, 0, 0], [6, 2, 4]],
  [1, [0, 2, 0], [2, 3, 1]],
  [3, [0, 0, 0], [1, 1, 1]],
  [2, [0, 3, 0], [2, 5, 1]],
];

describe("tumorlab evaluate of a model's classes", () => {
  let root: string;
  const at = (...names: string[]): string => join(root, ...names);
  const evaluate = (from: string, to: string, ...more: string[]) =>
    run("evaluate", "--reference", at(from), "--prediction", at(to), "--json", ...more);
  before(async () => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-classes-"));
    await writeBoxes(at("reference", "a", "combined_labels.nii.gz"), reference);
    await writeBoxes(at("reference", "b", "combined_labels.nii.gz"), reference);
    await writeBoxes(at("found", "a.nii.gz"), prediction);
    await writeModelClasses(at("found"), classes);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("brings the references to them, and counts no voxel that is left out", async () => {
    const { code, out, err } = await evaluate("reference", "found", "--predicted-only");
    assert.equal(code, 0, err);
    assert.match(err, /classes of a model.* kidney \(kidney_left, kidney_right\), tumor \(liver_lesion, /);
    const { cases, failed } = JSON.parse(out) as {
      cases: { label: number; name: string; tp: number; fp: number; fn: number; dice: number }[];
      failed: unknown[];
    };
    assert.deepEqual(failed, []);
    const counts = cases.map(({ label, name, tp, fp, fn }) => [label, name, tp, fp, fn]);
    assert.deepEqual(counts, [
      // Of 30 voxels of the liver beside its lesion all are found, and one of the lesion's and two below.
      [1, "liver", 30, 3, 0],
      [2, "kidney", 4, 0, 4],
      [3, "tumor", 1, 0, 1],
    ]);
    assert.equal(cases[0].dice, 60 / 63);
    assert.deepEqual((await evaluate("reference", "found")).code, 1, "b has no prediction");
  });

  it("takes the names of a dataset.json beside nnU-Net's labels, or of a label map", async () => {
    const own: Box[] = [[7, [0, 0, 0], [2, 2, 2]]];
    await writeBoxes(at("Dataset001", "labelsTr", "a.nii.gz"), own);
    const names = { background: 0, liver: 7, kidney_left: 8, liver_lesion: 9 };
    writeFileSync(at("Dataset001", "dataset.json"), JSON.stringify({ labels: names }));
    await writeBoxes(at("own", "a.nii.gz"), [[1, [0, 0, 0], [2, 2, 2]]]);
    await writeModelClasses(at("own"), classes);
    const { code, out, err } = await evaluate("Dataset001/labelsTr", "own");
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out).cases[0].dice, 1);
    writeFileSync(at("names.json"), JSON.stringify({ "7": "spleen" }));
    const none = await evaluate("Dataset001/labelsTr", "own", "--reference-labels", at("names.json"));
    assert.equal(none.code, 1);
    assert.match(
      none.err,
      /a: reference, labels of class liver: found \["spleen"\], expected at least one of/,
    );
  });

  it("refuses labels that are no class, a damaged list and another model's", async () => {
    await writeBoxes(at("more", "a.nii.gz"), [[4, [0, 0, 0], [1, 1, 1]]]);
    await writeModelClasses(at("more"), classes);
    assert.match(
      (await evaluate("reference/a/combined_labels.nii.gz", "more/a.nii.gz")).err,
      /prediction: found "label 4", expected classes, 0 to 3/,
    );
    await assert.rejects(
      writeModelClasses(at("more"), { ...classes, targets: classes.targets.slice(1) }),
      /classes\.json: found \["liver", "kidney", "tumor"\], expected the model's classes, kidney, tumor/,
    );
    assert.deepEqual((await readClassesFile(at("more")))?.classes, classes);
    await writeModelClasses(at("more"), classes);
    const path = at("more", "classes.json");
    const whole = readFileSync(path, "utf8");
    for (const text of ["", "{", "null", '{"format":"other"}', whole.replace('["liver"]', "7")]) {
      writeFileSync(path, text);
      const { code, err } = await evaluate("reference", "more");
      assert.equal(code, 1, text);
      assert.match(err, /classes\.json: found .*Predict again, or remove the file/, text);
    }
  });

  it("is the same in a study", async () => {
    const paths = { reference: at("reference"), prediction: at("found") };
    assert.deepEqual((await openStudy({ ...paths, predictedOnly: true })).failed, []);
    const study = await openStudy(paths);
    assert.deepEqual(
      study.failed.map((each) => each.case),
      ["b"],
    );
    assert.match(study.about, /classes of a model; references are scored as liver \(liver\), kidney/);
    const pair = await study.cases[0].open();
    assert.deepEqual(Object.values(pair.reference.names), ["liver", "kidney", "tumor"]);
    assert.equal(pair.reference.data.filter((label) => label === 2).length, 8);
    // Scans in a cohort lie beside label maps, which are no scans.
    await writeBoxes(at("reference", "a", "ct.nii.gz"), [[200, [0, 0, 0], [1, 1, 1]]]);
    const withScan = await openStudy({ ...paths, ct: at("reference") });
    assert.equal((await withScan.cases[0].open()).ct?.data[0], 200);
    mkdirSync(at("bare"), { recursive: true });
    assert.equal(await readClassesFile(at("bare")), undefined);
  });
});
