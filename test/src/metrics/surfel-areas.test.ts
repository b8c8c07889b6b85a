import assert from "node:assert/strict";
import { createSurfelAreas } from "tumorlab/internal/metrics/surfel-area";
import { close } from "./score.js";

describe("createSurfelAreas", () => {
  const [sx, sy, sz] = [0.7, 1.1, 3.3];
  const areas = createSurfelAreas([sx, sy, sz]);
  const code = (...corners: [number, number, number][]) =>
    corners.reduce((c, [x, y, z]) => c | (1 << (x + 2 * y + 4 * z)), 0);

  it("knows flat walls, edges and corners", () => {
    assert.deepEqual([areas[0], areas[255]], [0, 0]);
    close(areas[code([0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1])], sy * sz, "wall across x");
    close(areas[code([0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0])], sx * sy, "wall across z");
    // One corner is cut off by the triangle through the middles of its three edges.
    close(areas[code([1, 0, 1])], Math.hypot(sy * sz, sx * sz, sx * sy) / 8, "corner");
    // An edge along z is cut off by a rectangle.
    close(areas[code([0, 0, 0], [0, 0, 1])], (Math.hypot(sx, sy) / 2) * sz, "edge");
  });

  it("cuts off each of two corners that meet in a diagonal alone", () => {
    const corner = areas[1];
    for (const pair of [code([0, 0, 0], [1, 1, 0]), code([0, 0, 0], [1, 1, 1]), code([1, 0, 1], [0, 0, 0])])
      close(areas[pair], 2 * corner);
  });

  it("gives a mask and its complement the same surface", () => {
    for (let c = 0; c < 256; c++) assert.equal(areas[c], areas[255 - c]);
  });

  it("is the same however the cube is turned, spacing with it", () => {
    const spacing = [sx, sy, sz];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ])
      for (let flips = 0; flips < 8; flips++) {
        const turned = createSurfelAreas([spacing[order[0]], spacing[order[1]], spacing[order[2]]]);
        for (let c = 0; c < 256; c++) {
          let image = 0;
          for (let corner = 0; corner < 8; corner++) {
            if (!((c >> corner) & 1)) continue;
            const at = order.map((axis, k) => ((corner >> axis) & 1) ^ ((flips >> k) & 1));
            image |= 1 << (at[0] + 2 * at[1] + 4 * at[2]);
          }
          close(turned[image], areas[c], `code ${c}`);
        }
      }
  });
});
