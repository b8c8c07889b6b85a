import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { findCandidates } from "tumorlab/internal/metrics/candidates";
import { evaluateLesions } from "tumorlab/internal/metrics/lesions";
import { shapes, spacings } from "./arbitrary.js";
import { draw } from "./masks.js";

/** A row of probabilities along x. */
function row(...values: number[]): Volume<Float32Array> {
  return createVolume(Float32Array.from(values), [values.length, 1, 1], { spacingMm: [1, 2, 5] });
}

function labelRow(text: string): Volume<Uint8Array> {
  return draw([[text]], [1, 2, 5]);
}

describe("findCandidates", () => {
  it("takes each peak to 0.4 of its height, with its volume and the lesions it shares voxels with", () => {
    const probability = row(0, 0.3, 0.5, 0.9, 0.36, 0.35, 0, 0, 0.2, 0.08);
    const { lesions, candidates } = findCandidates(probability, labelRow("...111...1"));
    // 0.5, 0.9 and 0.36 reach 0.36; the lesion is 0.9, 0.36 and 0.35: two shared of four in all. Voxels have 0.01 ml.
    assert.deepEqual(candidates, [
      { probability: 0.9, volumeMl: 0.03, overlaps: [{ lesion: 0, iou: 0.5 }] },
      { probability: 0.2, volumeMl: 0.01, overlaps: [] },
    ]);
    assert.equal(lesions.length, 2);
  });

  it("tells two peaks apart where the way between them dips below 0.4 of the lower, and joins them where not", () => {
    const reference = labelRow("11.11");
    const apart = findCandidates(row(0.9, 0.3, 0.19, 0.3, 0.5), reference).candidates;
    assert.deepEqual(
      apart.map(({ probability, overlaps }) => [probability, overlaps.map(({ lesion }) => lesion)]),
      [
        [0.9, [0]],
        [0.5, [1]],
      ],
    );
    const joined = findCandidates(row(0.9, 0.3, 0.2, 0.3, 0.5), reference).candidates;
    assert.deepEqual(joined.length, 1);
    assert.equal(
      findCandidates(row(0.9, 0.3, 0.19, 0.3, 0.5), reference, { share: 0.3 }).candidates.length,
      1,
    );
    assert.equal(findCandidates(row(0.9, 0.5, 0.6), labelRow("..."), { share: 1 }).candidates.length, 2);
  });

  it("makes one piece of a haze that covers everything, whose IoU with a lesion is small", () => {
    const haze = row(...Array.from({ length: 40 }, () => 0.34));
    const { candidates } = findCandidates(haze, labelRow(`${".".repeat(38)}11`));
    assert.deepEqual(candidates, [
      { probability: 0.34, volumeMl: 0.4, overlaps: [{ lesion: 0, iou: 0.05 }] },
    ]);
  });

  it("keeps the likeliest, leaves out what is below the floor, and reads stored numbers by their scale", () => {
    const probability = row(0.9, 0, 0.7, 0, 0.8, 0, 0.09);
    const none = labelRow(".......");
    const found = findCandidates(probability, none).candidates.map((each) => each.probability);
    assert.deepEqual(found, [0.9, 0.8, 0.7]);
    assert.equal(findCandidates(probability, none, { maxCandidates: 2 }).candidates.length, 2);
    assert.equal(findCandidates(probability, none, { floor: 0.05 }).candidates.length, 4);
    const stored = { ...none, data: Uint16Array.from([45000, 0, 0, 0, 0, 0, 0]) };
    const scaled = { ...stored, rescale: { slope: 1 / 50000, intercept: 0 } };
    assert.equal(findCandidates(scaled, none).candidates[0].probability, 0.9);
    assert.deepEqual(findCandidates(row(0, 0), labelRow("..")), { lesions: [], candidates: [] });
  });

  it("refuses what is no probability, another grid and options that cannot be", () => {
    const none = labelRow("...");
    assert.throws(
      () => findCandidates(row(0.1, 1.2, 0), none),
      /probability: found 1.2.*numbers from 0 to 1/,
    );
    assert.throws(() => findCandidates(row(0.1, NaN, 0), none), /numbers from 0 to 1/);
    assert.throws(() => findCandidates(row(0.1, 0.2), none), /shape of probability/);
    assert.throws(() => findCandidates(row(0, 0, 0), none, { floor: 0 }), /floor/);
    assert.throws(() => findCandidates(row(0, 0, 0), none, { share: 2 }), /share/);
  });

  it("finds disjoint pieces of the map, in the order of their peaks, and the lesions of evaluateLesions", () => {
    const pairs = fc.tuple(shapes, spacings).chain(([shape, spacingMm]) => {
      const voxels = shape[0] * shape[1] * shape[2];
      const list = { minLength: voxels, maxLength: voxels };
      return fc.record({
        probability: fc
          .array(fc.constantFrom(0, 0, 0.05, 0.12, 0.2, 0.31, 0.5, 0.77, 0.93), list)
          .map((data) => createVolume(Float32Array.from(data), shape, { spacingMm })),
        reference: fc
          .array(fc.constantFrom(0, 0, 0, 1), list)
          .map((data) => createVolume(Uint8Array.from(data), shape, { spacingMm })),
      });
    });
    fc.assert(
      fc.property(pairs, ({ probability, reference }) => {
        const { lesions, candidates } = findCandidates(probability, reference);
        const known = evaluateLesions(reference, reference, { labels: [1] }).reference;
        assert.deepEqual(
          lesions.map(({ radiusMm }) => radiusMm),
          known.map(({ radiusMm }) => radiusMm),
        );
        const voxelMl =
          (probability.spacingMm[0] * probability.spacingMm[1] * probability.spacingMm[2]) / 1000;
        const total = candidates.reduce((sum, { volumeMl }) => sum + volumeMl / voxelMl, 0);
        const above = probability.data.filter((p) => p >= 0.1).length;
        assert.ok(total <= above + 1e-6, "no voxel twice");
        assert.equal(candidates.length > 0, above > 0);
        const most = Math.max(0, ...probability.data);
        if (above > 0) assert.ok(Math.abs(candidates[0].probability - most) < 1e-6);
        candidates.forEach(({ probability: p }, i) =>
          assert.ok(i === 0 || p <= candidates[i - 1].probability),
        );
        for (const { overlaps } of candidates)
          for (const { iou, lesion } of overlaps) assert.ok(iou > 0 && iou <= 1 && lesion in lesions);
        // A map that is sure where the lesions are finds each of them whole.
        const sure: Vec3 = probability.shape;
        const exact = createVolume(Float32Array.from(reference.data), sure, {
          spacingMm: reference.spacingMm,
        });
        const hits = findCandidates(exact, reference).candidates.map((each) => each.overlaps);
        assert.deepEqual(
          hits.sort((a, b) => a[0].lesion - b[0].lesion),
          lesions.map((_, lesion) => [{ lesion, iou: 1 }]).slice(0, 100),
        );
      }),
    );
  });
});
