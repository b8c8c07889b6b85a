import type { Vec3 } from "../core/types.js";
import type { Surfels } from "./surfels.js";

/** Surfels sorted by block, and the tight box of each block. */
export interface Blocks {
  x: Int32Array;
  y: Int32Array;
  z: Int32Array;
  /** Index of the first surfel of each block; one more entry than blocks. */
  start: Int32Array;
  /** `x0, x1, y0, y1, z0, z1` of each block, inclusive. */
  boxes: Int32Array;
}

const blockVoxels = 64; // volume of a block in voxels: a surface fills it with some sixteen surfels

/** Sorts at least one surfel into blocks, empty ones left out; `rowLength` is the number of rows in a slice. */
export function sortIntoBlocks({ row, x, count }: Surfels, rowLength: number, spacingMm: Vec3): Blocks {
  const y = new Int32Array(count);
  const z = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    z[i] = Math.floor(row[i] / rowLength);
    y[i] = row[i] - z[i] * rowLength;
  }
  const ranges = [x, y, z].map(rangeOf);
  const low = ranges.map(([first]) => first);
  const extent = ranges.map(([first, last]) => last - first + 1);
  // Blocks as near to cubes in mm as whole steps allow, and never many more of them than surfels.
  let edgeMm = Math.cbrt(blockVoxels * spacingMm[0] * spacingMm[1] * spacingMm[2]);
  let step: number[];
  let cells: number[];
  do {
    step = spacingMm.map((mm) => Math.max(1, Math.round(edgeMm / mm)));
    cells = extent.map((length, k) => Math.ceil(length / step[k]));
    edgeMm *= 2;
  } while (cells[0] * cells[1] * cells[2] > 16 * count + 4096);
  const [lx, ly, lz] = low;
  const [kx, ky, kz] = step;
  const [cx, cy, cz] = cells;
  const cell = new Int32Array(count);
  const end = new Int32Array(cx * cy * cz + 1);
  for (let i = 0; i < count; i++) {
    cell[i] = (((x[i] - lx) / kx) | 0) + cx * ((((y[i] - ly) / ky) | 0) + cy * (((z[i] - lz) / kz) | 0));
    end[cell[i] + 1]++;
  }
  let blocks = 0;
  for (let c = 1; c < end.length; c++) {
    if (end[c] > 0) blocks++;
    end[c] += end[c - 1];
  }
  const start = new Int32Array(blocks + 1);
  for (let c = 0, b = 0; c + 1 < end.length; c++) if (end[c + 1] > end[c]) start[++b] = end[c + 1];
  const sorted: Blocks = {
    x: new Int32Array(count),
    y: new Int32Array(count),
    z: new Int32Array(count),
    start,
    boxes: new Int32Array(blocks * 6),
  };
  for (let i = 0; i < count; i++) {
    const k = end[cell[i]]++;
    sorted.x[k] = x[i];
    sorted.y[k] = y[i];
    sorted.z[k] = z[i];
  }
  for (let b = 0; b < blocks; b++) boundBlock(sorted, b);
  return sorted;
}

function rangeOf(values: Int32Array): [number, number] {
  let [first, last] = [values[0], values[0]];
  for (let i = 1; i < values.length; i++) {
    if (values[i] < first) first = values[i];
    else if (values[i] > last) last = values[i];
  }
  return [first, last];
}

function boundBlock({ x, y, z, start, boxes }: Blocks, block: number): void {
  let i = start[block];
  let [x0, x1, y0, y1, z0, z1] = [x[i], x[i], y[i], y[i], z[i], z[i]];
  for (i++; i < start[block + 1]; i++) {
    if (x[i] < x0) x0 = x[i];
    else if (x[i] > x1) x1 = x[i];
    if (y[i] < y0) y0 = y[i];
    else if (y[i] > y1) y1 = y[i];
    if (z[i] < z0) z0 = z[i];
    else if (z[i] > z1) z1 = z[i];
  }
  boxes[6 * block] = x0;
  boxes[6 * block + 1] = x1;
  boxes[6 * block + 2] = y0;
  boxes[6 * block + 3] = y1;
  boxes[6 * block + 4] = z0;
  boxes[6 * block + 5] = z1;
}
