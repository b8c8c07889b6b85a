import assert from "node:assert/strict";
import { createKey } from "tumorlab/internal/core/random";
import type { Vec3 } from "tumorlab/internal/core/types";
import { createPlaneWriter, mostStored } from "tumorlab/internal/training/plane-writer";

/** What the writer promises, voxel by voxel: linear along z in 32 bits, then along x and y in 64. */
function writePlainly(planes: readonly Float32Array[], from: Vec3, to: Vec3, factor: Vec3, classes: number) {
  const [nx, ny, nz] = from;
  const place = (axis: number, i: number): [number, number, number] => {
    const n = from[axis];
    const at = Math.min(n - 1, Math.max(0, (n - 1) / 2 + (i - (to[axis] - 1) / 2) * factor[axis]));
    const below = Math.min(n - 1, Math.floor(at));
    return [below, Math.min(n - 1, below + 1), at - below];
  };
  const labels = new Uint8Array(to[0] * to[1] * to[2]);
  const shares = Array.from({ length: classes }, () => new Uint16Array(labels.length));
  for (let z = 0, i = 0; z < to[2]; z++)
    for (let y = 0; y < to[1]; y++)
      for (let x = 0; x < to[0]; x++, i++) {
        const [[left, right, beyondX], [low, high, beyondY], [under, over, beyondZ]] = [
          place(0, x),
          place(1, y),
          place(2, z),
        ];
        let most = -1;
        for (let c = 0; c < classes; c++) {
          const at = (column: number, row: number): number => {
            const [a, b] = [under, over].map((plane) => planes[plane][column + nx * (row + ny * c)]);
            return Math.fround(a + (b - a) * (nz === 1 ? 0 : beyondZ));
          };
          const along = (row: number) => at(left, row) + (at(right, row) - at(left, row)) * beyondX;
          const value = Math.fround(along(low) + (along(high) - along(low)) * beyondY);
          shares[c][i] = Math.round(value * mostStored);
          if (value > most) [most, labels[i]] = [value, c];
        }
      }
  return { labels, shares };
}

describe("createPlaneWriter", () => {
  const cases: { from: Vec3; to: Vec3; factor: Vec3; classes: number }[] = [
    { from: [5, 4, 3], to: [13, 10, 8], factor: [0.4, 0.4, 0.37], classes: 3 },
    { from: [9, 8, 6], to: [4, 3, 3], factor: [2.2, 2.6, 2], classes: 2 },
    { from: [1, 1, 1], to: [3, 2, 2], factor: [0.5, 0.5, 0.5], classes: 4 },
    { from: [6, 7, 2], to: [6, 7, 2], factor: [1, 1, 1], classes: 5 },
  ];
  for (const { from, to, factor, classes } of cases)
    it(`brings ${from.join("x")} to ${to.join("x")} as said, to the last bit`, () => {
      const stream = createKey(7).stream();
      const planes = Array.from({ length: from[2] }, () =>
        Float32Array.from({ length: from[0] * from[1] * classes }, () => stream.uniform()),
      );
      const expected = writePlainly(planes, from, to, factor, classes);
      for (const keep of [[], [classes - 1, 1]]) {
        const writer = createPlaneWriter(from, to, factor, classes, keep);
        planes.forEach((plane, z) => writer.add(z, plane));
        const { labels, kept } = writer.finish();
        assert.deepEqual(labels, expected.labels);
        assert.deepEqual(
          kept,
          keep.map((each) => expected.shares[each]),
        );
      }
    });

  it("takes the lowest of equal classes", () => {
    const writer = createPlaneWriter([2, 2, 1], [4, 4, 1], [0.5, 0.5, 1], 3, []);
    writer.add(0, new Float32Array(12).fill(1 / 3));
    assert.ok(writer.finish().labels.every((label) => label === 0));
  });
});
