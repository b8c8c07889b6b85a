import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKey } from "tumorlab/internal/core/random";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { openBank } from "tumorlab/internal/training/case-bank";
import {
  findLabelledScans,
  holdOutPatients,
  prepareScans,
  requireLearnable,
} from "tumorlab/internal/training/cohort-scan";
import type { LabelledScan } from "tumorlab/internal/training/prepared-case";
import { changeTrainingConfig, readTrainingConfig } from "tumorlab/internal/training/read-training-config";
import { presets } from "tumorlab/internal/training/training-config";
import { createTumorCases, openTumorCases } from "tumorlab/internal/training/tumor-cases";
import { ballScan } from "./scans.js";
import { ballRecipe } from "./training-configs.js";

/** Writes scans as AbdomenAtlas lays them out. */
async function writeCohort(folder: string, scans: readonly LabelledScan[]): Promise<void> {
  for (const { name, ct, labels } of scans) {
    await writeVolume(join(folder, name, "ct.nii.gz"), ct);
    await writeVolume(join(folder, name, "combined_labels.nii.gz"), labels);
  }
}

describe("cohorts to learn from", function () {
  this.timeout(60_000);
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-cohort-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("are found with their patients, and refused where scan or labels are missing", async () => {
    const folder = join(root, "found");
    await writeCohort(folder, [ballScan(1), ballScan(2)]);
    writeFileSync(join(folder, "metadata.csv"), "case,patient\nball-1,A\nball-2,A\n");
    const scans = await findLabelledScans(folder);
    assert.deepEqual(
      scans.map(({ name, patient, masks }) => [name, patient, masks]),
      [
        ["ball-1", "A", undefined],
        ["ball-2", "A", undefined],
      ],
    );
    assert.equal(scans[0].labelNames[5], "liver");
    rmSync(join(folder, "ball-2", "combined_labels.nii.gz"));
    await assert.rejects(
      findLabelledScans(folder),
      /case ball-2: found "no labels", expected CASE.ct\.nii\.gz/,
    );
    mkdirSync(join(folder, "case_3"));
    await assert.rejects(findLabelledScans(folder, "abdomenatlas"), /no labels/);
  });

  it("are divided by patient, the same for the same seed", () => {
    const scans = Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, patient: `p${i >> 1}` }));
    const { training, heldOut } = holdOutPatients(scans, 0.3, 1);
    assert.equal(heldOut.length, 6);
    const out = new Set(heldOut.map(({ patient }) => patient));
    assert.ok(out.size === 3 && training.every(({ patient }) => !out.has(patient)));
    assert.deepEqual(holdOutPatients(scans, 0.3, 1), { training, heldOut });
    assert.notDeepEqual(holdOutPatients(scans, 0.3, 2).heldOut, heldOut);
    assert.equal(holdOutPatients(scans, 0, 1).heldOut.length, 0);
    assert.equal(holdOutPatients(scans, 0.01, 1).heldOut.length, 2);
    assert.throws(() => holdOutPatients(scans, 1, 1), /holdout: found 1/);
    assert.throws(() => holdOutPatients(scans.slice(0, 2), 0.5, 1), /leaves some of 1 patients/);
  });

  it("are prepared once, and again for another recipe or after damage", async () => {
    const folder = join(root, "prepared");
    await writeCohort(folder, [ballScan(1), ballScan(2)]);
    const scans = await findLabelledScans(folder);
    const into = join(root, "prepared-for");
    const done: string[] = [];
    const options = { progress: ({ label }: { label?: string }) => void done.push(label!) };
    const prepared = await prepareScans(scans, ballRecipe, into, options);
    assert.deepEqual(done, ["ball-1", "ball-2"]);
    assert.deepEqual(prepared[0].classes, ["liver", "tumor"]);
    const read = (i: number) =>
      openBank({ kind: "files", paths: prepared.map(({ file }) => file), maxBytes: 1 }).open(i);
    assert.equal(read(1).name, "ball-2");
    const made = statSync(prepared[0].file).mtimeMs;
    await prepareScans(scans, ballRecipe, into);
    assert.equal(statSync(prepared[0].file).mtimeMs, made);
    await prepareScans(scans, { ...ballRecipe, spacingMm: [4, 4, 4] }, into);
    assert.deepEqual(read(0).spacingMm, [4, 4, 4]);
    truncateSync(prepared[0].file, 99);
    await prepareScans(scans, ballRecipe, into);
    assert.deepEqual(read(0).spacingMm, [8, 8, 8]);
    const none = { ...prepared[0], classes: ["liver"] };
    assert.throws(() => requireLearnable([none], ballRecipe), /class tumor: found "no voxel in 1 cases"/);
    requireLearnable([none], { ...ballRecipe, syntheticShare: 0.5 });
  });
});

