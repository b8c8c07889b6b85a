import { requireThat } from "../errors.js";
import { withData } from "../grid.js";
import type { Vec3, Volume } from "../types.js";
import { makeKernelRoom } from "./kernels.js";

/** How a Gaussian filter runs. */
export interface GaussianOptions {
  /** The kernel is cut off after this many standard deviations; default 4, as in scipy. */
  truncate?: number;
  /**
   * `"wasm"` (default) works in 32-bit floats with SIMD WebAssembly: each result lies within 1e-6 of the image's
   * largest absolute value. `"plain"` is the same filter in 64-bit floats and plain TypeScript, some ten times slower.
   */
  engine?: "wasm" | "plain";
}

/**
 * Smooths an image with a Gaussian of standard deviation `sigmaMm` (one number, or one along x, y, z; 0 leaves an
 * axis alone). Beyond its edge the image goes on mirrored, the edge voxel repeated (scipy's mode "reflect").
 *
 * @returns 32-bit floats on the same grid, `rescale` kept. Stored whole numbers beyond 2^24 lose digits.
 */
export function gaussianFilter(
  volume: Volume,
  sigmaMm: number | Vec3,
  options: GaussianOptions = {},
): Volume<Float32Array> {
  const sigmas = typeof sigmaMm === "number" ? [sigmaMm, sigmaMm, sigmaMm] : sigmaMm;
  const { truncate = 4, engine = "wasm" } = options;
  requireThat(
    sigmas.length === 3 && sigmas.every((mm) => Number.isFinite(mm) && mm >= 0),
    "sigmaMm",
    sigmaMm,
    "a finite number of at least 0, in mm, or three",
  );
  requireThat(truncate > 0 && Number.isFinite(truncate), "truncate", truncate, "a finite number above 0");
  requireThat(engine === "wasm" || engine === "plain", "engine", engine, '"wasm" or "plain"');
  const weights = sigmas.map((mm, axis) => gaussianWeights(mm / volume.spacingMm[axis], truncate));
  const data = engine === "wasm" ? filterInWasm(volume, weights) : filterPlainly(volume, weights);
  const { rescale } = volume;
  return { ...withData(volume, data), ...(rescale ? { rescale } : {}) };
}

/** One half of a Gaussian kernel that sums to 1 over both: weight at distance 0, 1, 2, ... voxels. */
export function gaussianWeights(sigmaVoxels: number, truncate: number): Float64Array {
  const radius = Math.floor(truncate * sigmaVoxels + 0.5);
  const weights = new Float64Array(radius + 1);
  let total = 0;
  for (let k = 0; k <= radius; k++) {
    weights[k] = k === 0 ? 1 : Math.exp((-0.5 * k * k) / (sigmaVoxels * sigmaVoxels));
    total += k === 0 ? 1 : 2 * weights[k];
  }
  return weights.map((weight) => weight / total);
}

/** Bytes of the span of columns filtered along z at a time: source and result stay in the processor's cache. */
const tileBytes = 1 << 18;

function filterInWasm(volume: Volume, [weightsX, weightsY, weightsZ]: Float64Array[]): Float32Array {
  const [nx, ny, nz] = volume.shape;
  const slice = nx * ny;
  const width = Math.min(slice, Math.max(16, Math.floor(tileBytes / 4 / nz / 16) * 16));
  const area = 4 * Math.max(slice, width * nz);
  const radii = [weightsX, weightsY, weightsZ].map((weights) => weights.length - 1);
  const longest = Math.max(...radii);
  const { kernels, buffer, at } = makeKernelRoom([
    area,
    area,
    4 * (nx + 2 * longest),
    4 * (2 * longest + 1),
    4 * (longest + 1),
    4 * (longest + 1),
    4 * (longest + 1),
  ]);
  const [one, other, padded, lines, ...weightsAt] = at;
  [weightsX, weightsY, weightsZ].forEach((weights, axis) =>
    new Float32Array(buffer, weightsAt[axis], weights.length).set(weights),
  );
  const first = new Float32Array(buffer, one, area / 4);
  const second = new Float32Array(buffer, other, area / 4);
  const out = new Float32Array(volume.data.length);

  for (let z = 0; z < nz; z++) {
    first.set(volume.data.subarray(z * slice, (z + 1) * slice));
    let result = first;
    if (radii[0] > 0) {
      kernels.filterRows(one, other, nx, ny, weightsAt[0], radii[0], padded, lines);
      result = second;
    }
    if (radii[1] > 0) {
      const [from, to] = result === first ? [one, other] : [other, one];
      kernels.filterColumns(from, to, nx, ny, weightsAt[1], radii[1], lines);
      result = result === first ? second : first;
    }
    out.set(result.subarray(0, slice), z * slice);
  }
  if (radii[2] === 0) return out;
  for (let start = 0; start < slice; start += width) {
    const count = Math.min(width, slice - start);
    for (let z = 0; z < nz; z++)
      first.set(out.subarray(z * slice + start, z * slice + start + count), z * count);
    kernels.filterColumns(one, other, count, nz, weightsAt[2], radii[2], lines);
    for (let z = 0; z < nz; z++) out.set(second.subarray(z * count, (z + 1) * count), z * slice + start);
  }
  return out;
}

/** The definition, line by line in 64-bit floats. */
function filterPlainly(volume: Volume, weights: Float64Array[]): Float32Array {
  const [nx, ny, nz] = volume.shape;
  const values = new Float64Array(volume.data);
  [nx, ny, nz].forEach((n, axis) => {
    const stride = [1, nx, nx * ny][axis];
    const line = new Float64Array(n);
    const kernel = weights[axis];
    if (kernel.length === 1) return;
    for (let start = 0; start < values.length; start++) {
      // Lines along an axis start where the index on that axis is 0.
      if (Math.floor(start / stride) % n !== 0) continue;
      for (let i = 0; i < n; i++) line[i] = values[start + i * stride];
      for (let i = 0; i < n; i++) {
        let sum = kernel[0] * line[i];
        for (let k = 1; k < kernel.length; k++)
          sum += kernel[k] * (line[mirror(i - k, n)] + line[mirror(i + k, n)]);
        values[start + i * stride] = sum;
      }
    }
  });
  return new Float32Array(values);
}

function mirror(i: number, n: number): number {
  const period = 2 * n;
  const at = ((i % period) + period) % period;
  return at < n ? at : period - 1 - at;
}
