import { applyAffine, invertAffine, multiplyAffines } from "../core/affine.js";
import { requireThat } from "../core/errors.js";
import { countVoxels, requireSpacing } from "../core/grid.js";
import type { Affine, Vec3, Volume, VoxelArray } from "../core/types.js";
import { asBits, isWhole, makeArray } from "./arrays.js";
import { makeKernelRoom } from "./kernels.js";
import { areLabels } from "./looks-like-labels.js";

/** How values between voxel centres are found. */
export type Interpolation = "linear" | "nearest";

/** How a volume is resampled. */
export interface ResampleOptions {
  /** Default `"linear"` for images and `"nearest"` for labels, for which linear is refused. */
  method?: Interpolation;
  /**
   * Whether the numbers are labels, between which there is nothing; default: what `looksLikeLabels` makes of the
   * voxels. `false` for a picture that looks like labels; a label map with names is one whatever this says.
   */
  labels?: boolean;
}

/** {@link ResampleOptions} onto another grid. */
export interface ResampleOntoOptions extends ResampleOptions {
  /** Stored number where the target reaches beyond the source; default 0 for labels, else the smallest there is. */
  outside?: number;
}

/**
 * The same image with voxels of another spacing. The axes keep their directions and the middle of the grid stays
 * where it is in the patient: the new grid has as many voxels as fit the old extent best (at least 1), so its edges
 * lie within half a new voxel of the old ones, and the affine says exactly where. Beyond the outermost centres the
 * edge value goes on. Nothing is smoothed beforehand.
 *
 * Linear interpolation works in 64 bits; whole-number images are rounded half up. Nearest takes the higher index at
 * equal distance. Label maps keep their names, images their `rescale`.
 *
 * @throws LabError for linear interpolation of labels, and a spacing that cannot be.
 */
export function resample<V extends Volume>(
  volume: V,
  spacingMm: number | Vec3,
  options: ResampleOptions = {},
): V {
  const spacing: Vec3 = typeof spacingMm === "number" ? [spacingMm, spacingMm, spacingMm] : spacingMm;
  requireSpacing(spacing, "spacingMm");
  const method = chooseMethod(options.method, areLabels(volume, options));
  const factor = spacing.map((mm, axis) => mm / volume.spacingMm[axis]);
  const [mx, my, mz] = volume.shape.map((n, axis) => Math.max(1, Math.round(n / factor[axis])));
  const shape: Vec3 = [mx, my, mz];
  requireThat(
    countVoxels(shape) < 2 ** 31,
    "spacingMm",
    [...spacing],
    "a spacing that gives fewer than 2^31 voxels",
  );
  const start = volume.shape.map((n, axis) => (n - 1) / 2 - ((shape[axis] - 1) / 2) * factor[axis]);
  const places = [0, 1, 2].map((axis) =>
    placesAlong(volume.shape[axis], shape[axis], start[axis], factor[axis]),
  );
  const data = method === "linear" ? mixSlices(volume, shape, places) : pickVoxels(volume, shape, places);
  const [fx, fy, fz] = factor;
  const toOld: Affine = [fx, 0, 0, start[0], 0, fy, 0, start[1], 0, 0, fz, start[2], 0, 0, 0, 1];
  return { ...volume, data, shape, spacingMm: spacing, affine: multiplyAffines(volume.affine, toOld) };
}

/**
 * An image or label map on the grid of `like`, wherever and however that lies. Points within half a voxel of the
 * source take its edge value, farther ones `outside`. Interpolation and rounding as {@link resample}.
 *
 * @throws LabError where no point of that grid lies in the source: one of the two headers is wrong.
 */
