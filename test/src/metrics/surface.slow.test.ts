import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import { labelPairs } from "./arbitrary.js";
import { box, overlay, turn } from "./masks.js";
import { close, score } from "./score.js";

describe("surface metrics by hand", () => {
  it("measures one voxel", () => {
    const [sx, sy, sz] = [0.7, 0.8, 5];
    const voxel = box([3, 3, 3], [1, 1, 1], [2, 2, 2], [sx, sy, sz]);
    const row = score(voxel, voxel, 0);
    assert.deepEqual([row.nsd, row.hd95, row.hd, row.assd, row.dice], [1, 0, 0, 0, 1]);
    assert.equal(row.surface!.referenceToPrediction.surfels, 8);
    close(row.surface!.referenceToPrediction.areaMm2, Math.hypot(sy * sz, sx * sz, sx * sy));
  });

  it("measures two voxels with one between them, along each axis", () => {
    const spacingMm: Vec3 = [0.5, 2, 5];
    for (let axis = 0; axis < 3; axis++) {
      const at = (step: number): Vec3 => [0, 1, 2].map((k) => (k === axis ? step : 1)) as unknown as Vec3;
      const end = (step: number): Vec3 => at(step).map((v) => v + 1) as unknown as Vec3;
      const shape: Vec3 = [6, 6, 6];
      const [a, b] = [box(shape, at(1), end(1), spacingMm), box(shape, at(3), end(3), spacingMm)];
      const step = spacingMm[axis];
      // Four of the eight corners lie one step from the other voxel, four lie two.
      const row = score(a, b, step);
      assert.deepEqual([row.dice, row.nsd, row.hd95, row.hd], [0, 0.5, 2 * step, 2 * step]);
      close(row.assd, 1.5 * step);
    }
  });

  it("measures a box that is one slice too thick at 0.7 x 0.7 x 5 mm", () => {
    const spacingMm: Vec3 = [0.7, 0.7, 5];
    const a = box([20, 20, 8], [2, 2, 1], [18, 18, 5], spacingMm);
    const b = box([20, 20, 8], [2, 2, 1], [18, 18, 6], spacingMm);
    const row = score(a, b, 4.9);
    assert.equal(row.hd, 5);
    assert.equal(row.hd95, 5);
    // The tolerance leaves out what is a whole slice away: of the prediction its top and the bevel around it
    // (half an edge along each side, a corner piece at each corner), everything else lies on the reference.
    const { areaMm2, areaWithinMm2 } = row.surface!.predictionToReference;
    const top = (15 * 0.7) ** 2;
    const edges = 4 * 15 * 0.7 * (Math.hypot(0.7, 5) / 2);
    const corners = 4 * (Math.hypot(0.7 * 5, 0.7 * 5, 0.7 * 0.7) / 8);
    close(areaMm2 - areaWithinMm2, top + edges + corners);
    close(row.volumeErrorPercent, 25);
  });

  it("counts a distance that equals the tolerance as within", () => {
    const a = box([8, 4, 4], [1, 1, 1], [3, 3, 3], [2, 1, 1]);
    const b = box([8, 4, 4], [2, 1, 1], [4, 3, 3], [2, 1, 1]);
    assert.equal(score(a, b, 2).nsd, 1);
    assert.ok(score(a, b, 1.999).nsd < 1);
  });

  it("puts the surface of a mask that touches the edge of the grid on the edge", () => {
    const full = box([4, 3, 2], [0, 0, 0], [4, 3, 2], [1, 2, 3]);
    const padded = box([6, 5, 4], [1, 1, 1], [5, 4, 3], [1, 2, 3]);
    const [inside, outside] = [score(full, full), score(padded, padded)];
    assert.deepEqual(inside.surface, outside.surface);
    assert.equal(inside.surface!.referenceToPrediction.surfels, 5 * 4 * 3 - 3 * 2 * 1);
  });

  it("finds a huge false positive far away", () => {
    const shape: Vec3 = [120, 40, 40];
    const spacingMm: Vec3 = [0.7, 0.7, 5];
    const organ = box(shape, [2, 2, 2], [12, 12, 12], spacingMm);
    const prediction = overlay(organ, box(shape, [80, 5, 5], [119, 38, 38], spacingMm));
    const row = score(organ, prediction);
    assert.equal(row.surface!.referenceToPrediction.hdMm, 0);
    // from the far corner (119, 38, 38) to the organ's corner (12, 12, 12)
    close(row.hd, Math.sqrt((107 * 0.7) ** 2 + (26 * 0.7) ** 2 + (26 * 5) ** 2));
    assert.ok(row.hd95 > 100 && row.hd95 < row.hd);
  });
});

