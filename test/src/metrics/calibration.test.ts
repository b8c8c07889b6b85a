import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import { calibrate, countProbabilities } from "tumorlab/internal/metrics/calibration";

const p = [0.09, 0.24, 0.8, 0.58, 0.09, 0.43, 0.48, 0.16, 0.73, 0.11, 0.39, 0.52];
const y = [0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1];
const grid = { spacingMm: [1, 1, 1] as const };
const volumes = (some: readonly number[], labels: readonly number[]) => {
  const shape = [some.length, 1, 1] as const;
  return [
    createVolume(Float64Array.from(some), shape, grid),
    createVolume(Uint8Array.from(labels), shape, grid),
  ] as const;
};
const close = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) < 1e-12, `${found} instead of ${expected}`);

describe("countProbabilities", () => {
  it("counts voxels, those of the class and the sum of probabilities, bin by bin", () => {
    const { voxels, positives, sums } = countProbabilities(...volumes(p, y), { bins: 4 });
    assert.deepEqual(voxels, [5, 3, 3, 1]);
    assert.deepEqual(positives, [0, 1, 2, 1]);
    close(sums[1], 1.3);
    const ends = countProbabilities(...volumes([0, 0.5, 1], [0, 2, 2]), { bins: 2, labels: [2] });
    assert.deepEqual(
      [ends.voxels, ends.positives],
      [
        [1, 2],
        [0, 2],
      ],
    );
  });

  it("leaves out what is to be ignored and refuses what is no probability", () => {
    const { voxels } = countProbabilities(...volumes([0.1, 0.9], [255, 1]), { bins: 2, ignore: 255 });
    assert.deepEqual(voxels, [0, 1]);
    assert.throws(() => countProbabilities(...volumes([-0.1], [0])), /probability: found -0.1/);
    assert.throws(() => countProbabilities(...volumes([NaN], [0])), /probability/);
    assert.equal(countProbabilities(...volumes([0.5], [0])).voxels.length, 20);
  });
});

describe("calibrate", () => {
  const histogram = countProbabilities(...volumes(p, y), { bins: 4 });

  it("is the mean distance of what a bin says and what is there, with and without the lowest", () => {
    // numpy: b = minimum(3, floor(p * 4)); sum(abs(p[b==k].mean() - y[b==k].mean()) * (b==k).sum() for k in range(4)) / 12,
    // then for k in (1, 2, 3) over the voxels of these
    const { ece, eceAboveLowest, maxError, bins, voxels } = calibrate([{ patient: "a", histogram }]);
    close(ece, 0.1133333333333333);
    close(eceAboveLowest, 0.09571428571428568);
    assert.equal(voxels, 12);
    close(maxError, 0.2);
    close(bins[1].probability, 1.3 / 3);
    close(bins[1].observed, 1 / 3);
    assert.deepEqual([bins[1].from, bins[1].to], [0.25, 0.5]);
  });

  it("adds the scans up, draws patients, and gives no number where there is none", () => {
    const other = { voxels: [9, 0, 1, 0], positives: [0, 0, 0, 0], sums: [0.1, 0, 0.6, 0] };
    const both = calibrate([
      { patient: "a", histogram },
      { patient: "b", histogram: other },
      { patient: "b", histogram: other },
    ]);
    assert.deepEqual([both.patients, both.scans, both.voxels], [2, 3, 32]);
    assert.equal(both.bins[2].voxels, 5);
    assert.ok(both.interval.low <= both.ece && both.ece <= both.interval.high);
    const alone = calibrate([{ patient: "b", histogram: other }]);
    assert.deepEqual(
      [alone.bins[1].observed, alone.bins[1].probability, alone.interval.low],
      [NaN, NaN, NaN],
    );
    assert.deepEqual([calibrate([]).ece, calibrate([]).bins], [NaN, []]);
  });

  it("refuses histograms that cannot be", () => {
    const odd = { voxels: [1], positives: [0], sums: [0] };
    assert.throws(
      () =>
        calibrate([
          { patient: "a", histogram },
          { patient: "b", histogram: odd },
        ]),
      /of b/,
    );
    const more = { voxels: [1, 1], positives: [0, 2], sums: [0, 1] };
    assert.throws(() => calibrate([{ patient: "a", histogram: more }]), /from 0 to 1 positives/);
  });

  it("is 0 for shares that say what is there, and never beyond the largest distance", () => {
    const voxel = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(voxel, { minLength: 1, maxLength: 40 }), (some) => {
        const made = countProbabilities(
          ...volumes(
            some.map(([percent]) => percent / 100),
            some.map(([, is]) => Number(is)),
          ),
        );
        const { ece, maxError } = calibrate([{ patient: "a", histogram: made }]);
        assert.ok(ece >= 0 && ece <= maxError + 1e-12 && maxError <= 1);
        const honest = { ...made, sums: made.positives };
        assert.equal(calibrate([{ patient: "a", histogram: honest }]).ece, 0);
      }),
    );
  });
});
