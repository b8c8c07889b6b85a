import assert from "node:assert/strict";
import fc from "fast-check";
import {
  areaUnderRoc,
  patientsAtSensitivity,
  type PatientScore,
  rocCurve,
  scorePatients,
} from "tumorlab/internal/metrics/auc";

const close = (found: number, expected: number, within = 1e-9): void =>
  assert.ok(Math.abs(found - expected) <= within, `${found} instead of ${expected}`);

function patientsOf(ill: readonly number[], well: readonly number[]): PatientScore[] {
  return [
    ...ill.map((score, i) => ({ patient: `ill${i}`, score, hasTumor: true })),
    ...well.map((score, i) => ({ patient: `well${i}`, score, hasTumor: false })),
  ];
}

const ill = [0.91, 0.83, 0.77, 0.77, 0.64, 0.55, 0.32, 0.95, 0.88, 0.41];
const well = [0.12, 0.32, 0.05, 0.44, 0.77, 0.21, 0.09, 0.55];

describe("areaUnderRoc", () => {
  it("is Mann and Whitney's statistic", () => {
    // scipy 1.x: stats.mannwhitneyu(ill, well).statistic / 80
    const { value, positives, negatives } = areaUnderRoc(patientsOf(ill, well));
    close(value, 0.875);
    assert.deepEqual([positives, negatives], [10, 8]);
  });

  it("has DeLong's interval", () => {
    // numpy: psi = (x[:,None] > y) + 0.5 * (x[:,None] == y); psi.mean() -/+ norm.ppf(.975) *
    // sqrt(psi.mean(1).var(ddof=1) / 10 + psi.mean(0).var(ddof=1) / 8), cut off at 1
    const { low, high } = areaUnderRoc(patientsOf(ill, well), { method: "delong" });
    close(low, 0.7144346887754189);
    assert.equal(high, 1);
  });

  it("has Newcombe's, which has a width where everybody is told apart", () => {
    // scipy.optimize.brentq on |0.875 - a| - norm.ppf(.975) * sqrt(a (1-a) (1 + 8 (1-a)/(2-a) + 8 a/(1+a)) / 80)
    const { low, high } = areaUnderRoc(patientsOf(ill, well));
    close(low, 0.6067866530949584, 1e-8);
    close(high, 0.9657878829512175, 1e-8);
    const apart = patientsOf(new Array<number>(12).fill(0.9), new Array<number>(12).fill(0.1));
    const sure = areaUnderRoc(apart);
    close(sure.low, 0.8318261404039918, 1e-8);
    assert.deepEqual([sure.value, sure.high], [1, 1]);
    assert.equal(areaUnderRoc(apart, { method: "delong" }).low, 1);
  });

  it("is no number with patients of one kind alone, and refuses scores that are none", () => {
    for (const some of [[], patientsOf([0.5], []), patientsOf([], [0.5])])
      assert.deepEqual([areaUnderRoc(some).value, areaUnderRoc(some).low], [NaN, NaN]);
    assert.throws(() => areaUnderRoc(patientsOf([NaN], [0.5])), /score of ill0/);
    assert.throws(() => areaUnderRoc([], { level: 1 }), /level/);
  });

  it("is the share of pairs in the right order, turns round with the signs, and lies in its interval", () => {
    const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(scores, scores, (some, others) => {
        const patients = patientsOf(some, others);
        const { value, low, high } = areaUnderRoc(patients);
        const wins = some.flatMap((a) => others.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
        close(value, wins.reduce((sum, win) => sum + win, 0) / wins.length);
        assert.ok(low >= 0 && low <= value + 1e-9 && value <= high + 1e-9 && high <= 1);
        const turned = areaUnderRoc(patients.map((each) => ({ ...each, score: -each.score })));
        close(turned.value, 1 - value);
        close(turned.low, 1 - high, 1e-6);
        // By trapezia under the curve.
        const points = [{ sensitivity: 0, specificity: 1 }, ...rocCurve(patients)];
        const area = points
          .slice(1)
          .reduce(
            (sum, { sensitivity, specificity }, i) =>
              sum + ((points[i].specificity - specificity) * (sensitivity + points[i].sensitivity)) / 2,
            0,
          );
        close(area, value);
      }),
    );
  });
});

describe("scorePatients", () => {
  it("takes the likeliest candidate of any scan, 0 without one", () => {
    const candidate = (probability: number) => ({ probability, volumeMl: 1, overlaps: [] });
    const lesion = { radiusMm: 8 };
    const scores = scorePatients([
      { case: "a1", patient: "a", lesions: [], candidates: [candidate(0.2)] },
      { case: "b1", patient: "b", lesions: [], candidates: [] },
      { case: "a2", patient: "a", lesions: [lesion], candidates: [candidate(0.7), candidate(0.3)] },
    ]);
    assert.deepEqual(scores, [
      { patient: "a", score: 0.7, hasTumor: true },
      { patient: "b", score: 0, hasTumor: false },
    ]);
  });
});

describe("patientsAtSensitivity", () => {
  it("is the highest threshold that calls enough of the patients with a tumor", () => {
    const found = patientsAtSensitivity(patientsOf(ill, well));
    // Nine of ten have 0.41 and more; 0.44, 0.55 and 0.77 are called with them.
    assert.equal(found.threshold, 0.41);
    assert.deepEqual([found.sensitivity.value, found.specificity.value], [0.9, 5 / 8]);
    assert.equal(patientsAtSensitivity(patientsOf(ill, well), 1).threshold, 0.32);
    const none = patientsAtSensitivity(patientsOf([], well));
    assert.deepEqual([none.threshold, none.sensitivity.value], [NaN, NaN]);
    assert.throws(() => patientsAtSensitivity([], 1.2), /wanted/);
  });
});
