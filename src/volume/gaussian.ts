import { requireThat } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { Vec3, Volume, VoxelArray } from "../core/types.js";
import { makeKernelRoom, type Kernels } from "./kernels.js";

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

/** Along z few slices are held at once and summed; with more of them reading each one that often costs more than copying. */
const heldSlices = 11;
const heldBytes = 1 << 24;
/** Bytes of the span of columns filtered along z where that many slices are too many. */
const tileBytes = 1 << 18;

/** A volume being filtered: each slice along x and y, then all of them along z. */
interface Pass {
  kernels: Kernels;
  buffer: ArrayBuffer;
  shape: Vec3;
  source: VoxelArray;
  out: Float32Array;
  radii: number[];
  /** Addresses: weights along x, y, z, and room for a padded row and for the addresses of lines. */
  weightsAt: number[];
  padded: number;
  lines: number;
}

function filterInWasm(volume: Volume, weights: Float64Array[]): Float32Array {
  const [nx, ny, nz] = volume.shape;
  const slice = nx * ny;
  const radii = weights.map((half) => half.length - 1);
  const longest = Math.max(...radii);
  const slots = Math.min(nz, 2 * radii[2] + 1);
  const held = slots <= heldSlices && 4 * slots * slice <= heldBytes;
  const width = Math.min(slice, Math.max(16, Math.floor(tileBytes / 4 / nz / 16) * 16));
  const area = held ? 4 * slice : 4 * Math.max(slice, width * nz);
  const { kernels, buffer, at } = makeKernelRoom([
    ...weights.map((half) => 4 * half.length),
    4 * (nx + 2 * longest),
    4 * (2 * longest + 1),
    area,
    area,
    held ? 4 * slots * slice : 0,
  ]);
  const [weightsX, weightsY, weightsZ, padded, lines, one, other, ring] = at;
  const weightsAt = [weightsX, weightsY, weightsZ];
  weights.forEach((half, axis) => new Float32Array(buffer, weightsAt[axis], half.length).set(half));
  const out = new Float32Array(volume.data.length);
  const source = volume.data;
  const pass: Pass = { kernels, buffer, shape: volume.shape, source, out, radii, weightsAt, padded, lines };
  if (held) filterHeldSlices(pass, one, other, ring, slots);
  else filterTiles(pass, one, other, width);
  return out;
}

/** Filters slice `z` along x and y into `to`, by way of `room`. */
function filterSlice(
  { kernels, buffer, shape, source, radii, weightsAt, padded, lines }: Pass,
  z: number,
  room: number,
  to: number,
): void {
  const [nx, ny] = shape;
  const slice = nx * ny;
  const [radiusX, radiusY] = radii;
  // The last filter writes to `to`; what comes before alternates with `room`.
  const start = radiusX > 0 === radiusY > 0 ? to : room;
  new Float32Array(buffer, start, slice).set(source.subarray(z * slice, (z + 1) * slice));
  const middle = start === to ? room : to;
  if (radiusX > 0) kernels.filterRows(start, middle, nx, ny, weightsAt[0], radiusX, padded, lines);
  if (radiusY > 0)
    kernels.filterColumns(radiusX > 0 ? middle : start, to, nx, ny, weightsAt[1], radiusY, lines);
}

/** Filters along z from the few slices round each one, which are held in turn in `slots` places from `ring` on. */
function filterHeldSlices(pass: Pass, room: number, result: number, ring: number, slots: number): void {
  const { kernels, buffer, shape, out, radii, weightsAt, lines } = pass;
  const [nx, ny, nz] = shape;
  const slice = nx * ny;
  const radius = radii[2];
  const addresses = new Uint32Array(buffer, lines, 2 * radius + 1);
  const filtered = new Float32Array(buffer, result, slice);
  const place = (z: number) => ring + 4 * slice * (z % slots);
  for (let z = 0, loaded = 0; z < nz; z++) {
    for (; loaded < nz && loaded <= z + radius; loaded++) filterSlice(pass, loaded, room, place(loaded));
    for (let k = -radius; k <= radius; k++) addresses[radius + k] = place(mirror(z + k, nz));
    kernels.sumLines(lines, radius, weightsAt[2], result, slice);
    out.set(filtered, z * slice);
  }
}

/** Filters every slice, then spans of columns along z. */
function filterTiles(pass: Pass, one: number, other: number, width: number): void {
  const { kernels, buffer, shape, out, radii, weightsAt, lines } = pass;
  const [nx, ny, nz] = shape;
  const slice = nx * ny;
  const filtered = new Float32Array(buffer, other, slice);
  for (let z = 0; z < nz; z++) {
    filterSlice(pass, z, one, other);
    out.set(filtered, z * slice);
  }
  const columns = new Float32Array(buffer, one, width * nz);
  const results = new Float32Array(buffer, other, width * nz);
  for (let start = 0; start < slice; start += width) {
    const count = Math.min(width, slice - start);
    for (let z = 0; z < nz; z++)
      columns.set(out.subarray(z * slice + start, z * slice + start + count), z * count);
    kernels.filterColumns(one, other, count, nz, weightsAt[2], radii[2], lines);
    for (let z = 0; z < nz; z++) out.set(results.subarray(z * count, (z + 1) * count), z * slice + start);
  }
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
