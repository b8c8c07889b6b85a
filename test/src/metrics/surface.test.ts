import assert from "node:assert/strict";
import fc from "fast-check";
import { createSurfelAreas, createVolume, evaluateCase, surfaceDistances } from "tumorlab";
import type { ScoreRow, Vec3, Volume } from "tumorlab";
import { labelPairs } from "./arbitrary.js";
import { box, misalign, overlay, turn } from "./masks.js";

function score(reference: Volume, prediction: Volume, toleranceMm = 2): ScoreRow {
  return evaluateCase(reference, prediction, { labels: [1], toleranceMm })[0];
}

function close(actual: number, expected: number, what = ""): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    `${what} ${actual}, not ${expected}`,
  );
}

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

  it("score every label of a map as if it were alone", () => {
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

  it("read rows of any length at any address, in bytes and in 16-bit words", () => {
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

  it("refuse a tolerance that is none", () => {
    const map = box([3, 3, 3], [1, 1, 1], [2, 2, 2]);
    for (const toleranceMm of [-1, NaN, Infinity])
      assert.throws(() => evaluateCase(map, map, { toleranceMm }), /toleranceMm: found/);
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
