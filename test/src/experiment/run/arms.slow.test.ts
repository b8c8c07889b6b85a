import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import { listTrials, type PhantomPlan, trainingConfigOf } from "tumorlab/internal/experiment/plan/plan";
import { estimateCropShare } from "tumorlab/internal/experiment/plan/seen-share";
import type { TrialResult } from "tumorlab/internal/experiment/run/result";
import { prepareExperimentScans } from "tumorlab/internal/experiment/run/scans/prepare-scans";
import { openScanStore } from "tumorlab/internal/experiment/run/scans/scan-store";
import { openTrainingCases } from "tumorlab/internal/experiment/run/scans/training-cases";
import { runTrial } from "tumorlab/internal/experiment/run/trial";
import { createTestPlan } from "../tiny-experiment.js";

/** Preset medium on a grid of 10 mm with next to no steps: every arm, paired hospitals, whole scans. */
function createTinyMedium(changes: Partial<PhantomPlan> = {}): PhantomPlan {
  const { cohort, recipe } = createTestPlan();
  const medium = createPlan("medium");
  return createPlan("medium", {
    cohort: { ...cohort, patients: 8, healthy: 7 },
    organs: [{ organ: "kidney", sizes: [1, 2, 3] }],
    arms: medium.arms.map(({ sizes, seeds, ...arm }) =>
      sizes && seeds ? { ...arm, sizes: [1, 3], seeds: [1] } : arm,
    ),
    seeds: [1, 2],
    recipe: { ...recipe, steps: 4 },
    synthesis: { ...medium.synthesis, learned: { steps: 2 } },
    tests: medium.tests.map((test) => ({ ...test, patients: test.scan === "whole" ? 1 : 2, controls: 1 })),
    ...changes,
  });
}

