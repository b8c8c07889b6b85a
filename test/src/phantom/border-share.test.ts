import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { shareOfBorder } from "tumorlab/internal/phantom/border-share";

function labels(data: readonly number[], shape: Vec3, spacingMm: Vec3 = [1, 1, 1]): Volume<Uint8Array> {
  return createVolume(Uint8Array.from(data), shape, { spacingMm });
}

describe("shareOfBorder", () => {
  it("weighs faces by their area", () => {
    // Of 3 voxels in a row along x the last is organ. Faces of the middle one: two of 2 x 5, two of 1 x 5, two of 1 x 2 mm2.
    const row = labels([0, 2, 1], [3, 1, 1], [1, 2, 5]);
    assert.ok(Math.abs(shareOfBorder(row, 2, new Set([1])) - 10 / (20 + 10 + 4)) < 1e-12);
    const column = labels([0, 2, 1], [1, 1, 3], [1, 2, 5]);
    assert.ok(Math.abs(shareOfBorder(column, 2, new Set([1])) - 2 / (20 + 10 + 4)) < 1e-12);
  });

  it("does not see the next row as the voxel beside the last of a row", () => {
    // Voxel 1 ends its row; the organ in voxel 2 is the first of the next.
    assert.ok(Math.abs(shareOfBorder(labels([0, 2, 1, 0], [2, 2, 1]), 2, new Set([1])) - 0) < 1e-12);
  });

  it("is 1 deep in the organ, takes several labels as home, and says nothing of what is not there", () => {
    const cube = new Array<number>(27).fill(1);
    cube[13] = 2;
    assert.equal(shareOfBorder(labels(cube, [3, 3, 3]), 2, new Set([1])), 1);
    cube[12] = 7;
    assert.ok(Math.abs(shareOfBorder(labels(cube, [3, 3, 3]), 2, new Set([1])) - 5 / 6) < 1e-12);
    assert.equal(shareOfBorder(labels(cube, [3, 3, 3]), 2, new Set([1, 7])), 1);
    assert.ok(Number.isNaN(shareOfBorder(labels(cube, [3, 3, 3]), 9, new Set([1]))));
  });

  it("is shared out among all neighbours and the edge of the scan", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }), (data) => {
        const map = labels(data, [5, 4, 3], [0.8, 1.1, 3]);
        const parts = [0, 1, 3].map((home) => shareOfBorder(map, 2, new Set([home])));
        if (!data.includes(2)) return assert.ok(parts.every(Number.isNaN));
        const together = shareOfBorder(map, 2, new Set([0, 1, 3]));
        assert.ok(Math.abs(parts.reduce((sum, share) => sum + share, 0) - together) < 1e-9);
        assert.ok(together >= 0 && together <= 1);
      }),
    ));
});