describe("scans that are not in HU", function () {
  this.timeout(60_000);
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-doubt-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  it("are told when they are prepared, and again when they were before", async () => {
    const [good, other, third] = [1, 2, 3].map((seed) => ballScan(seed));
    const scaled = Float32Array.from(other.ct.data, (hu) => hu / 200);
    const padded = third.ct.data.map((hu, i) => (i % 10 === 0 ? -2048 : hu));
    await writeCohort(root, [
      good,
      { ...other, ct: { ...other.ct, data: scaled } },
      { ...third, ct: { ...third.ct, data: padded } },
    ]);
    const scans = await findLabelledScans(root);
    for (const time of ["first", "second"]) {
      const told: string[] = [];
      const onDoubt = (name: string, doubt: string) => void told.push(`${name}: ${doubt}`);
      const prepared = await prepareScans(scans, ballRecipe, join(root, "prepared"), { onDoubt });
      assert.equal(told.length, 2, time);
      assert.match(told[0], /^ball-2: .*ball-2.ct\.nii\.gz: .*; expected HU, .*normalised.*is that a CT\?$/);
      assert.match(told[1], /^ball-3: .*10 % of the voxels at -2048; expected air at -1000 HU\. .*padding/);
      assert.deepEqual(
        prepared.map(({ doubt }) => doubt !== undefined),
        [false, true, true],
      );
    }
  });

  it("are no label maps: those are refused", async () => {
    const folder = join(root, "exchanged");
    const { labels, ...scan } = ballScan(1);
    await writeCohort(folder, [{ ...scan, labels, ct: labels }]);
    await assert.rejects(
      prepareScans(await findLabelledScans(folder), ballRecipe, join(root, "other")),
      /ct\.nii\.gz: found "what looks like a label map", expected a CT in HU\. Are the scan and its labels exchanged/,
    );
  });
});

describe("createTumorCases", function () {
  this.timeout(120_000);
  const phantom = () => {
    const { ct, labels, metadata } = createPhantomCase(0, {
      seed: 1,
      controlShare: 1,
      spacingMm: 6,
      shape: [56, 48, 48],
    });
    return { name: metadata.caseId, ct, labels };
  };
  let scan: LabelledScan;
  let root: string;
  before(() => {
    scan = phantom();
    root = mkdtempSync(join(tmpdir(), "tumorlab-tumor-cases-"));
  });
  after(() => rmSync(root, { recursive: true, force: true }));
  const lesionVoxels = ({ labels }: LabelledScan) =>
    Array.from(labels.data).filter((label) => labels.names[label] === "liver_lesion").length;

  it("puts a tumor into a healthy scan, the same for the same key, and leaves the scan as it was", async () => {
    const synthesize = createTumorCases(
      { count: 1, open: () => scan },
      { organs: ["liver"], sizes: { medium: 1 } },
    );
    const make = async (seed: number) => synthesize(createKey(seed).split("tumor"));
    const [one, again, other] = [await make(1), await make(1), await make(2)];
    assert.equal(one.name, `${scan.name}+liver`);
    assert.ok(lesionVoxels(one) > 0);
    assert.equal(lesionVoxels(scan), 0);
    assert.deepEqual(one, again);
    assert.notDeepEqual(one.labels.data, other.labels.data);
  });

  it("reads scans from disk at the config's spacing", async () => {
    await writeCohort(root, [scan]);
    const scans = await findLabelledScans(root);
    const synthesize = openTumorCases({
      scans,
      mix: { organs: ["liver"] },
      spacingMm: [8, 8, 8],
      maxScans: 1,
    });
    const made = await synthesize(createKey(3));
    assert.deepEqual(made.ct.spacingMm, [8, 8, 8]);
    assert.ok(lesionVoxels(made) > 0);
  });

  it("refuses mixes that cannot be, and says why no tumor could be made", async () => {
    const scans = {
      count: 1,
      open: () => ({ ...scan, labels: { ...scan.labels, data: new Uint8Array(scan.labels.data.length) } }),
    };
    await assert.rejects(
      async () => createTumorCases(scans, { organs: ["liver"] })(createKey(1)),
      /synthetic case: found ".*, liver, .*expected a tumor that fits in one of 8 draws/,
    );
    const [x, y, z] = scan.ct.shape;
    const other = { ...scan, labels: { ...scan.labels, shape: [x - 1, y, z] as const } };
    await assert.rejects(
      async () => createTumorCases({ count: 1, open: () => other }, { organs: ["liver"] })(createKey(1)),
      /^LabError: shape of labels: found/,
      "labels of another grid are no lesion that does not fit",
    );
    const broken = { count: 1, open: () => Promise.reject(new Error("disk")) };
    await assert.rejects(async () => createTumorCases(broken, { organs: ["liver"] })(createKey(1)), /disk/);
    assert.throws(
      () => createTumorCases({ ...scans, count: 0 }, { organs: ["liver"] }),
      /scans: found "none"/,
    );
    assert.throws(() => createTumorCases(scans, { organs: [] }), /organs: found "none"/);
    assert.throws(() => createTumorCases(scans, { organs: ["liver"], sizes: { small: 0 } }), /sizes/);
  });
});

