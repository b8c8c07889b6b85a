import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addClassNames } from "tumorlab/internal/anatomy/classes-file";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { saveModel } from "tumorlab/internal/model/store";
import { readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { thresholdModel } from "../training/threshold-model.js";
import { run } from "./run.js";

const shape: Vec3 = [12, 12, 12];
const spacingMm: Vec3 = [2, 2, 2];
type Cube = [value: number, from: Vec3];

/** Cubes of 3 voxels a side on 0. */
function cubes(list: readonly Cube[]): Int16Array {
  const data = new Int16Array(12 ** 3);
  for (const [value, [x0, y0, z0]] of list)
    for (let z = z0; z < z0 + 3; z++)
      for (let y = y0; y < y0 + 3; y++) for (let x = x0; x < x0 + 3; x++) data[x + 12 * (y + 12 * z)] = value;
  return data;
}

/** Brightness of lesions and of what looks like one; the network's probability rises from 0 to 1 about 50 HU. */
const scans: Readonly<Record<string, { lesions: Cube[]; others: Cube[] }>> = {
  a: { lesions: [[95, [1, 1, 1]]], others: [[60, [7, 7, 7]]] },
  b: { lesions: [[60, [5, 5, 5]]], others: [] },
  c: { lesions: [], others: [[55, [2, 6, 3]]] },
};

/** What a network with the logit 20 v - 10 says of HU in a window from 0 to 100, as candidates have it. */
const said = (hu: number): number => Number((1 / (1 + Math.exp(10 - hu / 5))).toFixed(4));

describe("probabilities on the command line", function () {
  this.timeout(120_000);
  let root: string;
  const at = (...names: string[]): string => join(root, ...names);
  const predict = (model: string, out: string, probabilities: string, ...more: string[]) =>
    run(
      ...["predict", "--model", at(model), "--ct", at("ct"), "--out", at(out), "--engine", "reference"],
      ...["--probabilities", at(probabilities), ...more],
    );
  const evaluate = (...more: string[]) =>
    run("evaluate", "--reference", at("reference"), "--prediction", at("found"), "--workers", "1", ...more);

  before(async () => {
    root = mkdtempSync(join(tmpdir(), "tumorlab-probabilities-"));
    mkdirSync(at("ct"));
    mkdirSync(at("reference"));
    for (const [name, { lesions, others }] of Object.entries(scans)) {
      // Below the network's window, and of many values as a scan has.
      const hu = cubes([...lesions, ...others]).map((value, i) =>
        value === 0 ? -100 + ((7 * i) % 89) : value,
      );
      await writeVolume(at("ct", `${name}.nii.gz`), createVolume(hu, shape, { spacingMm }));
      const marks = Uint8Array.from(cubes(lesions), (value) => (value > 0 ? 1 : 0));
      await writeVolume(at("reference", `${name}.nii.gz`), createVolume(marks, shape, { spacingMm }));
    }
    await addClassNames(at("reference"), { 1: "liver_lesion" });
    const model = thresholdModel(spacingMm, [8, 8, 8], 20);
    const classes = { classNames: ["background", "tumor"], structures: [["liver_lesion"]] };
    await saveModel(at("model"), { ...model, ...classes });
    await saveModel(at("organs"), { ...model, classNames: ["background", "liver"], structures: [["liver"]] });
    const outcome = await predict("model", "found", "maps");
    assert.equal(outcome.code, 0, outcome.err);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("are written by predict, a map a case and lesion class", async () => {
    assert.deepEqual(readdirSync(at("maps")).sort(), ["a", "b", "c"]);
    assert.deepEqual(readdirSync(at("maps", "a")), ["tumor.nii.gz"]);
    const map = await readVolume(at("maps", "b", "tumor.nii.gz"));
    const middle = map.data[6 + 12 * (6 + 12 * 6)] * map.rescale!.slope;
    assert.ok(Math.abs(middle - said(60)) < 1e-4);
  });

  it("give AUC, FROC and calibration by evaluate", async () => {
    const { code, out, err } = await evaluate("--probabilities", at("maps"), "--json");
    assert.equal(code, 0, err);
    const [tumor, ...more] = JSON.parse(out).probabilities;
    assert.deepEqual(more, []);
    assert.deepEqual(
      [tumor.name, tumor.auc.value, tumor.auc.positives, tumor.auc.negatives],
      ["tumor", 1, 2, 1],
    );
    const { wanted, points, lesions } = tumor.froc;
    assert.equal(lesions, 2);
    assert.deepEqual(
      points.map((point: Record<string, number>) => [point.threshold, point.found, point.falsePositives]),
      [
        [said(95), 1, 0],
        [said(60), 2, 1],
        [said(55), 2, 2],
      ],
    );
    assert.deepEqual([wanted.threshold, wanted.falsePositivesPerScan], [said(60), 1 / 3]);
    assert.deepEqual([tumor.patients.threshold, tumor.patients.specificity.value], [said(60), 1]);
    // Cubes of 27 voxels are what they are, two of them tumor; what is around them says 0.00005 at most.
    assert.equal(tumor.calibration.voxels, 3 * 12 ** 3);
    const cubeError = 27 * (1 - said(95) + Math.abs(1 - 2 * said(60)) + said(55));
    assert.ok(Math.abs(tumor.calibration.ece - cubeError / (3 * 12 ** 3)) < 5e-5);
  });

  it("are printed as tables with their rule", async () => {
    const { out } = await evaluate("--probabilities", at("maps"), "--at-sensitivity", "0.5");
    assert.match(out, /patients +with +without +AUC +95 % from +to +p for 50 %/);
    assert.match(out, /tumor +2 +1 +1 +/);
    assert.match(out, /false per scan there/);
    assert.match(out, /ECE above the lowest bin/);
    assert.match(out, /A candidate finds a lesion when its IoU with it is at least 0.1/);
    assert.doesNotMatch((await evaluate()).out, /ECE/);
  });

  it("may lie beside each other where one label is a lesion; a case without a map is failed", async () => {
    mkdirSync(at("flat"));
    for (const name of ["a", "c"])
      copyFileSync(at("maps", name, "tumor.nii.gz"), at("flat", `${name}.nii.gz`));
    const { code, out, err } = await evaluate("--probabilities", at("flat"), "--json");
    assert.equal(code, 1);
    assert.match(err, /b: .*no map of probabilities.*b\/tumor\.nii\.gz/);
    const { probabilities, failed } = JSON.parse(out);
    assert.deepEqual([probabilities[0].froc.scans, failed.length], [2, 1]);
  });

  it("are refused where they cannot be, before any scan is read", async () => {
    const cases: [Promise<{ code: number; err: string }>, RegExp][] = [
      [predict("model", "other", "maps"), /maps\/a\/tumor\.nii\.gz.*something of that name/],
      [predict("model", "other", "other"), /the folder of the labels/],
      [predict("organs", "other", "more"), /a class that is a lesion.*leave --probabilities out/],
      [evaluate("--probabilities", at("nowhere")), /nowhere: found "nothing there"/],
      [evaluate("--probabilities", at("ct")), /maps of probabilities|numbers from 0 to 1/],
      [evaluate("--probabilities", at("maps"), "--at-sensitivity", "2"), /at-sensitivity/],
    ];
    for (const [outcome, message] of cases) {
      const { code, err } = await outcome;
      assert.notEqual(code, 0);
      assert.match(err, message);
    }
    assert.ok(!readdirSync(root).includes("other"));
  });

  it("are put into no folder that is read, by whatever name, and neither are labels", async () => {
    mkdirSync(at("cohort", "P1"), { recursive: true });
    copyFileSync(at("ct", "a.nii.gz"), at("cohort", "P1", "ct.nii.gz"));
    mkdirSync(at("single"));
    copyFileSync(at("ct", "a.nii.gz"), at("single", "a_0000.nii.gz"));
    symlinkSync(at("single"), at("single-too"));
    const list = (): string[] => (readdirSync(root, { recursive: true }) as string[]).sort();
    const before = list();
    const scan = at("single", "a_0000.nii.gz");
    // A scan, a folder of scans, a cohort, and a case of it whose folder lies where CASE/tumor.nii.gz would go.
    const places: [ct: string, folder: string][] = [
      [scan, at("single")],
      [scan, at("single-too")],
      [at("single-too"), at("single")],
      [at("cohort"), at("cohort")],
      [at("cohort", "P1"), at("cohort", "P1")],
    ];
    const cases: [ct: string, words: string[]][] = [
      ...places.flatMap(([ct, folder]): [string, string[]][] => [
        [ct, ["--out", at("other"), "--probabilities", folder]],
        [ct, ["--out", folder]],
      ]),
      [at("cohort", "P1"), ["--out", at("other"), "--probabilities", at("cohort")]],
      [at("cohort", "P1", "ct.nii.gz"), ["--out", at("other"), "--probabilities", at("cohort")]],
    ];
    for (const [ct, words] of cases)
      for (const force of [[], ["--force"]]) {
        const { code, err } = await run("predict", "--model", at("model"), "--ct", ct, ...words, ...force);
        assert.equal(code, 1, words.join(" "));
        assert.match(
          err,
          /expected another folder than .* own\. What is written would lie among the patients/,
        );
      }
    assert.deepEqual(list(), before);
    const beside = [
      "--out",
      at("cohort-labels"),
      "--probabilities",
      at("cohort-maps"),
      "--engine",
      "reference",
    ];
    const { code, err } = await run("predict", "--model", at("model"), "--ct", at("cohort"), ...beside);
    assert.equal(code, 0, err);
    assert.deepEqual(readdirSync(at("cohort-maps", "P1")), ["tumor.nii.gz"]);
  });
});