export function resampleOnto<V extends Volume>(
  volume: V,
  like: Volume,
  options: ResampleOntoOptions = {},
): V {
  const isLabels = areLabels(volume, options);
  const method = chooseMethod(options.method, isLabels);
  const outside = options.outside ?? (isLabels ? 0 : smallestOf(volume.data));
  const toSource = multiplyAffines(invertAffine(volume.affine), like.affine);
  const data = makeArray(volume.data, countVoxels(like.shape));
  let inside = 0;
  const { data: source, shape } = volume;
  const [nx, ny, nz] = shape;
  const [mx, my, mz] = like.shape;
  // One kind of array for every kind of image: loops that meet many kinds become several times slower.
  const values = isExactIn32Bits(source) ? new Float32Array(source) : new Float64Array(source);
  const row = new Float64Array(mx);
  const whole = isWhole(source);
  for (let z = 0, to = 0; z < mz; z++)
    for (let y = 0; y < my; y++, to += mx) {
      const [x0, y0, z0] = applyAffine(toSource, [0, y, z]);
      for (let i = 0; i < mx; i++) {
        const x = x0 + i * toSource[0];
        const j = y0 + i * toSource[4];
        const k = z0 + i * toSource[8];
        if (!(isInside(x, nx) && isInside(j, ny) && isInside(k, nz))) row[i] = outside;
        else {
          inside++;
          row[i] =
            method === "nearest"
              ? values[nearest(x, nx) + nx * (nearest(j, ny) + ny * nearest(k, nz))]
              : linearAt(values, nx, ny, nz, x, j, k);
        }
      }
      if (whole) for (let i = 0; i < mx; i++) row[i] = Math.floor(row[i] + 0.5);
      data.set(row, to);
    }
  requireThat(
    inside > 0,
    "like",
    `a grid round ${describePoint(middleOf(like))} mm`,
    `a grid that overlaps with the image, round ${describePoint(middleOf(volume))} mm`,
    "No point of it lies in the image: one of the two headers has lost its place",
  );
  return { ...volume, data, shape: like.shape, spacingMm: like.spacingMm, affine: like.affine };
}

/** Of a grid an image is brought to, less than this share in the image is worth a warning. */
export const littleOverlap = 0.1;

/** Share of the points of the grid of `like` that lie in a volume, within half a voxel of its outermost centres; 0 to 1. */
export function shareOfGrid(volume: Volume, like: Volume): number {
  const toSource = multiplyAffines(invertAffine(volume.affine), like.affine);
  const [nx, ny, nz] = volume.shape;
  const [mx, my, mz] = like.shape;
  let inside = 0;
  for (let z = 0; z < mz; z++)
    for (let y = 0; y < my; y++) {
      const [x0, y0, z0] = applyAffine(toSource, [0, y, z]);
      for (let i = 0; i < mx; i++)
        if (
          isInside(x0 + i * toSource[0], nx) &&
          isInside(y0 + i * toSource[4], ny) &&
          isInside(z0 + i * toSource[8], nz)
        )
          inside++;
    }
  return inside / (mx * my * mz);
}

/** A hair beyond the half voxel, so that grids which agree but for rounding lose no border. */
function isInside(index: number, n: number): boolean {
  return index > -0.501 && index < n - 0.499;
}

function middleOf({ shape, affine }: Volume): Vec3 {
  const [x, y, z] = shape;
  return applyAffine(affine, [(x - 1) / 2, (y - 1) / 2, (z - 1) / 2]);
}

function describePoint(point: Vec3): string {
  return `(${point.map((mm) => mm.toFixed(1)).join(", ")})`;
}

/**
 * How values are found between voxel centres.
 *
 * @param asked default nearest for labels, else linear.
 * @throws LabError for linear interpolation of labels.
 */
export function chooseMethod(asked: Interpolation | undefined, isLabels: boolean): Interpolation {
  const chosen = asked ?? (isLabels ? "nearest" : "linear");
  requireThat(chosen === "linear" || chosen === "nearest", "method", chosen, '"linear" or "nearest"');
  requireThat(
    !isLabels || chosen === "nearest",
    "method",
    chosen,
    '"nearest" for a label map or what looks like one',
    "Between labels 5 and 27 there is no 16",
  );
  return chosen;
}

/** For each new voxel along one axis: the old voxel below it, how far beyond it lies, and the nearest one. */
interface Places {
  below: Int32Array;
  beyond: Float64Array;
  nearest: Int32Array;
}

function placesAlong(n: number, m: number, start: number, factor: number): Places {
  const below = new Int32Array(m);
  const beyond = new Float64Array(m);
  const closest = new Int32Array(m);
  for (let i = 0; i < m; i++) {
    const place = Math.min(n - 1, Math.max(0, start + i * factor));
    below[i] = Math.max(0, Math.min(n - 2, Math.floor(place)));
    beyond[i] = place - below[i];
    closest[i] = nearest(place, n);
  }
  return { below, beyond, nearest: closest };
}

function nearest(place: number, n: number): number {
  return Math.min(n - 1, Math.max(0, Math.floor(place + 0.5)));
}

