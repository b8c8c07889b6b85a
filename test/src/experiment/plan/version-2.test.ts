import assert from "node:assert/strict";
import fc from "fast-check";
import { splitCohort } from "tumorlab/internal/data/split/split";
import { mixedArmOf, realArmOf, stepsOfArm } from "tumorlab/internal/experiment/plan/arms";
import { checkPlan } from "tumorlab/internal/experiment/plan/check-plan";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import {
  describeCrop,
  describeDesign,
  describeOverlap,
} from "tumorlab/internal/experiment/plan/describe-plan";
import { estimatePlan } from "tumorlab/internal/experiment/plan/estimate-plan";
import { hashPlan, listTrials, type PhantomPlan } from "tumorlab/internal/experiment/plan/plan";
import { testsOfTrial } from "tumorlab/internal/experiment/plan/tests";

const medium = createPlan("medium");
/** The medium plan with one change made to a copy of it. */
function change(edit: (plan: PhantomPlan) => void, of: PhantomPlan = medium): PhantomPlan {
  const plan = structuredClone(of);
  edit(plan);
  return plan;
}

describe("a plan of version 2", () => {
  it("leaves the plans of version 1 as they are, by their hashes", () => {
    // Computed before version 2 was there.
    assert.equal(
      hashPlan(createPlan("tiny")),
      "b21df60104e39bddd6b809fcd43714e4f4425647ae6af0058659ee73ee69833e",
    );
    assert.equal(
      hashPlan(createPlan("small")),
      "5ae2cc1ff51134836a8abb60053f7b45828dcae7d7e0b8087ff528f26081bd8f",
    );
  });

  it("medium has the controls, at fewer sizes and seeds, beside the two arms of the paper", () => {
    const trials = listTrials(medium);
    const count = (arm: string): number => trials.filter((trial) => trial.arm === arm).length;
    // Six and five sizes of five seeds; four of three.
    assert.deepEqual(
      medium.arms.map(({ name }) => [name, count(name)]),
      [
        ["real", 30],
        ["real+synthetic", 25],
        ["real+healthy", 12],
        ["synthetic", 12],
        ["real/4", 12],
        ["real+phantom", 12],
        ["real+learned", 12],
        ["real*2", 6],
      ],
    );
    assert.deepEqual(
      trials.map(({ index }) => index),
      [...trials.keys()],
    );
    assert.equal(realArmOf(medium), "real");
    assert.equal(mixedArmOf(medium), "real+synthetic");
    const others = medium.arms.filter(({ stepShare }) => stepShare !== undefined);
    assert.deepEqual(
      others.map((arm) => stepsOfArm(medium, arm) / medium.recipe.steps),
      [0.25, 2],
    );
    assert.deepEqual(
      [...new Set(trials.map(({ size }) => size))].sort((a, b) => a - b),
      [10, 20, 40, 80, 160, 320],
    );
  });

  it("takes no arm with a control in it for the two that the paper compares", () => {
    const real = { name: "real", realPerCase: 1, syntheticPerReal: 0 } as const;
    const named = (arm: object) => ({ arms: [{ ...real, ...arm, name: "other" }] });
    assert.equal(realArmOf(named({ healthyPerReal: 1 })), undefined);
    assert.equal(realArmOf(named({ stepShare: 0.5 })), undefined);
    assert.equal(mixedArmOf(named({ syntheticPerReal: 1, tumorsOf: "phantom" })), undefined);
    assert.equal(mixedArmOf(named({ syntheticPerReal: 1, generator: "growth" })), undefined);
    assert.equal(mixedArmOf(named({ syntheticPerReal: 1, sizes: [1], seeds: [1] })), "other");
  });

  it("paper has the sizes of the published curve, and a pool of three times the largest", () => {
    const paper = createPlan("paper");
    assert.deepEqual(paper.organs[0].sizes, [60, 278, 500, 1500, 3159]);
    assert.equal(paper.cohort.patients, 3 * 3159);
    assert.equal(paper.cohort.healthy, 3 * 3159);
    // Trials of four threads fill a cluster of a thousand cores, and none takes longer than a week.
    const { coreHours, trials } = estimatePlan(paper);
    assert.ok(4 * trials < 1000 && coreHours / trials / 4 < 24 * 7);
  });

  it("puts a network of the smallest and largest size of its arm alone to the tests of the ends", () => {
    const ends = listTrials(medium).filter((trial) => testsOfTrial(medium, trial).length === 5);
    assert.deepEqual(
      [...new Set(ends.map(({ size }) => size))].sort((a, b) => a - b),
      [10, 160, 320],
    );
    // Of the arm of twice the steps 160 is the smallest.
    assert.equal(ends.length, 2 * (5 + 5 + 6 * 3));
    const others = listTrials(medium).filter(({ size }) => size === 40);
    assert.deepEqual(
      testsOfTrial(medium, others[0]).map(({ name }) => name),
      ["ID", "OOD", "OOD thick slices"],
    );
  });

  it("organs has the control of other people in all six, each at three sizes and seeds", () => {
    const organs = createPlan("organs");
    assert.equal(organs.organs.length, 6);
    assert.equal(listTrials(organs).length, 6 * 3 * 3 * 3);
    assert.deepEqual(
      organs.arms.map(({ name }) => name),
      ["real", "real+synthetic", "real+healthy"],
    );
  });

  it("says how many patients two seeds share, which is what orders of a pool share", () => {
    assert.match(describeOverlap(medium, medium.organs[0])!, /n = 320 of 960 .* about 107 \(33 %\)/);
    const small = createPlan("small");
    assert.match(describeOverlap(small, small.organs[0])!, /at n = 40 all seeds learn from the same 40/);
    assert.equal(describeOverlap(small, small.organs[1]), undefined, "one seed shares with none");
    const own = change((plan) => (plan.organs[0].pool = 640));
    assert.match(describeOverlap(own, own.organs[0])!, /of 640 .* about 160 \(50 %\)/);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 10, max: 60 }), (seed, n) => {
        const scans = Array.from({ length: 120 }, (_, i) => ({
          scan: `s${i}`,
          patient: `p${i}`,
          stratum: i % 3 === 0 ? "small" : "large",
        }));
        const [a, b] = [seed, seed + 1].map(
          (each) => splitCohort(scans, { seed: each, testShare: 0, trainSizes: [n] }).nested[0].patients,
        );
        const shared = a.filter((patient) => b.includes(patient)).length;
        // Hypergeometric: five standard deviations round n / N of n.
        const sd = Math.sqrt((n * (n / 120) * (1 - n / 120) * (120 - n)) / 119);
        assert.ok(Math.abs(shared - (n * n) / 120) <= 5 * sd + 1, `${shared} of ${n}`);
      }),
      { numRuns: 60 },
    );
  });

  it("says what networks are shown, and what else must be known", () => {
    const notes = describeDesign(medium).join("\n");
    assert.match(
      notes,
      /scans of ID, OOD, OOD thick slices are cut to the box of the reference organ with 24 mm around it/,
    );
    assert.match(notes, /sees about 6 % of a scan.*those of ID whole, OOD whole are shown whole/);
    assert.match(notes, /OOD has the patients of ID/);
    const whole = change((plan) => plan.tests.forEach((test) => Object.assign(test, { scan: "whole" })));
    assert.equal(describeCrop(whole), "test scans are shown whole");
    assert.match(
      describeDesign(createPlan("tiny")).join("\n"),
      /12 healthy scans are taken of 3: .* 4 times/,
    );
    assert.match(describeCrop(medium, "pancreas", 0.0612), /a network sees 6 % of a scan/);
  });

  it("has an estimate that knows steps, whole scans, tumors on the fly and the disk", () => {
    const all = estimatePlan(medium);
    assert.ok(all.coreHours > 15 && all.coreHours < 60, String(all.coreHours));
    assert.ok(all.diskGb > 3 && all.diskGb < 15, String(all.diskGb));
    const arms = (edit: (arm: PhantomPlan["arms"][number]) => void) =>
      estimatePlan(change((plan) => plan.arms.forEach(edit)));
    assert.ok(arms((arm) => (arm.stepShare = 0.5)).coreHours < 0.75 * all.coreHours);
    const cropped = estimatePlan(change((plan) => void (plan.tests = plan.tests.slice(0, 2))));
    assert.ok(cropped.coreHours < all.coreHours && cropped.memoryMb < all.memoryMb);
    const drawn = estimatePlan(change((plan) => (plan.synthesis.cases = "on-the-fly")));
    assert.ok(drawn.diskGb < all.diskGb, "cases are not stored");
    // Each of 12 trials draws three of four patches in 6,000 steps of two.
    assert.ok(drawn.coreHours > all.coreHours);
    const pool = estimatePlan(change((plan) => (plan.organs[0].pool = 700)));
    assert.equal(pool.scans, all.scans - 960 + 700);
    const paper = estimatePlan(createPlan("paper"));
    assert.ok(paper.diskGb > 100 && paper.diskGb < 500, String(paper.diskGb));
    assert.ok(paper.coreHours > 2e4 && paper.coreHours < 150_000, String(paper.coreHours));
    assert.ok(paper.memoryMb < 2500, String(paper.memoryMb));
  });

  it("refuses what is of version 2 in a plan of version 1, and says what to do", () => {
    const tiny = createPlan("tiny");
    const late = change((plan) => (plan.arms[0].stepShare = 0.5), tiny);
    assert.throws(
      () => checkPlan(late),
      /^LabError: version: found 1, expected 2, where "stepShare" is known\. Set/,
    );
    assert.deepEqual(checkPlan({ ...late, version: 2 }).arms[0].stepShare, 0.5);
    assert.throws(() => checkPlan(change((plan) => (plan.cohort.patients = 3000), tiny)), /version: found 1/);
    assert.equal((checkPlan({ ...tiny, version: 2 }) as PhantomPlan).cohort.patients, 4);
  });

  const refused: [string, (plan: PhantomPlan) => void, RegExp][] = [
    [
      "half a healthy scan",
      (p) => (p.arms[2].healthyPerReal = 0.5),
      /^arms\[2\]\.healthyPerReal: found 0\.5/,
    ],
    [
      "tumors of nobody",
      (p) => (p.arms[5].tumorsOf = "nature" as never),
      /^arms\[5\]\.tumorsOf: found "nature"/,
    ],
    [
      "a generator that is none",
      (p) => (p.arms[1].generator = "dream"),
      /^arms\[1\]\.generator: found "dream"/,
    ],
    [
      "a generator without synthetic tumors",
      (p) => (p.arms[0].generator = "growth"),
      /^arms\[0\]\.generator: found "growth", expected none: the arm real has no synthetic tumors/,
    ],
    [
      "whose tumors they are without synthetic tumors",
      (p) => (p.arms[0].tumorsOf = "phantom"),
      /^arms\[0\]\.tumorsOf: found "phantom", expected none: the arm real has no synthetic tumors/,
    ],
    [
      "a generator of healthy scans",
      (p) => (p.arms[2].generator = "growth"),
      /^arms\[2\]\.generator: found "growth", expected none: the arm real\+healthy has no synthetic tumors/,
    ],
    [
      "a generator of the phantom's own tumors",
      (p) => (p.arms[5].generator = "growth"),
      /^arms\[5\]\.generator: found "growth", expected none: the tumors of the arm real\+phantom are the/,
    ],
    [
      "no steps",
      (p) => (p.arms[4].stepShare = 0),
      /^arms\[4\]\.stepShare: found 0, expected a number above 0/,
    ],
    [
      "sizes that no organ has",
      (p) => (p.arms[2].sizes = [10, 11]),
      /^arms\[2\]\.sizes: found 11, expected some of the organs' sizes: 10, 20/,
    ],
    [
      "seeds that no organ has",
      (p) => (p.arms[2].seeds = [6]),
      /^arms\[2\]\.seeds: found 6, expected some of the/,
    ],
    [
      "an arm without hosts",
      (p) => (p.cohort.healthy = 0),
      /^cohort\.healthy: found 0, .* real\+synthetic takes healthy/,
    ],
    ["an arm of nothing but healthy scans", (p) => (p.arms[2].realPerCase = 0), /^arms\[2\]: .*learn from/],
    [
      "a pool larger than the cohort",
      (p) => (p.organs[0].pool = 2000),
      /^organs\[0\]\.pool: found 2000, .* 960 patients/,
    ],
    [
      "a pool smaller than a size",
      (p) => (p.organs[0].pool = 300),
      /^organs\[0\]\.sizes: found 320, expected at most the 300/,
    ],
    [
      "more patients than there are numbers",
      (p) => (p.cohort.patients = 1e6),
      /^cohort\.patients: found 1000000/,
    ],
    [
      "patients of a test below",
      (p) => (p.tests[0].patientsOf = "OOD"),
      /^tests\[0\]\.patientsOf: found "OOD", .* none/,
    ],
    [
      "patients of a visitor",
      (p) => (p.tests[2].patientsOf = "OOD"),
      /^tests\[2\]\.patientsOf: found "OOD", .*: ID$/,
    ],
    [
      "more visitors than patients",
      (p) => (p.tests[1].patients = 101),
      /^tests\[1\]\.patients: found 101, expected at most 100/,
    ],
    [
      "more controls than there are",
      (p) => (p.tests[1].controls = 51),
      /^tests\[1\]\.controls: found 51, expected at most 50/,
    ],
    [
      "visitors of another seed",
      (p) => (p.tests[1].seed = 9),
      /^tests\[1\]\.seed: found 9, expected 2, as in ID/,
    ],
    [
      "the same test twice",
      (p) => p.tests.push({ ...p.tests[1], name: "again" }),
      /^tests\[5\]\.scan: found "crop", expected another extent or hospital than OOD/,
    ],
    [
      "the same as the test it names",
      (p) => delete p.tests[3].scan,
      /^tests\[3\]\.scan: found "crop", .* than ID,/,
    ],
    ["an extent that is none", (p) => (p.tests[2].scan = "half" as never), /^tests\[2\]\.scan: found "half"/],
    [
      "sizes of a test that are none",
      (p) => (p.tests[2].sizes = "some" as never),
      /^tests\[2\]\.sizes: found "some"/,
    ],
    ["cases made nohow", (p) => (p.synthesis.cases = "never" as never), /^synthesis\.cases: found "never"/],
    [
      "counts that fall",
      (p) => (p.synthesis.counts = { small: [3, 2] }),
      /^synthesis\.counts\.small: found \[3, 2\], expected the fewest and the most/,
    ],
    [
      "no lesions",
      (p) => (p.synthesis.counts = { small: [0, 2] }),
      /^synthesis\.counts\.small: found \[0, 2\]/,
    ],
    [
      "radii of another class",
      (p) => (p.synthesis.radiiMm = { small: [6, 11] }),
      /^synthesis\.radiiMm\.small: found \[6, 11\], expected two radii, not falling, of the class small: above 5 to 10 mm/,
    ],
    [
      "radii that nobody could see",
      (p) => (p.synthesis.radiiMm = { tiny: [1, 4] }),
      /^synthesis\.radiiMm\.tiny: .* from 1\.5 to 5/,
    ],
    [
      "a preregistration without text",
      (p) => (p.preregistration = { sha256: "0".repeat(64) } as never),
      /^preregistration\.text/,
    ],
  ];
  for (const [what, edit, message] of refused)
    it(`refuses ${what}, naming the field`, () => {
      assert.throws(
        () => checkPlan(change(edit)),
        (error: Error) => message.test(error.message) || assert.fail(error.message),
      );
    });
});
