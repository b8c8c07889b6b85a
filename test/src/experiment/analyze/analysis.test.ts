import assert from "node:assert/strict";
import { analyzeExperiment } from "tumorlab/internal/experiment/analyze/analyze";
import type { OrganAnalysis } from "tumorlab/internal/experiment/analyze/analyze-organ";
import type { CollectedResults } from "tumorlab/internal/experiment/run/result";
import { handMadePlan, handMadeResults, withoutTrials, type Asked } from "../hand-made-results.js";

const resamples = 200;
/** Student's t of 95 % with one degree of freedom: all intervals here rest on two patients, or on two seeds. */
const t1 = 12.706204736174698;
const near = (found: number | undefined, expected: number): void =>
  assert.ok(Math.abs((found ?? NaN) - expected) < 1e-9, `${found} is not ${expected}`);

/**
 * Errors are 0.8 / n on real scans and half of it with synthetic tumors; a tenth more or less by patient (easy and hard),
 * outside 1.1 times as much. So the mean is that of the law, synthetic tumors are worth twice the scans, and the law is
 * followed exactly.
 */
function diceByLaw({ trial, baseline, distribution, patient }: Asked): number {
  if (baseline !== undefined) return baseline === "threshold" ? 0.1 : 0;
  const error = (0.8 / trial!.size) * (trial!.arm === "real" ? 1 : 0.5);
  return 1 - error * (distribution === "in" ? 1 : 1.1) * (patient === 0 ? 0.9 : 1.1);
}

function analyzeKidney(results: CollectedResults): OrganAnalysis {
  const { organs } = analyzeExperiment(results, { resamples });
  assert.equal(organs.length, 1);
  return organs[0];
}

