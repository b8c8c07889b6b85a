import { applyAffine } from "../core/affine.js";
import type { Affine, Vec3, VoxelArray } from "../core/types.js";
import { type Irregularity, medianOf, type SeriesGeometry } from "./geometry.js";

/** Slices on a regular grid with right angles. */
export interface StraightSlices {
  data: VoxelArray;
  shape: Vec3;
  affine: Affine;
}

/**
 * Brings tilted or unevenly spaced slices onto a regular grid in their own planes, linear in the plane and between slices.
 * The grid goes from the first slice to the last with a step near the smallest gap (at least half of the median one),
 * and is as wide as the tilt moves the slices; what no slice covers is `fill`.
 *
 * @param stored all slices, from the lowest on, `[column, row, slice]`.
 * @param method `"nearest"` for labels, which are never mixed.
 */
export function straightenSlices(
  stored: VoxelArray,
  [columns, rows, slices]: Vec3,
  geometry: SeriesGeometry & { irregular: Irregularity },
  fill: number,
  method: "linear" | "nearest" = "linear",
): StraightSlices {
  const whole = method === "nearest" ? Math.round : (share: number): number => share;
  const { offsetsMm } = geometry.irregular;
  const [columnMm, rowMm] = geometry.spacingMm;
  const gaps = offsetsMm.slice(1).map((offset, k) => offset[2] - offsetsMm[k][2]);
  const least = medianOf(gaps) / 2;
  const wanted = Math.min(...gaps.filter((gap) => gap >= least));
  const lengthMm = offsetsMm[slices - 1][2];
  const depth = Math.max(2, Math.round(lengthMm / wanted) + 1);
  const stepMm = lengthMm / (depth - 1);
  const across = offsetsMm.map(([a]) => settle(a / columnMm));
  const down = offsetsMm.map(([, b]) => settle(b / rowMm));
  const [x0, y0] = [Math.floor(Math.min(...across)), Math.floor(Math.min(...down))];
  const width = columns + Math.ceil(Math.max(...across)) - x0;
  const height = rows + Math.ceil(Math.max(...down)) - y0;
  const data = new (stored.constructor as Float64ArrayConstructor)(width * height * depth) as VoxelArray;
  const isWhole = !(stored instanceof Float32Array || stored instanceof Float64Array);
  const [lower, upper] = [new Float64Array(width * height), new Float64Array(width * height)];
  let below = 0;
  let inLower = -1;
  for (let z = 0; z < depth; z++) {
    const at = Math.min(lengthMm, z * stepMm);
    while (below < slices - 2 && offsetsMm[below + 1][2] <= at) below++;
    const share = whole((at - offsetsMm[below][2]) / gaps[below]);
    if (inLower !== below) {
      moveSlice(below, lower);
      moveSlice(below + 1, upper);
      inLower = below;
    }
    const plane = data.subarray(z * width * height, (z + 1) * width * height);
    for (let i = 0; i < plane.length; i++) {
      const value = lower[i] + share * (upper[i] - lower[i]);
      plane[i] = isWhole ? Math.round(value) : value;
    }
  }
  const { affine } = geometry;
  const [ox, oy, oz] = applyAffine(affine, [x0, y0, 0]);
  const normal = normalOf(affine);
  const turned = [0, 1, 2].flatMap((row) => [
    affine[4 * row],
    affine[4 * row + 1],
    normal[row] * stepMm,
    [ox, oy, oz][row],
  ]);
  return { data, shape: [width, height, depth], affine: [...turned, 0, 0, 0, 1] };

  /** Moves a slice in its plane to where it lies, by linear interpolation; exact where it moves by whole pixels. */
  function moveSlice(slice: number, into: Float64Array): void {
    const from = slice * columns * rows;
    const read = (x: number, y: number): number =>
      x < 0 || y < 0 || x >= columns || y >= rows ? fill : stored[from + y * columns + x];
    for (let y = 0; y < height; y++) {
      const v = whole(y + y0 - down[slice]);
      const [vy, fy] = [Math.floor(v), v - Math.floor(v)];
      for (let x = 0; x < width; x++) {
        const u = whole(x + x0 - across[slice]);
        const [ux, fx] = [Math.floor(u), u - Math.floor(u)];
        let value = (1 - fx) * (1 - fy) * read(ux, vy);
        if (fx > 0) value += fx * (1 - fy) * read(ux + 1, vy);
        if (fy > 0) value += (1 - fx) * fy * read(ux, vy + 1);
        if (fx > 0 && fy > 0) value += fx * fy * read(ux + 1, vy + 1);
        into[y * width + x] = value;
      }
    }
  }
}

/** A shift in pixels without the rounding of headers. */
function settle(pixels: number): number {
  return Math.abs(pixels - Math.round(pixels)) < 1e-3 ? Math.round(pixels) : pixels;
}

/** The unit vector at right angles to x and y on the side where z grows. */
function normalOf(affine: Affine): Vec3 {
  const [a, b, c] = [0, 1, 2].map((column) => [affine[column], affine[4 + column], affine[8 + column]]);
  const n = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const sign = n[0] * c[0] + n[1] * c[1] + n[2] * c[2] < 0 ? -1 : 1;
  const length = sign * Math.hypot(n[0], n[1], n[2]);
  return [n[0] / length, n[1] / length, n[2] / length];
}
