import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3, Volume } from "tumorlab/internal/core/types";
import { evaluateCase } from "tumorlab/internal/metrics/evaluate";
import { surfaceDistances } from "tumorlab/internal/metrics/surface-distances";
import { box, misalign, overlay } from "./masks.js";
import { close, score } from "./score.js";

describe("distances of surfaces", () => {
  it("agree with comparing every element with every other, near and far", () => {
    const shape: Vec3 = [70, 41, 33];
    for (const spacingMm of [
      [0.7, 0.7, 5],
      [1, 1, 1],
      [2, 0.3, 0.9],
    ] as Vec3[]) {
      // A cloud near one corner against specks all over the volume: most neighbours are far.
      const specks = createVolume(
        Uint8Array.from({ length: 70 * 41 * 33 }, (_, i) =>
          Math.imul(i + 1, 2654435761) >>> 24 === 0 && i % 3 === 0 ? 1 : 0,
        ),
        shape,
        { spacingMm },
      );
      const cloud = overlay(
        box(shape, [3, 3, 3], [9, 8, 7], spacingMm),
        box(shape, [60, 30, 2], [64, 33, 4], spacingMm),
      );
      const found = surfaceDistances(cloud, specks, 1);
      const points = (map: Volume) => surfelPoints(map);
      const [a, b] = [points(cloud), points(specks)];
      assert.ok(b.length > 500);
      checkDistances(found.referenceToPrediction.distancesMm, a, b, spacingMm);
      checkDistances(found.predictionToReference.distancesMm, b, a, spacingMm);
    }
  });

  it("find the 95 % distance among many thousands, whatever their spread", () => {
    const shape: Vec3 = [200, 40, 14];
    const spacingMm: Vec3 = [0.7, 0.7, 5];
    // A comb has a large surface; a speck far away stretches the range of distances a hundredfold.
    const comb = (gap: number, shift: number) =>
      createVolume(
        Uint8Array.from({ length: 200 * 40 * 14 }, (_, i) => {
          const [x, y, z] = [i % 200, Math.floor(i / 200) % 40, Math.floor(i / 8000)];
          return x < 40 && (y + shift) % gap < 2 && z > 1 && z < 12 ? 1 : 0;
        }),
        shape,
        { spacingMm },
      );
    const reference = comb(5, 0);
    for (const prediction of [
      comb(6, 1),
      comb(5, 1),
      overlay(comb(5, 0), box(shape, [198, 38, 0], [199, 39, 1], spacingMm)),
    ]) {
      const row = score(reference, prediction);
      const found = surfaceDistances(reference, prediction, 1);
      for (const [direction, { distancesMm, areasMm2 }] of [
        [row.surface!.referenceToPrediction, found.referenceToPrediction],
        [row.surface!.predictionToReference, found.predictionToReference],
      ] as const) {
        assert.ok(distancesMm.length > 4096);
        const order = [...distancesMm.keys()].sort((a, b) => distancesMm[a] - distancesMm[b]);
        const total = areasMm2.reduce((sum, area) => sum + area, 0);
        let covered = 0;
        const expected = order.find((i) => (covered += areasMm2[i]) >= 0.95 * total)!;
        assert.equal(direction.hd95Mm, distancesMm[expected]);
        close(direction.areaMm2, total);
      }
    }
  });

  it("leave out no voxel between long stretches of background", () => {
    const shape: Vec3 = [37, 29, 43];
    const spacingMm: Vec3 = [0.7, 0.7, 5];
    const voxels = 37 * 29 * 43;
    const map = (labelled: readonly number[], bytes: number, wide: boolean) => {
      const data = new Uint8Array(voxels);
      for (const i of labelled) data[i] = 1;
      return createVolume(misalign(wide ? Uint16Array.from(data) : data, bytes), shape, { spacingMm });
    };
    // First and last voxels of the grid and of powers of two, where whole blocks are looked at in one go.
    const edges = [0, 1023, 1024, 4095, 8192, 16383, 16384, 32767, 32768, voxels - 1];
    const pairs = [
      [edges, [20000, ...edges]],
      [edges.slice(1, -1), [0]],
      [[0], [voxels - 1]],
      [[17000, 17001], [16384]],
    ];
    for (const [a, b] of pairs)
      for (const [bytes, wide] of [
        [0, false],
        [1, false],
        [2, true],
      ] as const) {
        const [reference, prediction] = [map(a, bytes, wide), map(b, 0, false)];
        const [row] = evaluateCase(reference, prediction, { labels: [1] });
        const tp = a.filter((i) => b.includes(i)).length;
        assert.deepEqual(
          [row.tp, row.fp, row.fn, row.tn],
          [tp, b.length - tp, a.length - tp, voxels - a.length - b.length + tp],
        );
        const found = surfaceDistances(reference, prediction, 1);
        const [from, to] = [surfelPoints(reference), surfelPoints(prediction)];
        checkDistances(found.referenceToPrediction.distancesMm, from, to, spacingMm);
        checkDistances(found.predictionToReference.distancesMm, to, from, spacingMm);
        assert.equal(row.surface!.referenceToPrediction.surfels, from.length);
        assert.equal(
          row.hd,
          Math.max(...Object.values(found).flatMap(({ distancesMm }) => [...distancesMm])),
        );
      }
  });
});

/** Lattice points of the surface of label 1, by looking at every block of eight voxels. */
function surfelPoints({ data, shape: [nx, ny, nz] }: Volume): Vec3[] {
  const at = (x: number, y: number, z: number): number =>
    x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz ? 0 : data[x + nx * (y + ny * z)];
  const points: Vec3[] = [];
  for (let z = 0; z <= nz; z++)
    for (let y = 0; y <= ny; y++)
      for (let x = 0; x <= nx; x++) {
        let inside = 0;
        for (let corner = 0; corner < 8; corner++)
          inside +=
            at(x - 1 + (corner & 1), y - 1 + ((corner >> 1) & 1), z - 1 + (corner >> 2)) === 1 ? 1 : 0;
        if (inside > 0 && inside < 8) points.push([x, y, z]);
      }
  return points;
}

function checkDistances(found: Float64Array, from: Vec3[], to: Vec3[], [sx, sy, sz]: Vec3): void {
  assert.equal(found.length, from.length);
  from.forEach(([x, y, z], i) => {
    let best = Infinity;
    for (const [u, v, w] of to) {
      const square = ((x - u) * sx) ** 2 + ((y - v) * sy) ** 2 + ((z - w) * sz) ** 2;
      if (square < best) best = square;
    }
    assert.ok(
      Math.abs(found[i] - Math.sqrt(best)) < 1e-12,
      `element ${i}: ${found[i]}, not ${Math.sqrt(best)}`,
    );
  });
}
