import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { evaluateStudy } from "tumorlab/internal/evaluation/evaluate-study";
import { openCase, openStudy } from "tumorlab/internal/evaluation/study";
import { readLabelMap, readNiftiHeader } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { pairSlicesFigure } from "tumorlab/internal/plot/pair-slices";
import { run } from "./run.js";

const folder = "../shared/data";

/**
 * One mask of each challenge, with what nibabel 5.0.0 says of it: `i = nibabel.load(f)`, `i.shape`, `i.affine`,
 * `nibabel.aff2axcodes(i.affine)`, `np.unique(np.asanyarray(i.dataobj), return_counts=True)`.
 */
const masks = [
  {
    file: `${folder}/panorama_pdac_masks/101129_00001.nii.gz`,
    form: "qform",
    shape: [512, 512, 42],
    orientation: "RAS",
    affine: [
      0.7617189884185791, 0, 0, -389.2384033203125, 0, 0.7617189884185791, 0, -389.2384033203125, 0, 0, 5, 0,
    ],
    voxelMm3: 2.9010790865871168,
    labels: { 0: 10956294, 1: 2061, 2: 8889, 3: 19565, 4: 23197, 5: 42 },
    labelMap: "panorama",
    names: ["pdac", "veins", "arteries", "pancreas", "pancreatic_duct"],
    axialSlices: 42,
  },
  {
    file: `${folder}/kits19_masks/case_00021_segmentation.nii.gz`,
    form: "sform",
    shape: [38, 512, 512],
    orientation: "IPL",
    affine: [0, 0, -0.822265625, 0, 0, -0.822265625, 0, 0, -5, 0, 0, 0],
    voxelMm3: 3.380603790283203,
    labels: { 0: 9850745, 1: 103734, 2: 6993 },
    labelMap: "kits",
    names: ["kidney", "kidney_tumor"],
    axialSlices: 38,
  },
];

describe("masks of PANORAMA and KiTS", function () {
  if (!masks.every(({ file }) => existsSync(file))) {
    it(`skipped: they are not in ${folder}`, function () {
      this.skip();
    });
    return;
  }
  let made: string;
  before(() => (made = mkdtempSync(join(tmpdir(), "tumorlab-masks-"))));
  after(() => rmSync(made, { recursive: true, force: true }));

  for (const mask of masks) {
    const { file, shape, orientation, labels, labelMap, names, voxelMm3 } = mask;
    const values = Object.values(labels);

    it(`${basename(file)}: info as nibabel, from its ${mask.form} alone`, async () => {
      const header = await readNiftiHeader(file);
      assert.equal(header.affineFrom, mask.form);
      assert.equal([header.qformCode, header.sformCode].filter((code) => code > 0).length, 1);
      const { code, out } = await run("info", file, "--json");
      assert.equal(code, 0);
      const info = JSON.parse(out);
      assert.deepEqual(
        [info.shape, info.orientation, info.affine, info.labels],
        [shape, orientation, [...mask.affine, 0, 0, 0, 1], labels],
      );
    });

    it(`${basename(file)}: evaluated beside a copy that has both forms, and refused beside turned axes`, async () => {
      const map = await readLabelMap(file);
      const copy = join(made, basename(file));
      await writeVolume(copy, map);
      const pair = ["evaluate", "--reference", file, "--prediction"];
      const { code, out, err } = await run(...pair, copy, "--label-map", labelMap, "--json");
      assert.equal(code, 0, err);
      const { cases } = JSON.parse(out);
      assert.deepEqual(
        cases.map((row: { name: string }) => row.name),
        names,
      );
      cases.forEach((row: Record<string, number>, k: number) => {
        assert.deepEqual([row.dice, row.nsd, row.hd, row.tp], [1, 1, 0, values[k + 1]]);
        assert.ok(Math.abs(row.referenceMl - (values[k + 1] * voxelMm3) / 1000) < 1e-9);
      });

      const turned = join(made, `turned-${basename(file)}`);
      assert.equal((await run("reorient", file, "--out", turned, "--orientation", "SAR")).code, 0);
      const refused = await run(...pair, turned);
      assert.equal(refused.code, 1);
      assert.ok(
        refused.err.includes(`of ${turned}: found`) && refused.err.includes(`of ${file}, `),
        refused.err,
      );
    });

    it(`${basename(file)}: taken apart with the functions of notebook 05`, async () => {
      const map = await readLabelMap(file);
      // Two rows further along y, whichever way of the patient that is.
      const step = 2 * shape[0];
      const data = map.data.slice();
      data.fill(0, 0, step).set(map.data.subarray(0, -step), step);
      const moved = join(made, "moved.nii.gz");
      await writeVolume(moved, { ...map, data });
      const study = await openStudy({ reference: file, prediction: moved, labelMap });
      const { rows, lesions, failed } = await evaluateStudy(study, { toleranceMm: 2 });
      assert.deepEqual([failed, rows.map(({ name }) => name)], [[], names]);
      const yMm = 2 * Math.hypot(mask.affine[1], mask.affine[5], mask.affine[9]);
      for (const row of rows) {
        assert.equal(row.tp + row.fn, values[row.label]);
        // Each point of one surface has its image two rows on in the other.
        assert.ok(row.dice < 1 && row.hd <= yMm + 1e-9 && row.hd > 0, row.name);
        assert.equal(row.nsd, 1);
      }
      assert.ok(lesions[0].reference.length > 0);
      assert.equal(lesions[0].detectedLesions, lesions[0].reference.length);
      const figure = pairSlicesFigure(await openCase(study, rows[0].case), { label: rows[0].label });
      // Slices are those of the patient, not of the array.
      assert.match(JSON.stringify(figure.layout), new RegExp(`Axial \\d+ of ${mask.axialSlices}\\b`));
      assert.match(JSON.stringify(figure.layout), /Coronal \d+ of 512\b/);
    });
  }
});
