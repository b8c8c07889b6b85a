import type { Vec3 } from "../core/types.js";

/** A heap of voxels by key, lowest first; equal keys come in no order one may rely on, but always the same. */
interface Heap {
  size: number;
  keys: Float64Array;
  voxels: Int32Array;
}

/**
 * Lets a region grow from a voxel, always into the bordering voxel of the lowest level, until it has `wanted` voxels: the
 * connected part of `{level <= t}` round the seed, at the threshold t that gives the volume.
 *
 * @param level Infinity where the region may not go. The seed belongs to the region whatever its level.
 * @param connectivity neighbours a voxel borders on; 26 where thin organs hang together by corners.
 * @returns the region (fewer voxels where no more can be reached) and the highest level in it, the seed's left out.
 */
export function floodByLevel(
  level: Float32Array,
  shape: Vec3,
  seed: number,
  wanted: number,
  connectivity: 6 | 26 = 6,
): { mask: Uint8Array; voxels: number; threshold: number } {
  const neighbours = neighboursOf(shape, connectivity);
  const mask = new Uint8Array(level.length);
  const seen = new Uint8Array(level.length);
  const heap: Heap = { size: 0, keys: new Float64Array(1024), voxels: new Int32Array(1024) };
  push(heap, -Infinity, seed);
  seen[seed] = 1;
  let voxels = 0;
  let threshold = -Infinity;
  while (voxels < wanted && heap.size > 0) {
    threshold = Math.max(threshold, heap.keys[0]);
    const voxel = pop(heap);
    mask[voxel] = 1;
    voxels++;
    neighbours(voxel, (next) => {
      if (seen[next] === 1 || level[next] === Infinity) return;
      seen[next] = 1;
      push(heap, level[next], next);
    });
  }
  return { mask, voxels, threshold };
}

/**
 * Time of arrival of a front that starts at a voxel and needs `slowness` a millimetre, through the 26 neighbours of each
 * voxel; stops when it has passed `wanted` voxels.
 *
 * @param slowness Infinity where the front cannot go.
 * @returns times; Infinity where it did not get to.
 */
export function arrivalTimes(
  slowness: Float32Array,
  shape: Vec3,
  spacingMm: Vec3,
  seed: number,
  wanted: number,
): Float32Array {
  const neighbours = neighboursOf(shape, 26, spacingMm);
  const times = new Float32Array(slowness.length).fill(Infinity);
  const done = new Uint8Array(slowness.length);
  const heap: Heap = { size: 0, keys: new Float64Array(1024), voxels: new Int32Array(1024) };
  times[seed] = 0;
  push(heap, 0, seed);
  let passed = 0;
  while (passed < wanted && heap.size > 0) {
    const voxel = pop(heap);
    if (done[voxel] === 1) continue;
    done[voxel] = 1;
    passed++;
    const time = times[voxel];
    const here = Number.isFinite(slowness[voxel]) ? slowness[voxel] : 1;
    neighbours(voxel, (next, mm) => {
      if (done[next] === 1 || slowness[next] === Infinity) return;
      const arrival = Math.fround(time + 0.5 * mm * (here + slowness[next]));
      if (arrival >= times[next]) return;
      times[next] = arrival;
      push(heap, arrival, next);
    });
  }
  for (let i = 0; i < times.length; i++) if (done[i] === 0) times[i] = Infinity;
  return times;
}

type Visit = (voxel: number, mm: number) => void;

/** Walks over the neighbours of a voxel within the grid. */
function neighboursOf(
  [nx, ny, nz]: Vec3,
  count: 6 | 26,
  spacingMm: Vec3 = [1, 1, 1],
): (voxel: number, visit: Visit) => void {
  const steps: { dx: number; dy: number; dz: number; shift: number; mm: number }[] = [];
  for (let dz = -1; dz <= 1; dz++)
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const axes = Math.abs(dx) + Math.abs(dy) + Math.abs(dz);
        if (axes === 0 || (count === 6 && axes > 1)) continue;
        const mm = Math.hypot(dx * spacingMm[0], dy * spacingMm[1], dz * spacingMm[2]);
        steps.push({ dx, dy, dz, shift: dx + nx * (dy + ny * dz), mm });
      }
  return (voxel, visit) => {
    const x = voxel % nx;
    const row = (voxel - x) / nx;
    const y = row % ny;
    const z = (row - y) / ny;
    const inner = x > 0 && y > 0 && z > 0 && x < nx - 1 && y < ny - 1 && z < nz - 1;
    for (const { dx, dy, dz, shift, mm } of steps) {
      const within =
        inner || (x + dx >= 0 && x + dx < nx && y + dy >= 0 && y + dy < ny && z + dz >= 0 && z + dz < nz);
      if (within) visit(voxel + shift, mm);
    }
  };
}

function push(heap: Heap, key: number, voxel: number): void {
  if (heap.size === heap.keys.length) {
    const keys = new Float64Array(2 * heap.size);
    const voxels = new Int32Array(2 * heap.size);
    keys.set(heap.keys);
    voxels.set(heap.voxels);
    heap.keys = keys;
    heap.voxels = voxels;
  }
  const { keys, voxels } = heap;
  let at = heap.size++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (keys[parent] <= key) break;
    keys[at] = keys[parent];
    voxels[at] = voxels[parent];
    at = parent;
  }
  keys[at] = key;
  voxels[at] = voxel;
}

/** Takes the voxel of the lowest key off the heap. */
function pop(heap: Heap): number {
  const { keys, voxels } = heap;
  const top = voxels[0];
  const size = --heap.size;
  const key = keys[size];
  const voxel = voxels[size];
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && keys[child + 1] < keys[child]) child++;
    if (keys[child] >= key) break;
    keys[at] = keys[child];
    voxels[at] = voxels[child];
    at = child;
  }
  keys[at] = key;
  voxels[at] = voxel;
  return top;
}