describe("analyzeExperiment", () => {
  const results = handMadeResults(handMadePlan(), diceByLaw);
  const kidney = analyzeKidney(results);
  const curve = (arm: string, distribution: string) =>
    kidney.curves.find((own) => own.arm === arm && own.distribution === distribution)!;

  it("gives each arm's mean Dice with an interval that draws patients", () => {
    assert.equal(kidney.curves.length, 4);
    const { points } = curve("real", "in");
    assert.deepEqual(
      points.map(({ n, seeds }) => [n, seeds]),
      [
        [1, 2],
        [2, 2],
        [4, 2],
      ],
    );
    [0.2, 0.6, 0.8].forEach((dice, i) => near(points[i].estimate, dice));
    // A standard error of a tenth of the error; no Dice lies outside 0 to 1.
    [0.08, 0.04, 0.02].forEach((se, i) => {
      near(points[i].low, Math.max(0, points[i].estimate! - t1 * se));
      near(points[i].high, Math.min(1, points[i].estimate! + t1 * se));
    });
    assert.deepEqual([points[2].method, points[2].degrees], ["t", 1]);
    near(curve("real+synthetic", "out").points[2].estimate, 1 - 0.11);
  });

  it("pairs arms by patient, distributions by training, and says what the synthetic tumors are worth", () => {
    const gain = kidney.gains.find(({ distribution }) => distribution === "in")!;
    assert.equal(gain.arm, "real+synthetic");
    [0.4, 0.2, 0.1].forEach((value, i) => near(gain.points[i].estimate, value));
    near(gain.points[0].low, Math.max(-1, 0.4 - t1 * 0.04));
    // Straight lines over log n: (0.4 + 0.2) / 2 and (0.2 + 0.1) / 2, each over one doubling of two.
    near(gain.mean.value!.estimate, (0.3 + 0.15) / 2);
    const { rows, area } = gain.multipliers.value!;
    near(area.estimate, (0.3 + 0.15) / 2);
    for (const [i, n] of [1, 2].entries()) {
      assert.ok(Math.abs(rows[i].multiplier! - 2) < 1e-4, "half of an error of a / n is that of 2 n");
      assert.ok(Math.abs(rows[i].scansSaved! - n) < 1e-3);
      // A patient's difficulty is in both arms and leaves their ratio alone.
      assert.ok(Math.abs(rows[i].multiplierInterval.low - 2) < 1e-3);
      assert.ok(Math.abs(rows[i].multiplierInterval.high - 2) < 1e-3);
    }
    assert.deepEqual([rows[2].multiplier, rows[2].basis, rows[2].bound], [undefined, "more-than", 4]);
    assert.deepEqual([rows[2].multiplierInterval.low, rows[2].multiplierInterval.high], [1, Infinity]);
    const gap = kidney.gaps.find(({ arm }) => arm === "real")!;
    [0.08, 0.04, 0.02].forEach((value, i) => near(gap.points[i].estimate, value));
    // Patients of the two sets differ and are independent: their variances add.
    near(gap.points[2].standardError, 0.02 * Math.sqrt(1 + 1.1 ** 2));
    near(gap.points[2].degrees, (1 + 1.21) ** 2 / (1 + 1.21 ** 2));
  });

  it("fits laws, answers the five questions of saturation, and counts lesions by size", () => {
    const { laws, saturation } = curve("real", "in");
    assert.equal(laws.value!.chosen.law.name, "power");
    const [a, b] = laws.value!.chosen.parameters;
    assert.ok(Math.abs(a - 0.8) < 1e-6 && Math.abs(b - 1) < 1e-6);
    assert.equal(saturation.value!.length, 5);
    assert.equal(saturation.value![0].n, undefined, "half the size has twice the error");
    // 0.8 / n - 0.8 / (2 n) = 0.01
    assert.ok(Math.abs(saturation.value![1].n! - 40) < 1e-3);
    const [small] = kidney.detection[0].recallBySize.filter(({ sizeClass }) => sizeClass === "small");
    assert.deepEqual([small.count, small.n, small.lesions, small.value], [4, 4, 2, 1]);
    assert.ok(Number.isNaN(kidney.detection[0].falseAlarms.value), "no patient is without a tumor");
    const { patientsFound, falsePositivesPerScan } = kidney.detection[0];
    assert.deepEqual([patientsFound.count, patientsFound.n], [4, 4]);
    const hardly = handMadeResults(handMadePlan(), diceByLaw, (each, { trial }) => ({
      ...each,
      lesions: [{ radiusMm: 8, found: true, dice: trial?.seed === 1 ? 0.1 : 0.09 }],
    }));
    const { outlined } = analyzeKidney(hardly).detection[0];
    assert.deepEqual([outlined.count, outlined.n], [2, 4], "both seeds found it, one outlined it");
    assert.deepEqual([falsePositivesPerScan.value, falsePositivesPerScan.n], [0, 4]);
  });

  it("compares the largest real training with baselines on the same patients", () => {
    assert.equal(kidney.baselines.length, 6);
    const threshold = kidney.baselines.find(
      ({ baseline, distribution }) => baseline === "threshold" && distribution === "in",
    )!;
    assert.equal(threshold.n, 4);
    near(threshold.armDice.estimate, 0.8);
    near(threshold.baselineDice.estimate, 0.1);
    near(threshold.advantage.low, 0.7 - t1 * 0.02);
    near(threshold.advantage.high, 0.7 + t1 * 0.02);
    assert.equal(threshold.verdict, "clearly better");
    const even = handMadeResults(handMadePlan(), (asked) =>
      asked.baseline ? (asked.patient === 0 ? 0.9 : 0.7) : 0.8,
    );
    assert.equal(analyzeKidney(even).baselines[0].verdict, "not clearly different");
    const worse = handMadeResults(handMadePlan(), (asked) => (asked.baseline ? 0.9 : 0.8));
    assert.equal(analyzeKidney(worse).baselines[0].verdict, "clearly worse");
  });

  it("has seeds in its intervals, the same in both arms", () => {
    const lucky = handMadeResults(handMadePlan(), (asked) => {
      const luck = asked.trial?.seed === 1 ? 0.05 : 0;
      return 0.5 + luck + (asked.trial?.arm === "real" ? 0 : 0.2);
    });
    const { curves, gains } = analyzeKidney(lucky);
    near(curves[0].points[0].low, 0.525 - t1 * 0.025);
    near(curves[0].points[0].high, 0.525 + t1 * 0.025);
    near(gains[0].points[0].low, 0.2);
    near(gains[0].points[0].high, 0.2);
  });

  it("holds an arm with fewer seeds against the same seeds of the other", () => {
    const plan = handMadePlan({ seeds: [1, 2, 3] });
    const lucky = handMadeResults(plan, ({ trial, baseline }) =>
      baseline ? 0 : 0.3 + 0.1 * trial!.seed + (trial!.arm === "real" ? 0 : 0.05),
    );
    const part = withoutTrials(lucky, ({ arm, seed }) => arm !== "real" && seed !== 1);
    const gain = analyzeKidney(part).gains[0];
    // Against all three seeds of the real arm it would be 0.05 - 0.1.
    for (const point of gain.points) near(point.estimate, 0.05);
    near(gain.mean.value!.estimate, 0.05);
    near(gain.multipliers.value?.area.estimate ?? 0.05, 0.05);
  });

  it("counts patients without a tumor apart, and their false alarms", () => {
    const healthy = handMadeResults(handMadePlan(), diceByLaw, (each, { patient, trial }) =>
      patient === 0
        ? {
            ...{ ...each, tumorDice: null, tumorVoxels: 0, lesions: [] },
            ...{ foundVoxels: trial?.seed === 1 ? 3 : 0, falsePositives: trial?.seed === 1 ? 5 : 0 },
          }
        : each,
    );
    const { patients, excluded, detection, notes } = analyzeKidney(healthy);
    const counted = { tests: ["ID"], withTumor: 1, withoutTumor: 1, medianRadiusMm: 8 };
    assert.deepEqual(patients[0], { distribution: "in", ...counted });
    assert.deepEqual(excluded, [{ reason: "no tumor in the reference", count: 2, of: "patients" }]);
    assert.deepEqual([detection[0].falseAlarms.count, detection[0].falseAlarms.n], [1, 2]);
    // Five finds in one of two patients by one of two networks.
    assert.equal(detection[0].falsePositivesPerScan.value, 5 / 4);
    assert.deepEqual([detection[0].patientsFound.count, detection[0].patientsFound.n], [2, 2]);
    assert.match(notes.join("\n"), /one test patient has a tumor/);
  });

  it("tells how large the tumors are, each patient by the largest", () => {
    const radii = [[3, 12], [6]];
    const { patients } = analyzeKidney(
      handMadeResults(handMadePlan(), diceByLaw, (each, { patient, distribution }) => ({
        ...each,
        lesions: radii[patient].map((radiusMm) => ({
          radiusMm: distribution === "in" ? radiusMm : 2 * radiusMm,
          found: false,
        })),
      })),
    );
    assert.deepEqual(
      patients.map(({ medianRadiusMm }) => medianRadiusMm),
      [9, 18],
    );
  });

  it("says which trials and scores are missing and goes on with the others", () => {
    const part = withoutTrials(results, ({ size, seed, arm }) => arm === "real" && size === 4 && seed === 2);
    const unscored = {
      ...part,
      trials: part.trials.map((each, i) => (i > 0 ? each : dropScore(each))),
    };
    const analysis = analyzeExperiment(unscored, { resamples });
    assert.deepEqual(
      [analysis.trials.planned, analysis.trials.done, analysis.trials.missing.length],
      [12, 11, 1],
    );
    assert.equal(analysis.trials.missing[0].trial?.size, 4);
    assert.deepEqual(analysis.organs[0].excluded, [
      { reason: "killed twice", count: 1, of: "trials" },
      { reason: "no Dice in the result", count: 1, of: "scores" },
    ]);
    assert.equal(analysis.organs[0].curves[0].points[2].seeds, 1);
  });
});

