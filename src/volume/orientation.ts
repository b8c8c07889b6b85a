import { axisDirections, multiplyAffines, orientationOf, parseOrientation } from "../core/affine.js";
import type { Affine, Vec3, Volume, VoxelArray } from "../core/types.js";
import { asBits, makeArray } from "./arrays.js";

/**
 * The same voxels with the axes put in another order and direction, lossless; every voxel keeps its place in the
 * patient, so the affine changes with the axes.
 *
 * @param orientation where x, y, z should grow toward, such as `"RAS"` (default) or `"LPS"`: any of the 48. For an
 *   oblique scan the axis-aligned orientation closest to it counts, and the grid stays oblique.
 * @returns a new volume, or `volume` itself when it already lies so. Label maps keep their names.
 */
export function reorient<V extends Volume>(volume: V, orientation = "RAS"): V {
  const target = parseOrientation(orientation);
  const source = axisDirections(volume.affine);
  // For each new axis: the old axis it runs along, and whether it is walked backwards.
  const from = target.worldAxis.map((world) => source.worldAxis.indexOf(world));
  const flipped = target.sign.map((sign, axis) => sign !== source.sign[from[axis]]);
  if (from.every((old, axis) => old === axis) && !flipped.includes(true)) return volume;

  const [nx, ny] = volume.shape;
  const oldStride = [1, nx, nx * ny];
  const shape: Vec3 = [volume.shape[from[0]], volume.shape[from[1]], volume.shape[from[2]]];
  const stride = from.map((old, axis) => (flipped[axis] ? -oldStride[old] : oldStride[old]));
  const start = from.reduce(
    (sum, old, axis) => sum + (flipped[axis] ? oldStride[old] * (shape[axis] - 1) : 0),
    0,
  );
  const data = permute(volume.data, shape, start, [stride[0], stride[1], stride[2]]);

  // Old voxel index of a new one: column `axis` of this matrix steps along the old axis, with its direction.
  const newToOld = new Array<number>(16).fill(0);
  from.forEach((old, axis) => {
    newToOld[4 * old + axis] = flipped[axis] ? -1 : 1;
    newToOld[4 * old + 3] = flipped[axis] ? shape[axis] - 1 : 0;
  });
  newToOld[15] = 1;
  const affine: Affine = multiplyAffines(volume.affine, newToOld).map((value) => value + 0);
  const { spacingMm } = volume;
  return {
    ...volume,
    data,
    shape,
    spacingMm: [spacingMm[from[0]], spacingMm[from[1]], spacingMm[from[2]]],
    affine,
  };
}

/** {@link reorient} to RAS: x toward the patient's right, y toward anterior, z toward superior. */
export function toRas<V extends Volume>(volume: V): V {
  return reorient(volume, "RAS");
}

/** Where the axes of a volume grow toward, such as `"LPS"`. */
export function orientationOfVolume(volume: Volume): string {
  return orientationOf(volume.affine);
}

/** Gathers `shape` voxels, new x fastest, walking the old array by `stride` from `start`. */
function permute<T extends VoxelArray>(data: T, shape: Vec3, start: number, stride: Vec3): T {
  const [nx, ny, nz] = shape;
  const [sx, sy, sz] = stride;
  const out = makeArray(data, nx * ny * nz);
  if (sx === 1) {
    for (let z = 0, to = 0; z < nz; z++)
      for (let y = 0; y < ny; y++, to += nx) {
        const at = start + y * sy + z * sz;
        out.set(data.subarray(at, at + nx), to);
      }
    return out;
  }
  // Square tiles over x and the axis the old array is contiguous along keep both reads and writes in cache.
  const tile = 32;
  const from = asBits(data);
  const into = asBits(out);
  const innerIsY = Math.abs(sy) === 1;
  const innerCount = innerIsY ? ny : nz;
  const outerCount = innerIsY ? nz : ny;
  const [innerStep, outerStep] = innerIsY ? [sy, sz] : [sz, sy];
  const [innerTo, outerTo] = innerIsY ? [nx, nx * ny] : [nx * ny, nx];
  for (let outer = 0; outer < outerCount; outer++)
    for (let x0 = 0; x0 < nx; x0 += tile)
      for (let i0 = 0; i0 < innerCount; i0 += tile) {
        const x1 = Math.min(nx, x0 + tile);
        const i1 = Math.min(innerCount, i0 + tile);
        for (let i = i0; i < i1; i++) {
          let at = start + outer * outerStep + i * innerStep + x0 * sx;
          const row = outer * outerTo + i * innerTo;
          for (let x = x0; x < x1; x++, at += sx) into[row + x] = from[at];
        }
      }
  return out;
}
