import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Mask, Vec3 } from "tumorlab/internal/core/types";
import { closeMask, dilateMask, erodeMask, openMask } from "tumorlab/internal/volume/morphology";
import { reorient } from "tumorlab/internal/volume/orientation";
import { hashOf } from "../../golden/volumes.js";

/** A mask from rows of text, one slice: `#` is inside. */
function draw(rows: string[], spacingMm: Vec3 = [1, 1, 1]): Mask {
  const data = Uint8Array.from(rows.join(""), (letter) => (letter === "#" ? 1 : 0));
  return createVolume(data, [rows[0].length, rows.length, 1], { spacingMm });
}

function show({ data, shape }: Mask): string[] {
  const rows: string[] = [];
  for (let at = 0; at < data.length; at += shape[0])
    rows.push([...data.subarray(at, at + shape[0])].map((value) => (value ? "#" : ".")).join(""));
  return rows;
}

const masks = fc
  .record({
    shape: fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 5 }),
    ),
    spacingMm: fc.constantFrom<Vec3>([1, 1, 1], [0.7, 0.7, 5], [0.7, 0.8, 2.5]),
    share: fc.constantFrom(0, 0.05, 0.4, 0.9, 1),
    seed: fc.nat(1000),
  })
  .map(({ shape, spacingMm, share, seed }) => {
    const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
    for (let i = 0; i < data.length; i++) data[i] = hashOf(i, seed) < share * 65536 ? 255 : 0;
    return createVolume(data, shape, { spacingMm });
  });
const radii = fc.constantFrom(0, 0.7, 1, 1.5, 2.2, 5);

describe("dilateMask and erodeMask", () => {
  it("grow and shrink by a ball in millimetres, flat where voxels are long", () => {
    const dot = draw([".......", ".......", "...#...", ".......", "......."], [1, 2, 1]);
    assert.deepEqual(show(dilateMask(dot, 2)), [".......", "...#...", ".#####.", "...#...", "......."]);
    const block = draw([".......", ".#####.", ".#####.", ".#####.", "......."]);
    assert.deepEqual(show(erodeMask(block, 1)), [".......", ".......", "..###..", ".......", "......."]);
  });

  it("treat the edge of the grid as asked", () => {
    const cut = draw(["####", "####", "....", "...."]);
    assert.deepEqual(show(erodeMask(cut, 1)), ["####", "....", "....", "...."]);
    assert.deepEqual(show(erodeMask(cut, 1, { edge: "background" })), ["....", "....", "....", "...."]);
    const full = draw(["###", "###", "###"]);
    assert.deepEqual(show(erodeMask(full, 5)), ["###", "###", "###"]);
    // One slice thick: seen from above and below there is background too.
    assert.deepEqual(show(erodeMask(full, 0.5, { edge: "background" })), ["###", "###", "###"]);
    assert.deepEqual(show(erodeMask(full, 1, { edge: "background" })), ["...", "...", "..."]);
  });

  it("agree with comparing every pair of voxels", () => {
    fc.assert(
      fc.property(masks, radii, (mask, radiusMm) => {
        const { data, shape, spacingMm } = mask;
        const place = (i: number) => [
          i % shape[0],
          Math.floor(i / shape[0]) % shape[1],
          Math.floor(i / (shape[0] * shape[1])),
        ];
        const near = (i: number, inside: boolean) =>
          data.some((value, j) => {
            const [dx, dy, dz] = place(i).map((at, axis) => (at - place(j)[axis]) * spacingMm[axis]);
            return value > 0 === inside && dx * dx + dy * dy + dz * dz <= radiusMm * radiusMm * (1 + 1e-9);
          });
        assert.deepEqual(
          [...dilateMask(mask, radiusMm).data],
          Array.from(data, (_, i) => (near(i, true) ? 1 : 0)),
        );
        assert.deepEqual(
          [...erodeMask(mask, radiusMm).data],
          Array.from(data, (_, i) => (near(i, false) ? 0 : 1)),
        );
      }),
      { numRuns: 80 },
    );
  });

  it("do the same however the axes lie", () => {
    fc.assert(
      fc.property(masks, radii, (mask, radiusMm) => {
        const turned = reorient(mask, "SPL");
        assert.deepEqual(reorient(dilateMask(turned, radiusMm), "RAS").data, dilateMask(mask, radiusMm).data);
      }),
      { numRuns: 30 },
    );
  });

  it("refuse radii that are none", () => {
    const mask = draw(["#"]);
    for (const radius of [-1, NaN, Infinity])
      for (const work of [dilateMask, erodeMask, openMask, closeMask])
        assert.throws(() => work(mask, radius), new RegExp(`radiusMm: found ${radius}`));
    assert.throws(() => erodeMask(mask, 1, { edge: "wrap" as "open" }), /edge: found "wrap"/);
  });
});

describe("openMask and closeMask", () => {
  it("take away what is thin and fill what is narrow", () => {
    const spur = draw([".......", ".###...", ".######", ".###...", "......."]);
    assert.deepEqual(show(openMask(spur, 1)), [".......", "..##...", ".####..", "..##...", "......."]);
    const gap = draw([".......", "##.####", "##.####", "##.####", "......."]);
    // At the ends of the slit the background above and below the slice reaches in.
    assert.deepEqual(show(closeMask(gap, 1.5)), [".......", "##.####", "#######", "##.####", "......."]);
  });

  it("are what they should be: open within, close round the mask, both idempotent", () => {
    fc.assert(
      fc.property(masks, radii, (mask, radiusMm) => {
        const opened = openMask(mask, radiusMm);
        const closed = closeMask(mask, radiusMm);
        mask.data.forEach((value, i) => {
          if (opened.data[i]) assert.ok(value > 0);
          if (value > 0) assert.equal(closed.data[i], 1);
        });
        assert.deepEqual(openMask(opened, radiusMm).data, opened.data);
        assert.deepEqual(closeMask(closed, radiusMm).data, closed.data);
      }),
      { numRuns: 80 },
    );
  });
});
