import { requireThat } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { Vec3, Volume } from "../core/types.js";
import { asBits, makeArray } from "./arrays.js";

/** Displacements given at a few control points, evenly spread over a block from its first to its last voxel. */
export interface ControlGrid {
  /** Control points along x, y, z; 2 to 16 each. */
  shape: Vec3;
  /** Displacement along x of every control point, x fastest, then those along y, then along z. */
  offsets: Float64Array;
}

/**
 * Cubic spline through the control points, as weights: value at `positions[i]` (in steps of the control points, from 0 to
 * `count - 1`) is the sum over k of `weights[k][i]` times the value of point k. Beyond its ends the row of points goes on
 * mirrored, as in scipy's zoom of order 3.
 */
export function splineWeights(positions: Float64Array, count: number): Float64Array[] {
  requireThat(Number.isInteger(count) && count >= 2 && count <= 16, "control points", count, "2 to 16");
  const last = count - 1;
  const mirror = (k: number): number => {
    const place = ((k % (2 * last)) + 2 * last) % (2 * last);
    return place <= last ? place : 2 * last - place;
  };
  return Array.from({ length: count }, (_, point) => {
    const unit = new Float64Array(count);
    unit[point] = 1;
    const coefficients = splineCoefficients(unit);
    return positions.map((position) => {
      const at = Math.floor(position);
      const t = position - at;
      const s = 1 - t;
      return (
        (coefficients[mirror(at - 1)] * s * s * s +
          coefficients[mirror(at)] * (4 - 6 * t * t + 3 * t * t * t) +
          coefficients[mirror(at + 1)] * (4 - 6 * s * s + 3 * s * s * s) +
          coefficients[mirror(at + 2)] * t * t * t) /
        6
      );
    });
  });
}

/** Coefficients of the cubic B-spline through `values`: solves (c[k-1] + 4 c[k] + c[k+1]) / 6 = values[k], ends mirrored. */
function splineCoefficients(values: Float64Array): Float64Array {
  const n = values.length;
  const ratio = new Float64Array(n);
  const result = new Float64Array(n);
  ratio[0] = 2 / 4;
  result[0] = (6 * values[0]) / 4;
  for (let k = 1; k < n; k++) {
    const before = k === n - 1 ? 2 : 1;
    const pivot = 4 - before * ratio[k - 1];
    ratio[k] = 1 / pivot;
    result[k] = (6 * values[k] - before * result[k - 1]) / pivot;
  }
  for (let k = n - 2; k >= 0; k--) result[k] -= ratio[k] * result[k + 1];
  return result;
}

/** Called for each row of a block, z slowest: displacements along x, y, z of its voxels, valid during the call. */
export type RowVisitor = (y: number, z: number, dx: Float64Array, dy: Float64Array, dz: Float64Array) => void;

/**
 * Walks over a block of voxels with the displacement of each, row by row. The spline is a product over the axes, so a row
 * costs a few multiplications a voxel whatever the size of the block.
 *
 * @param positions where the block's voxels lie along x, y, z, in steps of the control points.
 */
export function visitDisplacements(
  { shape, offsets }: ControlGrid,
  positions: readonly [Float64Array, Float64Array, Float64Array],
  visit: RowVisitor,
): void {
  const [cx, cy, cz] = shape;
  requireThat(offsets.length === 3 * cx * cy * cz, "offsets", offsets.length, `${3 * cx * cy * cz} numbers`);
  const [alongX, alongY, alongZ] = positions.map((each, axis) => splineWeights(each, shape[axis]));
  const nx = positions[0].length;
  const rows = [0, 1, 2].map(() => new Float64Array(nx));
  const plane = new Float64Array(3 * cy * cx);
  const line = new Float64Array(cx);
  for (let z = 0; z < positions[2].length; z++) {
    plane.fill(0);
    for (let k = 0; k < cz; k++) {
      const weight = alongZ[k][z];
      for (let part = 0; part < 3; part++) {
        const from = cx * cy * (k + cz * part);
        for (let i = 0; i < cx * cy; i++) plane[part * cx * cy + i] += weight * offsets[from + i];
      }
    }
    for (let y = 0; y < positions[1].length; y++) {
      for (let part = 0; part < 3; part++) {
        line.fill(0);
        for (let k = 0; k < cy; k++) {
          const weight = alongY[k][y];
          for (let i = 0; i < cx; i++) line[i] += weight * plane[part * cx * cy + k * cx + i];
        }
        sumWeighted(rows[part], alongX, line);
      }
      visit(y, z, rows[0], rows[1], rows[2]);
    }
  }
}

function sumWeighted(out: Float64Array, weights: Float64Array[], factors: Float64Array): void {
  if (weights.length === 3) {
    const [one, two, three] = weights;
    const [a, b, c] = factors;
    for (let i = 0; i < out.length; i++) out[i] = a * one[i] + b * two[i] + c * three[i];
    return;
  }
  out.fill(0);
  // Two points at a time: half as many passes over the row.
  for (let k = 0; k + 1 < weights.length; k += 2) {
    const [one, two] = [weights[k], weights[k + 1]];
    const [a, b] = [factors[k], factors[k + 1]];
    for (let i = 0; i < out.length; i++) out[i] += a * one[i] + b * two[i];
  }
  if (weights.length % 2 === 1) {
    const one = weights[weights.length - 1];
    const a = factors[weights.length - 1];
    for (let i = 0; i < out.length; i++) out[i] += a * one[i];
  }
}

/**
 * Deforms a volume: each voxel takes the stored number of the voxel nearest to its own place plus the displacement there
 * (in voxels), 0 from beyond the edge. What scipy does with zoom of order 3 on the control points and map_coordinates of
 * order 0, in one pass.
 */
export function deformNearest<V extends Volume>(volume: V, control: ControlGrid): V {
  const [nx, ny, nz] = volume.shape;
  const positions = volume.shape.map((n, axis) =>
    Float64Array.from({ length: n }, (_, i) => (n > 1 ? (i * (control.shape[axis] - 1)) / (n - 1) : 0)),
  );
  const data = makeArray(volume.data, volume.data.length);
  const from = asBits(volume.data);
  const to = asBits(data);
  let at = 0;
  visitDisplacements(control, [positions[0], positions[1], positions[2]], (y, z, dx, dy, dz) => {
    for (let x = 0; x < nx; x++, at++) {
      const sx = Math.floor(x + dx[x] + 0.5);
      const sy = Math.floor(y + dy[x] + 0.5);
      const sz = Math.floor(z + dz[x] + 0.5);
      if (sx >= 0 && sy >= 0 && sz >= 0 && sx < nx && sy < ny && sz < nz)
        to[at] = from[sx + nx * (sy + ny * sz)];
    }
  });
  return { ...volume, ...withData(volume, data) };
}
