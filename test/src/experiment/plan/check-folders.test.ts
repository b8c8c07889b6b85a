import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPlan } from "tumorlab/internal/experiment/plan/check-plan";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import type { PlanScan } from "tumorlab/internal/experiment/plan/folder-scans";
import { type FolderPlan, hashPlan } from "tumorlab/internal/experiment/plan/plan";
import { createExperiment } from "tumorlab/internal/experiment/run/experiment-folder";

const names = { 3: "kidney_left", 29: "kidney_lesion" };

/** Scan `at` of a set: with a tumor of the kidney, or without. */
function scan(set: number, at: number, isIll: boolean): PlanScan {
  return {
    name: `case${at}`,
    patient: `patient${set}${at}`,
    phase: "venous",
    image: `case${at}/ct.nii.gz`,
    labels: `case${at}/combined_labels.nii.gz`,
    sha256: String(10 * set + at).padStart(64, "0"),
    shape: [40, 28, 32],
    spacingMm: [10, 10, 10],
    tumors: isIll ? ["kidney"] : [],
    healthy: isIll ? ["liver"] : ["kidney", "liver"],
  };
}

/** A plan on two patients with a tumor and one without, with two tests. */
function createFolderPlan(): FolderPlan {
  const set = (folder: string, number: number, ill: number, well: number) => ({
    folder: `/data/${folder}`,
    names,
    scans: [
      ...Array.from({ length: ill }, (_, at) => scan(number, at, true)),
      ...Array.from({ length: well }, (_, at) => scan(number, ill + at, false)),
    ],
  });
  return {
    ...createPlan("tiny"),
    cohort: { ...set("home", 1, 2, 1), marginMm: 20 },
    organs: [{ organ: "kidney", sizes: [1, 2] }],
    tests: [
      { name: "ID", distribution: "in", ...set("home", 2, 1, 0) },
      { name: "OOD", distribution: "out", ...set("away", 3, 1, 1), controls: 1 },
    ],
  };
}

function change(edit: (plan: FolderPlan) => void): FolderPlan {
  const plan = createFolderPlan();
  edit(plan);
  return plan;
}

