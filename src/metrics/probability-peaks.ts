import { LabError } from "../core/errors.js";
import { rescaleValue } from "../core/grid.js";
import type { Vec3, Volume } from "../core/types.js";

/** Steps that probabilities are told apart by: 1 is this many. */
export const perLevel = 10_000;

/** The part of a map of probabilities that holds all of its voxels from some probability on. */
export interface LevelBox {
  /** Its lowest voxel within the map, and its shape. */
  from: Vec3;
  size: Vec3;
  /** Probabilities in steps of 1 / {@link perLevel}, x fastest; 0 where the map is below. */
  levels: Uint16Array;
}

/**
 * Cuts out the voxels with at least the probability `floor`; `undefined` where there is none.
 *
 * @throws LabError for a number below 0 or above 1, or none.
 */
export function levelsOf({ data, shape, rescale }: Volume, floor: number): LevelBox | undefined {
  const [nx, ny] = shape;
  const low = [Infinity, Infinity, Infinity];
  const high = [-1, -1, -1];
  const levelOf = (i: number): number => Math.round(rescaleValue(data[i], rescale) * perLevel);
  const least = floor * perLevel;
  for (let i = 0; i < data.length; i++) {
    const level = levelOf(i);
    if (!(level >= 0 && level <= perLevel))
      throw new LabError("probability", rescaleValue(data[i], rescale), "numbers from 0 to 1");
    if (level < least) continue;
    const at = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], at[axis]);
      high[axis] = Math.max(high[axis], at[axis]);
    }
  }
  if (high[0] < 0) return undefined;
  const size: Vec3 = [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1];
  const levels = new Uint16Array(size[0] * size[1] * size[2]);
  for (let z = 0, to = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, to++) {
        const level = levelOf(low[0] + x + nx * (low[1] + y + ny * (low[2] + z)));
        if (level >= least) levels[to] = level;
      }
  return { from: [low[0], low[1], low[2]], size, levels };
}

/**
 * Peaks from the highest: of the voxels that are above 0, those whose way to any higher one dips below `share` of their own
 * level. Voxels join from the highest to the lowest (union-find); where two pieces meet, the one with the lower peak ends.
 */
export function findPeaks(box: LevelBox, share: number): number[] {
  const { levels } = box;
  const order = fallingOrder(levels);
  // A voxel's parent; that of a peak is itself, and what has not joined yet has none.
  const parent = new Int32Array(levels.length).fill(-1);
  const find = (voxel: number): number => {
    let root = voxel;
    while (parent[root] !== root) root = parent[root];
    for (let at = voxel; at !== root;) {
      const next = parent[at];
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const isHigher = (a: number, b: number): boolean =>
    levels[a] > levels[b] || (levels[a] === levels[b] && a < b);
  const peaks: number[] = [];
  const near = new Int32Array(26);
  for (const voxel of order) {
    parent[voxel] = voxel;
    let own = voxel;
    const count = listNeighbours(box, voxel, near);
    for (let n = 0; n < count; n++) {
      if (parent[near[n]] < 0) continue;
      const other = find(near[n]);
      if (other === own) continue;
      const isOwnHigher = isHigher(own, other);
      const lower = isOwnHigher ? other : own;
      if (levels[voxel] < share * levels[lower]) peaks.push(lower);
      if (!isOwnHigher) own = other;
      parent[lower] = own;
    }
  }
  for (const voxel of order) if (parent[voxel] === voxel) peaks.push(voxel);
  return peaks.sort((a, b) => (isHigher(a, b) ? -1 : 1));
}

/** Calls `visit` for each voxel that joins the peak through voxels of at least `least`, and marks them as taken. */
export function floodPeak(
  box: LevelBox,
  peak: number,
  least: number,
  taken: Uint8Array,
  visit: (voxel: number) => void,
): void {
  const open = [peak];
  const near = new Int32Array(26);
  taken[peak] = 1;
  while (open.length > 0) {
    const voxel = open.pop()!;
    visit(voxel);
    const count = listNeighbours(box, voxel, near);
    for (let n = 0; n < count; n++) {
      const other = near[n];
      if (taken[other] || box.levels[other] < least || box.levels[other] === 0) continue;
      taken[other] = 1;
      open.push(other);
    }
  }
}

/** The voxels above 0 from the highest level, those of a level in the order of memory. */
function fallingOrder(levels: Uint16Array): Uint32Array {
  const starts = new Uint32Array(perLevel + 1);
  for (const level of levels) if (level > 0) starts[perLevel - level + 1]++;
  for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
  const order = new Uint32Array(starts[perLevel]);
  levels.forEach((level, voxel) => {
    if (level > 0) order[starts[perLevel - level]++] = voxel;
  });
  return order;
}

/** Writes the neighbours of a voxel into `into`, 26 at most, and answers how many there are. */
function listNeighbours({ size: [nx, ny, nz] }: LevelBox, voxel: number, into: Int32Array): number {
  const x = voxel % nx;
  const row = (voxel - x) / nx;
  const y = row % ny;
  const z = (row - y) / ny;
  const [x0, x1] = [x > 0 ? x - 1 : 0, x < nx - 1 ? x + 1 : x];
  const [y0, y1] = [y > 0 ? y - 1 : 0, y < ny - 1 ? y + 1 : y];
  const z1 = z < nz - 1 ? z + 1 : z;
  let count = 0;
  for (let k = z > 0 ? z - 1 : 0; k <= z1; k++)
    for (let j = y0; j <= y1; j++)
      for (let i = x0, at = x0 + nx * (j + ny * k); i <= x1; i++, at++) if (at !== voxel) into[count++] = at;
  return count;
}
