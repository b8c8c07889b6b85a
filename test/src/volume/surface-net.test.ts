import assert from "node:assert/strict";
import { createVolume } from "tumorlab/internal/core/grid";
import type { Vec3 } from "tumorlab/internal/core/types";
import { extractSurface, type TriangleMesh } from "tumorlab/internal/volume/surface-net";

function field(shape: Vec3, spacingMm: Vec3, value: (x: number, y: number, z: number) => number, mirror = 1) {
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  for (let z = 0, i = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[0]; x++, i++)
        data[i] = value(x * spacingMm[0], y * spacingMm[1], z * spacingMm[2]);
  const affine = [mirror * spacingMm[0], 0, 0, 5, 0, spacingMm[1], 0, -7, 0, 0, spacingMm[2], 2, 0, 0, 0, 1];
  return createVolume(data, shape, { affine });
}

/** Enclosed volume (positive when triangles face outwards) and area. */
function measure({ x, y, z, i, j, k }: TriangleMesh): { volume: number; area: number } {
  let [volume, area] = [0, 0];
  for (let t = 0; t < i.length; t++) {
    const [a, b, c] = [i[t], j[t], k[t]].map((at) => [x[at], y[at], z[at]]);
    const u = b.map((value, axis) => value - a[axis]);
    const v = c.map((value, axis) => value - a[axis]);
    const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    area += Math.hypot(...n) / 2;
    volume += (a[0] * n[0] + a[1] * n[1] + a[2] * n[2]) / 6;
  }
  return { volume, area };
}

function isClosed({ i, j, k }: TriangleMesh): boolean {
  const edges = new Map<string, number>();
  for (let t = 0; t < i.length; t++)
    for (const [a, b] of [
      [i[t], j[t]],
      [j[t], k[t]],
      [k[t], i[t]],
    ]) {
      const key = a < b ? `${a}-${b}` : `${b}-${a}`;
      edges.set(key, (edges.get(key) ?? 0) + (a < b ? 1 : -1));
    }
  return [...edges.values()].every((count) => count === 0);
}

describe("extractSurface", () => {
  const radius = 10;
  const ball = (x: number, y: number, z: number) => radius - Math.hypot(x - 15, y - 15, z - 15);

  it("encloses a ball of the right volume and area at any spacing, with its front outwards", () => {
    for (const spacing of [
      [1, 1, 1],
      [1.5, 1.5, 3],
    ] as const)
      for (const mirror of [1, -1]) {
        const shape = spacing.map((mm) => Math.ceil(31 / mm)) as unknown as Vec3;
        const mesh = extractSurface(field(shape, spacing, ball, mirror), 0);
        const { volume, area } = measure(mesh);
        assert.ok(isClosed(mesh));
        assert.ok(Math.abs(volume / ((4 / 3) * Math.PI * radius ** 3) - 1) < 0.06, `${volume}`);
        assert.ok(Math.abs(area / (4 * Math.PI * radius ** 2) - 1) < 0.05, `${area}`);
      }
  });

  it("lies in the patient's millimetres", () => {
    const { x, y, z } = extractSurface(field([31, 31, 31], [1, 1, 1], ball), 0);
    const middle = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    [middle(x) - 20, middle(y) - 8, middle(z) - 17].forEach((far) =>
      assert.ok(Math.abs(far) < 0.1, `${far}`),
    );
  });

  it("closes what the edge of the grid cuts, and is empty where nothing reaches the level", () => {
    const full = extractSurface(
      field([4, 3, 2], [1, 1, 1], () => 1),
      0.5,
    );
    assert.ok(isClosed(full) && measure(full).volume > 0);
    assert.equal(
      extractSurface(
        field([4, 3, 2], [1, 1, 1], () => 0),
        0.5,
      ).i.length,
      0,
    );
  });
});
