import assert from "node:assert/strict";
import { equivalentRadiusMm, sizeClassOf, sizeClasses } from "tumorlab/internal/anatomy/size-class";
import { detectPatients } from "tumorlab/internal/metrics/patients";
import type { ScanFinding } from "tumorlab/internal/metrics/patients";
import { slabRow } from "./rows.js";

const scan = (
  patient: string,
  referenceMl: number,
  predictionMl: number,
  detectedLesions?: number,
): ScanFinding => ({
  case: `${patient} ${referenceMl} ${predictionMl}`,
  patient,
  referenceMl,
  predictionMl,
  ...(detectedLesions === undefined ? {} : { detectedLesions }),
});

describe("detectPatients", () => {
  const scans = [
    scan("a", 3, 0), // missed in one phase ...
    scan("a", 3, 2), // ... found in the other
    scan("b", 1, 0),
    scan("c", 0, 0),
    scan("d", 0, 0.01),
    scan("e", 0, 0),
    scan("e", 0, 0),
  ];

  it("judges a patient once, over all scans", () => {
    const found = detectPatients(scans);
    assert.deepEqual(
      found.patients.map(({ patient, scans, hasTumor, isCalled }) => [patient, scans, hasTumor, isCalled]),
      [
        ["a", 2, true, true],
        ["b", 1, true, false],
        ["c", 1, false, false],
        ["d", 1, false, true],
        ["e", 2, false, false],
      ],
    );
    assert.deepEqual(
      [found.truePositives, found.falseNegatives, found.trueNegatives, found.falsePositives],
      [1, 1, 2, 1],
    );
    assert.deepEqual([found.sensitivity.value, found.sensitivity.n], [0.5, 2]);
    assert.deepEqual([found.specificity.value, found.specificity.n], [2 / 3, 3]);
    assert.ok(found.specificity.low > 0.2 && found.specificity.high < 0.95);
    assert.match(found.rule, /any tumor voxel/);
  });

  it("can ask for a volume", () => {
    const found = detectPatients(scans, { aboveMl: 0.01 });
    assert.deepEqual([found.falsePositives, found.specificity.value], [0, 1]);
    assert.match(found.rule, /more than 0\.01 ml/);
  });

  it("can ask for the place: tumor found elsewhere does not count", () => {
    const placed = [scan("a", 3, 2, 0), scan("b", 3, 2, 1), scan("c", 0, 1)];
    assert.deepEqual(
      [detectPatients(placed).truePositives, detectPatients(placed, { rule: "located" }).truePositives],
      [2, 1],
    );
    assert.equal(detectPatients(placed, { rule: "located" }).falsePositives, 1);
    assert.throws(
      () => detectPatients(scans, { rule: "located" }),
      /scan a 3 2: found undefined, expected detectedLesions/,
    );
  });

  it("takes rows of scores as they are, and nothing as nothing", () => {
    const found = detectPatients([slabRow("x", 4, 2), slabRow("y", 0, 1), slabRow("z", 4, 0)]);
    assert.deepEqual([found.sensitivity.value, found.specificity.value], [0.5, 0]);
    const nothing = detectPatients([]);
    assert.ok(Number.isNaN(nothing.sensitivity.value) && Number.isNaN(nothing.specificity.low));
  });

  it("refuses volumes that are none", () => {
    assert.throws(() => detectPatients([scan("a", -1, 0)]), /scan a -1 0: found -1/);
    assert.throws(() => detectPatients([scan("a", 1, NaN)]), /found NaN/);
    assert.throws(() => detectPatients(scans, { aboveMl: -1 }), /aboveMl: found -1/);
  });
});

describe("size classes", () => {
  it("are the four of the paper, limits belonging to the smaller class", () => {
    const ball = (radiusMm: number) => ((4 / 3) * Math.PI * radiusMm ** 3) / 1000;
    for (const radiusMm of [0, 0.3, 5, 10, 20, 47])
      assert.ok(Math.abs(equivalentRadiusMm(ball(radiusMm)) - radiusMm) < 1e-12 * Math.max(1, radiusMm));
    const classOf = (radiusMm: number) => sizeClassOf(equivalentRadiusMm(ball(radiusMm)));
    assert.deepEqual([0, 5, 5.01, 10, 10.01, 20, 20.01, 90].map(classOf), [
      "tiny",
      "tiny",
      "small",
      "small",
      "medium",
      "medium",
      "large",
      "large",
    ]);
    assert.deepEqual(
      sizeClasses.map(({ aboveMm, upToMm }) => [aboveMm, upToMm]),
      [
        [0, 5],
        [5, 10],
        [10, 20],
        [20, Infinity],
      ],
    );
    assert.throws(() => sizeClassOf(NaN), /radiusMm: found NaN/);
    assert.throws(() => equivalentRadiusMm(-1), /volumeMl: found -1/);
  });
});
