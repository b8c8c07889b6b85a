import type { Vec3 } from "../core/types.js";
import type { Surfels } from "./surfels.js";

/**
 * Exact nearest surfel by rows. Two surfaces of a usable segmentation lie close together, so that for most points
 * the nearest one is found in the same or a neighbouring row, long before a distance transform of the volume
 * would have finished its first axis.
 */

/** Neighbouring rows in the order of their distance; the same for every label of a grid. */
export interface RowOffsets {
  /** Steps to the row along y and z, nearest first. */
  dy: Int32Array;
  dz: Int32Array;
  /** Squared distance in mm2 to the row along y and along z. */
  y2: Float64Array;
  z2: Float64Array;
  /** Every point within this squared distance in mm2 lies in one of the rows. */
  reach2: number;
}

const rowsSearched = 150; // beyond them a tree is faster; 5 mm around where rows lie 0.7 mm apart

/** The rows around a row, out to the radius that holds about as many as are worth searching. */
export function createRowOffsets([, sy, sz]: Vec3): RowOffsets {
  const radius = Math.sqrt((rowsSearched * sy * sz) / Math.PI);
  const reach2 = radius * radius;
  const found: { dy: number; dz: number; y2: number; z2: number }[] = [];
  const stepsY = Math.floor(radius / sy);
  const stepsZ = Math.floor(radius / sz);
  for (let dz = -stepsZ; dz <= stepsZ; dz++)
    for (let dy = -stepsY; dy <= stepsY; dy++) {
      const [y2, z2] = [dy * sy * (dy * sy), dz * sz * (dz * sz)];
      if (y2 + z2 <= reach2) found.push({ dy, dz, y2, z2 });
    }
  found.sort((a, b) => a.y2 + a.z2 - (b.y2 + b.z2) || a.dz - b.dz || a.dy - b.dy);
  return {
    dy: Int32Array.from(found, (row) => row.dy),
    dz: Int32Array.from(found, (row) => row.dz),
    y2: Float64Array.from(found, (row) => row.y2),
    z2: Float64Array.from(found, (row) => row.z2),
    reach2,
  };
}

/** Where each row of a set of surfels begins, over the smallest box of rows that holds them all. */
export interface RowIndex {
  firstY: number;
  firstZ: number;
  rowsY: number;
  rowsZ: number;
  /** Index of the first surfel of row `(y - firstY) + rowsY * (z - firstZ)`; one more entry than rows. */
  start: Int32Array;
  x: Int32Array;
}

/** Indexes surfels by row; `rowLength` is the number of rows in a slice, `shape[1] + 1`. At least one surfel. */
export function indexRows({ row, x, count }: Surfels, rowLength: number): RowIndex {
  const firstZ = Math.floor(row[0] / rowLength);
  const rowsZ = Math.floor(row[count - 1] / rowLength) - firstZ + 1;
  let firstY = rowLength;
  let lastY = 0;
  for (let i = 0; i < count; i++) {
    if (i > 0 && row[i] === row[i - 1]) continue;
    const y = row[i] % rowLength;
    if (y < firstY) firstY = y;
    if (y > lastY) lastY = y;
  }
  const rowsY = lastY - firstY + 1;
  const start = new Int32Array(rowsY * rowsZ + 1);
  for (let i = 0; i < count;) {
    const from = i;
    while (i < count && row[i] === row[from]) i++;
    const z = Math.floor(row[from] / rowLength);
    start[row[from] - z * rowLength - firstY + rowsY * (z - firstZ) + 1] = i;
  }
  for (let r = 1; r < start.length; r++) if (start[r] === 0) start[r] = start[r - 1];
  return { firstY, firstZ, rowsY, rowsZ, start, x };
}

/**
 * Squared distance in mm2 from each surfel of `from` to the nearest one of `to`, into `distance2`; surfels without
 * a neighbour within reach are listed in `far` instead. Returns how many those are.
 */
export function searchRows(
  from: Surfels,
  to: RowIndex,
  rowLength: number,
  spacingX: number,
  offsets: RowOffsets,
  distance2: Float64Array,
  far: Int32Array,
): number {
  const { dy, dz, y2, z2, reach2 } = offsets;
  const { firstY, firstZ, rowsY, rowsZ, start, x: targets } = to;
  const { row, x, count } = from;
  const open = new Int32Array(count === 0 ? 0 : longestRow(from)); // surfels of a row still looking
  const best = new Float64Array(open.length);
  const rows = dy.length;
  let farCount = 0;
  for (let i = 0; i < count;) {
    const current = row[i];
    const z = Math.floor(current / rowLength);
    const y = current - z * rowLength;
    let left = 0;
    for (; i < count && row[i] === current; i++) {
      open[left] = i;
      best[left++] = Infinity;
    }
    for (let k = 0; k < rows && left > 0; k++) {
      const ty = y + dy[k] - firstY;
      const tz = z + dz[k] - firstZ;
      if (ty < 0 || ty >= rowsY || tz < 0 || tz >= rowsZ) continue;
      const r = ty + rowsY * tz;
      const first = start[r];
      const end = start[r + 1];
      if (first === end) continue;
      const ry = y2[k];
      const rz = z2[k];
      const nearestPossible = ry + rz;
      let j = first;
      let kept = 0;
      for (let q = 0; q < left; q++) {
        const point = open[q];
        let distance = best[q];
        if (distance > nearestPossible) {
          const at = x[point];
          while (j < end && targets[j] < at) j++;
          if (j < end) {
            const step = (targets[j] - at) * spacingX;
            const d = step * step + ry + rz;
            if (d < distance) distance = d;
          }
          if (j > first) {
            const step = (at - targets[j - 1]) * spacingX;
            const d = step * step + ry + rz;
            if (d < distance) distance = d;
          }
        }
        if (distance <= nearestPossible) {
          distance2[point] = distance;
        } else {
          open[kept] = point;
          best[kept++] = distance;
        }
      }
      left = kept;
    }
    for (let q = 0; q < left; q++) {
      if (best[q] <= reach2) distance2[open[q]] = best[q];
      else far[farCount++] = open[q];
    }
  }
  return farCount;
}

function longestRow({ row, count }: Surfels): number {
  let longest = 0;
  for (let i = 0; i < count;) {
    const from = i;
    while (i < count && row[i] === row[from]) i++;
    longest = Math.max(longest, i - from);
  }
  return longest;
}
