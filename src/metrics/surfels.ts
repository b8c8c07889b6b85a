import { findOccupied } from "../core/occupied.js";
import type { Vec3 } from "../core/types.js";
import { keepContour } from "./flat-grid.js";
import { clearPlane, createPlane, loadSlice, pad } from "./label-plane.js";
import type { LabelPlane } from "./label-plane.js";
import { createScanner } from "./words.js";
import type { LabelData } from "./words.js";

/**
 * Surface elements ("surfels") of one label: the 2x2x2 blocks of voxels that the label fills in part.
 *
 * Blocks sit on the corners of voxels: block `(x, y, z)` is the corner between voxels `x - 1` and `x` on each
 * axis, from 0 to `shape` inclusive, voxels outside the grid counting as background. A mask that touches the
 * edge of the grid therefore has its surface there.
 */
export interface Surfels {
  /** Number of surfels. */
  count: number;
  /** Position along x, from 0 to `shape[0]`; ascending within a row. */
  x: Int32Array;
  /** Row of the block, `y + (shape[1] + 1) * z`; ascending. */
  row: Int32Array;
  /** Neighbour code; see {@link createSurfelAreas} for the order of its bits. */
  code: Uint8Array;
}

/**
 * Surfels of every wanted label in one pass over the volume: `wanted[label]` is 1 for those to be found (length
 * 65536; 0 is never found). Labels without a voxel are not in the result. In a grid with one voxel along an axis they are
 * those of the contour in the plane.
 *
 * Slices are laid into two padded planes, rows without a label are never looked at again, and along a row words
 * of four bytes are compared where four neighbouring rows agree, so that the work is that of the surface.
 */
export function extractSurfels(
  data: LabelData,
  shape: Vec3,
  wanted: Uint8Array,
  occupied: Uint8Array = findOccupied(data),
): Map<number, Surfels> {
  const [nx, ny, nz] = shape;
  const sink = createSink();
  const scanner = createScanner(data, occupied);
  let below = createPlane(data, nx, ny);
  let above = createPlane(data, nx, ny);
  for (let z = 0; z <= nz; z++) {
    if (z < nz) loadSlice(above, data, scanner, nx, ny, z);
    else clearPlane(above);
    const first = Math.min(below.firstRow, above.firstRow);
    const last = Math.max(below.lastRow, above.lastRow);
    for (let y = Math.max(0, first); y <= last + 1; y++)
      scanRow(below, above, y, y + (ny + 1) * z, wanted, sink);
    [below, above] = [above, below];
  }
  const byLabel = sortByLabel(sink);
  for (const [label, surfels] of byLabel) byLabel.set(label, keepContour(surfels, shape));
  return byLabel;
}

/** Finds the surfels of one row of blocks, between slice rows `y - 1` and `y` of two neighbouring slices. */
function scanRow(
  below: LabelPlane,
  above: LabelPlane,
  y: number,
  row: number,
  wanted: Uint8Array,
  sink: Sink,
): void {
  let from = 0x7fffffff;
  let to = 0;
  for (const plane of [below, above])
    for (let r = y; r <= y + 1; r++) {
      if (plane.to[r] === 0) continue;
      if (plane.from[r] < from) from = plane.from[r];
      if (plane.to[r] > to) to = plane.to[r];
    }
  if (to === 0) return;

  const P = below.labels;
  const Q = above.labels;
  const p = below.words;
  const q = above.words;
  const perWord = 4 / P.BYTES_PER_ELEMENT;
  const low = perWord - 1;
  const shift = perWord === 4 ? 2 : 1;
  const spread = perWord === 4 ? 0x01010101 : 0x00010001;
  const near = y * below.stride + pad; // slice row y - 1
  const far = near + below.stride; // slice row y
  // a, b: rows y - 1 and y of the slice below; c, d: of the slice above; 0: column x - 1; 1: column x
  let a0 = 0;
  let b0 = 0;
  let c0 = 0;
  let d0 = 0;
  for (let x = from; x <= to; x++) {
    if ((x & low) === 0 && a0 === b0 && a0 === c0 && a0 === d0) {
      const word = (a0 * spread) >>> 0;
      let k = (near + x) >> shift;
      let m = (far + x) >> shift;
      const stop = (near + to) >> shift;
      while (k < stop && p[k] === word && p[m] === word && q[k] === word && q[m] === word) {
        k++;
        m++;
      }
      x = (k << shift) - near;
    }
    const a1 = P[near + x];
    const b1 = P[far + x];
    const c1 = Q[near + x];
    const d1 = Q[far + x];
    if (((a0 ^ a1) | (a0 ^ b0) | (a0 ^ b1) | (a0 ^ c0) | (a0 ^ c1) | (a0 ^ d0) | (a0 ^ d1)) !== 0) {
      emitBlock(sink, wanted, x, row, a0, a1, b0, b1, c0, c1, d0, d1);
    }
    a0 = a1;
    b0 = b1;
    c0 = c1;
    d0 = d1;
  }
}

