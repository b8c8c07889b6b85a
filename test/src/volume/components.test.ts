import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import {
  findComponents,
  keepComponents,
  paintComponents,
  type Connectivity,
} from "tumorlab/internal/volume/components";
import { reorient } from "tumorlab/internal/volume/orientation";
import { measureRegions } from "tumorlab/internal/volume/regions";
import { hashOf, readGolden } from "../../golden/volumes.js";

/** Breadth-first filling, the definition, numbered in the order of memory. */
function flood(
  data: ArrayLike<number>,
  [nx, ny, nz]: Vec3,
  connectivity: Connectivity,
  byLabel: boolean,
): number[] {
  const painted = new Array<number>(data.length).fill(0);
  const most = { 6: 1, 18: 2, 26: 3 }[connectivity];
  let count = 0;
  for (let seed = 0; seed < data.length; seed++) {
    if (data[seed] === 0 || painted[seed] > 0) continue;
    painted[seed] = ++count;
    for (const stack = [seed]; stack.length > 0;) {
      const i = stack.pop()!;
      const [x, y, z] = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
      for (const dz of [-1, 0, 1])
        for (const dy of [-1, 0, 1])
          for (const dx of [-1, 0, 1]) {
            if (Math.abs(dx) + Math.abs(dy) + Math.abs(dz) > most) continue;
            const [a, b, c] = [x + dx, y + dy, z + dz];
            if (a < 0 || b < 0 || c < 0 || a >= nx || b >= ny || c >= nz) continue;
            const j = a + nx * (b + ny * c);
            if (painted[j] > 0 || data[j] === 0 || (byLabel && data[j] !== data[i])) continue;
            painted[j] = count;
            stack.push(j);
          }
    }
  }
  return painted;
}

