import { axisDirections } from "../core/affine.js";
import type { Vec3, Volume } from "../core/types.js";
import { sha256 } from "../platform/hash.js";

/** Range of HU a fingerprint is taken from: soft tissue and fat, from `low` up to, not including, `high`. */
export const fingerprintRangeHu: { low: number; high: number; binHu: number } = {
  low: -150,
  high: 250,
  binHu: 5,
};

/** Slices with fewer voxels of tissue are not told apart by it. */
const leastSliceVoxels = 64;

/** What is kept of a scan to know it again: a few KiB. */
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
  /** The same for each slice across the superior-inferior axis, its first 12 digits, from inferior to superior; slices
   * with fewer than 64 voxels of tissue are left out. */
  slices: readonly string[];
}

/**
 * Takes the fingerprint of a CT in HU: how often each HU number occurs in soft tissue and fat, in the whole scan and
 * slice by slice, wherever in the slice. So it stays the same when a scan is saved in another orientation, datatype,
 * compression or place, padded with air, or clipped outside -150 to 249 HU; that of the whole also when the header is
 * wrong. A scan without such voxels gets a histogram of zeros, which matches nothing.
 */
export function fingerprintScan(image: Volume): ScanFingerprint {
  const { binHu } = fingerprintRangeHu;
  const { worldAxis, sign } = axisDirections(image.affine);
  const axis = worldAxis.indexOf(2);
  const bins = fingerprintRangeHu.high - fingerprintRangeHu.low;
  const perSlice = countPerSlice(image, axis, bins);

  const counts = new Float64Array(bins);
  perSlice.forEach((count, k) => (counts[k % bins] += count));
  const histogram = new Array<number>(bins / binHu).fill(0);
  counts.forEach((count, k) => (histogram[Math.floor(k / binHu)] += count));
  const slices: string[] = [];
  for (let slice = 0; slice < image.shape[axis]; slice++) {
    const part = perSlice.subarray(slice * bins, (slice + 1) * bins);
    if (part.reduce((sum, count) => sum + count, 0) >= leastSliceVoxels) slices.push(hash(part).slice(0, 12));
  }
  if (sign[axis] < 0) slices.reverse();
  const along = (values: Vec3, world: number): number => values[worldAxis.indexOf(world)];
  return {
    shape: [along(image.shape, 0), along(image.shape, 1), along(image.shape, 2)],
    spacingMm: [along(image.spacingMm, 0), along(image.spacingMm, 1), along(image.spacingMm, 2)],
    tissueVoxels: counts.reduce((sum, count) => sum + count, 0),
    histogram,
    sha256: hash(counts),
    slices,
  };
}

/** Voxels of each whole HU number in each slice across `axis`: `counts[slice * bins + hu - low]`. */
function countPerSlice({ data, shape, rescale }: Volume, axis: number, bins: number): Uint32Array {
  const counts = new Uint32Array(shape[axis] * bins);
  const { low } = fingerprintRangeHu;
  const [slope, intercept] = [rescale?.slope ?? 1, rescale?.intercept ?? 0];
  const [nx, ny, nz] = shape;
  // Row by row through one kind of array: a loop that meets every kind of image runs ten times slower.
  const row = new Float64Array(nx);
  const step = axis === 0 ? bins : 0;
  for (let z = 0, from = 0; z < nz; z++)
    for (let y = 0; y < ny; y++, from += nx) {
      row.set(data.subarray(from, from + nx));
      let at = bins * (axis === 2 ? z : axis === 1 ? y : 0);
      for (let x = 0; x < nx; x++, at += step) {
        const bin = Math.floor(row[x] * slope + intercept + 0.5) - low;
        if (bin >= 0 && bin < bins) counts[at + bin]++;
      }
    }
  return counts;
}

function hash(counts: Uint32Array | Float64Array): string {
  return sha256(counts.join(","));
}