/** Adds a surfel for each wanted label of a block of eight voxels that are not all the same. */
function emitBlock(
  sink: Sink,
  wanted: Uint8Array,
  x: number,
  row: number,
  a0: number,
  a1: number,
  b0: number,
  b1: number,
  c0: number,
  c1: number,
  d0: number,
  d1: number,
): void {
  let left = 255; // voxels not yet accounted for
  while (left !== 0) {
    const corner = 31 - Math.clz32(left & -left);
    const label =
      corner < 4
        ? corner < 2
          ? corner === 0
            ? a0
            : a1
          : corner === 2
            ? b0
            : b1
        : corner < 6
          ? corner === 4
            ? c0
            : c1
          : corner === 6
            ? d0
            : d1;
    const code =
      (a0 === label ? 1 : 0) |
      (a1 === label ? 2 : 0) |
      (b0 === label ? 4 : 0) |
      (b1 === label ? 8 : 0) |
      (c0 === label ? 16 : 0) |
      (c1 === label ? 32 : 0) |
      (d0 === label ? 64 : 0) |
      (d1 === label ? 128 : 0);
    left &= ~code;
    if (label !== 0 && wanted[label] === 1) emit(sink, label, x, row, code);
  }
}

/** Surfels of all labels in the order they were met. */
interface Sink {
  count: number;
  label: Uint16Array;
  x: Int32Array;
  row: Int32Array;
  code: Uint8Array;
}

function createSink(): Sink {
  const size = 1 << 14;
  return {
    count: 0,
    label: new Uint16Array(size),
    x: new Int32Array(size),
    row: new Int32Array(size),
    code: new Uint8Array(size),
  };
}

function emit(sink: Sink, label: number, x: number, row: number, code: number): void {
  if (sink.count === sink.label.length) growSink(sink);
  const i = sink.count++;
  sink.label[i] = label;
  sink.x[i] = x;
  sink.row[i] = row;
  sink.code[i] = code;
}

function growSink(sink: Sink): void {
  const size = sink.label.length * 2;
  const { label, x, row, code } = sink;
  (sink.label = new Uint16Array(size)).set(label);
  (sink.x = new Int32Array(size)).set(x);
  (sink.row = new Int32Array(size)).set(row);
  (sink.code = new Uint8Array(size)).set(code);
}

/** Splits what was met into labels, keeping the order within each. */
function sortByLabel(sink: Sink): Map<number, Surfels> {
  const counts = new Int32Array(65536);
  for (let i = 0; i < sink.count; i++) counts[sink.label[i]]++;
  const byLabel = new Map<number, Surfels>();
  const slots: (Surfels | undefined)[] = [];
  counts.forEach((count, label) => {
    if (count === 0) return;
    const surfels = {
      count: 0,
      x: new Int32Array(count),
      row: new Int32Array(count),
      code: new Uint8Array(count),
    };
    byLabel.set(label, surfels);
    slots[label] = surfels;
  });
  for (let i = 0; i < sink.count; i++) {
    const surfels = slots[sink.label[i]]!;
    const k = surfels.count++;
    surfels.x[k] = sink.x[i];
    surfels.row[k] = sink.row[i];
    surfels.code[k] = sink.code[i];
  }
  return byLabel;
}