describe("the arms of a plan of version 2", function () {
  this.timeout(600_000);
  const root = mkdtempSync(join(tmpdir(), "tumorlab-arms-"));
  after(() => rmSync(root, { recursive: true, force: true }));
  const options = { scans: join(root, "scans") };
  const plan = createTinyMedium();
  // What an arm learns from does not hang on its tests, and most of the time would go into them.
  const home = plan.tests.slice(0, 1);
  const brief = createTinyMedium({ tests: home });
  const trials = listTrials(plan);
  // Several tests look at the same results.
  const kept = new Map<PhantomPlan, TrialResult[]>();
  const run = async (arm: string, size: number, seed = 1, of = plan): Promise<TrialResult> => {
    const { index } = listTrials(of).find(
      (each) => each.arm === arm && each.size === size && each.seed === seed,
    )!;
    const results = kept.get(of) ?? [];
    kept.set(of, results);
    return (results[index] ??= await runTrial(of, index, options));
  };

  before(() => prepareExperimentScans(plan, options.scans, ["kidney"], 1));

  it("gives every arm what it says: scans, steps, tests", async () => {
    const rows = new Map<string, TrialResult>();
    for (const arm of plan.arms) rows.set(arm.name, await run(arm.name, 3, 1, brief));
    const tell = ({ realCases, syntheticCases, healthyCases, history }: TrialResult) => [
      realCases.length,
      syntheticCases,
      healthyCases,
      history.losses.at(-1)!.step,
    ];
    assert.deepEqual(
      [...rows].map(([name, result]) => [name, ...tell(result)]),
      [
        ["real", 3, 0, undefined, 4],
        ["real+synthetic", 3, 9, undefined, 4],
        ["real+healthy", 3, 0, 9, 4],
        ["synthetic", 0, 9, undefined, 4],
        ["real/4", 3, 0, undefined, 1],
        ["real+phantom", 3, 9, undefined, 4],
        ["real+learned", 3, 9, undefined, 4],
        ["real*2", 3, 0, undefined, 8],
      ],
    );
    assert.equal(new Set([...rows.values()].map(({ weightsSha256 }) => weightsSha256)).size, 8);
    const real = rows.get("real")!;
    for (const { realCases } of rows.values())
      assert.ok(realCases.length === 0 || realCases.join() === real.realCases.join());
  });

  it("tests at every hospital, and on whole scans at both ends", async () => {
    const tested = async (size: number) => (await run("real", size)).tests;
    assert.deepEqual(
      (await tested(1)).map(({ name, cases }) => `${name} ${cases.length}`),
      ["ID 3", "OOD 3", "OOD thick slices 3", "ID whole 2", "OOD whole 2"],
    );
    assert.deepEqual(
      (await tested(2)).map(({ name }) => name),
      ["ID", "OOD", "OOD thick slices"],
      "whole scans are for the ends",
    );
  });

  it("scans the patients of one test again at the other hospital, and shows the rest of their scans", async () => {
    const { tests } = await run("real", 1);
    const [home, away, , whole, wholeAway] = tests;
    const people = (test: typeof home) => test.cases.map(({ patient }) => patient);
    assert.deepEqual(people(away), people(home));
    assert.deepEqual(people(wholeAway), people(whole));
    assert.deepEqual(people(whole), [people(home)[0], people(home)[2]]);
    const tumors = (test: typeof home) =>
      test.cases.map(({ tumorVoxels, lesions }) => [tumorVoxels, lesions.map(({ radiusMm }) => radiusMm)]);
    assert.deepEqual(tumors(away), tumors(home), "the same tumors, voxel by voxel");
    assert.deepEqual(tumors(whole)[0], tumors(home)[0], "nothing is cut off");
    assert.ok(away.cases.every((each) => !home.cases.some((other) => other.case === each.case)));
    assert.equal(whole.seenShare, 1);
    assert.ok(home.seenShare! > 0.02 && home.seenShare! < 0.4, String(home.seenShare));
    assert.equal(away.seenShare, home.seenShare);
  });

  it("takes the same hosts for tumors of a generator, of the phantom, and for none", async () => {
    const store = await openScanStore(plan, options.scans);
    const open = (arm: string, size: number) =>
      openTrainingCases(
        store,
        plan,
        trials.find((each) => each.arm === arm && each.size === size)!,
      );
    const [synthetic, healthy, own] = await Promise.all(
      ["real+synthetic", "real+healthy", "real+phantom"].map((arm) => open(arm, 3)),
    );
    const people = (cases: { patient: string }[]) => cases.map(({ patient }) => patient);
    assert.deepEqual(people(healthy.healthy), people(synthetic.synthetic));
    // A body may have no place for a tumor that is seen: then the next takes its turn.
    const shared = people(own.synthetic).filter((patient) => people(synthetic.synthetic).includes(patient));
    assert.ok(shared.length >= 7, people(own.synthetic).join());
    assert.ok(healthy.healthy.every(({ tumorMl }) => tumorMl === 0));
    for (const { synthetic: cases } of [synthetic, own]) assert.ok(cases.every(({ tumorMl }) => tumorMl > 0));
    // Nine cases in seven hosts: the second tumor in a body is another.
    assert.equal(new Set(own.synthetic.map(({ tumorMl, path }) => `${path} ${tumorMl}`)).size, 9);
    assert.ok(people(synthetic.real).every((patient) => !people(synthetic.synthetic).includes(patient)));
    const smaller = await open("real+healthy", 1);
    assert.deepEqual(people(smaller.healthy), people(healthy.healthy).slice(0, 3));
  });

  it("has pools from which seeds take different patients at the largest size", async () => {
    const [one, two] = [await run("real", 3, 1, brief), await run("real", 3, 2, brief)];
    const shared = one.realCases.filter((name) => two.realCases.includes(name));
    assert.ok(shared.length < 3, shared.join());
    assert.notEqual(one.weightsSha256, two.weightsSha256);
  });

  it("draws tumors on the fly: no two alike, the same network however often and with however many threads", async () => {
    const drawn = createTinyMedium({
      tests: home,
      synthesis: { ...plan.synthesis, cases: "on-the-fly" },
      arms: plan.arms.filter(({ name }) => ["real", "real+synthetic", "synthetic"].includes(name)),
    });
    const result = await run("real+synthetic", 1, 1, drawn);
    assert.equal(result.syntheticCases, 0);
    assert.equal(result.hosts, 3);
    const stored = await run("real+synthetic", 1, 1, brief);
    assert.notEqual(result.weightsSha256, stored.weightsSha256);
    const { index } = result.trial;
    const again = await runTrial(drawn, index, { ...options, threads: 2 });
    assert.deepEqual(again, result);
    const alone = await run("synthetic", 1, 1, drawn);
    assert.deepEqual([alone.realCases.length, alone.syntheticCases, alone.hosts], [0, 0, 3]);
  });

  it("sees about the share of a scan that the plan says before any is drawn", async () => {
    const fine = createPlan("medium", {
      organs: [{ organ: "pancreas", sizes: [1] }],
      arms: [createPlan("medium").arms[0]],
      tests: [{ ...createPlan("medium").tests[0], patients: 1 }],
    });
    const store = await openScanStore(fine, options.scans);
    const shares: number[] = [];
    const { openTestSource } = await import("tumorlab/internal/experiment/run/scans/open-source");
    for (const scan of openTestSource(fine, { ...fine.tests[0], patients: 6 }).listTumorScans("pancreas")) {
      const found = await store.openTumor("pancreas", scan);
      if (found) shares.push(found.seenShare);
      if (shares.length === 6) break;
    }
    const seen = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const said = estimateCropShare(fine, "pancreas");
    assert.ok(Math.abs(seen / said - 1) < 0.35, `${seen} of ${said}`);
    assert.equal(trainingConfigOf(fine, "pancreas").steps, 4500);
  });
});
