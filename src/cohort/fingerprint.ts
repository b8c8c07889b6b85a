import { createHash } from "node:crypto";
import { axisDirections } from "../affine.js";
import type { Vec3, Volume } from "../types.js";

/** Range of HU a fingerprint is taken from: soft tissue and fat, whole numbers from `low` up to, not including, `high`. */
export const fingerprintRangeHu: { low: number; high: number; binHu: number } = {
  low: -150,
  high: 250,
  binHu: 5,
};

/** What is kept of a scan to know it again. None of it depends on where a voxel lies. */
export interface ScanFingerprint {
  /** Voxels along right-left, anterior-posterior and superior-inferior, and their spacing there in mm. */
  shape: Vec3;
  spacingMm: Vec3;
  /** Voxels from -150 to 249 HU, rounded to whole numbers. */
  tissueVoxels: number;
  /** How many of them fall into each of 80 bins of 5 HU. */
  histogram: readonly number[];
  /** sha256 over how many voxels have each of the 400 whole HU numbers. */
  sha256: string;
}

/**
 * Takes the fingerprint of a CT in HU. It counts how often each HU number occurs in soft tissue and fat, so it stays the
 * same when a scan is saved in another orientation, datatype, compression or place, with a damaged header, padded with
 * air, or clipped outside -150 to 249 HU. A scan without such voxels gets a histogram of zeros, which matches nothing.
 */
export function fingerprintScan(image: Volume): ScanFingerprint {
  const { low, high, binHu } = fingerprintRangeHu;
  const counts = new Uint32Array(high - low);
  const { data, rescale } = image;
  const [slope, intercept] = [rescale?.slope ?? 1, rescale?.intercept ?? 0];
  // In pieces of one kind of array: a loop that meets every kind of image runs ten times slower.
  const chunk = new Float64Array(65536);
  for (let from = 0; from < data.length; from += chunk.length) {
    const part = data.subarray(from, from + chunk.length);
    chunk.set(part);
    for (let i = 0; i < part.length; i++) {
      const bin = Math.floor(chunk[i] * slope + intercept + 0.5) - low;
      if (bin >= 0 && bin < counts.length) counts[bin]++;
    }
  }
  const histogram = new Array<number>(counts.length / binHu).fill(0);
  counts.forEach((count, k) => (histogram[Math.floor(k / binHu)] += count));
  const { worldAxis } = axisDirections(image.affine);
  const along = (values: Vec3, world: number): number => values[worldAxis.indexOf(world)];
  return {
    shape: [along(image.shape, 0), along(image.shape, 1), along(image.shape, 2)],
    spacingMm: [along(image.spacingMm, 0), along(image.spacingMm, 1), along(image.spacingMm, 2)],
    tissueVoxels: counts.reduce((sum, count) => sum + count, 0),
    histogram,
    sha256: createHash("sha256").update(counts.join(",")).digest("hex"),
  };
}
