import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { type PlaneGeometry, planeSize } from "tumorlab/internal/volume/planes";

/** The slice of a plane as a picture, first row at the top; a copy. */
export function extractSlice(
  data: Uint8Array,
  shape: Triple,
  plane: PlaneGeometry,
  index: number,
): Uint8Array {
  const strides = [1, shape[0], shape[0] * shape[1]];
  const [columns, rows] = planeSize(plane, shape);
  const stepAcross = strides[plane.along];
  const stepDown = strides[plane.down];
  const start = index * strides[plane.through] + (columns - 1) * stepAcross + (rows - 1) * stepDown;
  const out = new Uint8Array(columns * rows);
  for (let row = 0, o = 0; row < rows; row++) {
    let at = start - row * stepDown;
    for (let column = 0; column < columns; column++, o++, at -= stepAcross) out[o] = data[at];
  }
  return out;
}

/** The voxel under a pixel of the slice that shows `voxel`; pixels outside are moved to the edge. */
export function pixelToVoxel(
  plane: PlaneGeometry,
  shape: Triple,
  pixel: [number, number],
  voxel: Triple,
): Triple {
  const moved: Triple = [...voxel];
  moved[plane.along] = clamp(shape[plane.along] - 1 - Math.round(pixel[0]), shape[plane.along]);
  moved[plane.down] = clamp(shape[plane.down] - 1 - Math.round(pixel[1]), shape[plane.down]);
  return moved;
}

/** The voxel moved by whole steps along one axis, kept inside the grid. */
export function stepVoxel(voxel: Triple, shape: Triple, axis: number, steps: number): Triple {
  const moved: Triple = [...voxel];
  moved[axis] = clamp(moved[axis] + steps, shape[axis]);
  return moved;
}

/** World position in RAS+ mm of a voxel's centre. */
export function voxelToWorldMm(affine: readonly number[], [x, y, z]: Triple): Triple {
  const along = (row: number) =>
    affine[4 * row] * x + affine[4 * row + 1] * y + affine[4 * row + 2] * z + affine[4 * row + 3];
  return [along(0), along(1), along(2)];
}

/** Largest angle in degrees between a voxel axis and the patient's axis it stands for; 0 for an upright grid. */
export function measureTiltDegrees(affine: readonly number[]): number {
  const cosines = [0, 1, 2].map((axis) => {
    const column = [affine[axis], affine[4 + axis], affine[8 + axis]];
    return column[axis] / Math.hypot(...column);
  });
  return (Math.acos(Math.min(1, ...cosines)) * 180) / Math.PI;
}

function clamp(value: number, count: number): number {
  return Math.max(0, Math.min(count - 1, value));
}
