import type { TumorOrgan } from "../anatomy/organs.js";
import { describeLabels } from "../anatomy/structures.js";
import { requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import { requireSameGrid, withData } from "../core/grid.js";
import type { LabelMap, Mask, Vec3, Volume } from "../core/types.js";
import { findComponents, paintComponents } from "../volume/components.js";
import { crop, type VoxelBox } from "../volume/crop.js";
import { type LesionAppearance, measureLesion, surroundingsMm } from "./measure-lesion.js";

/** A lesion of a label map with what it looks like. */
export interface FoundLesion extends LesionAppearance {
  /** Its label value. */
  label: number;
  /** Middle of its voxels in the scan. */
  centroidVoxel: Vec3;
  /** It alone, and where that block lies in the scan. */
  mask: Mask;
  box: VoxelBox;
}

/** Where lesions are looked at, and which are too small. */
export interface FindLesionsOptions {
  /** The scan on the grid of the labels, in HU; without it only size and shape are measured, the rest is `NaN`. */
  ct?: Volume;
  /** Pieces with fewer voxels are left out; default 8. */
  fewestVoxels?: number;
}

/**
 * Measures every lesion of an organ in a label map, one's own or a public one's: each connected piece with
 * {@link measureLesion}. Lesions and organ are known by the names of the labels.
 *
 * @returns none where no label is a lesion of the organ.
 * @throws LabError when the grids differ.
 */
export function measureLesions(
  labels: LabelMap,
  organ: TumorOrgan,
  { ct, fewestVoxels = 8 }: FindLesionsOptions = {},
): FoundLesion[] {
  if (ct) requireSameGrid(ct, labels, ["ct", "labels"]);
  requireThat(fewestVoxels >= 1, "fewestVoxels", fewestVoxels, "at least 1");
  const structures = describeLabels(labels.names);
  const [isLesion, isHome] = [new Uint8Array(65536), new Uint8Array(65536)];
  for (const each of structures) {
    if (each.lesionOf === organ) isLesion[each.value] = 1;
    if (each.organ === organ) isHome[each.value] = 1;
  }
  const all = withData(labels, new Uint16Array(labels.data.length));
  for (let i = 0; i < all.data.length; i++) if (isLesion[labels.data[i]]) all.data[i] = labels.data[i];
  const table = findComponents(all);
  const painted = withData(labels, paintComponents(table, all).data);
  const { shape, spacingMm } = labels;
  return table.components
    .filter(({ voxels }) => voxels >= fewestVoxels)
    .map(({ id, label, centroidVoxel, boxMin, boxMax }) => {
      const steps = spacingMm.map((mm) => Math.ceil(surroundingsMm / mm));
      const low = (axis: number): number => Math.max(0, boxMin[axis] - steps[axis]);
      const high = (axis: number): number => Math.min(shape[axis] - 1, boxMax[axis] + steps[axis]);
      const box: VoxelBox = { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
      const block = crop(painted, box);
      const mask = withData(
        block,
        fillWith(new Uint8Array(block.data.length), block.data, (each) => (each === id ? 1 : 0)),
      );
      const around = crop(labels, box).data;
      const home = withData(
        block,
        fillWith(new Uint8Array(around.length), around, (each) => isHome[each]),
      );
      const look = measureLesion(ct && crop(ct, box), mask, home);
      return { ...look, label, centroidVoxel, mask, box };
    });
}
