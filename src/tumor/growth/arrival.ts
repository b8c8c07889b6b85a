import type { Vec3 } from "../../core/types.js";
import { type AutomatonRun } from "./automaton.js";
import type { Lattice } from "./lattice.js";

/** A smooth field on the part of a lattice that tumor reached, to be read between the cells. */
export interface ArrivalField {
  /** First cell of the part along x, y, z, and its size. */
  low: Vec3;
  shape: Vec3;
  /** When tumor arrives, in steps; {@link ArrivalField.never} where it does not. */
  arrival: Float32Array;
  /** Share of dead tumor, 0 to 1. */
  dead: Float32Array;
  never: number;
}

/** Steps by which the field goes on beyond the last tumor that arrived. */
const beyondSteps = 4;
/** Cells round the reached ones that the field covers. */
const margin = 2;

/**
 * Turns whole steps of whole cells into a smooth arrival time, so that the outline of a lesion is no staircase of cells
 * and its volume can be met between two steps. Cells off the organ have no say: a lesion is not rounded off where it
 * lies against the organ's surface.
 *
 * @param isOpen whether a cell belongs to the organ.
 * @returns `undefined` when nothing was reached.
 */
export function smoothArrival(
  run: AutomatonRun,
  { shape }: Lattice,
  isOpen: (cell: number) => boolean,
): ArrivalField | undefined {
  const bounds = reachedBounds(run.reachedStep, shape);
  if (!bounds) return undefined;
  const { low, size } = bounds;
  const never = run.steps + beyondSteps;
  const cells = size[0] * size[1] * size[2];
  const arrival = new Float32Array(cells);
  const dead = new Float32Array(cells);
  const weight = new Float32Array(cells);
  for (let z = 0, i = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++, i++) {
        const cell = low[0] + x + shape[0] * (low[1] + y + shape[1] * (low[2] + z));
        const step = run.reachedStep[cell];
        if (step === 0 && !isOpen(cell)) continue;
        weight[i] = 1;
        arrival[i] = step === 0 ? never : step;
        dead[i] = run.diedStep[cell] > 0 ? 1 : 0;
      }
  const room = new Float32Array(cells);
  for (const field of [arrival, dead, weight])
    for (const axis of [0, 1, 2]) blurAxis(field, room, size, axis);
  for (let i = 0; i < cells; i++) {
    if (weight[i] < 1e-6) arrival[i] = never;
    else {
      arrival[i] /= weight[i];
      dead[i] /= weight[i];
    }
  }
  return { low, shape: size, arrival, dead, never };
}

/** Reads a field of the part at a place given in cells of the whole lattice; `beyond` off the part. */
export function readField(
  { low, shape: [nx, ny, nz] }: ArrivalField,
  field: Float32Array,
  x: number,
  y: number,
  z: number,
  beyond: number,
): number {
  const u = x - low[0];
  const v = y - low[1];
  const w = z - low[2];
  const i = Math.floor(u);
  const j = Math.floor(v);
  const k = Math.floor(w);
  if (i < 0 || j < 0 || k < 0 || i >= nx - 1 || j >= ny - 1 || k >= nz - 1) return beyond;
  const slice = nx * ny;
  const at = i + nx * j + slice * k;
  const fx = u - i;
  const fy = v - j;
  const near = field[at] + fx * (field[at + 1] - field[at]);
  const next = field[at + nx] + fx * (field[at + nx + 1] - field[at + nx]);
  const lower = near + fy * (next - near);
  const top = at + slice;
  const nearTop = field[top] + fx * (field[top + 1] - field[top]);
  const nextTop = field[top + nx] + fx * (field[top + nx + 1] - field[top + nx]);
  return lower + (w - k) * (nearTop + fy * (nextTop - nearTop) - lower);
}

function reachedBounds(reached: Uint16Array, [nx, ny, nz]: Vec3): { low: Vec3; size: Vec3 } | undefined {
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  for (let z = 0, row = 0; z < nz; z++)
    for (let y = 0; y < ny; y++, row++)
      for (let x = 0, i = row * nx; x < nx; x++, i++) {
        if (reached[i] === 0) continue;
        if (x < low[0]) low[0] = x;
        if (x > high[0]) high[0] = x;
        if (y < low[1]) low[1] = y;
        if (y > high[1]) high[1] = y;
        if (z < low[2]) low[2] = z;
        if (z > high[2]) high[2] = z;
      }
  if (high[0] < 0) return undefined;
  const from = low.map((value) => Math.max(0, value - margin));
  const to = [nx, ny, nz].map((n, axis) => Math.min(n - 1, high[axis] + margin));
  return {
    low: [from[0], from[1], from[2]],
    size: [to[0] - from[0] + 1, to[1] - from[1] + 1, to[2] - from[2] + 1],
  };
}

/** A quarter, a half, a quarter of the cells in a row; beyond the end counts the last one. */
function blurAxis(field: Float32Array, room: Float32Array, shape: Vec3, axis: number): void {
  const n = shape[axis];
  const stride = axis === 0 ? 1 : axis === 1 ? shape[0] : shape[0] * shape[1];
  room.set(field);
  for (let i = 0; i < field.length; i++) {
    const place = Math.floor(i / stride) % n;
    const before = place > 0 ? room[i - stride] : room[i];
    const after = place < n - 1 ? room[i + stride] : room[i];
    field[i] = 0.25 * before + 0.5 * room[i] + 0.25 * after;
  }
}
