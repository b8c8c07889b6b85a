import { LabError, requireThat } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { Mask, Vec3, Volume } from "../core/types.js";
import { findRuns, type LabelRuns } from "./runs.js";

/** A volume whose numbers above 0 mark the structure. */
export type MaskLike = Volume<Uint8Array | Uint16Array>;

/**
 * Distance in mm from each voxel's centre to the centre of the nearest voxel of the mask: 0 inside, Infinity
 * everywhere when the mask is empty. Exact for any spacing: the 64-bit distance, rounded once to 32 bits.
 *
 * Axes are taken to be perpendicular, `spacingMm` apart. Memory: four bytes a voxel beside the mask.
 */
export function distanceToMask(mask: MaskLike): Volume<Float32Array> {
  return withData(mask, transform(mask, false, "distance"));
}

/**
 * Distance in mm from each voxel of the mask to the nearest voxel outside it, 0 outside (what scipy's
 * distance_transform_edt gives). What lies beyond the edge of the grid counts as neither: a mask that touches the edge
 * is deep there, and Infinity everywhere when it fills the grid. Exact as {@link distanceToMask}.
 */
export function distanceToBackground(mask: MaskLike): Volume<Float32Array> {
  return withData(mask, transform(mask, true, "distance"));
}

/** The voxels within `radiusMm` of the mask, the border included; compares exact distances. */
export function withinOfMask(mask: MaskLike, radiusMm: number): Mask {
  return withData(mask, transform(mask, false, radiusMm));
}

/** The voxels farther than `radiusMm` from everything outside the mask; what lies beyond the grid's edge is not outside. */
export function deeperThan(mask: MaskLike, radiusMm: number): Mask {
  const shallow = transform(mask, true, radiusMm);
  for (let i = 0; i < shallow.length; i++) shallow[i] ^= 1;
  return withData(mask, shallow);
}

/** Relative slack of comparisons with a radius: 0.7 mm times 10 counts as within 7 mm. */
const slack = 1e-9;

/**
 * Felzenszwalb and Huttenlocher's lower envelopes, axis by axis. Between the axes each voxel holds whole steps to the
 * nearest feature (along x in the low 16 bits, along y in the high ones), not a rounded square, and the distance is
 * worked out from them at the end, so that it is exact. Columns are handled in blocks that fit the cache; rows and slices
 * without a feature are passed over.
 */
function transform(mask: MaskLike, toBackground: boolean, result: "distance"): Float32Array;
function transform(mask: MaskLike, toBackground: boolean, result: number): Uint8Array;
function transform(
  mask: MaskLike,
  toBackground: boolean,
  result: "distance" | number,
): Float32Array | Uint8Array {
  const { shape, spacingMm } = mask;
  const [nx, ny, nz] = shape;
  if (nx > 65534 || ny > 65534)
    throw new LabError("shape", [...shape], "at most 65,534 voxels along x and y");
  const limit = result === "distance" ? Infinity : result;
  requireThat(limit >= 0, "radiusMm", result, "a number of at least 0");
  const runs = findRuns(mask.data, shape, true);
  const squares = [nx, ny, nz].map((n, axis) => squaresOfSteps(n, spacingMm[axis]));
  const steps = new Uint32Array(mask.data.length);
  const hasFeature = new Uint8Array(nz);
  const rows = new Int32Array(ny);
  const room = makeWorkroom(Math.max(ny, nz));
  for (let z = 0; z < nz; z++) {
    let count = 0;
    for (let y = 0; y < ny; y++)
      if (stepsAlongRow(runs, y + ny * z, nx, toBackground, steps)) rows[count++] = y;
    if (count === 0) continue;
    hasFeature[z] = 1;
    nearestInSlice(steps, nx * ny * z, nx, ny, rows.subarray(0, count), squares, room);
  }
  const inside = result === "distance" ? undefined : new Uint8Array(steps.length);
  acrossSlices(steps, shape, hasFeature, squares, room, inside, limit * limit * (1 + slack));
  return inside ?? new Float32Array(steps.buffer);
}

/** Squares of 0, 1, 2, ... n steps in mm2. */
function squaresOfSteps(n: number, spacingMm: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, k) => k * spacingMm * (k * spacingMm));
}