function dropScore(result: CollectedResults["trials"][number]): CollectedResults["trials"][number] {
  const [first, ...tests] = result.tests;
  const [drop, ...cases] = first.cases;
  return { ...result, tests: [{ ...first, cases: [{ ...drop, tumorDice: null }, ...cases] }, ...tests] };
}

describe("analyzeExperiment without enough to go on", () => {
  it("gives no law, no saturation and no worth at one size, but the gain there", () => {
    const plan = handMadePlan({ organs: [{ organ: "kidney", sizes: [2] }] });
    const { curves, gains } = analyzeKidney(handMadeResults(plan, diceByLaw));
    assert.match(curves[0].laws.why!, /one size: a law needs at least three/);
    assert.equal(curves[0].saturation.value, undefined);
    assert.match(gains[0].multipliers.why!, /one size/);
    near(gains[0].mean.value!.estimate, 0.2);
  });

  it("says that one training per size knows nothing of other trainings", () => {
    const plan = handMadePlan({ seeds: [7] });
    assert.match(analyzeKidney(handMadeResults(plan, diceByLaw)).notes.join(), /one training per size/);
  });

  it("says that every score is 0 in place of a law", () => {
    const { curves, gains, notes, detection } = analyzeKidney(handMadeResults(handMadePlan(), () => 0));
    assert.match(curves[0].laws.why!, /every score is 0/);
    assert.match(gains[0].multipliers.why!, /every score is 0/);
    assert.match(notes.join(), /every score is 0/);
    assert.equal(detection[0].recallBySize[1].value, 0);
  });

  it("says that a curve does not rise", () => {
    const falling = handMadeResults(handMadePlan(), ({ trial }) => 0.5 / (trial?.size ?? 1));
    assert.match(analyzeKidney(falling).curves[0].laws.why!, /no size is better than the smallest, n = 1/);
  });

  it("says that an arm is missing from the plan, from the results or at every common size", () => {
    const arms = handMadePlan().arms;
    const noReal = analyzeExperiment(handMadeResults(handMadePlan({ arms: [arms[1]] }), diceByLaw), {
      resamples,
    });
    assert.equal(noReal.realArm, undefined);
    assert.match(noReal.organs[0].gains[0].mean.why!, /no arm of real scans/);
    assert.deepEqual(noReal.organs[0].baselines, []);
    const results = handMadeResults(handMadePlan(), diceByLaw);
    const noTrials = analyzeKidney(withoutTrials(results, ({ arm }) => arm === "real"));
    assert.match(noTrials.gains[0].multipliers.why!, /no trial of real in distribution has a score/);
    const apart = analyzeKidney(
      withoutTrials(results, ({ arm, size }) => (arm === "real" ? size === 4 : size < 4)),
    );
    assert.match(apart.gains[0].mean.why!, /no size in common/);
  });

  it("says nothing of an organ without any result", () => {
    const results = withoutTrials(handMadeResults(handMadePlan(), diceByLaw), () => true);
    const kidney = analyzeKidney({ ...results, baselines: [] });
    assert.deepEqual(kidney.curves, []);
    assert.match(kidney.notes[0], /no trial of this organ/);
    assert.equal(kidney.bootstrap, undefined);
    const baselinesOnly = analyzeKidney(results);
    assert.deepEqual(baselinesOnly.curves, []);
    assert.deepEqual(baselinesOnly.baselines, []);
  });
});
