import { multiplyAffines } from "../core/affine.js";
import { requireThat } from "../core/errors.js";
import type { Affine, LabelMap, Vec3, Volume, VoxelArray } from "../core/types.js";
import { isWhole, makeArray } from "./arrays.js";
import { areLabels } from "./looks-like-labels.js";

/** The coarser grid of blocks of `factors` voxels; a rest at the far edges makes smaller blocks. */
interface BlockGrid {
  shape: Vec3;
  spacingMm: Vec3;
  affine: Affine;
}

/**
 * Shrinks an image by whole factors, each new voxel the mean of its block (blocks cut by the far edge average what
 * they have). Whole-number images stay so, rounded half up. The affine puts each new voxel at its block's centre.
 *
 * @param factor voxels a block along every axis, or along x, y, z; 1 leaves an axis alone.
 * @param options.labels `false` for a picture that looks like labels, see `areLabels`.
 * @returns a new volume with `rescale` kept, or `volume` itself when every factor is 1.
 * @throws LabError for labels, between which there is no mean.
 */
export function downsample<T extends VoxelArray>(
  volume: Volume<T>,
  factor: number | Vec3,
  options: { labels?: boolean } = {},
): Volume<T> {
  const factors = readFactors(factor);
  if (factors.every((f) => f === 1)) return volume;
  const isImage = !areLabels(volume, options);
  requireThat(isImage, "volume", "a label map or what looks like one", "an image", "Use downsampleLabels");
  const grid = blockGrid(volume, factors);
  const [nx, ny, nz] = volume.shape;
  const [mx, my, mz] = grid.shape;
  const [fx, fy, fz] = factors;
  const { data: source } = volume;
  const out = makeArray(source, mx * my * mz);
  const values = new Float64Array(nx);
  const sums = new Float64Array(mx);
  for (let z = 0; z < mz; z++)
    for (let y = 0; y < my; y++) {
      sums.fill(0);
      const z1 = Math.min(nz, (z + 1) * fz);
      const y1 = Math.min(ny, (y + 1) * fy);
      for (let k = z * fz; k < z1; k++)
        for (let j = y * fy; j < y1; j++) {
          const row = nx * (j + ny * k);
          values.set(source.subarray(row, row + nx));
          for (let x = 0, i = 0; x < mx; x++) {
            const stop = Math.min(nx, i + fx);
            let sum = 0;
            for (; i < stop; i++) sum += values[i];
            sums[x] += sum;
          }
        }
      const rows = (z1 - z * fz) * (y1 - y * fy);
      for (let x = 0; x < mx; x++) sums[x] /= rows * (Math.min(nx, (x + 1) * fx) - x * fx);
      if (isWhole(source)) for (let x = 0; x < mx; x++) sums[x] = Math.floor(sums[x] + 0.5);
      out.set(sums, mx * (y + my * z));
    }
  return { ...volume, ...grid, data: out };
}

/**
 * Shrinks a label map by whole factors, each new voxel the most frequent label of its block, background included;
 * among equally frequent ones the smallest. Names are kept, also of labels too small to survive.
 */
export function downsampleLabels(labelMap: LabelMap, factor: number | Vec3): LabelMap {
  const factors = readFactors(factor);
  if (factors.every((f) => f === 1)) return labelMap;
  const grid = blockGrid(labelMap, factors);
  const [nx, ny, nz] = labelMap.shape;
  const [mx, my, mz] = grid.shape;
  const [fx, fy, fz] = factors;
  const { data: source } = labelMap;
  const out = source instanceof Uint8Array ? new Uint8Array(mx * my * mz) : new Uint16Array(mx * my * mz);
  const counts = new Int32Array(65536);
  const block = new Uint16Array(fx * fy * fz);
  for (let z = 0, to = 0; z < mz; z++)
    for (let y = 0; y < my; y++)
      for (let x = 0; x < mx; x++, to++) {
        const x0 = x * fx;
        const x1 = Math.min(nx, x0 + fx);
        const y1 = Math.min(ny, (y + 1) * fy);
        const z1 = Math.min(nz, (z + 1) * fz);
        let size = 0;
        let mixed = 0;
        const first = source[x0 + nx * (y * fy + ny * z * fz)];
        for (let k = z * fz; k < z1; k++)
          for (let j = y * fy; j < y1; j++) {
            const row = nx * (j + ny * k);
            for (let i = row + x0; i < row + x1; i++) {
              mixed |= source[i] ^ first;
              block[size++] = source[i];
            }
          }
        out[to] = mixed === 0 ? first : mostFrequent(block, size, counts);
      }
  return { ...labelMap, ...grid, data: out };
}

/** `counts` is zero on entry and on return. */
function mostFrequent(block: Uint16Array, size: number, counts: Int32Array): number {
  for (let i = 0; i < size; i++) counts[block[i]]++;
  let best = block[0];
  for (let i = 1; i < size; i++) {
    const label = block[i];
    if (counts[label] > counts[best] || (counts[label] === counts[best] && label < best)) best = label;
  }
  for (let i = 0; i < size; i++) counts[block[i]] = 0;
  return best;
}

function readFactors(factor: number | Vec3): Vec3 {
  const factors: Vec3 = typeof factor === "number" ? [factor, factor, factor] : factor;
  requireThat(
    factors.length === 3 && factors.every((f) => Number.isInteger(f) && f >= 1),
    "factor",
    factor,
    "a whole number of at least 1, or three of them",
  );
  return factors;
}

function blockGrid(volume: Volume, [fx, fy, fz]: Vec3): BlockGrid {
  const [nx, ny, nz] = volume.shape;
  const [sx, sy, sz] = volume.spacingMm;
  const centre = (f: number) => (f - 1) / 2;
  const toFine = [fx, 0, 0, centre(fx), 0, fy, 0, centre(fy), 0, 0, fz, centre(fz), 0, 0, 0, 1];
  return {
    shape: [Math.ceil(nx / fx), Math.ceil(ny / fy), Math.ceil(nz / fz)],
    spacingMm: [sx * fx, sy * fy, sz * fz],
    affine: multiplyAffines(volume.affine, toFine),
  };
}