/** Writes the steps along x to the nearest feature of a row; returns false, writing nothing, when it has none. */
function stepsAlongRow(
  { rowStart, start, end }: LabelRuns,
  row: number,
  nx: number,
  toBackground: boolean,
  steps: Uint32Array,
): boolean {
  const first = rowStart[row];
  const last = rowStart[row + 1];
  const at = row * nx;
  if (toBackground) {
    if (last - first === 1 && start[first] === 0 && end[first] === nx) return false;
    // The array starts out as zeros, which is right outside the runs.
    for (let run = first; run < last; run++) {
      const from = start[run];
      const to = end[run];
      const before = from === 0 ? Infinity : from - 1;
      const after = to === nx ? Infinity : to;
      fillGap(steps, at, from, to, before, after);
    }
    return true;
  }
  if (first === last) return false;
  let before = -Infinity;
  for (let run = first; run < last; run++) {
    fillGap(steps, at, before === -Infinity ? 0 : before + 1, start[run], before, start[run]);
    before = end[run] - 1;
  }
  fillGap(steps, at, before + 1, nx, before, Infinity);
  return true;
}

/** Writes steps to the nearer of the features at `before` and `after`; an infinite one is not there. */
function fillGap(
  steps: Uint32Array,
  at: number,
  from: number,
  to: number,
  before: number,
  after: number,
): void {
  if (!Number.isFinite(before)) for (let x = from; x < to; x++) steps[at + x] = after - x;
  else if (!Number.isFinite(after)) for (let x = from; x < to; x++) steps[at + x] = x - before;
  else {
    const middle = Math.min(to, ((before + after) >> 1) + 1);
    for (let x = from; x < middle; x++) steps[at + x] = x - before;
    for (let x = Math.max(from, middle); x < to; x++) steps[at + x] = after - x;
  }
}

/** Columns handled together: rows of this many words are copied to and from a block that stays in the cache. */
const blockWidth = 64;

/** Room for one block of columns along an axis of at most `n` voxels. */
interface Workroom {
  /** Numbers from one column of the block to the next: not a power of two, which would crowd the cache. */
  stride: number;
  /** Words of the block's features, and those of their results, column by column. */
  words: Uint32Array;
  nearest: Uint32Array;
  /** Squared distances, likewise. */
  squares: Float64Array;
  results: Float64Array;
  /**
   * The lower envelope of one column's parabolas: where each stands, its squared distance (or word), that plus the
   * square of its place, and where it takes over from the one before.
   */
  place: Int32Array;
  square: Float64Array;
  height: Float64Array;
  takeOver: Float64Array;
  /** 1 / k: multiplying is quicker than dividing. */
  inverse: Float64Array;
}

function makeWorkroom(n: number): Workroom {
  const stride = n + (n % 16 < 8 ? 9 : 17);
  return {
    stride,
    words: new Uint32Array(blockWidth * stride),
    nearest: new Uint32Array(blockWidth * stride),
    squares: new Float64Array(blockWidth * stride),
    results: new Float64Array(blockWidth * stride),
    place: new Int32Array(n),
    square: new Float64Array(n),
    height: new Float64Array(n),
    takeOver: new Float64Array(n),
    inverse: Float64Array.from({ length: n + 1 }, (_, k) => 1 / k),
  };
}

/** From steps along x in `rows` to the nearest feature of the slice that starts at `slice`, for all of its voxels. */
function nearestInSlice(
  steps: Uint32Array,
  slice: number,
  nx: number,
  ny: number,
  rows: Int32Array,
  [squaresX, squaresY]: Float64Array[],
  room: Workroom,
): void {
  const { words, nearest, place, height, square, takeOver, inverse, stride } = room;
  const half = 1 / (2 * squaresY[1]);
  const count = rows.length;
  for (let x0 = 0; x0 < nx; x0 += blockWidth) {
    const width = Math.min(blockWidth, nx - x0);
    let any = count < ny ? 1 : 0;
    for (let j = 0; j < count; j++) {
      const at = slice + x0 + rows[j] * nx;
      for (let column = 0; column < width; column++) {
        const dx = steps[at + column];
        any |= dx;
        words[column * stride + j] = dx;
      }
    }
    // A block of features only, as most are when distances to a background are asked for.
    if (any === 0) continue;
    nearest.fill(0, 0, width * stride);
    for (let column = 0; column < width; column++) {
      const base = column * stride;
      // From one feature of the column to the next nothing farther away counts; features themselves stay 0.
      for (let j = 0, from = 0; from < ny;) {
        let top = -1;
        let topPlace = 0;
        let topHeight = 0;
        let topTakeOver = 0;
        let y = from;
        for (; j < count; j++) {
          y = rows[j];
          const dx = words[base + j];
          const h = squaresX[dx] + squaresY[y];
          let where = (h - topHeight) * inverse[y - topPlace];
          while (top >= 0 && where <= topTakeOver) {
            if (--top < 0) break;
            topPlace = place[top];
            topHeight = height[top];
            topTakeOver = takeOver[top];
            where = (h - topHeight) * inverse[y - topPlace];
          }
          if (top < 0) where = -Infinity;
          top++;
          place[top] = topPlace = y;
          height[top] = topHeight = h;
          square[top] = dx;
          takeOver[top] = topTakeOver = where;
          if (dx === 0 && y > from) break;
        }
        const closed = j < count;
        const to = closed ? y : ny;
        for (let k = 0, at = from; k <= top; k++) {
          const end = k < top ? Math.min(to, Math.floor(takeOver[k + 1] * half) + 1) : to;
          const dx = square[k];
          const here = place[k];
          const middle = Math.min(end, here);
          for (; at < middle; at++) nearest[base + at] = dx | ((here - at) << 16);
          for (; at < end; at++) nearest[base + at] = dx | ((at - here) << 16);
        }
        if (!closed) break;
        from = to;
        // Neighbouring features have nothing between them.
        while (j + 1 < count && words[base + j + 1] === 0 && rows[j + 1] === from + 1) {
          j++;
          from++;
        }
      }
    }
    for (let y = 0; y < ny; y++) {
      const at = slice + x0 + y * nx;
      for (let column = 0; column < width; column++) steps[at + column] = nearest[column * stride + y];
    }
  }
}