describe("plan on folders of scans", () => {
  it("passes the check as JSON, masks in place of a map too, and has a hash that no place changes", () => {
    const plan = createFolderPlan();
    assert.deepEqual(checkPlan(JSON.parse(JSON.stringify(plan))), plan);
    checkPlan(change((p) => (p.cohort.scans[0].labels = ["case0/segmentations/liver.nii.gz"])));
    assert.equal(hashPlan(change((p) => (p.tests[1].folder = "/elsewhere"))), hashPlan(plan));
    const other = change((p) => (p.cohort.scans[0].sha256 = "f".repeat(64)));
    assert.notEqual(hashPlan(other), hashPlan(plan));
  });

  it("does not change the hash of a plan on phantoms", () => {
    // What this version's presets had before plans could name folders.
    const tiny = hashPlan(createPlan("tiny"));
    assert.equal(tiny.slice(0, 12), "b21df60104e3");
  });

  const refused: [string, (plan: FolderPlan) => void, RegExp][] = [
    ["a relative folder", (p) => (p.cohort.folder = "home"), /^cohort\.folder: found "home"/],
    ["names that are no structures", (p) => (p.cohort.names = { 0: "air" }), /^cohort\.names/],
    ["no scans", (p) => (p.cohort.scans = []), /^cohort\.scans/],
    ["a case twice", (p) => (p.cohort.scans[1].name = "case0"), /^cohort\.scans\[1\]\.name: found "case0"/],
    ["a scan without a patient", (p) => (p.cohort.scans[0].patient = ""), /^cohort\.scans\[0\]\.patient/],
    ["a file outside", (p) => (p.cohort.scans[0].image = "../ct.nii.gz"), /^cohort\.scans\[0\]\.image/],
    ["an absolute file", (p) => (p.cohort.scans[0].labels = ["/etc/hosts"]), /^cohort\.scans\[0\]\.labels/],
    ["half a hash", (p) => (p.cohort.scans[0].sha256 = "abc"), /^cohort\.scans\[0\]\.sha256: found "abc"/],
    ["an unknown phase", (p) => (p.cohort.scans[0].phase = "late" as never), /^cohort\.scans\[0\]\.phase/],
    ["a flat scan", (p) => (p.cohort.scans[0].shape = [3, 3] as never), /^cohort\.scans\[0\]\.shape/],
    ["a spacing of 0", (p) => (p.cohort.scans[0].spacingMm = [0, 1, 1]), /^cohort\.scans\[0\]\.spacingMm/],
    [
      "an unknown organ",
      (p) => (p.cohort.scans[0].tumors = ["brain" as never]),
      /^cohort\.scans\[0\]\.tumors/,
    ],
    [
      "an organ healthy and not",
      (p) => p.cohort.scans[0].healthy.push("kidney"),
      /^cohort\.scans\[0\]\.healthy: found "kidney"/,
    ],
    [
      "a field that scans have not",
      (p) => Object.assign(p.cohort.scans[0], { age: 60 }),
      /^cohort\.scans\[0\]: found "age"/,
    ],
    ["a field that folders have not", (p) => Object.assign(p.cohort, { seed: 1 }), /^cohort: found "seed"/],
    ["a margin below 0", (p) => (p.cohort.marginMm = -1), /^cohort\.marginMm/],
    [
      "subsets beyond the patients",
      (p) => (p.organs[0].sizes = [3]),
      /^organs\[0\]\.sizes: found 3, expected at most the 2 patients/,
    ],
    [
      "no host",
      (p) => p.cohort.scans.pop(),
      /^cohort\.scans with a healthy kidney: found 0.*real\+synthetic/,
    ],
    [
      "a test without a tumor",
      (p) => (p.tests[0].scans[0].tumors = []),
      /^tests\[0\]\.scans with a tumor of the kidney: found 0/,
    ],
    [
      "a test of the training's patient",
      (p) => (p.tests[0].scans[0].patient = "patient11"),
      /^tests\[0\]\.scans: found "case0 of patient11", expected no patient of cohort/,
    ],
    [
      "a test of the training's scan",
      (p) => (p.tests[1].scans[0].sha256 = p.cohort.scans[1].sha256),
      /^tests\[1\]\.scans: found "case0", expected no scan of cohort/,
    ],
    [
      "two tests of a scan",
      (p) => (p.tests[1].scans[0].sha256 = p.tests[0].scans[0].sha256),
      /^tests\[1\]\.scans: found "case0", expected no scan of ID/,
    ],
    [
      "the training's own folder called far",
      (p) => (p.tests[0].distribution = "out"),
      /^tests\[0\]\.distribution: found "out", expected in/,
    ],
    ["controls below 0", (p) => (p.tests[1].controls = -1), /^tests\[1\]\.controls/],
    ["an empty reason", (p) => (p.tests[1].acknowledgement = " "), /^tests\[1\]\.acknowledgement/],
    ["phantoms among folders", (p) => (p.tests[1] = createPlan("tiny").tests[1] as never), /^tests\[1\]/],
    ["folders among phantoms", (p) => (p.cohort = { ...createPlan("tiny").cohort } as never), /^tests\[0\]/],
  ];
  for (const [what, edit, message] of refused)
    it(`refuses ${what}, naming the field`, () => {
      assert.throws(
        () => checkPlan(change(edit)),
        (error: Error) => message.test(error.message) || assert.fail(error.message),
      );
    });

  it("lets a scan of the training pass in a test where the reason is said", () => {
    checkPlan(
      change((p) => {
        p.tests[1].scans[0].sha256 = p.cohort.scans[1].sha256;
        p.tests[1].acknowledgement = "a drill";
      }),
    );
  });

  it("is not run among the scans it reads, those of a test neither", async () => {
    const root = mkdtempSync(join(tmpdir(), "tumorlab-among-"));
    try {
      const places = ["home", "away"].map((name) => join(root, name));
      for (const place of places) {
        mkdirSync(join(place, "case0"), { recursive: true });
        writeFileSync(join(place, "case0", "ct.nii.gz"), "");
      }
      const plan = change((p) => {
        p.cohort.folder = p.tests[0].folder = places[0];
        p.tests[1].folder = places[1];
      });
      for (const place of [...places, join(places[1], "case0")]) {
        const names = readdirSync(place);
        await assert.rejects(createExperiment(plan, place), /another folder than the cohort's own/);
        assert.deepEqual(readdirSync(place), names);
      }
      assert.equal((await createExperiment(plan, join(root, "results"))).planSha256, hashPlan(plan));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
