import assert from "node:assert/strict";
import fc from "fast-check";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import { labelPairs } from "./arbitrary.js";
import { misalign } from "./masks.js";
import { score } from "./score.js";

describe("maps of many labels", () => {
  it("are scored by the label, each as if it were alone", () => {
    fc.assert(
      fc.property(labelPairs(5), ([reference, prediction]) => {
        for (const row of evaluateCase(reference, prediction, { toleranceMm: 1 })) {
          const alone = (map: Volume<Uint8Array>) => ({
            ...map,
            data: map.data.map((l) => (l === row.label ? 1 : 0)),
          });
          const single = score(alone(reference), alone(prediction), 1);
          assert.deepEqual({ ...single, label: row.label, name: row.name }, row);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("are read in rows of any length at any address, in bytes and in 16-bit words", () => {
    for (const nx of [1, 2, 3, 4, 5, 7, 8, 13]) {
      const shape: Vec3 = [nx, 5, 4];
      const labels = Uint8Array.from({ length: nx * 20 }, (_, i) => (Math.imul(i + 7, 40503) >>> 5) % 3);
      const others = labels.map((label, i) => (i % 4 === 1 ? 2 - label : label));
      const grid = { spacingMm: [0.7, 0.7, 5] as Vec3 };
      const expected = evaluateCase(createVolume(labels, shape, grid), createVolume(others, shape, grid));
      for (let bytes = 0; bytes < 4; bytes++) {
        const at = (data: Uint8Array) => createVolume(misalign(data, bytes), shape, grid);
        assert.deepEqual(evaluateCase(at(labels), at(others)), expected, `row length ${nx}, offset ${bytes}`);
      }
      for (const bytes of [0, 2]) {
        const at = (data: Uint8Array) => createVolume(misalign(Uint16Array.from(data), bytes), shape, grid);
        assert.deepEqual(
          evaluateCase(at(labels), at(others)),
          expected,
          `row length ${nx}, 16 bits, offset ${bytes}`,
        );
      }
    }
  });

  it("tell 300 labels apart, 255, 256 and 65535 among them", () => {
    const shape: Vec3 = [60, 30, 12];
    const values = [...Array.from({ length: 299 }, (_, k) => k + 1), 65535];
    const labels = new Uint16Array(60 * 30 * 12);
    const others = new Uint16Array(60 * 30 * 12);
    values.forEach((label, k) => {
      const [x, y, z] = [3 * (k % 20), 3 * (Math.floor(k / 20) % 10), 4 * Math.floor(k / 200)];
      for (let dz = 0; dz < 2; dz++)
        for (let dx = 0; dx < 2; dx++) {
          labels[x + dx + 60 * (y + 30 * (z + dz))] = label;
          others[x + dx + 60 * (y + 30 * (z + dz + (k % 2)))] = label;
        }
    });
    const rows = evaluateCase(
      createVolume(labels, shape, { spacingMm: [1, 1, 5] }),
      createVolume(others, shape, { spacingMm: [1, 1, 5] }),
    );
    assert.equal(rows.length, 300);
    rows.forEach((row, k) => {
      assert.deepEqual([row.label, row.dice, row.hd], [values[k], k % 2 ? 0.5 : 1, k % 2 ? 5 : 0]);
    });
  });
});
