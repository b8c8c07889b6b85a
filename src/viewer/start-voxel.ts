import type { Vec3 } from "../core/types.js";

/**
 * Where a viewer starts: in the largest lesion, else in the axial slice that shows most structures, else
 * in the middle of the grid. In the first two cases the voxel belongs to what it stands for, however that is shaped.
 *
 * @param labels one value a voxel, x fastest; leave out when there are none.
 * @param lesions values of lesions.
 * @param counted values that count as structures for the second case.
 */
export function findStartVoxel(
  shape: Vec3,
  labels: Uint8Array | Uint16Array | undefined,
  lesions: ReadonlySet<number>,
  counted: ReadonlySet<number>,
): [number, number, number] {
  const middle: [number, number, number] = [shape[0] >> 1, shape[1] >> 1, shape[2] >> 1];
  if (!labels) return middle;
  const totals = countLabels(labels);
  let lesion = 0;
  for (const value of lesions) if (totals[value] > (lesion === 0 ? 0 : totals[lesion])) lesion = value;
  if (lesion > 0) return centreOf(labels, shape, (value) => value === lesion, 0, shape[2]) ?? middle;
  const z = richestSlice(shape, labels, counted);
  return centreOf(labels, shape, (value) => value > 0, z, z + 1) ?? middle;
}

/** The axial slice with most of the counted structures; among equals the one with most labelled voxels. */
function richestSlice(shape: Vec3, labels: Uint8Array | Uint16Array, counted: ReadonlySet<number>): number {
  const [nx, ny, nz] = shape;
  let best = 0;
  let most = -1;
  for (let z = 0; z < nz; z++) {
    const totals = countLabels(labels.subarray(z * nx * ny, (z + 1) * nx * ny));
    const structures = [...counted].filter((value) => totals[value] >= 3).length;
    const voxels = nx * ny - totals[0];
    const score = structures * (nx * ny + 1) + voxels;
    if (score > most) [best, most] = [z, score];
  }
  return best;
}

function countLabels(labels: Uint8Array | Uint16Array): Uint32Array {
  const totals = new Uint32Array(256);
  for (let i = 0; i < labels.length; i++) totals[labels[i]]++;
  return totals;
}

/** The voxel of a set closest to the set's centre, within axial slices `from` to `to - 1`. */
function centreOf(
  labels: Uint8Array | Uint16Array,
  [nx, ny]: Vec3,
  isIn: (value: number) => boolean,
  from: number,
  to: number,
): [number, number, number] | undefined {
  let [sumX, sumY, sumZ, count] = [0, 0, 0, 0];
  const visit = (use: (x: number, y: number, z: number) => void) => {
    for (let z = from, i = from * nx * ny; z < to; z++)
      for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++, i++) if (isIn(labels[i])) use(x, y, z);
  };
  visit((x, y, z) => {
    sumX += x;
    sumY += y;
    sumZ += z;
    count++;
  });
  if (count === 0) return undefined;
  const [cx, cy, cz] = [sumX / count, sumY / count, sumZ / count];
  let best: [number, number, number] | undefined;
  let least = Infinity;
  visit((x, y, z) => {
    const distance = (x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2;
    if (distance < least) {
      least = distance;
      best = [x, y, z];
    }
  });
  return best;
}
