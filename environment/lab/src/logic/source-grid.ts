import type { Triple, VolumePayload } from "tumorlab/internal/contracts/volume-payload";

/** A grid in RAS+ order and where a viewer starts on it. */
export type Grid = Pick<VolumePayload, "shape" | "crosshair">;

/** Whether a payload holds fewer voxels than the volume it was made from. */
export function isShrunk({ shape, sourceShape }: Pick<VolumePayload, "shape" | "sourceShape">): boolean {
  return shape.some((count, axis) => count !== sourceShape[axis]);
}

/** The affine of the grid that a payload was made from: both cover the same box. */
export function sourceAffine({ affine, shape, sourceShape }: VolumePayload): number[] {
  const factors = shape.map((count, axis) => sourceShape[axis] / count);
  return [0, 1, 2]
    .flatMap((row) => {
      const steps = [0, 1, 2].map((axis) => affine[4 * row + axis] / factors[axis]);
      const start = steps.reduce(
        (sum, step, axis) => sum - (step * (factors[axis] - 1)) / 2,
        affine[4 * row + 3],
      );
      return [...steps, start];
    })
    .concat(0, 0, 0, 1);
}

/** The voxel of another grid over the same box in which a voxel's centre lies; a viewer's start goes to its start. */
export function moveVoxel(voxel: Triple, from: Grid, to: Grid): Triple {
  if (voxel.every((place, axis) => place === from.crosshair[axis])) return [...to.crosshair];
  const place = (axis: number) =>
    Math.min(to.shape[axis] - 1, Math.floor(((voxel[axis] + 0.5) * to.shape[axis]) / from.shape[axis]));
  return [place(0), place(1), place(2)];
}