describe("surface metrics", () => {
  it("are symmetric where they should be", () => {
    fc.assert(
      fc.property(labelPairs(2), ([reference, prediction]) => {
        const [there, back] = [score(reference, prediction, 1), score(prediction, reference, 1)];
        for (const metric of ["dice", "iou", "nsd", "hd95", "hd"] as const)
          assert.ok(
            Object.is(there[metric], back[metric]),
            `${metric}: ${there[metric]} and ${back[metric]}`,
          );
        assert.ok(Object.is(there.assd, back.assd) || Math.abs(there.assd - back.assd) < 1e-12);
        if (there.empty === "none") {
          assert.equal(there.sensitivity, back.precision);
          assert.deepEqual(there.surface!.referenceToPrediction, back.surface!.predictionToReference);
        }
      }),
    );
  });

  it("are invariant when axes are swapped and flipped with their spacing", () => {
    // Spacings whose squares are exact in binary, so that turning changes no bit of a distance.
    const spacing = fc.constantFrom<Vec3[]>([0.75, 0.75, 5], [3, 2, 1], [0.5, 1.25, 2.5]);
    const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
    const flips = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(labelPairs(1), spacing, order, flips, ([a, b], spacingMm, axes, flipped) => {
        const place = (map: Volume<Uint8Array>) => createVolume(map.data, map.shape, { spacingMm });
        const plain = score(place(a), place(b), 2.5);
        const turned = score(turn(place(a), axes, flipped), turn(place(b), axes, flipped), 2.5);
        for (const metric of ["dice", "iou", "sensitivity", "precision", "hd95", "hd"] as const)
          assert.ok(
            Object.is(plain[metric], turned[metric]),
            `${metric}: ${plain[metric]} and ${turned[metric]}`,
          );
        for (const metric of ["nsd", "assd"] as const)
          assert.ok(
            Object.is(plain[metric], turned[metric]) || Math.abs(plain[metric] - turned[metric]) < 1e-12,
          );
      }),
    );
  });

  it("give an empty prediction the same diagonal however the grid lies", () => {
    const spacingMm: Vec3 = [0.5, 1.25, 2.5];
    const map = createVolume(Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1), [3, 2, 2], { spacingMm });
    const none = createVolume(new Uint8Array(12), [3, 2, 2], { spacingMm });
    const turned = score(
      turn(none, [1, 2, 0], [false, false, false]),
      turn(map, [1, 2, 0], [false, false, false]),
    );
    assert.ok(Object.is(turned.hd, score(none, map).hd), `${turned.hd}`);
  });

  it("are perfect on equal masks", () => {
    fc.assert(
      fc.property(labelPairs(3), ([map]) => {
        for (const row of evaluateCase(map, map, { toleranceMm: 0 }))
          assert.deepEqual([row.dice, row.iou, row.nsd, row.hd95, row.hd, row.assd], [1, 1, 1, 0, 0, 0]);
      }),
    );
  });

  it("keep to their bounds: HD95 <= HD, ASSD <= HD, NSD grows with the tolerance", () => {
    fc.assert(
      fc.property(labelPairs(1), ([reference, prediction]) => {
        const row = score(reference, prediction, 1);
        if (row.empty !== "none") return;
        assert.ok(row.hd95 <= row.hd && row.assd <= row.hd + 1e-12 && row.nsd >= 0 && row.nsd <= 1);
        assert.ok(score(reference, prediction, 3).nsd >= row.nsd);
        assert.equal(score(reference, prediction, row.hd).nsd, 1);
      }),
    );
  });

  it("refuse a tolerance that is none", () => {
    const map = box([3, 3, 3], [1, 1, 1], [2, 2, 2]);
    for (const toleranceMm of [-1, NaN, Infinity])
      assert.throws(() => evaluateCase(map, map, { toleranceMm }), /toleranceMm: found/);
  });
});
