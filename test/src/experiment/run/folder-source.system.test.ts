import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import type { TrialRecord } from "tumorlab/internal/contracts/run-record";
import type { FolderCohort } from "tumorlab/internal/experiment/plan/folder-scans";
import { type FolderPlan, hashPlan, listTrials } from "tumorlab/internal/experiment/plan/plan";
import { experimentPaths } from "tumorlab/internal/experiment/run/experiment-folder";
import type { TrialResult } from "tumorlab/internal/experiment/run/result";
import { openCohortSource, openTestSource } from "tumorlab/internal/experiment/run/scans/open-source";
import type { PhantomScan } from "tumorlab/internal/experiment/run/scans/phantom-source";
import { runBaselines, runTrial } from "tumorlab/internal/experiment/run/trial";
import {
  copyAsDecathlon,
  copyAsKits,
  copyAsNnunet,
  type PhantomOnDisk,
  writeAtlas,
} from "../phantom-folders.js";
import { createTestPlan } from "../tiny-experiment.js";

async function tumorlab(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await runCommandLine(["experiment", ...words], {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    isTerminal: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

const organ = "kidney";
/** Four networks: one patient and three, with synthetic tumors and without. */
const phantoms = createTestPlan({ seeds: [1], organs: [{ organ, sizes: [1, 3] }] });

describe("an experiment on folders of scans", function () {
  this.timeout(600_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-folders-"));
  const place = (...parts: string[]): string => join(root, ...parts);
  after(() => rmSync(root, { recursive: true, force: true }));

  const options = { scans: place("drawn") };
  const drawn: TrialResult[] = [];
  /** What a result says beside the plan it is of. */
  const saidBy = ({ planSha256: _plan, ...rest }: TrialResult): string => JSON.stringify(rest);
  let baselines = "";

  before(async () => {
    for (const { index } of listTrials(phantoms)) drawn.push(await runTrial(phantoms, index, options));
    baselines = JSON.stringify(await runBaselines(phantoms, organ, options));
    // The same patients on disk: all of the larger subset, the hosts, those of both tests.
    const used = new Set(
      drawn.flatMap(({ realCases, tests }) => [
        ...realCases,
        ...tests.flatMap(({ cases }) => cases.map((each) => each.case)),
      ]),
    );
    const [home, away] = [openCohortSource(phantoms), openTestSource(phantoms, phantoms.tests[1])];
    const held = openTestSource(phantoms, phantoms.tests[0]);
    const ill = (source: typeof home): PhantomOnDisk[] => {
      const found: PhantomOnDisk[] = [];
      for (const scan of source.listTumorScans(organ) as Iterable<PhantomScan>) {
        if (used.has(scan.name)) found.push({ scan, organ });
        if (found.length === source.maxPatients(organ)) break;
      }
      return found;
    };
    const well = (source: typeof home): PhantomOnDisk[] =>
      (source.listHealthyScans(organ) as PhantomScan[]).map((scan) => ({ scan }));
    const [training, test] = [[...ill(home), ...well(home)], ill(held)];
    const others = [...ill(away), ...well(away)];
    // One after the other: the writer names cases by index, whatever the seed.
    await writeAtlas(place("test"), test);
    await writeAtlas(place("jhh"), training);
    for (const { scan } of test)
      cpSync(place("test", scan.name), place("jhh", scan.name), { recursive: true });
    const rows = readFileSync(place("test", "metadata.csv"), "utf8").split("\n").slice(1).join("\n");
    writeFileSync(place("jhh", "metadata.csv"), readFileSync(place("jhh", "metadata.csv"), "utf8") + rows);
    await writeAtlas(place("elsewhere"), others);
    const namesOf = (scans: readonly PhantomOnDisk[]): string[] => scans.map(({ scan }) => scan.name);
    const patientsOf = (scans: PhantomOnDisk[]) => ({ patients: scans.map(({ scan }) => scan.patient) });
    for (const [folder, scans] of [
      ["jhh", [...training, ...test]],
      ["elsewhere", others],
    ] as const) {
      copyAsNnunet(place(folder), place(`${folder}-nnunet`), namesOf(scans));
      await copyAsKits(place(folder), place(`${folder}-kits`), namesOf(scans));
      await copyAsDecathlon(place(folder), place(`${folder}-decathlon`), namesOf(scans));
    }
    writeFileSync(
      place("split.json"),
      JSON.stringify({ training: patientsOf(training), test: patientsOf(test) }),
    );
  });

  /** Plans by the command, then changes what the test plan has otherwise than the preset. */
  async function planFolders(form: string, ...more: string[]): Promise<FolderPlan> {
    const path = place(`plan${form}.json`);
    const { code, err } = await tumorlab(
      ...["plan", "--preset", "tiny", "--out", path, "--workers", "1"],
      ...["--scans", place(`jhh${form}`), "--ood", place(`elsewhere${form}`), "--split", place("split.json")],
      ...["--organs", organ, "--sizes", "1,3", ...more],
    );
    assert.equal(code, 0, err);
    assert.match(err, /^plan jhh(-\w+)?-tiny [0-9a-f]{12}: \d trials on 8 scans, roughly /);
    const plan = JSON.parse(readFileSync(path, "utf8")) as FolderPlan;
    const { recipe, seeds } = phantoms;
    const tests = plan.tests.map((test, at) => ({ ...test, controls: at }));
    const changed = { ...plan, recipe, seeds, tests };
    writeFileSync(path, JSON.stringify(changed));
    return changed;
  }

  for (const form of ["", "-nnunet"] as const)
    it(`gives the bytes that drawn phantoms give, from ${form === "" ? "AbdomenAtlas's" : "nnU-Net's"} layout`, async () => {
      const plan = await planFolders(form);
      const scans = place(`read${form}`);
      assert.equal(listTrials(plan).length, drawn.length);
      for (const expected of drawn) {
        const found = await runTrial(plan, expected.trial.index, { scans });
        assert.equal(saidBy(found), saidBy(expected));
        assert.equal(found.planSha256, hashPlan(plan));
      }
      assert.equal(JSON.stringify(await runBaselines(plan, organ, { scans })), baselines);
    });

  for (const form of ["-kits", "-decathlon"])
    it(`gives them in the arm without synthetic tumors from kidneys labelled as one in the layout of${form.replace("-", " ")}`, async () => {
      const table = [
        "--metadata",
        place("jhh", "metadata.csv"),
        "--ood-metadata",
        place("elsewhere", "metadata.csv"),
      ];
      const plan = await planFolders(form, "--arms", "real", ...table);
      assert.deepEqual(plan.cohort.scans[0].tumors, [organ]);
      const largest = drawn.find(({ trial }) => trial.arm === "real" && trial.size === 3)!;
      const { index } = listTrials(plan).find(({ size }) => size === 3)!;
      const found = await runTrial(plan, index, { scans: place(`read${form}`) });
      const { trial } = largest;
      assert.equal(saidBy({ ...found, trial }), saidBy(largest));
    });

  it("keeps in the record of a trial which scans it used, by their sha256, and refuses files that changed", async () => {
    const path = place("plan.json");
    const out = place("results");
    const plan = JSON.parse(readFileSync(path, "utf8")) as FolderPlan;
    const run = (index: number) =>
      tumorlab("run", path, "--out", out, "--index", String(index), "--threads", "1");
    const { code, err } = await run(0);
    assert.equal(code, 0, err);
    const recordOf = (index: number) =>
      JSON.parse(readFileSync(experimentPaths.record(out, index), "utf8")) as TrialRecord;
    const inputs = recordOf(0).inputs!;
    const shown = (scans: FolderCohort["scans"], wanted: "tumors" | "healthy") =>
      scans.filter((scan) => scan[wanted].includes(organ)).map(({ sha256 }) => sha256);
    const [id, ood] = plan.tests;
    assert.deepEqual(
      inputs.map(({ sha256 }) => sha256),
      [
        ...shown(plan.cohort.scans, "tumors"),
        ...shown(id.scans, "tumors"),
        ...ood.scans.map(({ sha256 }) => sha256),
      ],
      "no hosts in the arm without synthetic tumors",
    );
    assert.equal(inputs[0].folder, place("jhh"));
    await run(1);
    assert.equal(recordOf(1).inputs!.length, 8, "and the two hosts");

    const { folder, scans } = plan.cohort;
    const host = scans.find(({ healthy }) => healthy.includes(organ))!;
    const file = join(folder, host.image);
    const bytes = readFileSync(file);
    writeFileSync(file, readFileSync(join(folder, scans.find(({ name }) => name !== host.name)!.image)));
    const refused = await tumorlab("run", path, "--out", place("changed"), "--workers", "1");
    writeFileSync(file, bytes);
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      new RegExp(
        `scan ${host.name}, \\S+ct\\.nii\\.gz: found "files of ${host.name} with sha256 [0-9a-f]{12}", expected [0-9a-f]{12}, as when the plan was made\\. Bring back the files \\(ct\\.nii\\.gz, combined_labels\\.nii\\.gz\\), or plan the experiment again`,
      ),
    );
  });

  it("holds the files against the plan also where the scans are made already, once a run", async () => {
    const [path, out] = [place("plan.json"), place("results")];
    const { cohort } = JSON.parse(readFileSync(path, "utf8")) as FolderPlan;
    const scans = ["run", path, "--out", out, "--scans", "--workers"];
    const made = await tumorlab(...scans, "1");
    assert.equal(made.code, 0, made.err);
    const scan = cohort.scans.find(({ tumors }) => tumors.includes(organ))!;
    const file = join(cohort.folder, scan.labels as string);
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.concat([bytes, Buffer.from([0])]));
    const changed = await tumorlab(...scans, "2");
    writeFileSync(file, bytes);
    assert.equal(changed.code, 1);
    assert.match(changed.err, new RegExp(`scan ${scan.name}, .*Bring back the files`));
    renameSync(cohort.folder, place("away"));
    const gone = await tumorlab(...scans, "2");
    renameSync(place("away"), cohort.folder);
    assert.equal(gone.code, 1);
    assert.match(
      gone.err,
      /scan \S+, one of \d+ that fail, \S+ct\.nii\.gz: found "no such file", expected a file that can be read\. Bring back \S+jhh with the files of/,
    );
    assert.equal((await tumorlab(...scans, "1")).code, 0);
  });

  it("knows a cohort again that was moved: the same hash, and the plan of the folder says where it is now", async () => {
    const path = place("plan.json");
    const out = place("results");
    const plan = JSON.parse(readFileSync(path, "utf8")) as FolderPlan;
    cpSync(place("jhh"), place("moved"), { recursive: true });
    const moved = { ...plan, cohort: { ...plan.cohort, folder: place("moved") } };
    assert.equal(hashPlan(moved), hashPlan(plan));
    writeFileSync(place("moved.json"), JSON.stringify(moved));
    const again = await tumorlab("run", place("moved.json"), "--out", out, "--index", "0");
    assert.equal(again.out, "trial 0, kidney, real, 1 patient, seed 1: kept\n");
    const kept = JSON.parse(readFileSync(experimentPaths.plan(out), "utf8")) as typeof plan;
    assert.equal(kept.cohort.folder, place("moved"));
  });
});
