import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import { measurePiece } from "tumorlab/internal/metrics/piece-size";

const shape = [20, 20, 12] as const;
const at = (x: number, y: number, z: number): number => x + 20 * (y + 20 * z);
const paint = (isIn: (x: number, y: number, z: number) => number) => {
  const data = new Uint8Array(20 * 20 * 12);
  for (let z = 0; z < 12; z++)
    for (let y = 0; y < 20; y++) for (let x = 0; x < 20; x++) data[at(x, y, z)] = isIn(x, y, z);
  return createVolume(data, shape, { spacingMm: [0.5, 1, 2] });
};

describe("measurePiece", () => {
  it("measures the piece that was asked for, and neither its neighbour nor another label that touches it", () => {
    const labels = paint((x, y, z) => {
      if (y !== 3 || z !== 4) return 0;
      return x <= 5 ? 1 : x <= 8 ? 2 : x >= 12 ? 1 : 0;
    });
    const found = measurePiece(labels, [2, 3, 4]);
    assert.ok(found);
    assert.deepEqual([found.value, found.voxels], [1, 6]);
    assert.ok(Math.abs(found.volumeMl - 0.006) < 1e-9);
    assert.ok(Math.abs(found.diameterMm - 3) < 1e-9);
    assert.equal(measurePiece(labels, [7, 3, 4])?.value, 2);
    assert.equal(measurePiece(labels, [0, 0, 0]), undefined);
  });

  it("gives the diameter of a ball, and the longest in one axial slice of a rod along the body", () => {
    // A ball of 4.5 mm radius: 9 mm across, to the length of a voxel.
    const ball = paint((x, y, z) => Number(Math.hypot(0.5 * (x - 10), y - 10, 2 * (z - 6)) <= 4.5));
    const { diameterMm, axialDiameterMm } = measurePiece(ball, [10, 10, 6])!;
    assert.ok(Math.abs(diameterMm - 9) < 2.3, String(diameterMm));
    assert.ok(Math.abs(axialDiameterMm - 9) < 1.1, String(axialDiameterMm));
    const rod = paint((x, y) => Number(y === 5 && x === 5));
    const found = measurePiece(rod, [5, 5, 3])!;
    assert.ok(Math.abs(found.diameterMm - 24) < 1e-9);
    assert.equal(found.axialDiameterMm, 1);
  });

  it("is as long as the farthest pair of all voxels", () => {
    const blob = paint((x, y, z) =>
      Number(((x * 7 + y * 13 + z * 5) % 11) + Math.abs(x - 9) + Math.abs(y - 9) < 12),
    );
    const voxel = [...blob.data.keys()].find((i) => blob.data[i] === 1)!;
    const place = [voxel % 20, Math.floor(voxel / 20) % 20, Math.floor(voxel / 400)] as const;
    const found = measurePiece(blob, place)!;
    const { axialEnds } = found;
    assert.equal(axialEnds[0][2], axialEnds[1][2]);
    for (const [x, y, z] of axialEnds) assert.equal(blob.data[at(x, y, z)], 1);
    let most = 0;
    const inside = [...blob.data.keys()].filter((i) => blob.data[i] === 1);
    for (const i of inside)
      for (const j of inside) {
        const [dx, dy, dz] = [
          (i % 20) - (j % 20),
          (Math.floor(i / 20) % 20) - (Math.floor(j / 20) % 20),
          Math.floor(i / 400) - Math.floor(j / 400),
        ];
        most = Math.max(most, Math.hypot(0.5 * dx, dy, 2 * dz));
      }
    // Half a voxel at either end comes on top.
    if (found.voxels === inside.length) assert.ok(found.diameterMm >= most && found.diameterMm <= most + 2.5);
    else assert.ok(found.diameterMm <= most + 2.5);
  });
});
