import assert from "node:assert/strict";
import fc from "fast-check";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import {
  describeBaselineInputs,
  describeTrialInputs,
  findDifferences,
  hashInputs,
} from "tumorlab/internal/experiment/plan/describe-inputs";
import {
  canonicalJson,
  listTrials,
  type PhantomPlan,
  type TrialSpec,
} from "tumorlab/internal/experiment/plan/plan";
import { planHosts } from "tumorlab/internal/experiment/run/scans/hosts";
import { createTestPlan } from "../tiny-experiment.js";

const preset = createPlan("medium");
/** All arms at the same sizes: the arm of twice the steps has others. */
const medium = {
  ...preset,
  arms: preset.arms
    .filter(({ name }) => name !== "real*2")
    .map((arm) => (arm.name === "real+synthetic" ? { ...arm, sizes: [10, 40, 160, 320] } : arm)),
};
const all = medium.arms.map(({ name }) => name);
const withReal = all.filter((name) => name !== "synthetic");
const withHosts = ["real+synthetic", "real+healthy", "synthetic", "real+phantom", "real+learned"];
const generated = ["real+synthetic", "synthetic"];
const withLesions = [...generated, "real+learned"];

function change(edit: (plan: PhantomPlan) => void): PhantomPlan {
  const plan = structuredClone(medium);
  edit(plan);
  return plan;
}

function find(plan: PhantomPlan, arm: string, size = 40, seed = 2): TrialSpec {
  return listTrials(plan).find((each) => each.arm === arm && each.size === size && each.seed === seed)!;
}

const hashOf = (plan: PhantomPlan, arm: string, size?: number): string =>
  hashInputs(describeTrialInputs(plan, find(plan, arm, size)));

/** Arms whose trial of 40 scans a change of the plan makes another function. */
function changed(edit: (plan: PhantomPlan) => void, size?: number): string[] {
  const plan = change(edit);
  return all.filter((arm) => hashOf(plan, arm, size) !== hashOf(medium, arm, size));
}

