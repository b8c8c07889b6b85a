import { applyAffine, determinantOf } from "../core/affine.js";
import type { Vec3, Volume } from "../core/types.js";

/** A surface of triangles: places of its corners in RAS+ mm, and three corners a triangle. */
export interface TriangleMesh {
  x: Float32Array;
  y: Float32Array;
  z: Float32Array;
  i: Uint32Array;
  j: Uint32Array;
  k: Uint32Array;
}

/**
 * The surface on which a field has the value `level`, closed also where the field is cut by the edge of its grid (outside
 * counts as below). Surface nets (Gibson 1998): one corner in every cube of eight voxels the surface passes, at the mean of
 * where it crosses the cube's edges, and a pair of triangles over every edge it crosses; smoother and with fewer
 * triangles than marching cubes. Triangles turn their front outwards. A field that never reaches the level gives none.
 */
export function extractSurface(field: Volume, level: number): TriangleMesh {
  const [nx, ny, nz] = field.shape;
  // One layer of cubes beyond each side: cube (x, y, z) has voxels x - 1 and x along x, and so on.
  const size: Vec3 = [nx + 1, ny + 1, nz + 1];
  const slope = field.rescale?.slope ?? 1;
  const intercept = field.rescale?.intercept ?? 0;
  const read = (x: number, y: number, z: number): number =>
    x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz
      ? -1
      : field.data[x + nx * (y + ny * z)] * slope + intercept - level;
  const cornerOf = new Int32Array(size[0] * size[1] * size[2]).fill(-1);
  const cubeAt = (x: number, y: number, z: number): number => x + size[0] * (y + size[1] * z);
  const places: number[] = [];
  const values = new Float64Array(8);
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++) {
        let inside = 0;
        for (let c = 0; c < 8; c++) {
          values[c] = read(x - 1 + (c & 1), y - 1 + ((c >> 1) & 1), z - 1 + (c >> 2));
          if (values[c] >= 0) inside++;
        }
        if (inside === 0 || inside === 8) continue;
        const place = crossing(values);
        cornerOf[cubeAt(x, y, z)] = places.length / 3;
        places.push(...applyAffine(field.affine, [x - 1 + place[0], y - 1 + place[1], z - 1 + place[2]]));
      }
  const triangles: number[] = [];
  const quad = (a: number, b: number, c: number, d: number, flip: boolean): void => {
    triangles.push(...(flip ? [a, c, b, a, d, c] : [a, b, c, a, c, d]));
  };
  // An affine that mirrors turns the triangles round.
  const mirrored = determinantOf(field.affine) < 0;
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++) {
        const here = read(x - 1, y - 1, z - 1) >= 0;
        // The edges from this cube's lowest voxel to its three neighbours, each shared by four cubes.
        if (here !== read(x, y - 1, z - 1) >= 0 && y > 0 && z > 0)
          quad(
            cornerOf[cubeAt(x, y, z)],
            cornerOf[cubeAt(x, y - 1, z)],
            cornerOf[cubeAt(x, y - 1, z - 1)],
            cornerOf[cubeAt(x, y, z - 1)],
            here === mirrored,
          );
        if (here !== read(x - 1, y, z - 1) >= 0 && x > 0 && z > 0)
          quad(
            cornerOf[cubeAt(x, y, z)],
            cornerOf[cubeAt(x, y, z - 1)],
            cornerOf[cubeAt(x - 1, y, z - 1)],
            cornerOf[cubeAt(x - 1, y, z)],
            here === mirrored,
          );
        if (here !== read(x - 1, y - 1, z) >= 0 && x > 0 && y > 0)
          quad(
            cornerOf[cubeAt(x, y, z)],
            cornerOf[cubeAt(x - 1, y, z)],
            cornerOf[cubeAt(x - 1, y - 1, z)],
            cornerOf[cubeAt(x, y - 1, z)],
            here === mirrored,
          );
      }
  const pick = (from: readonly number[], part: number): number[] => from.filter((_, at) => at % 3 === part);
  return {
    x: Float32Array.from(pick(places, 0)),
    y: Float32Array.from(pick(places, 1)),
    z: Float32Array.from(pick(places, 2)),
    i: Uint32Array.from(pick(triangles, 0)),
    j: Uint32Array.from(pick(triangles, 1)),
    k: Uint32Array.from(pick(triangles, 2)),
  };
}

/** Pairs of corners of a cube that share an edge. */
const cubeEdges: readonly (readonly [number, number])[] = Array.from({ length: 8 }, (_, c) =>
  [1, 2, 4].filter((bit) => (c & bit) === 0).map((bit) => [c, c | bit] as const),
).flat();

/** Mean place, in the unit cube, at which the field passes the level along the cube's edges. */
function crossing(values: Float64Array): Vec3 {
  const sum = [0, 0, 0];
  let count = 0;
  for (const [a, b] of cubeEdges) {
    if (values[a] >= 0 === values[b] >= 0) continue;
    const share = values[a] / (values[a] - values[b]);
    for (let axis = 0; axis < 3; axis++) {
      const from = (a >> axis) & 1;
      sum[axis] += from + share * (((b >> axis) & 1) - from);
    }
    count++;
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}
