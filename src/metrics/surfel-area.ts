import type { Vec3 } from "../core/types.js";

/**
 * Area of the surface inside each of the 256 ways eight neighbouring voxels can be inside or outside a mask.
 *
 * The cube spanned by the eight voxel centres is cut as by marching cubes (Lorensen and Cline 1987): the surface
 * crosses each edge between an inside and an outside corner at its middle. Derived here, not tabulated:
 * 1. with more than four corners inside, inside and outside change places (the surface is the same);
 * 2. on a face whose inside corners lie diagonally, each of them is cut off by itself;
 * 3. the crossings then form closed loops of 3 to 6 points, and each loop is filled with the triangles that have
 *    the largest area on the unit cube. Flat loops leave no choice; for the two that are not flat (three corners
 *    in an L, four in a bent chain) this is the choice that is the same in all 48 orientations of the cube.
 *
 * A triangle is kept as its normal vector on the unit cube, whose length is the area; spacing scales the normal.
 * These are the areas that google-deepmind/surface-distance weighs its surface elements with.
 */

type Point = readonly [number, number, number];

/** Corner `dx + 2 dy + 4 dz` of the unit cube; bit `1 << corner` of a neighbour code says it is inside. */
const corners: readonly Point[] = [0, 1, 2, 3, 4, 5, 6, 7].map((c) => [c & 1, (c >> 1) & 1, c >> 2] as const);

/** The four corners of each of the six faces, in order around the face. */
const faces: readonly (readonly number[])[] = [
  [0, 2, 6, 4],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 3, 7, 6],
  [0, 1, 3, 2],
  [4, 5, 7, 6],
];

let normals: readonly (readonly Point[])[] | undefined;

/**
 * Surface area in mm2 of each neighbour code (256 entries) at a voxel spacing in mm; 0 for codes 0 and 255.
 * Bit `1 << (dx + 2 dy + 4 dz)` of a code stands for the voxel at offset `(dx, dy, dz)` of the 2x2x2 block.
 */
export function createSurfelAreas([sx, sy, sz]: Vec3): Float64Array {
  normals ??= Array.from({ length: 256 }, (_, code) => surfelNormals(code));
  return Float64Array.from(normals, (triangles) => {
    const areas = triangles.map(([nx, ny, nz]) => {
      const [x, y, z] = [nx * sy * sz, ny * sx * sz, nz * sx * sy];
      return Math.sqrt(x * x + y * y + z * z);
    });
    // Smallest first: codes that are turned images of each other get the same area to the last bit.
    return areas.sort((a, b) => a - b).reduce((sum, area) => sum + area, 0);
  });
}

/** Normals of the triangles of a neighbour code on the unit cube; the length of each is its area. */
function surfelNormals(code: number): Point[] {
  const set = corners.filter((_, corner) => (code >> corner) & 1).length;
  const inside = set > 4 ? 255 - code : code;
  return traceLoops(inside).flatMap(fillLoop);
}

/** Closed loops of edge middles that the surface of a code runs through. */
function traceLoops(code: number): Point[][] {
  const isInside = (corner: number): boolean => ((code >> corner) & 1) === 1;
  const neighbours = new Map<string, { point: Point; to: string[] }>();
  const join = (p: Point, q: Point): void => {
    for (const [from, to] of [
      [p, q],
      [q, p],
    ]) {
      const entry = neighbours.get(String(from)) ?? { point: from, to: [] };
      entry.to.push(String(to));
      neighbours.set(String(from), entry);
    }
  };
  for (const ring of faces) {
    const edge = (k: number): Point => middle(ring[k & 3], ring[(k + 1) & 3]);
    const crossed = [0, 1, 2, 3].filter((k) => isInside(ring[k]) !== isInside(ring[(k + 1) & 3]));
    if (crossed.length === 2) join(edge(crossed[0]), edge(crossed[1]));
    if (crossed.length === 4) for (const k of [0, 1, 2, 3]) if (isInside(ring[k])) join(edge(k + 3), edge(k));
  }
  const loops: Point[][] = [];
  const seen = new Set<string>();
  for (const start of neighbours.keys()) {
    const loop: Point[] = [];
    for (let at: string | undefined = start; at !== undefined && !seen.has(at);) {
      seen.add(at);
      const entry: { point: Point; to: string[] } = neighbours.get(at)!;
      loop.push(entry.point);
      at = entry.to.find((next) => !seen.has(next));
    }
    if (loop.length > 0) loops.push(loop);
  }
  return loops;
}

/** Triangle normals of the filling of a loop that has the largest area. */
function fillLoop(loop: readonly Point[]): Point[] {
  let best: Point[] = [];
  let bestArea = -1;
  for (const triangles of triangulations(0, loop.length - 1)) {
    const filled = triangles.map(([a, b, c]) => triangleNormal(loop[a], loop[b], loop[c]));
    const area = filled.reduce((sum, normal) => sum + Math.hypot(...normal), 0);
    // Fillings of equal area are equal at every spacing, so a margin keeps rounding from choosing among them.
    if (area > bestArea + 1e-9) {
      best = filled;
      bestArea = area;
    }
  }
  return best;
}

/** Every way to cut the polygon `first..last` into triangles of its points. */
function triangulations(first: number, last: number): [number, number, number][][] {
  if (last - first < 2) return [[]];
  const ways: [number, number, number][][] = [];
  for (let k = first + 1; k < last; k++)
    for (const left of triangulations(first, k))
      for (const right of triangulations(k, last)) ways.push([...left, ...right, [first, k, last]]);
  return ways;
}

function triangleNormal(a: Point, b: Point, c: Point): Point {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
  return [(uy * vz - uz * vy) / 2, (uz * vx - ux * vz) / 2, (ux * vy - uy * vx) / 2];
}

function middle(a: number, b: number): Point {
  const [p, q] = [corners[a], corners[b]];
  return [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, (p[2] + q[2]) / 2];
}
