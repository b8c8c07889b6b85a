import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { voxelToWorldMm } from "./planes.js";

/** Millimetres between two places, in voxel coordinates. */
export function measureMm(affine: readonly number[], from: Triple, to: Triple): number {
  const [a, b] = [voxelToWorldMm(affine, from), voxelToWorldMm(affine, to)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** "12.3 mm". */
export function formatMm(mm: number): string {
  return `${mm.toFixed(1)} mm`;
}

/** "3.21 ml"; small ones with two digits that count. */
export function formatMl(ml: number): string {
  return `${ml >= 100 ? ml.toFixed(0) : ml >= 1 ? ml.toFixed(2) : Number(ml.toPrecision(2))} ml`;
}
