import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";
import { scoreDetection } from "tumorlab/internal/metrics/detection-scores";
import { summarizeLesions } from "tumorlab/internal/metrics/lesion-summary";
import { evaluateLesions } from "tumorlab/internal/metrics/lesions";
import { summarizePatients } from "tumorlab/internal/metrics/patient-summary";
import { detectPatients } from "tumorlab/internal/metrics/patients";
import { box, draw, overlay } from "./masks.js";

const tumor = { labels: [1] };

describe("summarizeLesions", () => {
  const shape: Vec3 = [40, 40, 20];
  const cube = (at: number, edge: number) => box(shape, [at, at, 0], [at + edge, at + edge, edge], [1, 1, 2]);
  const nothing = box(shape, [0, 0, 0], [0, 0, 0], [1, 1, 2]);
  // cubes of edge 4 and 12 steps at 2 mm3: r = 3.13 mm (tiny) and 9.38 mm (small)
  const cases = [
    evaluateLesions(overlay(cube(0, 4), cube(20, 12)), cube(20, 12), { ...tumor, case: "1", patient: "a" }),
    evaluateLesions(cube(0, 4), overlay(cube(0, 4), cube(20, 4)), { ...tumor, case: "2", patient: "a" }),
    evaluateLesions(cube(20, 12), cube(20, 12), { ...tumor, case: "3", patient: "b" }),
    evaluateLesions(nothing, cube(9, 4), { ...tumor, case: "4", patient: "c" }),
    evaluateLesions(nothing, nothing, { ...tumor, case: "5", patient: "d" }),
  ];
  const bootstrap = { resamples: 500, key: createKey(2) };

  it("pools lesions over scans, healthy ones too", () => {
    const [byLabel, overall] = summarizeLesions(cases, { bootstrap });
    assert.deepEqual(
      { ...byLabel, scope: "overall", name: "all lesions", label: undefined },
      { ...overall, label: undefined },
    );
    assert.deepEqual(
      [overall.scans, overall.patients, overall.lesions, overall.predictedLesions],
      [5, 4, 4, 5],
    );
    const { sensitivity, precision, falsePositivesPerScan, recallBySize } = overall;
    assert.deepEqual([sensitivity.count, sensitivity.n, sensitivity.value], [3, 4, 0.75]);
    assert.deepEqual([precision.count, precision.n, precision.value], [3, 5, 0.6]);
    assert.deepEqual(
      [falsePositivesPerScan.count, falsePositivesPerScan.n, falsePositivesPerScan.value],
      [2, 5, 0.4],
    );
    assert.deepEqual(
      recallBySize.map(({ sizeClass, count, n }) => [sizeClass, count, n]),
      [
        ["tiny", 1, 2],
        ["small", 2, 2],
        ["medium", 0, 0],
        ["large", 0, 0],
      ],
    );
    assert.equal(overall.meanDice, 0.75);
    for (const rate of [sensitivity, precision, falsePositivesPerScan])
      assert.ok(rate.method === "bootstrap" && rate.low <= rate.value && rate.value <= rate.high);
  });

  it("does not claim certainty where all lesions of a class were found", () => {
    const [, small, medium] = summarizeLesions(cases, { bootstrap })[1].recallBySize;
    // two patients, both found: Wilson's interval for 2 of 2
    assert.deepEqual([small.method, small.value, small.high], ["wilson", 1, 1]);
    assert.ok(Math.abs(small.low - 0.3423802275066532) < 1e-9);
    assert.ok(medium.n === 0 && Number.isNaN(medium.value) && Number.isNaN(medium.low));
  });

  it("gives F1, early lesions and what was matched, and panoptic quality by one-to-one rules alone", () => {
    const overall = summarizeLesions(cases, { bootstrap })[1];
    // 3 found, 1 missed, 2 false: 2 x 3 / (6 + 1 + 2); all lesions are below 20 mm
    assert.deepEqual([overall.f1.count, overall.f1.n], [6, 9]);
    assert.deepEqual([overall.early.count, overall.early.n], [3, 4]);
    assert.deepEqual([overall.meanMatchedDice, overall.meanMatchedIou], [1, 1]);
    assert.ok(!overall.isOneToOne && Number.isNaN(overall.panopticQuality.value));
    const match = { rule: "greedy", threshold: 0.5 } as const;
    const paired = [
      evaluateLesions(cube(20, 12), cube(20, 11), { ...tumor, match, case: "1", patient: "a" }),
      evaluateLesions(nothing, cube(9, 4), { ...tumor, match, case: "2", patient: "b" }),
    ];
    const [, all] = summarizeLesions(paired, { bootstrap });
    // IoU 11^3 / 12^3 = 0.77 over 1 + 1/2
    assert.ok(all.isOneToOne && Math.abs(all.panopticQuality.value - (11 / 12) ** 3 / 1.5) < 1e-12);
    assert.equal(all.meanMatchedIou, 1331 / 1728);
    const { low, high } = all.panopticQuality;
    assert.ok(low <= all.panopticQuality.value && all.panopticQuality.value <= high);
    assert.ok(Math.abs(scoreDetection(paired).panopticQuality - all.panopticQuality.value) < 1e-12);
  });

  it("sums patients up by label and over all", () => {
    const patients = summarizePatients(cases, { rule: "located" });
    assert.deepEqual(
      patients.map((row) => [row.scope, row.name, row.scans, row.sensitivity.value, row.specificity.value]),
      [
        ["label", "label 1", 5, 1, 0.5],
        ["overall", "all lesions", 5, 1, 0.5],
      ],
    );
    // One with the other label alone is healthy for this one.
    const both = { labels: { 1: "liver tumor", 2: "cyst" } };
    const mixed = [
      evaluateLesions(draw([["11.."]]), draw([["11.2"]]), { ...both, case: "1" }),
      evaluateLesions(draw([["..22"]]), draw([["...."]]), { ...both, case: "2" }),
    ];
    assert.deepEqual(
      summarizePatients(mixed).map(
        ({ name, truePositives, falseNegatives, falsePositives, trueNegatives }) => [
          ...[name, truePositives, falseNegatives, falsePositives, trueNegatives],
        ],
      ),
      [
        ["liver tumor", 1, 0, 0, 1],
        ["cyst", 0, 1, 1, 0],
        ["all lesions", 1, 1, 0, 0],
      ],
    );
    assert.deepEqual(summarizePatients([]), []);
  });

  it("feeds the patient level, located or not", () => {
    const located = detectPatients(cases, { rule: "located" });
    assert.deepEqual([located.truePositives, located.falsePositives, located.trueNegatives], [2, 1, 1]);
  });

  it("gives nothing for no cases, and rates of NaN for scans without lesions", () => {
    assert.deepEqual(summarizeLesions([]), []);
    const [overall] = summarizeLesions([cases[4]], { bootstrap });
    assert.ok(Number.isNaN(overall.sensitivity.value) && Number.isNaN(overall.meanDice));
    assert.equal(overall.falsePositivesPerScan.value, 0);
  });
});
