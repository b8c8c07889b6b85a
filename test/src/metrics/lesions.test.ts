import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { scoreDetection } from "tumorlab/internal/metrics/detection-scores";
import { parseLesionMatch } from "tumorlab/internal/metrics/lesion-rule";
import { evaluateLesions } from "tumorlab/internal/metrics/lesions";
import type { LesionCase, LesionOptions } from "tumorlab/internal/metrics/lesions";
import { labelPairs } from "./arbitrary.js";
import { box, draw, overlay, turn, unpack } from "./masks.js";

const tumor = { labels: [1] };

describe("evaluateLesions", () => {
  it("tells found, missed and made-up lesions apart, with volume, radius and class", () => {
    const spacingMm: Vec3 = [0.7, 0.8, 5];
    const shape: Vec3 = [60, 60, 12];
    const reference = overlay(
      box(shape, [2, 2, 1], [12, 12, 4], spacingMm, 5),
      box(shape, [30, 30, 6], [31, 31, 7], spacingMm, 5),
    );
    const prediction = overlay(
      box(shape, [4, 2, 1], [14, 12, 4], spacingMm, 5),
      box(shape, [50, 50, 10], [52, 52, 12], spacingMm, 5),
    );
    const found = evaluateLesions(reference, prediction, {
      labels: { 5: "liver tumor" },
      case: "a",
      patient: "p",
    });
    assert.deepEqual(
      [found.case, found.patient, found.detectedLesions, found.missedLesions, found.falsePositives],
      ["a", "p", 1, 1, 1],
    );
    const [large, speck] = found.reference;
    assert.deepEqual(
      [large.voxels, large.detected, large.matchedIds, large.name],
      [300, true, [1], "liver tumor"],
    );
    assert.ok(Math.abs(large.volumeMl - 300 * 0.0028) < 1e-12);
    // r = cbrt(3 * 840 mm3 / (4 pi)) = 5.853 mm
    assert.ok(Math.abs(large.radiusMm - 5.8536) < 1e-3 && large.sizeClass === "small");
    assert.equal(large.dice, (2 * 240) / 600);
    assert.equal(large.bestIou, 240 / 360);
    assert.deepEqual([speck.voxels, speck.detected, speck.dice, speck.sizeClass], [1, false, 0, "tiny"]);
    assert.deepEqual(speck.boxMin, [30, 30, 6]);
    [30 * 0.7, 30 * 0.8, 30].forEach((mm, k) => assert.ok(Math.abs(speck.centroidMm[k] - mm) < 1e-12));
    assert.deepEqual(
      found.predicted.map(({ id, isFalsePositive, matchedIds }) => [id, isFalsePositive, matchedIds]),
      [
        [1, false, [1]],
        [2, true, []],
      ],
    );
    assert.ok(Math.abs(found.referenceMl - 301 * 0.0028) < 1e-12);
    assert.match(found.rule, /26-connected.*share a voxel/);
  });

  it("joins voxels that touch by a corner", () => {
    const diagonal = draw([
      ["1..", "...", "..."],
      ["...", ".1.", "..."],
      ["...", "...", "..1"],
    ]);
    assert.equal(evaluateLesions(diagonal, diagonal, tumor).reference.length, 1);
    const apart = draw([
      ["1..", "...", "..."],
      ["...", "...", "..1"],
    ]);
    assert.equal(evaluateLesions(apart, apart, tumor).reference.length, 2);
  });

  it("matches many to many: one blob over two lesions finds both, two pieces of one are no false positives", () => {
    const two = draw([["11..11"]]);
    const bridge = draw([["111111"]]);
    const covered = evaluateLesions(two, bridge, tumor);
    assert.deepEqual(
      [covered.detectedLesions, covered.falsePositives, covered.predicted[0].matchedIds],
      [2, 0, [1, 2]],
    );
    assert.equal(covered.reference[0].dice, 4 / 8);
    const split = evaluateLesions(bridge, two, tumor);
    assert.deepEqual(
      [split.detectedLesions, split.falsePositives, split.reference[0].matchedIds],
      [1, 0, [1, 2]],
    );
    assert.equal(split.reference[0].dice, 8 / 10);
  });

  it("asks for an IoU where told to; an IoU on the threshold matches", () => {
    const reference = draw([["1111....11"]]);
    const prediction = draw([[".111111.11"]]); // IoU 3 / 7 and 1
    const at = (threshold: number) =>
      evaluateLesions(reference, prediction, { ...tumor, match: { rule: "iou", threshold } });
    assert.deepEqual([at(3 / 7).detectedLesions, at(3 / 7).falsePositives], [2, 0]);
    const strict = at(0.5);
    assert.deepEqual([strict.detectedLesions, strict.falsePositives], [1, 1]);
    assert.equal(strict.reference[0].dice, 0);
    assert.equal(strict.reference[0].bestIou, 3 / 7);
    assert.match(strict.rule, /IoU is at least 0\.5/);
    for (const threshold of [0, 1.1, NaN]) assert.throws(() => at(threshold), /match\.threshold: found/);
    assert.throws(
      () => evaluateLesions(reference, prediction, { ...tumor, match: { rule: "any" } as never }),
      /match: found/,
    );
  });

  it("pairs one to one where told to: a prediction that fills the volume finds one of two lesions", () => {
    const two = draw([["11..11", "......"]]);
    const full = draw([["111111", "111111"]]);
    const any = evaluateLesions(two, full, tumor);
    assert.deepEqual([any.detectedLesions, any.falsePositives], [2, 0]);
    for (const rule of ["greedy", "optimal"] as const) {
      const found = evaluateLesions(two, full, { ...tumor, match: { rule, threshold: 0.01 } });
      assert.deepEqual([found.detectedLesions, found.missedLesions, found.falsePositives], [1, 1, 0]);
      assert.deepEqual(found.predicted[0].matchedIds, [1]);
      // One pair of IoU 2 / 12: PQ = 2 (1/6) / (2 TP + FP + FN = 3)
      const scores = scoreDetection([found]);
      assert.ok(Math.abs(scores.panopticQuality - 1 / 9) < 1e-12);
      assert.deepEqual(
        [scores.sensitivity, scores.precision, scores.f1, scores.meanMatchedIou],
        [0.5, 1, 2 / 3, 1 / 6],
      );
      assert.match(found.rule, /one to one where their IoU is at least 0\.01/);
      // In pieces: the second piece of a lesion is a false positive.
      const split = evaluateLesions(full, two, { ...tumor, match: { rule, threshold: 0.01 } });
      assert.deepEqual([split.detectedLesions, split.falsePositives], [1, 1]);
      const strict = evaluateLesions(two, full, { ...tumor, match: { rule, threshold: 0.5 } });
      assert.deepEqual([strict.detectedLesions, strict.falsePositives], [0, 1]);
      assert.equal(scoreDetection([strict]).panopticQuality, 0);
    }
  });

  it("tells greedy from optimal where the best pair stands in the way of two", () => {
    const reference = draw([["..111111.1111"]]);
    const prediction = draw([["1111.111111.."]]);
    // IoU 1/3 of the two in the middle, 1/4 of each with the one outside.
    const at = (rule: "greedy" | "optimal", threshold: number) =>
      evaluateLesions(reference, prediction, { ...tumor, match: { rule, threshold } });
    const [greedy, optimal] = [at("greedy", 0.2), at("optimal", 0.2)];
    assert.deepEqual(
      [greedy.reference, optimal.reference].map((lesions) => lesions.map(({ matchedIds }) => matchedIds)),
      [
        [[2], []],
        [[1], [2]],
      ],
    );
    assert.ok(Math.abs(scoreDetection([greedy]).panopticQuality - 1 / 6) < 1e-12);
    assert.ok(Math.abs(scoreDetection([optimal]).panopticQuality - 1 / 4) < 1e-12);
    // The outer pairs are below the threshold.
    assert.equal(at("optimal", 0.3).detectedLesions, 1);
  });

  it("reads rules from words", () => {
    assert.deepEqual(["overlap", "iou:0.1", "greedy", "optimal:1"].map(parseLesionMatch), [
      { rule: "overlap" },
      { rule: "iou", threshold: 0.1 },
      { rule: "greedy", threshold: 0.5 },
      { rule: "optimal", threshold: 1 },
    ]);
    for (const text of ["", "any", "overlap:0.5", "greedy:0", "greedy:2", "greedy:", "iou:x", "iou:0.1:2"])
      assert.throws(() => parseLesionMatch(text), /lesion rule: found .*expected overlap, or iou/);
  });

  it("joins by faces alone where told to", () => {
    const diagonal = draw([["1.", ".1"]]);
    const found = evaluateLesions(diagonal, diagonal, { ...tumor, connectivity: 6 });
    assert.equal(found.reference.length, 2);
    assert.match(found.rule, /6-connected/);
  });

  it("calls lesions early whose ball is below 20 mm", () => {
    // 16 x 16 x 16 mm is 4,096 mm3, the ball of 20 mm 4,189 mm3.
    const shape: Vec3 = [40, 20, 20];
    const map = overlay(box(shape, [0, 0, 0], [16, 16, 16]), box(shape, [20, 0, 0], [37, 16, 16]));
    assert.deepEqual(
      evaluateLesions(map, map, tumor).reference.map((lesion) => [lesion.isEarly, lesion.sizeClass]),
      [
        [true, "small"],
        [false, "medium"],
      ],
    );
  });

  it("keeps labels apart, or takes them as one", () => {
    const reference = draw([["11..22..3"]]);
    const prediction = draw([["22..22..3"]]);
    const apart = evaluateLesions(reference, prediction, { labels: [1, 2] });
    assert.deepEqual(
      [apart.reference.map(({ label, detected }) => [label, detected]), apart.falsePositives],
      [
        [
          [1, false],
          [2, true],
        ],
        1,
      ],
    );
    const together = evaluateLesions(reference, prediction, {
      labels: { 1: "tumor", 2: "cyst" },
      byLabel: false,
    });
    assert.deepEqual(
      [
        together.reference.map(({ label, name, detected }) => [label, name, detected]),
        together.falsePositives,
      ],
      [
        [
          [1, "tumor", true],
          [1, "tumor", true],
        ],
        0,
      ],
    );
  });

  it("joins touching labels taken as one, and labels above 255 in a map of bytes", () => {
    const map = draw([["1122"]]);
    assert.equal(evaluateLesions(map, map, { labels: [1, 2], byLabel: false }).reference.length, 1);
    assert.equal(evaluateLesions(map, map, { labels: [1, 2] }).reference.length, 2);
    const wide = createVolume(Uint16Array.from([300, 300, 1, 0]), [4, 1, 1]);
    const found = evaluateLesions(wide, map, { labels: [300, 1, 2], byLabel: false });
    assert.deepEqual(
      [found.reference[0].label, found.reference[0].voxels, found.detectedLesions],
      [300, 3, 1],
    );
  });

  it("finds nothing in nothing", () => {
    const nothing = draw([["...."]]);
    const found = evaluateLesions(nothing, nothing, tumor);
    assert.deepEqual([found.reference, found.predicted, found.referenceMl], [[], [], 0]);
    assert.throws(() => evaluateLesions(nothing, nothing, { labels: [] }), /labels: found \[\]/);
    assert.throws(() => evaluateLesions(nothing, draw([["..."]]), tumor), /shape of prediction/);
  });

  it("agrees with scipy's components", () => {
    const file = path.join(__dirname, "../../../golden/metrics/lesions-scipy.json");
    const golden = JSON.parse(readFileSync(file, "utf8")) as {
      cases: {
        shape: Vec3;
        spacingMm: Vec3;
        reference: string;
        prediction: string;
        expected: {
          lesions: { voxels: number; matched: number; dice: number; bestIou: number; hits: number }[];
          predicted: number;
          falsePositives: number;
          falsePositivesIou30: number;
        };
      }[];
    };
    for (const { shape, spacingMm, reference, prediction, expected } of golden.cases) {
      const pair = [unpack(reference, shape, spacingMm), unpack(prediction, shape, spacingMm)] as const;
      const any = evaluateLesions(...pair, tumor);
      assert.equal(any.predicted.length, expected.predicted);
      assert.equal(any.falsePositives, expected.falsePositives);
      const lesions = any.reference
        .map(({ voxels, matchedIds, dice, bestIou }) => [voxels, matchedIds.length, dice, bestIou])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]);
      assert.deepEqual(
        lesions,
        expected.lesions.map(({ voxels, matched, dice, bestIou }) => [voxels, matched, dice, bestIou]),
      );
      const strict = evaluateLesions(...pair, { ...tumor, match: { rule: "iou", threshold: 0.3 } });
      assert.equal(strict.falsePositives, expected.falsePositivesIou30);
      assert.equal(strict.detectedLesions, expected.lesions.filter(({ hits }) => hits > 0).length);
    }
  });

  it("pairs one to one whatever the maps, identity with itself, and optimally no worse than greedily", () => {
    const threshold = fc.constantFrom(0.01, 0.1, 0.3, 0.5);
    fc.assert(
      fc.property(labelPairs(2), threshold, ([a, b], threshold) => {
        const labels = { labels: [1, 2] };
        const by = (rule: "greedy" | "optimal" | "iou", x = a, y = b, options: LesionOptions = labels) =>
          evaluateLesions(x, y, { ...options, match: { rule, threshold } });
        const [greedy, optimal] = [by("greedy"), by("optimal")];
        for (const found of [greedy, optimal]) {
          const partners = found.reference.flatMap(({ matchedIds }) => matchedIds);
          assert.ok(found.reference.every(({ matchedIds }) => matchedIds.length <= 1));
          assert.equal(new Set(partners).size, partners.length);
          assert.equal(found.predicted.length - found.falsePositives, found.detectedLesions);
          for (const lesion of found.reference) assert.ok(!lesion.detected || lesion.iou >= threshold);
          const { panopticQuality, f1, meanMatchedIou } = scoreDetection([found]);
          if (found.detectedLesions > 0) assert.ok(Math.abs(panopticQuality - f1 * meanMatchedIou) < 1e-12);
        }
        const [g, o] = [greedy, optimal].map((found) => scoreDetection([found]).panopticQuality);
        assert.ok(Object.is(g, o) || o >= g - 1e-12);
        // Other label values are other names for the same: nothing changes. Nor when the sides change places.
        const renamed = [a, b].map((map) => ({ ...map, data: map.data.map((label) => label && 9 - label) }));
        const other = by("optimal", renamed[0], renamed[1], { labels: [8, 7] });
        assert.deepEqual(scoreDetection([other]), scoreDetection([optimal]));
        const back = scoreDetection([by("optimal", b, a)]);
        assert.ok(Object.is(back.panopticQuality, o) || Math.abs(back.panopticQuality - o) < 1e-12);
        assert.equal(back.truePositives, optimal.detectedLesions);
        // A map finds all of itself.
        const same = scoreDetection([by("optimal", a, a)]);
        if (same.truePositives > 0) assert.deepEqual([same.panopticQuality, same.f1], [1, 1]);
        assert.equal(same.falsePositives + same.falseNegatives, 0);
        // Above 0.5 there is one way to pair.
        const strict = (["iou", "greedy", "optimal"] as const).map((rule) =>
          evaluateLesions(a, b, { ...labels, match: { rule, threshold: 0.51 } }).reference.map(
            ({ matchedIds }) => matchedIds,
          ),
        );
        assert.deepEqual(strict[1], strict[0]);
        assert.deepEqual(strict[2], strict[0]);
      }),
    );
  });

  it("mirrors itself when the maps change places, and does not mind how they are turned", () => {
    const turns = fc.tuple(
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    );
    const sizes = (found: LesionCase) =>
      found.reference.map(({ voxels, detected, dice }) => `${voxels} ${detected} ${dice.toFixed(9)}`).sort();
    fc.assert(
      fc.property(labelPairs(1), turns, ([a, b], [order, flips]) => {
        const plain = evaluateLesions(a, b, tumor);
        const back = evaluateLesions(b, a, tumor);
        assert.equal(plain.missedLesions, back.falsePositives);
        assert.equal(plain.reference.length, back.predicted.length);
        const turned = evaluateLesions(turn(a, order, flips), turn(b, order, flips), tumor);
        assert.deepEqual(sizes(turned), sizes(plain));
        assert.equal(turned.falsePositives, plain.falsePositives);
      }),
    );
  });
});
