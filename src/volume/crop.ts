import { applyAffine } from "../core/affine.js";
import { requireThat } from "../core/errors.js";
import { countVoxels } from "../core/grid.js";
import type { Affine, Vec3, Volume, VoxelArray } from "../core/types.js";
import { makeArray } from "./arrays.js";
import { findRuns } from "./runs.js";
import { boxOf, tallyRuns } from "./tally.js";

/** A block of voxels by its lowest and highest index along x, y, z, both inside. */
export interface VoxelBox {
  boxMin: Vec3;
  boxMax: Vec3;
}

/**
 * The smallest box round everything above 0, widened by `marginMm` (rounded up to whole voxels) and cut at the edge of
 * the grid. `undefined` when there is nothing above 0.
 */
export function boundingBox(mask: Volume<Uint8Array | Uint16Array>, marginMm = 0): VoxelBox | undefined {
  requireThat(marginMm >= 0, "marginMm", marginMm, "a number of at least 0");
  const { shape, spacingMm } = mask;
  const runs = findRuns(mask.data, shape, true);
  if (runs.count === 0) return undefined;
  const tally = tallyRuns(runs, new Uint16Array(runs.count), 1, shape);
  const { boxMin, boxMax } = boxOf(tally, 0);
  // A hair less than the margin, so that 0.7 mm voxels and a margin of 7 mm make 10 voxels and not 11.
  const margin = (axis: number) => Math.ceil((marginMm / spacingMm[axis]) * (1 - 1e-9));
  const low = (axis: number) => Math.max(0, boxMin[axis] - margin(axis));
  const high = (axis: number) => Math.min(shape[axis] - 1, boxMax[axis] + margin(axis));
  return { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
}

/**
 * The voxels of a box as a volume of their own that lies where they lay in the patient. Label maps keep all names.
 * Throws a LabError when the box is empty or leaves the grid.
 */
export function crop<V extends Volume>(volume: V, { boxMin, boxMax }: VoxelBox): V {
  const { shape } = volume;
  requireThat(
    [0, 1, 2].every(
      (axis) =>
        Number.isInteger(boxMin[axis]) &&
        Number.isInteger(boxMax[axis]) &&
        boxMin[axis] >= 0 &&
        boxMin[axis] <= boxMax[axis] &&
        boxMax[axis] < shape[axis],
    ),
    "box",
    { boxMin, boxMax },
    `whole voxels from [0, 0, 0] to [${shape.map((n) => n - 1).join(", ")}], the lowest first`,
  );
  const size: Vec3 = [boxMax[0] - boxMin[0] + 1, boxMax[1] - boxMin[1] + 1, boxMax[2] - boxMin[2] + 1];
  const data = makeArray(volume.data, countVoxels(size));
  copyBlock(volume.data, shape, boxMin, data, size, [0, 0, 0], size);
  return { ...volume, data, shape: size, affine: movedAffine(volume.affine, boxMin) };
}

/**
 * The volume with `before` and `after` more voxels along x, y, z that hold the stored number `value` (default 0).
 * Throws a LabError for counts that are not whole numbers of at least 0.
 */
export function pad<V extends Volume>(volume: V, before: Vec3, after: Vec3, value = 0): V {
  requireThat(
    [...before, ...after].every((count) => Number.isInteger(count) && count >= 0),
    "before and after",
    [before, after],
    "whole numbers of at least 0",
  );
  const { shape } = volume;
  const size: Vec3 = [
    before[0] + shape[0] + after[0],
    before[1] + shape[1] + after[1],
    before[2] + shape[2] + after[2],
  ];
  const data = makeArray(volume.data, countVoxels(size));
  if (value !== 0) data.fill(value);
  copyBlock(volume.data, shape, [0, 0, 0], data, size, before, shape);
  const back: Vec3 = [-before[0], -before[1], -before[2]];
  return { ...volume, data, shape: size, affine: movedAffine(volume.affine, back) };
}

/**
 * The block round a voxel that reaches `halfMm` (rounded up to whole voxels) to each side along every axis, always of the
 * same size: beyond the edge of the grid it holds the stored number `value` (default 0). Throws a LabError for a voxel
 * outside of the grid.
 */
export function cropAround<V extends Volume>(volume: V, centerVoxel: Vec3, halfMm: number, value = 0): V {
  const { shape, spacingMm } = volume;
  requireThat(
    centerVoxel.every((at, axis) => Number.isInteger(at) && at >= 0 && at < shape[axis]),
    "centerVoxel",
    [...centerVoxel],
    `a voxel of ${shape.join(" x ")}`,
  );
  const steps = spacingMm.map((mm) => Math.ceil((halfMm / mm) * (1 - 1e-9)));
  const low = (axis: number): number => Math.max(0, centerVoxel[axis] - steps[axis]);
  const high = (axis: number): number => Math.min(shape[axis] - 1, centerVoxel[axis] + steps[axis]);
  const before = (axis: number): number => low(axis) - (centerVoxel[axis] - steps[axis]);
  const after = (axis: number): number => centerVoxel[axis] + steps[axis] - high(axis);
  const part = crop(volume, { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] });
  return pad(part, [before(0), before(1), before(2)], [after(0), after(1), after(2)], value);
}

/**
 * A copy of `target` with the stored numbers of `patch` in place of its own from voxel `at` on. Spacing and place of the
 * patch are not looked at. Throws a LabError when the patch does not fit, or counts in another `rescale`.
 */
export function paste<V extends Volume>(target: V, patch: Volume, at: Vec3): V {
  requireThat(
    at.every(
      (start, axis) =>
        Number.isInteger(start) && start >= 0 && start + patch.shape[axis] <= target.shape[axis],
    ),
    "at",
    [...at],
    `a voxel from which ${patch.shape.join(" x ")} voxels fit into ${target.shape.join(" x ")}`,
    "Crop the patch first",
  );
  requireThat(
    (patch.rescale?.slope ?? 1) === (target.rescale?.slope ?? 1) &&
      (patch.rescale?.intercept ?? 0) === (target.rescale?.intercept ?? 0),
    "rescale of the patch",
    patch.rescale ?? "none",
    `that of the target, ${JSON.stringify(target.rescale ?? "none")}`,
  );
  const data = target.data.slice();
  copyBlock(patch.data, patch.shape, [0, 0, 0], data, target.shape, at, patch.shape);
  return { ...target, data };
}

/** Copies a block of `size` voxels from one grid to another, row by row. */
function copyBlock(
  from: VoxelArray,
  [fromX, fromY]: Vec3,
  fromAt: Vec3,
  to: VoxelArray,
  [toX, toY]: Vec3,
  toAt: Vec3,
  [nx, ny, nz]: Vec3,
): void {
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const source = fromAt[0] + fromX * (fromAt[1] + y + fromY * (fromAt[2] + z));
      to.set(from.subarray(source, source + nx), toAt[0] + toX * (toAt[1] + y + toY * (toAt[2] + z)));
    }
}

/** The affine of a grid whose voxel (0, 0, 0) is voxel `start` of the old one. */
function movedAffine(affine: Affine, start: Vec3): Affine {
  const [x, y, z] = applyAffine(affine, start);
  return affine.map((value, k) => (k === 3 ? x : k === 7 ? y : k === 11 ? z : value));
}