/**
 * From the nearest feature of each slice to that of the whole grid. Without `inside` the distances take the place of
 * the steps, as floats in the same memory; with it, `inside` gets 1 where the squared distance is at most `limit2`.
 */
function acrossSlices(
  steps: Uint32Array,
  [nx, ny, nz]: Vec3,
  hasFeature: Uint8Array,
  [squaresX, squaresY, squaresZ]: Float64Array[],
  room: Workroom,
  inside: Uint8Array | undefined,
  limit2: number,
): void {
  const slice = nx * ny;
  const distances = new Float32Array(steps.buffer);
  const slices = Int32Array.from([...hasFeature.keys()].filter((z) => hasFeature[z] === 1));
  const count = slices.length;
  if (count === 0) {
    if (!inside) distances.fill(Infinity);
    return;
  }
  const { squares, results, place, height, square, takeOver, inverse, stride } = room;
  const half = 1 / (2 * squaresZ[1]);
  for (let start = 0; start < slice; start += blockWidth) {
    const width = Math.min(blockWidth, slice - start);
    let any = count < nz ? 1 : 0;
    for (let j = 0; j < count; j++) {
      const at = slices[j] * slice + start;
      for (let column = 0; column < width; column++) {
        const word = steps[at + column];
        any |= word;
        squares[column * stride + j] = squaresX[word & 0xffff] + squaresY[word >>> 16];
      }
    }
    if (any === 0) {
      // Zero words are zero distances already.
      if (inside) for (let z = 0; z < nz; z++) inside.fill(1, z * slice + start, z * slice + start + width);
      continue;
    }
    results.fill(0, 0, width * stride);
    for (let column = 0; column < width; column++) {
      const base = column * stride;
      for (let j = 0, from = 0; from < nz;) {
        let top = -1;
        let topPlace = 0;
        let topHeight = 0;
        let topTakeOver = 0;
        let z = from;
        for (; j < count; j++) {
          z = slices[j];
          const flat = squares[base + j];
          const h = flat + squaresZ[z];
          let where = (h - topHeight) * inverse[z - topPlace];
          while (top >= 0 && where <= topTakeOver) {
            if (--top < 0) break;
            topPlace = place[top];
            topHeight = height[top];
            topTakeOver = takeOver[top];
            where = (h - topHeight) * inverse[z - topPlace];
          }
          if (top < 0) where = -Infinity;
          top++;
          place[top] = topPlace = z;
          height[top] = topHeight = h;
          square[top] = flat;
          takeOver[top] = topTakeOver = where;
          if (flat === 0 && z > from) break;
        }
        const closed = j < count;
        const to = closed ? z : nz;
        for (let k = 0, at = from; k <= top; k++) {
          const end = k < top ? Math.min(to, Math.floor(takeOver[k + 1] * half) + 1) : to;
          const flat = square[k];
          const here = place[k];
          const middle = Math.min(end, here);
          for (; at < middle; at++) results[base + at] = flat + squaresZ[here - at];
          for (; at < end; at++) results[base + at] = flat + squaresZ[at - here];
        }
        if (!closed) break;
        from = to;
        while (j + 1 < count && squares[base + j + 1] === 0 && slices[j + 1] === from + 1) {
          j++;
          from++;
        }
      }
    }
    for (let z = 0; z < nz; z++) {
      const at = z * slice + start;
      if (inside)
        for (let column = 0; column < width; column++)
          inside[at + column] = results[column * stride + z] <= limit2 ? 1 : 0;
      else
        for (let column = 0; column < width; column++)
          distances[at + column] = Math.sqrt(results[column * stride + z]);
    }
  }
}
