import assert from "node:assert/strict";
import fc from "fast-check";
import type { CandidateCase, LesionCandidate } from "tumorlab/internal/metrics/candidates";
import { frocCurve } from "tumorlab/internal/metrics/froc";

const hit = (probability: number, lesion: number, iou = 0.6): LesionCandidate => ({
  probability,
  volumeMl: 1,
  overlaps: [{ lesion, iou }],
});
const alarm = (probability: number): LesionCandidate => ({ probability, volumeMl: 1, overlaps: [] });
const scan = (
  name: string,
  radii: readonly number[],
  candidates: readonly LesionCandidate[],
  patient = name,
): CandidateCase => ({ case: name, patient, lesions: radii.map((radiusMm) => ({ radiusMm })), candidates });

/** Four lesions in three scans, and one scan without. */
const cases = [
  scan("a", [8, 20], [hit(0.9, 0), hit(0.4, 1), alarm(0.7)]),
  scan("b", [12], [hit(0.6, 0), hit(0.3, 0), alarm(0.6), alarm(0.2)]),
  scan("c", [5], [alarm(0.5)]),
  scan("d", [], [alarm(0.8)]),
];

describe("frocCurve", () => {
  it("counts lesions found and false alarms at each threshold, equal probabilities together", () => {
    const { points, scans, patients, lesions, rule } = frocCurve(cases);
    assert.deepEqual([scans, patients, lesions], [4, 4, 4]);
    assert.deepEqual(
      points.map(({ threshold, found, falsePositives }) => [threshold, found, falsePositives]),
      [
        [0.9, 1, 0],
        [0.8, 1, 1],
        [0.7, 1, 2],
        [0.6, 2, 3],
        [0.5, 2, 4],
        [0.4, 3, 4],
        [0.2, 3, 5],
      ],
    );
    assert.deepEqual([points[3].sensitivity, points[3].falsePositivesPerScan], [0.5, 0.75]);
    assert.match(rule, /IoU with it is at least 0.1/);
  });

  it("tells the sensitivity at rates of false alarms, and the threshold of a sensitivity wanted", () => {
    const { atRates, meanSensitivity, wanted } = frocCurve(cases, { sensitivity: 0.75 });
    const at = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8];
    assert.deepEqual(
      atRates.map(({ falsePositivesPerScan }) => falsePositivesPerScan),
      at,
    );
    assert.deepEqual(
      atRates.map(({ sensitivity }) => sensitivity),
      [0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75],
    );
    assert.ok(Math.abs(meanSensitivity - 3.75 / 7) < 1e-12);
    assert.deepEqual([wanted.threshold, wanted.sensitivity, wanted.falsePositivesPerScan], [0.4, 0.75, 1]);
    // Half of the resamples hold patient c, whose lesion no threshold finds, often enough to miss 75 %.
    assert.equal(wanted.interval.high, Infinity);
  });

  it("says so where no threshold has the sensitivity wanted", () => {
    const { wanted } = frocCurve(cases);
    assert.deepEqual([wanted.threshold, wanted.falsePositivesPerScan], [NaN, NaN]);
  });

  it("goes by the rule: with an IoU, with any voxel, and below a radius", () => {
    const touched = [scan("a", [8, 30], [hit(0.9, 0, 0.05), hit(0.5, 1)])];
    const strict = frocCurve(touched).points.at(-1)!;
    assert.deepEqual([strict.found, strict.falsePositives], [1, 1]);
    const any = frocCurve(touched, { minimumIou: 0 }).points.at(-1)!;
    assert.deepEqual([any.found, any.falsePositives], [2, 0]);
    const small = frocCurve(touched, { minimumIou: 0, belowRadiusMm: 10 });
    assert.deepEqual([small.lesions, small.points.length], [1, 1]);
    assert.match(small.rule, /below 10 mm alone/);
    // A candidate that fills the scan touches everything and is no find.
    const haze = {
      probability: 0.34,
      volumeMl: 900,
      overlaps: [0, 1].map((lesion) => ({ lesion, iou: 0.001 })),
    };
    const filled = frocCurve([scan("a", [8, 30], [haze])]).points[0];
    assert.deepEqual([filled.found, filled.falsePositives], [0, 1]);
  });

  it("has no number without scans or without lesions, and refuses what cannot be", () => {
    const none = frocCurve([]);
    assert.deepEqual([none.points, none.meanSensitivity], [[], NaN]);
    const healthy = frocCurve([cases[3]]);
    assert.deepEqual([healthy.points[0].sensitivity, healthy.atRates[0].sensitivity], [NaN, NaN]);
    assert.equal(healthy.points[0].falsePositivesPerScan, 1);
    assert.throws(() => frocCurve([scan("a", [8], [hit(0.5, 1)])]), /case a, overlaps: found 1/);
    for (const wrong of [NaN, -0.1, 1.2])
      assert.throws(
        () => frocCurve([...cases, scan("e", [8], [alarm(0.3), hit(wrong, 0)])]),
        new RegExp(`case e, probability: found ${wrong}, expected a number from 0 to 1`),
      );
    assert.throws(() => frocCurve(cases, { minimumIou: 2 }), /minimumIou/);
    assert.throws(() => frocCurve(cases, { sensitivity: 0 }), /sensitivity/);
  });

  it("draws patients with all their scans", () => {
    const twice = cases.flatMap((each) => [each, { ...each, case: `${each.case}2` }]);
    const [once, doubled] = [cases, twice].map((all) => frocCurve(all).atRates[3]);
    assert.equal(once.sensitivity, doubled.sensitivity);
    assert.deepEqual(once.interval, doubled.interval);
  });

  it("rises to more lesions and more false alarms, whatever the candidates", () => {
    const candidate = fc.record({
      probability: fc.constantFrom(0.1, 0.2, 0.4, 0.4, 0.8, 0.95),
      volumeMl: fc.constant(1),
      overlaps: fc.constantFrom<LesionCandidate["overlaps"][]>(
        [],
        [{ lesion: 0, iou: 0.5 }],
        [{ lesion: 1, iou: 0.09 }],
      ),
    });
    const many = fc.array(fc.array(candidate, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(many, (lists) => {
        const made = lists.map((candidates, i) => scan(`s${i}`, [6, 9], candidates));
        const { points, lesions } = frocCurve(made, { bootstrap: { resamples: 2 } });
        points.forEach(({ threshold, found, sensitivity, falsePositives }, i) => {
          const before = points[i - 1];
          if (before) {
            assert.ok(threshold < before.threshold && found >= before.found);
            assert.ok(falsePositives >= before.falsePositives);
          }
          // Counted anew from the definition.
          const all = made.flatMap(({ candidates }) =>
            candidates.filter((each) => each.probability >= threshold),
          );
          const falls = all.filter(({ overlaps }) => !overlaps.some(({ iou }) => iou >= 0.1));
          assert.equal(falsePositives, falls.length);
          const hits = made.filter(({ candidates }) =>
            candidates.some((each) => each.probability >= threshold && each.overlaps[0]?.lesion === 0),
          );
          assert.equal(found, hits.length);
          assert.equal(sensitivity, found / lesions);
        });
      }),
    );
  });
});
