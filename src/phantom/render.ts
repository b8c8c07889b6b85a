import { createAffine } from "../core/affine.js";
import { countVoxels, createVolume } from "../core/grid.js";
import { throwIfAborted } from "../core/progress.js";
import type { Vec3, Volume } from "../core/types.js";
import { createBlocks, type Run } from "./blocks.js";
import type { Part } from "./body.js";
import type { Placement } from "./placement.js";

/** The grid a phantom is drawn on; axes along R, A, S. */
export interface PhantomGrid {
  shape: Vec3;
  spacingMm: Vec3;
  /** World position of voxel (0, 0, 0) in patient coordinates, RAS+ mm. */
  originMm: Vec3;
}

/** Part of a grid: voxels along y and slices, first and last of each. Along x it is whole. */
export interface GridPart {
  rows: readonly [number, number];
  slices: readonly [number, number];
}

/** A body on a grid before any scanner saw it. */
export interface Drawing {
  /** HU, mixed where a surface crosses a voxel. */
  ct: Volume<Float32Array>;
  /** Label values of AbdomenAtlas 2.0. */
  labels: Volume<Uint8Array>;
}

/** Places along x where the body's coordinates are worked out; between them they are interpolated. */
const nodeMm = 8;

/**
 * Draws parts slice by slice, row by row, each only in the blocks it may lie in. The geometry is a function of the place in the
 * patient alone, so any grid shows the same body.
 *
 * @param options `only` the part of the grid to draw, by default all of it: there the same values, beyond it air without labels.
 * @throws the signal's reason when aborted, between slices.
 */
export function renderBody(
  parts: readonly Part[],
  placement: Placement,
  grid: PhantomGrid,
  { only, signal }: { only?: GridPart; signal?: AbortSignal } = {},
): Drawing {
  const { shape, spacingMm, originMm } = grid;
  const [nx, ny, nz] = shape;
  const hu = new Float32Array(countVoxels(shape)).fill(-1000);
  const labels = new Uint8Array(countVoxels(shape));
  const softMm = (spacingMm[0] + spacingMm[1]) / 2;
  const blocks = createBlocks(parts, placement, grid, softMm);
  const row = createRow(nx, originMm[0], spacingMm[0], placement);
  // Whole rows: which voxels of a row are looked at depends on where it begins.
  const { rows, slices } = only ?? { rows: [0, ny - 1], slices: [0, nz - 1] };
  const [firstBlocks, lastBlocks] = rows.map((y) => Math.floor(y / blocks.rows));
  let runs: Run[][] = [];
  let slab = -1;
  for (let z = slices[0]; z <= slices[1]; z++) {
    throwIfAborted(signal);
    if (slab !== Math.floor(z / blocks.slices)) {
      slab = Math.floor(z / blocks.slices);
      runs = blocks.runsOfSlab(slab, firstBlocks, lastBlocks);
    }
    const zMm = originMm[2] + z * spacingMm[2];
    for (let y = rows[0]; y <= rows[1]; y++) {
      const inRow = runs[Math.floor(y / blocks.rows)];
      if (inRow.length === 0) continue;
      const yMm = originMm[1] + y * spacingMm[1];
      row.move(yMm, zMm);
      const at = nx * (y + ny * z);
      for (const { part, from, to, box } of inRow) {
        if (yMm < box.min[1] || yMm > box.max[1] || zMm < box.min[2] || zMm > box.max[2]) continue;
        paintRow(part, row, from, to, at, spacingMm[0], softMm, hu, labels);
      }
    }
  }
  const affine = createAffine(spacingMm, originMm);
  return {
    ct: createVolume(hu, shape, { spacingMm, affine }),
    labels: createVolume(labels, shape, { spacingMm, affine }),
  };
}

/** Label at a point given in body coordinates, as {@link renderBody} would paint it there. */
export function labelAt(parts: readonly Part[], x: number, y: number, z: number): number {
  let label = 0;
  for (const { shape, labelId, onlyOver } of parts) {
    const { min, max } = shape.box;
    if (x < min[0] || x > max[0] || y < min[1] || y > max[1] || z < min[2] || z > max[2]) continue;
    if (onlyOver && !onlyOver.includes(label)) continue;
    if (shape.distance(x, y, z) < 0) label = labelId;
  }
  return label;
}

interface Row {
  x: Float64Array;
  y: Float64Array;
  z: Float64Array;
  /** Works out the body coordinates of the row at a place. */
  move(yMm: number, zMm: number): void;
}

function createRow(nx: number, originMm: number, stepMm: number, placement: Placement): Row {
  const [x, y, z] = [new Float64Array(nx), new Float64Array(nx), new Float64Array(nx)];
  const first = Math.floor(originMm / nodeMm);
  const nodes = Math.floor((originMm + nx * stepMm) / nodeMm) - first + 2;
  const toBody = placement.rowToBody(Float64Array.from({ length: nodes }, (_, k) => (first + k) * nodeMm));
  const values = new Float64Array(3 * nodes);
  const places = x.map((_, i) => (originMm + i * stepMm) / nodeMm - first);
  const starts = Uint32Array.from(places, (place) => 3 * Math.floor(place));
  const shares = places.map((place) => place - Math.floor(place));
  return {
    x,
    y,
    z,
    move(yMm, zMm) {
      toBody(yMm, zMm, values);
      for (let i = 0; i < nx; i++) {
        const at = starts[i];
        const t = shares[i];
        x[i] = values[at] + t * (values[at + 3] - values[at]);
        y[i] = values[at + 1] + t * (values[at + 4] - values[at + 1]);
        z[i] = values[at + 2] + t * (values[at + 5] - values[at + 2]);
      }
    },
  };
}

function paintRow(
  part: Part,
  { x, y, z }: Row,
  from: number,
  to: number,
  at: number,
  stepMm: number,
  softMm: number,
  hu: Float32Array,
  labels: Uint8Array,
): void {
  const { shape, labelId, onlyOver } = part;
  const half = softMm / 2;
  const trustPerStep = 0.65 / stepMm;
  for (let i = from; i <= to; i++) {
    if (onlyOver && !onlyOver.includes(labels[at + i])) continue;
    const distance = shape.distance(x[i], y[i], z[i]);
    if (distance >= half) {
      // Far from the surface the next voxels cannot meet it. Distances are estimates: only part of each is trusted.
      i += Math.floor((distance - half) * trustPerStep);
      continue;
    }
    // The share of the voxel that lies inside the surface, as if the surface were flat there.
    const cover = distance <= -half ? 1 : 0.5 - distance / softMm;
    const value = part.hu(x[i], y[i], z[i], distance < 0 ? -distance : 0);
    hu[at + i] += cover * (value - hu[at + i]);
    if (distance < 0) labels[at + i] = labelId;
  }
}
