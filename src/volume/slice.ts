import { axisDirections, spacingOfAffine } from "../core/affine.js";
import { requireThat } from "../core/errors.js";
import type { Vec3, Volume } from "../core/types.js";
import { type Plane, planes, type SliceEdges } from "./planes.js";

/** A picture cut out of a volume, as it is hung on a light box. */
export interface Slice {
  plane: Plane;
  /** Counted from the patient's inferior (axial), posterior (coronal) or left (sagittal) end. */
  index: number;
  /** Real values (rescaled; HU for CT, labels for a label map), row by row from the top, `width * height`. */
  data: Float32Array;
  width: number;
  height: number;
  /** Size of a pixel along a row and down a column, in mm. */
  spacingMm: readonly [number, number];
  edges: SliceEdges;
  /** Voxel of pixel (column, row) is `origin + column * columnStep + row * rowStep`, in the volume's own axes. */
  origin: Vec3;
  columnStep: Vec3;
  rowStep: Vec3;
}

/** How many slices a volume has in a plane, whatever the order of its axes. */
export function countSlices(volume: Volume, plane: Plane): number {
  return volume.shape[voxelAxis(volume, findPlane(plane).through)];
}

/**
 * Cuts one slice in the radiological convention: the patient's right on the left of axial and coronal pictures,
 * anterior up in axial ones, superior up in coronal and sagittal ones, anterior on the left of sagittal ones.
 * Works on a volume in any of the 48 orientations; an oblique one is cut along the axis closest to the plane.
 *
 * @param index from 0 (inferior, posterior, left) to `countSlices - 1`. Throws a LabError outside of that.
 */
export function extractSlice(volume: Volume, plane: Plane, index: number): Slice {
  const view = findPlane(plane);
  const through = voxelAxis(volume, view.through);
  const along = voxelAxis(volume, view.along);
  const down = voxelAxis(volume, view.down);
  const count = volume.shape[through];
  requireThat(
    Number.isInteger(index) && index >= 0 && index < count,
    `${plane} index`,
    index,
    `a whole number from 0 to ${count - 1}`,
  );
  const { sign } = axisDirections(volume.affine);
  const width = volume.shape[along];
  const height = volume.shape[down];
  const origin = [0, 0, 0];
  const columnStep = [0, 0, 0];
  const rowStep = [0, 0, 0];
  origin[through] = sign[through] > 0 ? index : count - 1 - index;
  columnStep[along] = -sign[along];
  rowStep[down] = -sign[down];
  if (columnStep[along] < 0) origin[along] = width - 1;
  if (rowStep[down] < 0) origin[down] = height - 1;

  const [nx, ny] = volume.shape;
  const offset = ([x, y, z]: readonly number[]) => x + nx * (y + ny * z);
  const slope = volume.rescale?.slope ?? 1;
  const intercept = volume.rescale?.intercept ?? 0;
  const data = new Float32Array(width * height);
  const source = volume.data;
  const step = offset(columnStep);
  for (let row = 0, to = 0; row < height; row++) {
    let at = offset(origin) + row * offset(rowStep);
    for (let column = 0; column < width; column++, at += step) data[to++] = source[at] * slope + intercept;
  }
  const spacing = spacingOfAffine(volume.affine);
  return {
    plane,
    index,
    data,
    width,
    height,
    spacingMm: [spacing[along], spacing[down]],
    edges: view.edges,
    origin: [origin[0], origin[1], origin[2]],
    columnStep: [columnStep[0], columnStep[1], columnStep[2]],
    rowStep: [rowStep[0], rowStep[1], rowStep[2]],
  };
}

function findPlane(name: Plane): (typeof planes)[number] {
  const found = planes.find((plane) => plane.name === name);
  requireThat(found !== undefined, "plane", name, planes.map((plane) => plane.name).join(", "));
  return found;
}

/** The voxel axis that follows a world axis most closely. */
function voxelAxis(volume: Volume, world: 0 | 1 | 2): number {
  return axisDirections(volume.affine).worldAxis.indexOf(world);
}