function mixSlices(volume: Volume, [mx, my, mz]: Vec3, [alongX, alongY, alongZ]: Places[]): VoxelArray {
  const [nx, ny, nz] = volume.shape;
  // Along an axis of one voxel there is no next one: it is taken twice.
  const width = Math.max(2, nx);
  const height = Math.max(2, ny);
  const { kernels, buffer, at } = makeKernelRoom([
    8 * width * height,
    8 * width * height,
    4 * my,
    8 * my,
    4 * mx,
    8 * mx,
    8 * width,
    8 * mx * my,
  ]);
  const [firstAt, secondAt, belowYAt, beyondYAt, belowXAt, beyondXAt, rowAt, outAt] = at;
  new Int32Array(buffer, belowYAt, my).set(alongY.below);
  new Float64Array(buffer, beyondYAt, my).set(alongY.beyond);
  new Int32Array(buffer, belowXAt, mx).set(alongX.below);
  new Float64Array(buffer, beyondXAt, mx).set(alongX.beyond);
  const slices = [firstAt, secondAt].map((start) => new Float64Array(buffer, start, width * height));
  const held = [-1, -1];
  const out = new Float64Array(buffer, outAt, mx * my);
  const data = makeArray(volume.data, mx * my * mz);
  const whole = isWhole(volume.data) ? 1 : 0;

  /** Which of the two places holds source slice `z`, loading it where neither does. */
  function hold(z: number): number {
    const place = z & 1;
    if (held[place] !== z) {
      const slice = volume.data.subarray(z * nx * ny, (z + 1) * nx * ny);
      if (nx > 1) slices[place].set(slice);
      else for (let y = 0; y < ny; y++) slices[place].fill(slice[y], 2 * y, 2 * y + 2);
      if (ny === 1) slices[place].copyWithin(width, 0, width);
      held[place] = z;
    }
    return at[place];
  }

  for (let z = 0; z < mz; z++) {
    const below = alongZ.below[z];
    const low = hold(below);
    const high = hold(Math.min(nz - 1, below + 1));
    const { beyond } = alongZ;
    kernels.resampleSlice(
      low,
      high,
      width,
      beyond[z],
      belowYAt,
      beyondYAt,
      my,
      belowXAt,
      beyondXAt,
      mx,
      rowAt,
      outAt,
      whole,
    );
    data.set(out, z * mx * my);
  }
  return data;
}

function pickVoxels(volume: Volume, [mx, my, mz]: Vec3, [alongX, alongY, alongZ]: Places[]): VoxelArray {
  const [nx, ny] = volume.shape;
  const data = makeArray(volume.data, mx * my * mz);
  const from = asBits(volume.data);
  const to = asBits(data);
  const columns = alongX.nearest;
  for (let z = 0, at = 0; z < mz; z++)
    for (let y = 0; y < my; y++) {
      const row = nx * (alongY.nearest[y] + ny * alongZ.nearest[z]);
      for (let x = 0; x < mx; x++) to[at++] = from[row + columns[x]];
    }
  return data;
}

function linearAt(
  values: Float32Array | Float64Array,
  nx: number,
  ny: number,
  nz: number,
  x: number,
  y: number,
  z: number,
): number {
  x = Math.min(nx - 1, Math.max(0, x));
  y = Math.min(ny - 1, Math.max(0, y));
  z = Math.min(nz - 1, Math.max(0, z));
  const i = Math.max(0, Math.min(nx - 2, Math.floor(x)));
  const j = Math.max(0, Math.min(ny - 2, Math.floor(y)));
  const k = Math.max(0, Math.min(nz - 2, Math.floor(z)));
  const a = x - i;
  const b = y - j;
  const c = z - k;
  const stepX = nx > 1 ? 1 : 0;
  const stepY = ny > 1 ? nx : 0;
  const stepZ = nz > 1 ? nx * ny : 0;
  const at = i + nx * (j + ny * k);
  const near =
    (values[at] * (1 - a) + values[at + stepX] * a) * (1 - b) +
    (values[at + stepY] * (1 - a) + values[at + stepY + stepX] * a) * b;
  const far =
    (values[at + stepZ] * (1 - a) + values[at + stepZ + stepX] * a) * (1 - b) +
    (values[at + stepZ + stepY] * (1 - a) + values[at + stepZ + stepY + stepX] * a) * b;
  return near * (1 - c) + far * c;
}

function smallestOf(data: VoxelArray): number {
  let smallest = Infinity;
  const chunk = new Float64Array(65536);
  for (let from = 0; from < data.length; from += chunk.length) {
    const part = data.subarray(from, from + chunk.length);
    chunk.set(part);
    for (let i = 0; i < part.length; i++) if (chunk[i] < smallest) smallest = chunk[i];
  }
  return Number.isFinite(smallest) ? smallest : 0;
}

function isExactIn32Bits(data: VoxelArray): boolean {
  return data.BYTES_PER_ELEMENT < 4 || data instanceof Float32Array;
}