describe("the inputs of a trial", () => {
  const decisive: [string, (plan: PhantomPlan) => void, string[]][] = [
    ["the hospital", (p) => (p.cohort.hospital = "low-dose"), all],
    ["the cohort's seed", (p) => (p.cohort.seed = 5), all],
    ["the pool", (p) => (p.organs[0].pool = 900), withReal],
    ["the cohort's patients, where there is no other pool", (p) => (p.cohort.patients = 2000), withReal],
    ["the healthy scans", (p) => (p.cohort.healthy = 2000), withHosts],
    ["the grid", (p) => (p.cohort.shape = [96, 72, 120]), all],
    ["its spacing", (p) => (p.cohort.spacingMm = [4, 4, 5]), all],
    ["the margin", (p) => (p.cohort.marginMm = 20), all],
    ["an arm's synthetic cases", (p) => (p.arms[1].syntheticPerReal = 2), ["real+synthetic"]],
    ["an arm's healthy scans", (p) => (p.arms[2].healthyPerReal = 2), ["real+healthy"]],
    ["whose tumors they are", (p) => delete p.arms[5].tumorsOf, ["real+phantom"]],
    ["an arm's generator", (p) => (p.arms[3].generator = "growth"), ["synthetic"]],
    ["the plan's generator", (p) => (p.synthesis.generator = "growth"), generated],
    ["the mix", (p) => (p.synthesis.mix.tiny = 1), withLesions],
    ["the counts", (p) => (p.synthesis.counts = {}), withLesions],
    ["the radii", (p) => (p.synthesis.radiiMm = {}), withLesions],
    ["tumors on the fly", (p) => (p.synthesis.cases = "on-the-fly"), generated],
    ["an arm's steps", (p) => (p.arms[4].stepShare = 0.5), ["real/4"]],
    ["the steps", (p) => (p.recipe.steps = 100), all],
    ["the network", (p) => (p.recipe.network = { ...p.recipe.network, widths: [4, 8, 16] }), all],
    ["the batch", (p) => (p.recipe.batch = 1), all],
    ["the window", (p) => (p.recipe.windowHu = [-100, 200]), all],
    ["a test's patients", (p) => (p.tests[0].patients = 399), all],
    ["its controls", (p) => (p.tests[1].controls = 3), all],
    ["its hospital", (p) => (p.tests[1].hospital = "thick-slice"), all],
    ["its name", (p) => (p.tests[1].name = "elsewhere"), all],
    ["its seed", (p) => p.tests.forEach((test) => (test.seed = 7)), all],
    ["another test", (p) => p.tests.push({ ...p.tests[0], name: "more", seed: 9 }), all],
    ["their order", (p) => p.tests.splice(0, 2, p.tests[1], p.tests[0]), all],
    ["the tolerance", (p) => (p.metrics.toleranceMm = 3), all],
    ["the policy", (p) => (p.metrics.policy = "skip" as never), all],
    ["the version", (p) => (p.version = 1), all],
  ];
  for (const [what, edit, arms] of decisive)
    it(`are others for ${what}, in the arms that use it`, () => assert.deepEqual(changed(edit), arms));

  const harmless: [string, (plan: PhantomPlan) => void][] = [
    ["more seeds", (p) => p.seeds.push(6, 7)],
    ["more sizes, below the largest", (p) => p.organs[0].sizes.splice(1, 0, 15)],
    ["another organ", (p) => p.organs.unshift({ organ: "liver", sizes: [5] })],
    ["another arm, before the others", (p) => p.arms.unshift({ ...p.arms[3], name: "new" })],
    [
      "sizes and seeds of an arm",
      (p) => p.arms.forEach((arm) => Object.assign(arm, { sizes: [10, 40, 320], seeds: [2] })),
    ],
    ["names", (p) => void ((p.name = "other"), (p.scale = "paper"))],
    ["a preregistration", (p) => (p.preregistration = { sha256: "", text: "" })],
    ["stages", (p) => (p.stages = [{ name: "first" }, { name: "more", seeds: [5] }])],
    [
      "defaults spelled out",
      (p) => Object.assign(p.arms[0], { healthyPerReal: 0, stepShare: 1, tumorsOf: "synthesis" }),
    ],
    ["a generator named for its arm", (p) => (p.arms[1].generator = p.synthesis.generator)],
    ["a pool of all there are", (p) => (p.organs[0].pool = p.cohort.patients)],
    ["a test that it is not put to", (p) => void p.tests.pop()],
  ];
  for (const [what, edit] of harmless)
    it(`are the same for ${what}`, () => {
      assert.deepEqual(changed(edit), []);
      assert.notEqual(canonicalJson(change(edit)), canonicalJson(medium));
    });

  it("have the tests that the trial is put to: those of whole scans at the ends alone", () => {
    const tests = (size: number): number =>
      describeTrialInputs(medium, find(medium, "real", size)).tests.length;
    const [all, cropped] = [medium.tests, medium.tests.filter(({ scan }) => scan !== "whole")];
    assert.deepEqual([10, 40, 320].map(tests), [all.length, cropped.length, all.length]);
    assert.ok(all.length > cropped.length);
    // A larger size takes the whole scans from the one that was the largest.
    const grown = change((plan) => {
      plan.organs[0].sizes.push(640);
    });
    assert.notEqual(hashOf(grown, "real", 320), hashOf(medium, "real", 320));
    assert.equal(hashOf(grown, "real", 10), hashOf(medium, "real", 10));
  });

  it("hold for a generator that learns its steps, and the real scans it learns from in every arm", () => {
    const learned = (edit: (plan: PhantomPlan) => void = () => undefined) =>
      change((plan) => {
        plan.arms[3].generator = "learned";
        edit(plan);
      });
    const same = (edit: (plan: PhantomPlan) => void, arm = "synthetic") =>
      hashOf(learned(edit), arm) === hashOf(learned(), arm);
    assert.ok(!same((plan) => (plan.synthesis.learned = { steps: 7 })));
    assert.ok(!same((plan) => (plan.organs[0].pool = 900)));
    assert.ok(
      same((plan) => (plan.synthesis.learned = { steps: 7 }), "real+synthetic"),
      "which is not learned",
    );
    assert.ok(
      same((plan) => (plan.synthesis.cases = "on-the-fly")),
      "its tumors are always stored",
    );
  });

  it("are an arm's by what it does, not by its name, and by the steps that it takes", () => {
    const renamed = change((plan) => (plan.arms[0].name = "alone"));
    assert.equal(hashOf(renamed, "alone"), hashOf(medium, "real"));
    const quarter = change((plan) => void ((plan.recipe.steps /= 4), delete plan.arms[4].stepShare));
    assert.equal(hashOf(quarter, "real/4"), hashOf(medium, "real/4"));
  });

  it("do not hold the mix where hosts stay as they are, because their order does not depend on it", () => {
    const trial = find(medium, "real+healthy");
    const other = change(
      (plan) =>
        void (
          (plan.synthesis.mix = { tiny: 5, small: 1, medium: 1, large: 9 }),
          (plan.synthesis.generator = "growth")
        ),
    );
    const names = (plan: PhantomPlan) =>
      planHosts(plan, trial, 30).map(({ scan, round }) => `${scan.name} ${round}`);
    assert.deepEqual(names(other), names(medium));
  });

  it("tell trials of a plan apart, and are the same wherever a trial stands", () => {
    const hashes = listTrials(medium).map((trial) => hashInputs(describeTrialInputs(medium, trial)));
    assert.equal(new Set(hashes).size, hashes.length);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 }),
        fc.shuffledSubarray([20, 40, 80, 160], { minLength: 1 }),
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
        (seeds, sizes, arms) => {
          const part = change((plan) => {
            plan.seeds = seeds;
            plan.organs[0].sizes = [10, ...sizes.sort((a, b) => a - b), 320];
            plan.arms = arms.map((at) => ({ ...plan.arms[at], sizes: undefined, seeds: undefined }));
          });
          for (const trial of listTrials(part)) {
            const twin = find(medium, trial.arm, trial.size, trial.seed);
            // Controls have no trials at some sizes, and their smallest and largest stay the ends.
            if (twin === undefined) continue;
            assert.equal(
              hashInputs(describeTrialInputs(part, trial)),
              hashInputs(describeTrialInputs(medium, twin)),
            );
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("leave out where a folder of scans lies and why a test is acknowledged, but not the scans", () => {
    const scan = (name: string) => ({
      name,
      patient: name,
      image: `${name}.nii.gz`,
      labels: `${name}.labels.nii.gz`,
      sha256: name.padEnd(64, "0"),
      shape: [9, 9, 9],
      spacingMm: [1, 1, 1],
      tumors: ["kidney"],
      healthy: [],
    });
    const on = (folder: string, name: string, reason?: string) => {
      const set = (...names: string[]) => ({ folder, names: { 1: "kidney" }, scans: names.map(scan) });
      const { cohort: _cohort, tests: _tests, ...rest } = createTestPlan();
      const test = {
        name: "ID",
        distribution: "in",
        ...set("t"),
        ...(reason ? { acknowledgement: reason } : {}),
      };
      const plan = { ...rest, cohort: { ...set("a", "b", name), marginMm: 5 }, tests: [test] } as never;
      return hashInputs(describeTrialInputs(plan, listTrials(plan)[0]));
    };
    assert.equal(on("/here", "c"), on("/there", "c", "known"));
    assert.notEqual(on("/here", "c"), on("/here", "d"));
  });

  it("of baselines are all tests, the first trial's seed and the largest size, whatever arms there are", () => {
    const hash = (plan: PhantomPlan) => hashInputs(describeBaselineInputs(plan, "pancreas"));
    const same = (edit: (plan: PhantomPlan) => void) => hash(change(edit)) === hash(medium);
    assert.ok(
      same((p) => void (p.seeds.push(9), p.arms.pop(), p.organs[0].sizes.shift(), (p.recipe.steps = 1))),
    );
    assert.ok(same((p) => (p.cohort.healthy = 5)));
    assert.ok(!same((p) => void p.organs[0].sizes.pop()));
    assert.ok(!same((p) => void p.seeds.shift()));
    assert.ok(!same((p) => void p.tests.pop()));
    assert.ok(!same((p) => (p.organs[0].pool = 700)));
  });

  it("say where two plans differ in every trial", () => {
    const other = change((p) => void ((p.recipe.steps = 7), (p.metrics.toleranceMm = 9), p.seeds.push(8)));
    const inputs = (plan: PhantomPlan) => listTrials(plan).map((trial) => describeTrialInputs(plan, trial));
    assert.deepEqual(findDifferences(inputs(other), inputs(medium)), ["recipe", "metrics"]);
    assert.deepEqual(findDifferences(inputs(medium), inputs(medium)), []);
  });
});
