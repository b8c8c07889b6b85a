import { rescaleValue } from "../core/grid.js";
import type { Vec3, VoxelArray } from "../core/types.js";
import { crop, type VoxelBox } from "../volume/crop.js";
import type { OrganBlock } from "./host-tissue.js";
import type { SynthesisRequest } from "./synthesizer.js";

/** A block of a scan with its labels and where it lies. */
export interface ScanBlock extends OrganBlock {
  labels: VoxelArray;
  box: VoxelBox;
}

/**
 * A block of the scan round a voxel, widened until it is the whole scan or has `wanted` voxels open to the lesion: half as
 * much again as it needs, which leaves a generator freedom of shape.
 */
export function cutBlock<T extends { open: Uint8Array }>(
  { ct, labels }: SynthesisRequest,
  voxel: Vec3,
  isOrgan: Uint8Array,
  leastHalfMm: number,
  wanted: number,
  look: (block: ScanBlock) => T,
): T & ScanBlock {
  for (let halfMm = leastHalfMm; ; halfMm *= 1.3) {
    const box = boxRound(voxel, halfMm, labels.shape, labels.spacingMm);
    const isWhole =
      box.boxMin.every((at) => at === 0) && box.boxMax.every((at, k) => at === labels.shape[k] - 1);
    const { data, shape } = crop(labels, box);
    const organ = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i++) organ[i] = isOrgan[data[i]];
    // Counting labels costs less than judging HU.
    if (!isWhole && countVoxels(organ) < wanted) continue;
    const stored = crop(ct, box).data;
    const hu = new Float32Array(stored);
    if (ct.rescale) for (let i = 0; i < hu.length; i++) hu[i] = rescaleValue(stored[i], ct.rescale);
    const block = { shape, spacingMm: labels.spacingMm, hu, organ, labels: data, box };
    const seen = look(block);
    if (isWhole || countVoxels(seen.open) >= wanted) return { ...seen, ...block };
  }
}

function countVoxels(mask: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i];
  return count;
}

/** The voxel of a mask that is nearest to one of the block, in mm; `undefined` for an empty mask. */
export function nearestVoxel(mask: Uint8Array, shape: Vec3, spacingMm: Vec3, voxel: Vec3): Vec3 | undefined {
  if (mask[indexOf(voxel, shape)] === 1) return voxel;
  let nearest: Vec3 | undefined;
  let least = Infinity;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const at: Vec3 = [
      i % shape[0],
      Math.floor(i / shape[0]) % shape[1],
      Math.floor(i / (shape[0] * shape[1])),
    ];
    const mm = Math.hypot(...at.map((each, axis) => (each - voxel[axis]) * spacingMm[axis]));
    if (mm < least) [least, nearest] = [mm, at];
  }
  return nearest;
}

/** Index in the array of a volume of this shape, x fastest, of a voxel. */
export function indexOf([x, y, z]: Vec3, [nx, ny]: Vec3): number {
  return x + nx * (y + ny * z);
}

/** The voxel of the scan that a voxel of a block is. */
export function toScan([x, y, z]: Vec3, { boxMin }: VoxelBox): Vec3 {
  return [boxMin[0] + x, boxMin[1] + y, boxMin[2] + z];
}

function boxRound(center: Vec3, halfMm: number, shape: Vec3, spacingMm: Vec3): VoxelBox {
  const half = spacingMm.map((mm) => Math.ceil(halfMm / mm));
  const low = (axis: number): number => Math.max(0, center[axis] - half[axis]);
  const high = (axis: number): number => Math.min(shape[axis] - 1, center[axis] + half[axis]);
  return { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
}

/** Mean and standard deviation of HU where a mask is 1; NaN for an empty mask. */
export function huOf(hu: Float32Array, mask: Uint8Array): { mean: number; sd: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < hu.length; i++) {
    if (mask[i] === 0) continue;
    count++;
    sum += hu[i];
    squares += hu[i] * hu[i];
  }
  const mean = sum / count;
  return { mean, sd: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
