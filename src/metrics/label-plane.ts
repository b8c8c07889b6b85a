import type { LabelData, LabelScanner } from "./words.js";

/** Background columns left of a row: keeps words aligned whatever the row length. */
export const pad = 4;

/** One slice with a border of background; row `y` of the slice is row `y + 1` here. */
export interface LabelPlane {
  labels: LabelData;
  words: Uint32Array;
  stride: number;
  /** First labelled column of each row and the one after its last; both 0 for a row without any. */
  from: Int32Array;
  to: Int32Array;
  /** First and last row of the slice that has a label; `ny` and -1 when none has. */
  firstRow: number;
  lastRow: number;
}

/** An empty plane for slices of `nx` by `ny` voxels of the type of `data`. */
export function createPlane(data: LabelData, nx: number, ny: number): LabelPlane {
  const stride = (pad + nx + 1 + 3) & ~3;
  const bytes = new ArrayBuffer(stride * (ny + 2) * data.BYTES_PER_ELEMENT);
  return {
    labels: data.BYTES_PER_ELEMENT === 1 ? new Uint8Array(bytes) : new Uint16Array(bytes),
    words: new Uint32Array(bytes),
    stride,
    from: new Int32Array(ny + 2),
    to: new Int32Array(ny + 2),
    firstRow: ny,
    lastRow: -1,
  };
}

/** Takes the labels out again, touching only rows that had any. */
export function clearPlane(plane: LabelPlane): void {
  for (let y = plane.firstRow; y <= plane.lastRow; y++) {
    const start = (y + 1) * plane.stride + pad;
    plane.labels.fill(0, start + plane.from[y + 1], start + plane.to[y + 1]);
    plane.from[y + 1] = plane.to[y + 1] = 0;
  }
  plane.firstRow = plane.from.length - 2;
  plane.lastRow = -1;
}

/** Lays slice `z` of `data` into the plane; what was there is gone. */
export function loadSlice(
  plane: LabelPlane,
  data: LabelData,
  scanner: LabelScanner,
  nx: number,
  ny: number,
  z: number,
): void {
  clearPlane(plane);
  const start = z * nx * ny;
  const end = start + nx * ny;
  for (let i = scanner.findFirst(start, end); i < end;) {
    const y = Math.floor((i - start) / nx);
    const rowStart = start + y * nx;
    const last = scanner.findLast(i, rowStart + nx);
    plane.labels.set(data.subarray(i, last + 1), (y + 1) * plane.stride + pad + i - rowStart);
    plane.from[y + 1] = i - rowStart;
    plane.to[y + 1] = last + 1 - rowStart;
    if (plane.lastRow < 0) plane.firstRow = y;
    plane.lastRow = y;
    i = rowStart + nx < end ? scanner.findFirst(rowStart + nx, end) : end;
  }
}
