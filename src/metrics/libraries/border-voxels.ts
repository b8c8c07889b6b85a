import type { Vec3 } from "../../core/types.js";
import { findFlatAxes } from "../flat-grid.js";
import { createRowOffsets } from "../nearest-rows.js";
import { nearestDistances } from "../nearest.js";
import type { Surfels } from "../surfels.js";
import type { LabelData } from "../words.js";

/**
 * Borders as MONAI, panoptica and Metrics Reloaded take them: the voxels of a mask that erosion by one step along the axes
 * takes away, each counting once, with distances between voxel centres. Voxels outside the grid count as background. In a
 * grid with one voxel along an axis the border is that of the plane, as for an image of two axes.
 */

/** Distances from the border voxels of each mask to the nearest of the other's; empty for an empty mask, infinite to one. */
export interface BorderDistances {
  referenceToPrediction: Float64Array;
  predictionToReference: Float64Array;
}

/**
 * Distances between the borders of one label, in the order of memory.
 *
 * @param spacingMm of the voxels; `[1, 1, 1]` gives distances in voxels.
 */
export function measureBorders(
  reference: LabelData,
  prediction: LabelData,
  label: number,
  { shape, spacingMm }: { shape: Vec3; spacingMm: Vec3 },
): BorderDistances {
  const [a, b] = [reference, prediction].map((data) => findBorder(data, label, shape));
  const offsets = createRowOffsets(spacingMm);
  return {
    referenceToPrediction: nearestDistances(a, b, shape, spacingMm, offsets),
    predictionToReference: nearestDistances(b, a, shape, spacingMm, offsets),
  };
}

/** The border voxels of a label as points; `code` says nothing. */
export function findBorder(data: LabelData, label: number, shape: Vec3): Surfels {
  const [nx, ny] = shape;
  const flat = findFlatAxes(shape);
  const steps = [1, nx, nx * ny];
  const axes = [0, 1, 2].filter((axis) => !flat.includes(axis));
  const xs: number[] = [];
  const rows: number[] = [];
  for (let i = data.indexOf(label); i >= 0; i = data.indexOf(label, i + 1)) {
    const at = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    const isInside = axes.every(
      (axis) =>
        at[axis] > 0 &&
        at[axis] < shape[axis] - 1 &&
        data[i - steps[axis]] === label &&
        data[i + steps[axis]] === label,
    );
    if (isInside) continue;
    xs.push(at[0]);
    rows.push(at[1] + (ny + 1) * at[2]);
  }
  return {
    count: xs.length,
    x: Int32Array.from(xs),
    row: Int32Array.from(rows),
    code: new Uint8Array(xs.length),
  };
}
