import { classTable } from "../anatomy/label-classes.js";
import { requireThat } from "../core/errors.js";
import { countVoxels, requireSameGrid } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { makeShared } from "../platform/memory.js";
import { toRas } from "../volume/orientation.js";
import { resample, resampleOnto } from "../volume/resample.js";
import { applyWindow } from "../volume/window.js";
import type { TrainingConfig } from "./training-config.js";

/** A scan with its label map on one grid. */
export interface LabelledScan {
  name: string;
  /** Whose it is; default its name. */
  patient?: string;
  /** Intensities in HU. */
  ct: Volume;
  labels: LabelMap;
}

/** A scan as patches are cut from it. The arrays lie in shared memory, so that threads see them without a copy. */
export interface PreparedCase {
  name: string;
  patient: string;
  /** Voxels along x, y, z; axes along R, A, S. */
  shape: Vec3;
  spacingMm: Vec3;
  /** From 0 to 1, x fastest. */
  image: Float32Array;
  /** Class of each voxel, or `ignoreLabel`. */
  labels: Uint8Array;
  /** Voxels of each class from 1 on, at most some thousands of each, spread over all of it. */
  voxelsOfClass: readonly Int32Array[];
}

/** Voxels remembered of each class: enough to meet any part of an organ, few enough to keep. */
const maxVoxels = 4096;

/** What of a recipe decides how scans are prepared. */
export type Preparation = Pick<TrainingConfig, "targets" | "ignore" | "spacingMm" | "windowHu">;

/**
 * Brings a scan to the grid, the intensities and the classes of a config: axes along R, A, S, the config's spacing
 * (intensities linear, labels nearest), HU window to 0..1, structures to classes.
 *
 * @throws LabError when scan and labels lie on different grids, the scan has no voxel that is a number, or the label
 *   map knows none of a class's structures.
 */
export function prepareCase(scan: LabelledScan, recipe: Preparation): PreparedCase {
  requireSameGrid(scan.ct, scan.labels, [`${scan.name}, scan`, `${scan.name}, labels`]);
  const classOf = classTable(scan.labels.names, recipe, scan.name);
  const image = prepareImage(scan.ct, recipe);
  const labels = resampleOnto(toRas(scan.labels), image);
  const data = sharedBytes(countVoxels(image.shape));
  for (let i = 0; i < data.length; i++) data[i] = classOf[labels.data[i]];
  return {
    name: scan.name,
    patient: scan.patient ?? scan.name,
    shape: image.shape,
    spacingMm: image.spacingMm,
    image: image.data,
    labels: data,
    voxelsOfClass: recipe.targets.map((_, at) => spreadVoxels(data, at + 1)),
  };
}

/**
 * A scan in the grid and intensities of a recipe, in shared memory: what {@link prepareCase} does to images.
 * Voxels that are no numbers, as some programs put beyond the scanner's field, count as air.
 *
 * @throws LabError when no voxel is a number.
 */
export function prepareImage(
  ct: Volume,
  { spacingMm, windowHu: [low, high] }: Pick<Preparation, "spacingMm" | "windowHu">,
): Volume<Float32Array> {
  const isKnown = ct.data.some((value) => !Number.isNaN(value));
  requireThat(isKnown, "scan", "no voxel that is a number", "HU", "Look at the file: it holds NaN alone");
  const window = { name: "recipe", centerHu: (low + high) / 2, widthHu: high - low };
  const image = applyWindow(resampleUnlessSame(toRas(ct), spacingMm), window);
  const data = new Float32Array(makeShared(4 * image.data.length));
  data.set(image.data);
  return { ...image, data };
}

/** A scan at another spacing, axes along R, A, S, still in HU and with all its labels; as it is where that is its own. */
export function atSpacing(scan: LabelledScan, spacingMm: Vec3): LabelledScan {
  const ct = resampleUnlessSame(toRas(scan.ct), spacingMm);
  return { ...scan, ct, labels: resampleOnto(toRas(scan.labels), ct) };
}

function resampleUnlessSame(volume: Volume, spacingMm: Vec3): Volume {
  const same = volume.spacingMm.every((mm, axis) => Math.abs(mm - spacingMm[axis]) < 1e-3 * mm);
  return same ? volume : resample(volume, spacingMm, { labels: false });
}

/** Every so many voxels of a class, at most {@link maxVoxels} of them. */
function spreadVoxels(labels: Uint8Array, value: number): Int32Array {
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === value) count++;
  const kept = Math.min(count, maxVoxels);
  const voxels = new Int32Array(kept);
  for (let i = 0, seen = 0, at = 0; at < kept; i++)
    if (labels[i] === value && seen++ >= Math.floor((at * count) / kept)) voxels[at++] = i;
  return voxels;
}

function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(makeShared(length));
}

/** Throws a LabError unless there is at least one case, and one with a voxel of each class. */
export function requireClasses(
  cases: readonly Pick<PreparedCase, "voxelsOfClass">[],
  { targets }: Pick<Preparation, "targets">,
): void {
  requireThat(cases.length > 0, "cases", "none", "at least one scan with labels");
  targets.forEach(({ name, structures }, at) => {
    requireThat(
      cases.some(({ voxelsOfClass }) => voxelsOfClass[at].length > 0),
      `class ${name}`,
      `no voxel in ${cases.length} cases`,
      "a voxel of it in at least one training case",
      `No case has ${structures.join(" or ")}: give other cases, or leave the class out (--classes)`,
    );
  });
}
