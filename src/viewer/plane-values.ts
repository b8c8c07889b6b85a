import { axisDirections, multiplyAffines } from "../core/affine.js";
import type { Affine, Vec3, Volume } from "../core/types.js";
import { type PlaneGeometry, planeSize } from "../volume/planes.js";

/** A volume seen in RAS+ order without being turned: where each patient's axis lies in memory. */
export interface RasView {
  volume: Volume;
  shape: [number, number, number];
  spacingMm: [number, number, number];
  /** Voxel in RAS+ order to RAS+ mm. */
  affine: Affine;
  /** Place in memory of voxel `[0, 0, 0]` in RAS+ order, and the step along each patient's axis. */
  start: number;
  step: [number, number, number];
  /** The patient's axis along which slices lie one after the other in memory, and whether the file begins at its end. */
  slowAxis: number;
  isSlowReversed: boolean;
}

/** Looks at a volume in RAS+ order; nothing is copied. */
export function viewInRas(volume: Volume): RasView {
  const { shape, spacingMm } = volume;
  const { worldAxis, sign } = axisDirections(volume.affine);
  const from = [0, 1, 2].map((axis) => worldAxis.indexOf(axis as 0));
  const stride = [1, shape[0], shape[0] * shape[1]];
  const pick = (values: Vec3): [number, number, number] => [
    values[from[0]],
    values[from[1]],
    values[from[2]],
  ];
  const turn = new Array<number>(16).fill(0);
  let start = 0;
  from.forEach((old, axis) => {
    const isReversed = sign[old] < 0;
    turn[4 * old + axis] = isReversed ? -1 : 1;
    if (!isReversed) return;
    turn[4 * old + 3] = shape[old] - 1;
    start += stride[old] * (shape[old] - 1);
  });
  turn[15] = 1;
  const step = from.map((old) => sign[old] * stride[old]);
  return {
    volume,
    shape: pick(shape),
    spacingMm: pick(spacingMm),
    affine: multiplyAffines(volume.affine, turn).map((value) => value + 0),
    start,
    step: [step[0], step[1], step[2]],
    slowAxis: worldAxis[2],
    isSlowReversed: sign[2] < 0,
  };
}

/** How many slices along memory's last axis must be there for a slice of a plane to be whole. */
export function slicesNeeded(
  { shape, slowAxis, isSlowReversed }: RasView,
  through: number,
  index: number,
): number {
  const count = shape[slowAxis];
  if (through !== slowAxis) return count;
  return isSlowReversed ? count - index : index + 1;
}

/**
 * The real values of one slice as a picture, first row at the top, at the volume's own resolution: 16-bit where all are
 * whole numbers that fit, else 32-bit floats.
 */
export function takePlane(view: RasView, plane: PlaneGeometry, index: number): Int16Array | Float32Array {
  const { shape, step } = view;
  const { data, rescale } = view.volume;
  const { slope, intercept } = rescale ?? { slope: 1, intercept: 0 };
  const [columns, rows] = planeSize(plane, shape);
  const [across, down] = [step[plane.along], step[plane.down]];
  const first = view.start + index * step[plane.through] + (columns - 1) * across + (rows - 1) * down;
  const whole = new Int16Array(columns * rows);
  if (!rescale && (data instanceof Int16Array || data instanceof Uint8Array)) {
    for (let row = 0, to = 0; row < rows; row++) {
      let at = first - row * down;
      for (let column = 0; column < columns; column++, to++, at -= across) whole[to] = data[at];
    }
    return whole;
  }
  const exact = new Float32Array(columns * rows);
  let isWhole = true;
  for (let row = 0, to = 0; row < rows; row++) {
    let at = first - row * down;
    for (let column = 0; column < columns; column++, to++, at -= across) {
      const value = data[at] * slope + intercept;
      exact[to] = value;
      whole[to] = value;
      isWhole &&= whole[to] === value;
    }
  }
  return isWhole ? whole : exact;
}

/** The place in memory of a voxel in RAS+ order. */
export function placeOf({ start, step }: RasView, [x, y, z]: Vec3): number {
  return start + x * step[0] + y * step[1] + z * step[2];
}
