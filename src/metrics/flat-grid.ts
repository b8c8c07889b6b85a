import { fillWith } from "../core/fill-with.js";
import type { Vec3 } from "../core/types.js";
import type { Surfels } from "./surfels.js";

/**
 * Grids with one voxel along an axis: a mask there is a plane figure, not a slab. Its surface is its contour in the plane,
 * each element weighed by its length in mm, as google-deepmind/surface-distance does for 2D input. With one voxel along
 * two axes it is the ends of its pieces, which all weigh the same.
 */

/** Axes along which a grid has one voxel; none for a grid of a single voxel, which has no contour. */
export function findFlatAxes(shape: Vec3): number[] {
  const flat = [0, 1, 2].filter((axis) => shape[axis] === 1);
  return flat.length === 3 ? [] : flat;
}

/**
 * The contour among the surfels of a flat grid: one of the two layers that each of its elements is found in, without the
 * top and the bottom of the slab.
 */
export function keepContour(surfels: Surfels, shape: Vec3): Surfels {
  const flat = findFlatAxes(shape);
  if (flat.length === 0) return surfels;
  const rowLength = shape[1] + 1;
  const whole = codeOfFullPlane(flat);
  const kept: number[] = [];
  for (let i = 0; i < surfels.count; i++) {
    const y = surfels.row[i] % rowLength;
    const at = [surfels.x[i], y, (surfels.row[i] - y) / rowLength];
    if (flat.every((axis) => at[axis] === 0) && surfels.code[i] !== whole) kept.push(i);
  }
  return {
    count: kept.length,
    x: fillWith(new Int32Array(kept.length), kept, (i) => surfels.x[i]),
    row: fillWith(new Int32Array(kept.length), kept, (i) => surfels.row[i]),
    code: fillWith(new Uint8Array(kept.length), kept, (i) => surfels.code[i]),
  };
}

/** The neighbour code of a block in the first layer whose voxels on the grid are all inside. */
function codeOfFullPlane(flat: readonly number[]): number {
  let code = 0;
  for (let corner = 0; corner < 8; corner++)
    if (flat.every((axis) => (corner >> axis) & 1)) code |= 1 << corner;
  return code;
}

/**
 * Length in mm of the contour in each of the 256 neighbour codes of a flat grid, in the order of `createSurfelAreas`: it
 * crosses each edge between an inside and an outside corner at its middle, and cuts off each of two diagonal corners by
 * itself. 1 for each end where two axes are flat.
 */
export function createContourLengths(spacingMm: Vec3, flat: readonly number[]): Float64Array {
  const [a, b] = [0, 1, 2].filter((axis) => !flat.includes(axis));
  return Float64Array.from({ length: 256 }, (_, code) => {
    const isInside = (alongA: number, alongB: number): boolean => {
      // The voxels of the grid lie in the upper half of a block of the first layer.
      const high = flat.reduce((sum, axis) => sum + (1 << axis), 0);
      return ((code >> (high + (alongA << a) + (alongB << (b ?? 0)))) & 1) === 1;
    };
    if (b === undefined) return isInside(0, 0) === isInside(1, 0) ? 0 : 1;
    const corners = [isInside(0, 0), isInside(1, 0), isInside(1, 1), isInside(0, 1)];
    const inside = corners.filter(Boolean).length;
    const corner = Math.sqrt(spacingMm[a] ** 2 + spacingMm[b] ** 2) / 2;
    if (inside === 1 || inside === 3) return corner;
    if (inside !== 2) return 0;
    if (corners[0] === corners[2]) return 2 * corner;
    // Two neighbours along an axis: the contour runs along it.
    return corners[0] === corners[1] ? spacingMm[a] : spacingMm[b];
  });
}
