import type { Triple } from "tumorlab/internal/contracts/volume-payload";

export type PlaneName = "axial" | "coronal" | "sagittal";
type Axis = 0 | 1 | 2;

/**
 * How a plane lies in an RAS+ grid and on the screen, in the radiological convention: the patient's right is on
 * the left of axial and coronal pictures, anterior is up in axial and on the left in sagittal pictures, superior
 * is up. In all three, columns and rows therefore run against their voxel axis.
 */
export interface Plane {
  name: PlaneName;
  title: string;
  /** Voxel axis along the columns. */
  across: Axis;
  /** Voxel axis along the rows. */
  down: Axis;
  /** Voxel axis that the slices are counted on. */
  through: Axis;
  /** Side of the patient at each edge of the picture. */
  marks: { left: string; right: string; top: string; bottom: string };
}

export const planes: readonly Plane[] = [
  { name: "axial", title: "Axial", across: 0, down: 1, through: 2, marks: edges("R", "L", "A", "P") },
  { name: "coronal", title: "Coronal", across: 0, down: 2, through: 1, marks: edges("R", "L", "S", "I") },
  { name: "sagittal", title: "Sagittal", across: 1, down: 2, through: 0, marks: edges("A", "P", "S", "I") },
];

/** Columns and rows of the plane's picture. */
export function planeSize({ across, down }: Plane, shape: Triple): [number, number] {
  return [shape[across], shape[down]];
}

/** The slice of a plane as a picture, first row at the top; a copy. */
export function extractSlice(data: Uint8Array, shape: Triple, plane: Plane, index: number): Uint8Array {
  const strides = [1, shape[0], shape[0] * shape[1]];
  const [columns, rows] = planeSize(plane, shape);
  const stepAcross = strides[plane.across];
  const stepDown = strides[plane.down];
  const start = index * strides[plane.through] + (columns - 1) * stepAcross + (rows - 1) * stepDown;
  const out = new Uint8Array(columns * rows);
  for (let row = 0, o = 0; row < rows; row++) {
    let at = start - row * stepDown;
    for (let column = 0; column < columns; column++, o++, at -= stepAcross) out[o] = data[at];
  }
  return out;
}

/** Column and row (whole numbers at pixel centres) where a voxel lies in the plane's picture. */
export function voxelToPixel(plane: Plane, shape: Triple, voxel: Triple): [number, number] {
  return [shape[plane.across] - 1 - voxel[plane.across], shape[plane.down] - 1 - voxel[plane.down]];
}

/** The voxel under a pixel of the slice that shows `voxel`; pixels outside are moved to the edge. */
export function pixelToVoxel(plane: Plane, shape: Triple, pixel: [number, number], voxel: Triple): Triple {
  const moved: Triple = [...voxel];
  moved[plane.across] = clamp(shape[plane.across] - 1 - Math.round(pixel[0]), shape[plane.across]);
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

function edges(left: string, right: string, top: string, bottom: string): Plane["marks"] {
  return { left, right, top, bottom };
}