describe("recipes from JSON", () => {
  let root: string;
  before(() => (root = mkdtempSync(join(tmpdir(), "tumorlab-recipe-"))));
  after(() => rmSync(root, { recursive: true, force: true }));
  const write = (value: unknown): string => {
    const path = join(root, "recipe.json");
    writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
    return path;
  };

  it("change what they name and keep the rest of their preset", async () => {
    const recipe = await readTrainingConfig(
      write({
        preset: "small",
        steps: 7,
        network: { widths: [4, 8] },
        targets: [{ name: "liver", structures: ["liver"] }],
        augmentation: { flip: [0.5, 0, 0] },
        optimizer: { learningRate: 0.5 },
      }),
    );
    const { small } = presets;
    assert.equal(recipe.steps, 7);
    assert.deepEqual(recipe.network.encoderBlocks, [2, 2]);
    assert.equal(recipe.network.classes, 2);
    assert.deepEqual(recipe.network.patch, small.network.patch);
    assert.deepEqual(recipe.augmentation, { ...small.augmentation, flip: [0.5, 0, 0] });
    assert.deepEqual(recipe.optimizer, { ...small.optimizer, learningRate: 0.5 });
    assert.deepEqual(await readTrainingConfig(write({})), changeTrainingConfig(presets.tiny, {}));
    const sgd = { kind: "sgd" as const, learningRate: 0.1, momentum: 0.9, weightDecay: 0, power: 1 };
    assert.deepEqual(changeTrainingConfig(presets.tiny, { optimizer: sgd }).optimizer, sgd);
  });

  it("are refused with the file and the setting", async () => {
    await assert.rejects(
      readTrainingConfig(join(root, "nowhere.json")),
      /nowhere\.json: found "no such file"/,
    );
    await assert.rejects(readTrainingConfig(write("{")), /recipe\.json: found .*a config as JSON/);
    await assert.rejects(readTrainingConfig(write({ preset: "huge" })), /recipe\.json, preset: found .*huge/);
    await assert.rejects(readTrainingConfig(write({ epochs: 3 })), /recipe\.json, recipe: found .*epochs/);
    const forms: [unknown, RegExp][] = [
      [[], /recipe\.json: found \[\], expected .*an object/],
      [null, /recipe\.json: found null/],
      [{ targets: 3 }, /recipe\.json, targets/],
      [{ targets: [{ name: "liver" }] }, /recipe\.json, targets: .*such as/],
      [
        { network: { width: [8, 16] } },
        /recipe\.json, network: found "width", expected fields among .*widths/,
      ],
      [{ network: { widths: 8 } }, /recipe\.json, network\.widths: found 8, expected a list/],
      [{ network: null }, /recipe\.json, network: found null, expected an object/],
      [{ optimizer: { lr: 1 } }, /recipe\.json, optimizer: found "lr", expected fields among .*learningRate/],
      [{ spacingMm: 3 }, /recipe\.json, spacingMm: found 3, expected three numbers above 0/],
      [{ steps: "7" }, /recipe\.json, steps: found "7", expected a whole number from 1/],
      [{ network: { deepSupervision: 1 } }, /deepSupervision: found 1, expected true or false/],
      [{ name: 4 }, /name: found 4, expected a text/],
    ];
    for (const [recipe, message] of forms) await assert.rejects(readTrainingConfig(write(recipe)), message);
    await assert.rejects(
      readTrainingConfig(write({ network: { patch: [9, 8, 8] } })),
      /recipe\.json, patch: .*multiples of 2/,
    );
    await assert.rejects(
      readTrainingConfig(write({ optimizer: { kind: "sgd" } })),
      /recipe\.json, optimizer/,
    );
    assert.ok(readFileSync(join(root, "recipe.json")).length > 0);
  });
});
