import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addClassNames } from "tumorlab/internal/anatomy/classes-file";
import type { Vec3 } from "tumorlab/internal/core/types";
import { readCaseLabels } from "tumorlab/internal/data/combine-masks";
import { evaluateStudy } from "tumorlab/internal/evaluation/evaluate-study";
import { openStudy } from "tumorlab/internal/evaluation/study";
import { writeBoxes } from "./boxes.js";
import { run } from "./run.js";

type Box = [number, Vec3, Vec3];
interface Row {
  case: string;
  name: string;
  dice: number | null;
  tp: number;
  fp: number;
  fn: number;
}

const liver: Box = [1, [0, 0, 0], [4, 2, 4]];
const lesion: Box = [1, [1, 0, 1], [3, 1, 2]];
const left: Box = [1, [0, 3, 0], [2, 5, 1]];
const right: Box = [1, [4, 3, 0], [6, 5, 1]];
const as = (value: number, [, from, to]: Box): Box => [value, from, to];

describe("tumorlab evaluate by structure", () => {
  let root: string;
  const at = (...names: string[]): string => join(root, ...names);
  before(async () => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-structures-"));
    const masks: [string, Box][] = [
      ["liver", liver],
      ["liver_lesion", lesion],
      ["kidney_left", left],
      ["kidney_right", right],
    ];
    for (const [name, box] of masks)
      await writeBoxes(at("masks", "a", "segmentations", `${name}.nii.gz`), [box]);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  /** The scores of a prediction by structure, what was said, and that a notebook finds the same. */
  async function score(reference: string, prediction: string, ...more: string[]) {
    const paths = { reference: at(reference), prediction: at(prediction) };
    const args = ["evaluate", "--reference", paths.reference, "--prediction", paths.prediction, "--json"];
    const { code, out, err } = await run(...args, ...more);
    if (code !== 0) return { code, err, counts: {} as Record<string, number[]> };
    const rows = (JSON.parse(out) as { cases: Row[] }).cases;
    const countsOf = (list: readonly Row[]) =>
      Object.fromEntries(list.map(({ name, tp, fp, fn }) => [name, [tp, fp, fn]]));
    if (more.length === 0)
      assert.deepEqual(countsOf((await evaluateStudy(await openStudy(paths))).rows), countsOf(rows));
    return { code, err, counts: countsOf(rows) };
  }

  it("reads each side's own numbering, whoever wrote it down", async () => {
    // The same structures by nnU-Net's dataset.json, our classes.json, and a label map that is named for one side.
    const boxes = [as(7, liver), as(9, lesion), as(2, left), as(3, right)];
    const names = { background: 0, Liver: 7, "liver tumour": 9, "left kidney": 2, "right kidney": 3 };
    await writeBoxes(at("nnunet", "a.nii.gz"), boxes);
    writeFileSync(at("nnunet", "dataset.json"), JSON.stringify({ labels: names }));
    await writeBoxes(at("own", "a.nii.gz"), boxes);
    await addClassNames(at("own"), { 7: "liver", 9: "liver_lesion", 2: "kidney_left", 3: "kidney_right" });
    await writeBoxes(at("bare", "a.nii.gz"), boxes);
    const expected = {
      liver: [32, 0, 0],
      liver_lesion: [2, 0, 0],
      kidney_left: [4, 0, 0],
      kidney_right: [4, 0, 0],
    };
    for (const prediction of ["nnunet", "own"]) {
      const { counts, err } = await score("masks", prediction);
      assert.deepEqual(counts, expected, err);
    }
    const map = at("nnunet", "dataset.json");
    assert.deepEqual((await score("masks", "bare", "--prediction-labels", map)).counts, expected);
    assert.deepEqual((await score("masks", "bare", "--label-map", map)).counts, expected);
    const { counts } = await score("nnunet", "own");
    assert.deepEqual(Object.values(counts), [
      [4, 0, 0],
      [4, 0, 0],
      [30, 0, 0],
      [2, 0, 0],
    ]);
  });

  it("takes no value of an unknown numbering for a structure", async () => {
    const { code, err } = await score("masks", "bare");
    assert.equal(code, 1);
    assert.match(err, /bare: found "label values of the prediction that nothing names".*--prediction-labels/);
    assert.match(
      (await score("bare", "masks")).err,
      /of the reference that nothing names.*--reference-labels/,
    );
    const both = await score("bare", "bare");
    assert.match(both.err, /compared value by value, as they are/);
    assert.deepEqual(Object.keys(both.counts), ["label 2", "label 3", "label 7", "label 9"]);
  });

  it("compares a whole with its parts, and says what one side alone has", async () => {
    await writeBoxes(at("kits", "a.nii.gz"), [as(1, left), as(1, right), [2, [5, 0, 3], [6, 1, 4]]]);
    writeFileSync(at("kits", "dataset.json"), JSON.stringify({ labels: { kidney: 1, spleen: 2 } }));
    const { counts, err } = await score("masks", "kits");
    assert.deepEqual(counts, { kidney: [8, 0, 0], liver: [0, 0, 32], liver_lesion: [0, 0, 2] });
    assert.match(err, /Only the reference's labels include liver, liver_lesion: scored as missed/);
    assert.match(err, /Only the prediction's labels include spleen: not scored/);
  });

  it("refuses sides that share no structure, and tells values without a name", async () => {
    await writeBoxes(at("other", "a.nii.gz"), [as(1, liver), as(8, right)]);
    writeFileSync(at("other", "dataset.json"), JSON.stringify({ labels: { spleen: 1 } }));
    const { code, err } = await score("masks", "other");
    assert.equal(code, 1);
    assert.match(err, /no structure in common: .*liver.* in the reference.*spleen in the prediction/);
    writeFileSync(at("other", "dataset.json"), JSON.stringify({ labels: { liver: 1 } }));
    assert.match(
      (await score("masks", "other")).err,
      /prediction: label 8 has no name and is not scored \(a\)/,
    );
  });

  it("scores masks one by one as they are, however they overlap", async () => {
    await writeBoxes(at("missed", "a", "segmentations", "liver.nii.gz"), [liver]);
    const missed = await score("masks", "missed");
    assert.deepEqual(
      [missed.counts.liver, missed.counts.liver_lesion],
      [
        [32, 0, 0],
        [0, 0, 2],
      ],
    );
    // Two organs that overlap; and a lesion that only the prediction has a mask of.
    await writeBoxes(at("over", "a", "segmentations", "liver.nii.gz"), [liver]);
    await writeBoxes(at("over", "a", "segmentations", "stomach.nii.gz"), [[1, [2, 0, 0], [6, 2, 4]]]);
    assert.deepEqual((await score("over", "over")).counts, { liver: [32, 0, 0], stomach: [32, 0, 0] });
    assert.deepEqual((await score("missed", "masks")).counts, { liver: [32, 0, 0], liver_lesion: [0, 2, 0] });
  });

  it("gives a lesion of a map back to the kidney it lies in where masks hold whole organs", async () => {
    await writeBoxes(at("whole", "a", "segmentations", "kidney_left.nii.gz"), [left]);
    await writeBoxes(at("whole", "a", "segmentations", "kidney_right.nii.gz"), [right]);
    await writeBoxes(at("map", "a", "combined_labels.nii.gz"), [
      as(3, left),
      as(4, right),
      [29, [4, 3, 0], [5, 5, 1]],
    ]);
    const { counts, err } = await score("whole", "map");
    assert.deepEqual(counts, { kidney_left: [4, 0, 0], kidney_right: [4, 0, 0], kidney_lesion: [0, 2, 0] });
    assert.match(err, /Prediction labels: .* a guess by the files' names: abdomenatlas/);
    assert.match(err, /kidney_left, kidney_right: the map's organ is taken with its lesions, as the mask is/);
    // Masks that leave their lesions out are compared with the map's organ as it is.
    await writeBoxes(at("carved", "a", "segmentations", "kidney_right.nii.gz"), [[1, [5, 3, 0], [6, 5, 1]]]);
    await writeBoxes(at("carved", "a", "segmentations", "kidney_lesion.nii.gz"), [[1, [4, 3, 0], [5, 5, 1]]]);
    const carved = await score("carved", "map");
    assert.deepEqual(carved.counts, { kidney_right: [2, 0, 0], kidney_lesion: [2, 0, 0] });
  });

  it("counts no voxel that a dataset.json says nobody labelled", async () => {
    const labels = { background: 0, liver: 1, ignore: 2 };
    await writeBoxes(at("partly", "labelsTr", "a.nii.gz"), [as(1, liver), [2, [4, 0, 0], [6, 2, 4]]]);
    writeFileSync(at("partly", "dataset.json"), JSON.stringify({ labels }));
    await writeBoxes(at("wide", "a.nii.gz"), [[1, [0, 0, 0], [6, 3, 4]]]);
    writeFileSync(at("wide", "dataset.json"), JSON.stringify({ labels: { liver: 1 } }));
    assert.deepEqual((await score("partly/labelsTr", "wide")).counts, { liver: [32, 24, 0] });
  });

  it("guesses PANORAMA and KiTS by the names of cases, as cohort verify does, and says so", async () => {
    for (const [name, value, structure] of [
      ["100000_00001", 4, "pancreas"],
      ["case_00015", 1, "kidney"],
      ["case_00015_segmentation", 1, "kidney"],
    ] as const) {
      const folder = `guess-${name}`;
      await writeBoxes(at(folder, `${name}.nii.gz`), [as(value, liver)]);
      const { counts, err } = await score(folder, folder);
      assert.deepEqual(counts[structure], [32, 0, 0], name);
      assert.match(err, /a guess by the files' names: (panorama|kits)/);
    }
  });

  it("knows whose a mask called tumor is where there is one organ", async () => {
    await writeBoxes(at("single", "a", "segmentations", "liver.nii.gz"), [liver]);
    await writeBoxes(at("single", "a", "segmentations", "tumor.nii.gz"), [lesion]);
    const { counts, err } = await score("single", "nnunet");
    assert.deepEqual(
      [counts.liver, counts.tumor],
      [
        [32, 0, 0],
        [2, 0, 0],
      ],
      err,
    );
    assert.deepEqual((await score("nnunet", "single")).counts["liver tumour"], [2, 0, 0]);
    const scans = [{ name: "a", path: at("single", "a", "segmentations", "liver.nii.gz") }];
    const masks = ["liver", "tumor"].map((name) => at("single", "a", "segmentations", `${name}.nii.gz`));
    const painted = await readCaseLabels({ ...scans[0], masks }, { 5: "liver", 27: "liver_lesion" });
    assert.equal(painted.data.filter((value) => value === 27).length, 2);
  });

  it("scores organs with their lesions where told to, and says what of", async () => {
    const { counts, err } = await score("masks", "own", "--regions");
    assert.deepEqual(counts["liver with lesions"], [32, 0, 0]);
    assert.ok(!("liver" in counts) && "liver_lesion" in counts && "kidney_left" in counts);
    assert.match(err, /liver with lesions: liver \+ liver_lesion as one region \(a\)/);
    // A map whose lesions are all taken for healthy liver loses the lesion, and none of the region.
    await writeBoxes(at("blind", "a.nii.gz"), [as(1, liver)]);
    writeFileSync(at("blind", "dataset.json"), JSON.stringify({ labels: { liver: 1, liver_lesion: 2 } }));
    const blind = await score("masks", "blind", "--regions");
    assert.deepEqual(
      [blind.counts["liver with lesions"], blind.counts.liver_lesion],
      [
        [32, 0, 0],
        [0, 0, 2],
      ],
    );
    const asked = await score("masks", "own", "--labels", "3=kidney_left,4=kidney_right", "--regions");
    assert.deepEqual(Object.keys(asked.counts), ["kidney_left", "kidney_right"]);
    assert.match(asked.err, /no regions to score/);
  });

  it("keeps values apart where some cases have a map and others masks", async () => {
    // The map says that 5 is the spleen; the liver's mask may not become 5 as well.
    await writeBoxes(at("mixed", "m", "segmentation.nii.gz"), [as(5, right)]);
    await writeBoxes(at("mixed", "n", "segmentations", "liver.nii.gz"), [liver]);
    writeFileSync(at("mixed", "dataset.json"), JSON.stringify({ labels: { spleen: 5 } }));
    const { counts } = await score("mixed", "mixed");
    assert.deepEqual(Object.keys(counts).sort(), ["liver", "spleen"]);
    assert.deepEqual(
      [counts.liver, counts.spleen].map((each) => each.slice(1)),
      [
        [0, 0],
        [0, 0],
      ],
    );
  });

  it("holds the names of --labels against what the values stand for", async () => {
    assert.deepEqual((await score("masks", "own", "--labels", "5=liver")).counts, { liver: [32, 0, 0] });
    const { code, err } = await score("masks", "own", "--labels", "5=spleen");
    assert.equal(code, 1);
    assert.match(err, /--labels, 5: found "spleen", expected liver, which is what 5 stands for/);
  });
});
