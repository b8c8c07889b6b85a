import assert from "node:assert/strict";
import { keepProbabilities, keptProbabilities } from "tumorlab/internal/experiment/run/keep-probabilities";
import { checkCollected } from "tumorlab/internal/experiment/run/result-schema";
import { scoreTrialCase } from "tumorlab/internal/experiment/run/score-case";
import { summarizeProbabilities } from "tumorlab/internal/metrics/probabilities";
import type { PreparedCase } from "tumorlab/internal/training/prepared-case";
import { draw } from "../../metrics/masks.js";
import { handMadePlan, handMadeResults } from "../hand-made-results.js";

const metrics = handMadePlan().metrics;
const reference = draw([["1122", "11..", "...2"]], [2, 2, 2]);
const prepared = {
  name: "case",
  patient: "person",
  labels: reference.data,
  shape: reference.shape,
  spacingMm: reference.spacingMm,
} as unknown as PreparedCase;
const probability = Float32Array.from([0, 0.02, 0.81, 0.4, 0, 0, 0, 0, 0.3, 0, 0, 0]);

describe("scoreTrialCase", () => {
  const predicted = probability.map((p) => (p > 0.35 ? 2 : 1));

  it("keeps candidates and a histogram where there are probabilities", () => {
    const scored = scoreTrialCase(prepared, Uint8Array.from(predicted), metrics, probability);
    assert.equal(scored.lesions.length, 2);
    assert.deepEqual(scored.candidates, [
      { probability: 0.81, volumeMl: 0.016, overlaps: [{ lesion: 0, iou: 1 }] },
      { probability: 0.3, volumeMl: 0.008, overlaps: [] },
    ]);
    const { voxels, positives, sums } = scored.histogram!;
    assert.deepEqual([voxels.length, voxels[0], positives[0]], [20, 9, 1]);
    assert.deepEqual([voxels[16], positives[16], sums[16]], [1, 1, 0.81]);
    assert.equal(sums[0], 0.02);
  });

  it("keeps none without, and such results are read as those of earlier versions", () => {
    const scored = scoreTrialCase(prepared, Uint8Array.from(predicted), metrics);
    assert.ok(!("candidates" in scored) && !("histogram" in scored));
    assert.throws(() => keptProbabilities([scored]), /case case: found "no probabilities".*run the exp/);
    const results = handMadeResults(handMadePlan(), () => 0.5);
    assert.deepEqual(checkCollected.results(results), []);
  });

  it("keeps what AUC, FROC and calibration of a test need, in few bytes", () => {
    const kept = keepProbabilities(reference, probability);
    const results = handMadeResults(
      handMadePlan(),
      () => 0.5,
      (each) => ({
        ...each,
        lesions: [8, 8].map((radiusMm) => ({ radiusMm, found: true, dice: 1 })),
        ...kept,
      }),
    );
    assert.deepEqual(checkCollected.results(results), []);
    const { froc, auc, calibration } = summarizeProbabilities(
      keptProbabilities(results.trials[0].tests[0].cases),
    );
    assert.deepEqual([froc.lesions, froc.points[0].found, auc.negatives], [4, 2, 0]);
    assert.equal(calibration.voxels, 24);
    assert.ok(JSON.stringify(kept).length < 600, `${JSON.stringify(kept).length} bytes`);
    const broken = { ...results.trials[0].tests[0].cases[0], candidates: [{ probability: 2 }] };
    const tests = [{ ...results.trials[0].tests[0], cases: [broken] }];
    const [fault] = checkCollected.results({ ...results, trials: [{ ...results.trials[0], tests }] });
    assert.match(JSON.stringify(fault), /candidates/);
  });
});