describe("findComponents", () => {
  it("finds scipy's components in scipy's order", () => {
    interface Case {
      shape: Vec3;
      share: number;
      connectivity: Connectivity;
      count: number;
      painted: number[];
    }
    for (const { shape, share, connectivity, count, painted } of readGolden<Case>("components").cases) {
      const data = Uint8Array.from(painted, (_, i) => (hashOf(i, 4) < share * 65536 ? 1 : 0));
      const mask = createVolume(data, shape);
      const table = findComponents(mask, { connectivity });
      assert.equal(table.components.length, count);
      assert.deepEqual([...paintComponents(table, mask).data], painted);
    }
  });

  it("agrees with flooding voxel by voxel, for any labels, row length and offset in memory", () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.integer({ min: 1, max: 11 }),
          fc.integer({ min: 1, max: 6 }),
          fc.integer({ min: 1, max: 5 }),
        ),
        fc.constantFrom<Connectivity>(6, 18, 26),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 0, max: 5 }),
        fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 255), { minLength: 330, maxLength: 330 }),
        (shape, connectivity, byLabel, wide, offset, values) => {
          const length = shape[0] * shape[1] * shape[2];
          const data = new (wide ? Uint16Array : Uint8Array)(length + offset).subarray(offset);
          data.set(values.slice(0, length).map((label) => (wide && label === 255 ? 65535 : label)));
          const map = createVolume(data, shape, { spacingMm: [0.7, 0.8, 5] });
          const table = findComponents(map, { connectivity, byLabel });
          const expected = flood(data, shape, connectivity, byLabel);
          assert.deepEqual([...paintComponents(table, map).data], expected);
          for (const { id, label, voxels } of table.components) {
            assert.equal(voxels, expected.filter((value) => value === id).length);
            assert.equal(label, byLabel ? data[expected.indexOf(id)] : 1);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("measures each piece: millilitres, box, centre", () => {
    const data = new Uint8Array(6 * 5 * 4);
    const set = (x: number, y: number, z: number) => (data[x + 6 * (y + 5 * z)] = 3);
    // A bar of three voxels along x, and one voxel at the far corner.
    for (const x of [1, 2, 3]) set(x, 2, 1);
    set(5, 4, 3);
    const affine = [-0.7, 0, 0, 100, 0, 0.7, 0, 0, 0, 0, 5, -50, 0, 0, 0, 1];
    const { components } = findComponents(createVolume(data, [6, 5, 4], { affine }));
    assert.equal(components.length, 2);
    const [bar, corner] = components;
    assert.deepEqual([bar.id, bar.label, bar.voxels], [1, 3, 3]);
    assert.ok(Math.abs(bar.volumeMl - 3 * 0.00245) < 1e-15);
    assert.deepEqual(
      [bar.boxMin, bar.boxMax],
      [
        [1, 2, 1],
        [3, 2, 1],
      ],
    );
    assert.deepEqual(bar.centroidVoxel, [2, 2, 1]);
    assert.deepEqual(
      bar.centroidMm.map((mm) => Number(mm.toFixed(9))),
      [98.6, 1.4, -45],
    );
    assert.deepEqual([corner.voxels, corner.boxMin, corner.boxMax], [1, [5, 4, 3], [5, 4, 3]]);
  });

  it("joins across an edge or a corner only where asked to", () => {
    const edge = createVolume(Uint8Array.of(1, 0, 0, 1), [2, 2, 1]);
    const corner = createVolume(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1), [2, 2, 2]);
    const count = (mask: typeof edge, connectivity: Connectivity) =>
      findComponents(mask, { connectivity }).components.length;
    assert.deepEqual([count(edge, 6), count(edge, 18), count(edge, 26)], [2, 1, 1]);
    assert.deepEqual([count(corner, 6), count(corner, 18), count(corner, 26)], [2, 2, 1]);
  });

  it("finds none in an empty map, one in a full one, and 300 labels apart", () => {
    const empty = createVolume(new Uint8Array(27), [3, 3, 3]);
    assert.deepEqual(findComponents(empty).components, []);
    assert.deepEqual([...paintComponents(findComponents(empty), empty).data], new Array(27).fill(0));
    const full = findComponents(createVolume(new Uint8Array(27).fill(255), [3, 3, 3])).components;
    assert.deepEqual(
      full.map(({ label, voxels }) => [label, voxels]),
      [[255, 27]],
    );
    const many = createVolume(
      Uint16Array.from({ length: 300 }, (_, i) => i + 1),
      [300, 1, 1],
    );
    assert.equal(findComponents(many).components.length, 300);
    assert.equal(findComponents(many, { byLabel: false }).components.length, 1);
  });

  it("finds pieces of the same sizes however the axes lie", () => {
    const shape: Vec3 = [9, 7, 5];
    const data = Uint8Array.from({ length: 315 }, (_, i) => (hashOf(i, 6) < 15000 ? 1 + (i % 2) : 0));
    const volume = createVolume(data, shape, { spacingMm: [0.7, 0.8, 5] });
    const sizes = (code: string) =>
      findComponents(reorient(volume, code))
        .components.map(({ label, voxels }) => `${label}:${voxels}`)
        .sort();
    for (const code of ["LPS", "SPL", "ASR", "IRP"]) assert.deepEqual(sizes(code), sizes("RAS"));
  });

  it("refuses a connectivity there is not", () => {
    const mask = createVolume(new Uint8Array(1), [1, 1, 1]);
    assert.throws(
      () => findComponents(mask, { connectivity: 8 as 6 }),
      /connectivity: found 8, expected 6, 18 or 26/,
    );
    const table = findComponents(mask);
    assert.throws(
      () => paintComponents(table, createVolume(new Uint8Array(2), [2, 1, 1])),
      /shape: found \[2, 1, 1\]/,
    );
  });
});

describe("keepComponents", () => {
  it("drops what is not kept and nothing else", () => {
    const map = toLabelMap(createVolume(Uint8Array.of(1, 1, 0, 1, 0, 2, 2, 2), [8, 1, 1]), { 1: "liver" });
    const large = keepComponents(map, findComponents(map), ({ voxels }) => voxels >= 2);
    assert.deepEqual([...large.data], [1, 1, 0, 0, 0, 2, 2, 2]);
    assert.equal(large.names[1], "liver");
    assert.deepEqual(
      measureRegions(large).map(({ voxels }) => voxels),
      [2, 3],
    );
    assert.deepEqual([...map.data], [1, 1, 0, 1, 0, 2, 2, 2]);
  });
});
