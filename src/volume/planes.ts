import type { Vec3 } from "../core/types.js";

/** The three planes a radiologist looks at. */
export type Plane = "axial" | "coronal" | "sagittal";

/** A letter for each side of a picture: right, left, anterior, posterior, superior, inferior of the patient. */
export interface SliceEdges {
  left: string;
  right: string;
  top: string;
  bottom: string;
}

/** Patient's axis: 0 toward right, 1 toward anterior, 2 toward superior. */
export type PatientAxis = 0 | 1 | 2;

/**
 * How a plane hangs on the light box, in the radiological convention: the patient's right on the left of axial and
 * coronal pictures, anterior up in axial and on the left in sagittal ones, superior up. In all three, a picture runs
 * against its two axes.
 */
export interface PlaneGeometry {
  name: Plane;
  title: string;
  /** Axis along a row. */
  along: PatientAxis;
  /** Axis down a column. */
  down: PatientAxis;
  /** Axis that the slices are counted on. */
  through: PatientAxis;
  edges: SliceEdges;
}

/** Axial, coronal, sagittal: the one table that every picture of a slice is made by, static or live. */
export const planes: readonly PlaneGeometry[] = [
  describe("axial", 0, 1, 2, { left: "R", right: "L", top: "A", bottom: "P" }),
  describe("coronal", 0, 2, 1, { left: "R", right: "L", top: "S", bottom: "I" }),
  describe("sagittal", 1, 2, 0, { left: "A", right: "P", top: "S", bottom: "I" }),
];

/** Columns and rows of a plane's picture of an RAS+ grid. */
export function planeSize({ along, down }: PlaneGeometry, shape: Vec3): [number, number] {
  return [shape[along], shape[down]];
}

/** Column and row (whole numbers at the centres of pixels) of a voxel of an RAS+ grid. */
export function voxelToPixel({ along, down }: PlaneGeometry, shape: Vec3, voxel: Vec3): [number, number] {
  return [shape[along] - 1 - voxel[along], shape[down] - 1 - voxel[down]];
}

/** The longest of 1, 2, 5, 10, 20, 50, ... mm that is no longer than `maxMm`: the length of a scale bar. */
export function chooseScaleBarMm(maxMm: number): number {
  const decade = 10 ** Math.floor(Math.log10(maxMm));
  const factor = [5, 2, 1].find((step) => step * decade <= maxMm * (1 + 1e-9)) ?? 1;
  return factor * decade;
}

function describe(
  name: Plane,
  along: PatientAxis,
  down: PatientAxis,
  through: PatientAxis,
  edges: SliceEdges,
): PlaneGeometry {
  return { name, title: name[0].toUpperCase() + name.slice(1), along, down, through, edges };
}
