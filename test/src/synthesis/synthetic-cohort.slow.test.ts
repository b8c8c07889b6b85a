import assert from "node:assert/strict";
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toLabelMap, createVolume, withData } from "tumorlab/internal/core/grid";
import { readLabelMap, readVolume } from "tumorlab/internal/nifti/read";
import { writeVolume } from "tumorlab/internal/nifti/write";
import { findHealthyOrgans } from "tumorlab/internal/synthesis/host-scans";
import { replayLesion } from "tumorlab/internal/synthesis/replay-lesion";
import { readLesionRecord } from "tumorlab/internal/synthesis/synthetic-case";
import { synthesizeCohort } from "tumorlab/internal/synthesis/synthetic-cohort";
import { ballScan } from "../tumor/scans.js";

/** Every file under a folder with its bytes. */
async function contents(folder: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) =>
    each.isFile(),
  );
  const paths = names.map((each) => join(each.parentPath ?? each.path, each.name)).sort();
  return new Map(
    await Promise.all(paths.map(async (path) => [path.slice(folder.length), await readFile(path)] as const)),
  );
}

describe("synthesizeCohort", function () {
  this.timeout(120_000);
  let root: string;
  let cohort: string;
  const recipe = { seed: 9, ratio: 1, mix: [1, 0, 0] } as const;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "synthesis-"));
    cohort = join(root, "cohort");
    const { ct, labels } = ballScan(20, [3, 3, 3], 28);
    for (const name of ["BDMAP_00000001", "BDMAP_00000002", "BDMAP_00000003"]) {
      await mkdir(join(cohort, name, "segmentations"), { recursive: true });
      await writeVolume(join(cohort, name, "ct.nii.gz"), ct);
      // The second has a lesion, the third its structures as masks.
      const data = labels.data.slice();
      if (name.endsWith("2")) data[data.indexOf(5)] = 27;
      if (name.endsWith("3"))
        for (const [value, structure] of [
          [5, "liver"],
          [19, "hepatic_vessel"],
        ] as const) {
          const mask = data.map((label) => (label === value ? 1 : 0));
          await writeVolume(
            join(cohort, name, "segmentations", `${structure}.nii.gz`),
            withData(labels, mask),
          );
        }
      else await writeVolume(join(cohort, name, "combined_labels.nii.gz"), withData(labels, data));
    }
    await writeFile(
      join(cohort, "metadata.csv"),
      "case,patient,phase\nBDMAP_00000001,P1,Portal venous\nBDMAP_00000003,P3,Plain\n",
    );
  });
  after(() => rm(root, { recursive: true, force: true }));

  it("fills a folder with cases whose host is healthy, and tells of scans it cannot use", async () => {
    await mkdir(join(cohort, "BDMAP_00000004"));
    await writeFile(join(cohort, "BDMAP_00000004", "ct.nii.gz"), "no image");
    await mkdir(join(cohort, "BDMAP_00000005"));
    for (const file of ["ct.nii.gz", "combined_labels.nii.gz"])
      await writeFile(join(cohort, "BDMAP_00000005", file), "no image");
    const out = join(root, "out");
    const told: number[] = [];
    const report = await synthesizeCohort(cohort, out, { recipe, progress: ({ done }) => told.push(done) });
    assert.deepEqual(
      report.failedHosts.map((each) => each.case),
      ["BDMAP_00000004", "BDMAP_00000005"],
    );
    assert.equal(report.plans.length, 4, "one for each of the four scans with image and labels");
    assert.deepEqual(told, [1, 2, 3, 4]);
    assert.deepEqual([...new Set(report.plans.map(({ host }) => host))].sort(), [
      "BDMAP_00000001",
      "BDMAP_00000003",
    ]);
    assert.deepEqual([...new Set(report.plans.map(({ patient }) => patient))].sort(), ["P1", "P3"]);
    for (const [index, outcome] of report.outcomes.entries()) {
      assert.ok("record" in outcome, JSON.stringify(outcome));
      assert.equal(outcome.record.phase, report.plans[index].host.endsWith("1") ? "venous" : "plain");
      const folder = join(out, outcome.name);
      const mask = await readLabelMap(join(folder, "segmentations", "liver_lesion.nii.gz"));
      assert.equal(mask.data.filter((each) => each === 1).length, outcome.record.voxels);
      const labels = await readLabelMap(join(folder, "combined_labels.nii.gz"));
      assert.equal(labels.data.filter((each) => each === 27).length, outcome.record.voxels);
      const host = await readVolume(join(cohort, report.plans[index].host, "ct.nii.gz"));
      assert.deepEqual((await readVolume(join(folder, "ct.nii.gz"))).affine, host.affine);
    }
    await rm(join(cohort, "BDMAP_00000004"), { recursive: true });
    await rm(join(cohort, "BDMAP_00000005"), { recursive: true });
  });

  it("ends with the same bytes over worker threads and after a broken run", async () => {
    const [one, two] = [join(root, "one"), join(root, "two")];
    await synthesizeCohort(cohort, one, { recipe });
    const first = await contents(one);
    // As a killed run leaves it: a plan, some cases, one half written.
    await synthesizeCohort(cohort, two, { recipe, workers: 2 });
    await rm(join(two, "BDMAP_80000001"), { recursive: true });
    await mkdir(join(two, ".BDMAP_80000001.partial"));
    await writeFile(join(two, ".BDMAP_80000001.partial", "ct.nii.gz"), "half");
    const report = await synthesizeCohort(cohort, two, { recipe, workers: 2 });
    const states = report.outcomes.map((each) => ("state" in each ? each.state : each.reason));
    assert.deepEqual(states, ["kept", "made", "kept"]);
    assert.deepEqual(await contents(two), first);
  });

  it("grows tumors with the same bytes over worker threads and from their records", async () => {
    const grown = { ...recipe, methods: ["growth"] };
    const [one, two, again] = ["grown", "grown-too", "grown-again"].map((name) => join(root, name));
    await synthesizeCohort(cohort, one, { recipe: grown, workers: 1 });
    await synthesizeCohort(cohort, two, { recipe: grown, workers: 2 });
    const first = await contents(one);
    assert.deepEqual(await contents(two), first);
    const name = "BDMAP_80000001";
    const record = await readLesionRecord(join(one, name, "lesion.json"));
    assert.equal(record.record.generator, "growth");
    await replayLesion(join(two, name, "lesion.json"), again);
    assert.deepEqual(await contents(join(again, name)), await contents(join(one, name)));
  });

  it("lets one failed case stop no other", async () => {
    const out = join(root, "failing");
    const path = join(cohort, "BDMAP_00000003", "ct.nii.gz");
    const good = await readFile(path);
    await writeFile(path, good.subarray(0, 200));
    let report;
    try {
      report = await synthesizeCohort(cohort, out, { recipe, workers: 2 });
    } finally {
      await writeFile(path, good);
    }
    for (const [index, outcome] of report.outcomes.entries())
      if (report.plans[index].host.endsWith("3"))
        assert.ok("reason" in outcome && outcome.reason.includes("ct.nii.gz"));
      else assert.ok("state" in outcome && outcome.state === "made");
    const again = await synthesizeCohort(cohort, out, { recipe });
    assert.ok(again.outcomes.every((each) => "state" in each));
  });

  it("leaves nothing half made when it is interrupted, and goes on from there", async () => {
    const out = join(root, "interrupted");
    const stop = new AbortController();
    const progress = (): void => stop.abort(new Error("enough"));
    await assert.rejects(
      synthesizeCohort(cohort, out, { recipe, workers: 2, progress, signal: stop.signal }),
      /enough/,
    );
    const names = await readdir(out);
    assert.ok(names.includes("synthesis.json") && names.every((name) => !name.startsWith(".")), names.join());
    const report = await synthesizeCohort(cohort, out, { recipe });
    assert.ok(report.outcomes.some((each) => "state" in each && each.state === "made"));
    assert.ok(report.outcomes.every((each) => "state" in each));
  });

  it("refuses another plan or case in the same folder, and hosts that have gone", async () => {
    const out = join(root, "taken");
    await synthesizeCohort(cohort, out, { recipe });
    await assert.rejects(
      synthesizeCohort(cohort, out, { recipe: { ...recipe, seed: 10 } }),
      /holds another synthetic/,
    );
    await assert.rejects(
      synthesizeCohort(cohort, cohort, { recipe }),
      /another folder than the cohort's own/,
    );
    const plan = join(out, "synthesis.json");
    const text = await readFile(plan, "utf8");
    await writeFile(plan, text.replaceAll('"host": "BDMAP_00000003"', '"host": "BDMAP_00000009"'));
    const report = await synthesizeCohort(cohort, out, { recipe });
    const reasons = report.outcomes.flatMap((each) => ("reason" in each ? [each.reason] : []));
    assert.ok(reasons.length > 0 && reasons.every((reason) => /BDMAP_00000009: no longer in/.test(reason)));
    await writeFile(plan, text.replaceAll('"seed": 9', '"seed": "'));
    await assert.rejects(synthesizeCohort(cohort, out, { recipe }), /a plan of a synthetic cohort/);
    // The same name from another plan: the folder has no plan file any more, its cases are of seed 9.
    await rm(plan);
    const other = await synthesizeCohort(cohort, out, { recipe: { ...recipe, seed: 10 } });
    assert.ok(other.outcomes.every((each) => "reason" in each && /a case of another seed/.test(each.reason)));
  });

  it("makes a case again from its record, and notices changed files and voxels", async () => {
    const out = join(root, "replayed");
    await synthesizeCohort(cohort, out, { recipe });
    const record = join(out, "BDMAP_80000002", "lesion.json");
    await replayLesion(record, join(root, "again"));
    const [before, after] = await Promise.all([
      contents(join(out, "BDMAP_80000002")),
      contents(join(root, "again", "BDMAP_80000002")),
    ]);
    assert.deepEqual(after, before);
    await assert.rejects(replayLesion(record, join(root, "again")), /something there already/);
    await assert.rejects(replayLesion(join(root, "none.json"), root), /no such file/);
    await assert.rejects(replayLesion(join(cohort, "metadata.csv"), root), /a lesion.json that can be read/);
    const found = await readLesionRecord(record);
    const spoil = async (change: object): Promise<string> => {
      const path = join(out, "BDMAP_80000002", "spoilt.json");
      await writeFile(path, JSON.stringify({ ...found, ...change }));
      return path;
    };
    await assert.rejects(replayLesion(await spoil({ format: "x" }), root), /format: found "x"/);
    const outputs = { ...found.outputs, ctSha256: "0" };
    await assert.rejects(replayLesion(await spoil({ outputs }), join(root, "x")), /the voxels of the record/);
    const old = { ...found.record, generatorVersion: "0" };
    await assert.rejects(replayLesion(await spoil({ record: old }), root), /generatorVersion: found "0"/);
    const wrong = join(cohort, "metadata.csv");
    await assert.rejects(
      replayLesion(record, join(root, "x"), { ct: wrong }),
      /the file of the record, sha256/,
    );
    await assert.rejects(replayLesion(record, join(root, "x"), { labels: [wrong, wrong, wrong] }), /3 files/);
  });
});

describe("findHealthyOrgans", () => {
  it("goes by labels, size and what the metadata tell", () => {
    const map = (counts: Record<number, number>, names: Record<number, string>) => {
      const data = Uint8Array.from(
        Object.entries(counts).flatMap(([label, count]) => new Array<number>(count).fill(Number(label))),
      );
      return toLabelMap(createVolume(data, [data.length, 1, 1], { spacingMm: [10, 10, 10] }), names);
    };
    const names = { 1: "liver", 2: "kidney_left", 3: "kidney_lesion", 4: "uterus", 5: "pancreas" };
    const labels = map({ 0: 5, 1: 50, 2: 50, 3: 1, 4: 50 }, names);
    assert.deepEqual(findHealthyOrgans(labels), ["liver", "uterus"]);
    assert.deepEqual(findHealthyOrgans(labels, { tumors: { liver: true } }), ["uterus"]);
    assert.deepEqual(findHealthyOrgans(labels, { tumor: true, tumors: {} }), ["liver", "uterus"]);
    const clean = map({ 1: 50 }, names);
    assert.deepEqual(findHealthyOrgans(clean, { tumor: true, tumors: {} }), []);
    assert.deepEqual(findHealthyOrgans(map({ 0: 1 }, names)), []);
  });
});
