import { findLesion, findOrgan, lesions, type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { describeLabels } from "../anatomy/structures.js";
import { LabError, requireThat } from "../core/errors.js";
import { createVolume } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { boundingBox, crop, type VoxelBox } from "../volume/crop.js";

/** Which label values matter to a lesion of one organ. */
export interface OrganLabels {
  /** Values of healthy tissue of the organ, such as both kidneys. */
  organ: readonly number[];
  /** Values of vessels. */
  vessels: readonly number[];
  /** The lesion's label: the one the map has for it, AbdomenAtlas's where that value is free, else the next free one. */
  lesion: { value: number; name: string };
}

/** An organ sampled at every few voxels: all that is needed to choose a place, at a fraction of the scan's size. */
export interface OrganMap {
  labels: OrganLabels;
  /** 1 where a sample lies in the organ; a box round the organ. Its spacing is `stride` voxels. */
  mask: Volume<Uint8Array>;
  /** Distance between samples in voxels of the scan. */
  stride: Vec3;
  /** Voxel of the scan of sample (0, 0, 0). */
  origin: Vec3;
  /** Volume of the samples, in ml. */
  volumeMl: number;
}

const vesselNames = new Set([
  "aorta",
  "postcava",
  "celiac_trunk",
  "hepatic_vessel",
  "portal_vein_and_splenic_vein",
]);

/** Samples of an organ below which it is sampled twice as densely, where the scan allows. */
const fewestSamples = 6000;

/**
 * Finds the labels of an organ by their names.
 *
 * @throws LabError when the map names none for it.
 */
function findOrganLabels(names: Readonly<Record<number, string>>, organ: TumorOrgan): OrganLabels {
  requireThat(tumorOrgans.includes(organ), "organ", organ, tumorOrgans.join(", "));
  const structures = describeLabels(names);
  const values = structures.filter((each) => each.organ === organ).map(({ value }) => value);
  requireThat(
    values.length > 0,
    "labels",
    Object.values(names).join(", "),
    `a label of the ${organ}`,
    "Name the structures with a label map that has it",
    "does-not-fit",
  );
  const vessels = structures.filter(({ name }) => vesselNames.has(findOrgan(name)?.name ?? ""));
  return {
    organ: values,
    vessels: vessels.map(({ value }) => value),
    lesion: chooseLesionLabel(names, organ),
  };
}

function chooseLesionLabel(
  names: Readonly<Record<number, string>>,
  organ: TumorOrgan,
): { value: number; name: string } {
  const found = describeLabels(names).find(({ lesionOf }) => lesionOf === organ);
  if (found) return { value: found.value, name: found.name };
  const { labelId, name } = lesions.find(({ tumorOrgan }) => tumorOrgan === organ)!;
  if (names[labelId] === undefined || findLesion(names[labelId])?.tumorOrgan === organ)
    return { value: labelId, name };
  return { value: Math.max(...Object.keys(names).map(Number)) + 1, name };
}

/**
 * Samples an organ about every `stepMm`, more densely where it is small or thin.
 *
 * @throws LabError when no voxel has one of its labels.
 */
export function mapOrgan(labels: LabelMap, organ: TumorOrgan, stepMm = 3): OrganMap {
  const found = findOrganLabels(labels.names, organ);
  const wanted = new Uint8Array(65536);
  for (const value of found.organ) wanted[value] = 1;
  for (let step = stepMm; ; step /= 2) {
    const stride = labels.spacingMm.map((mm) => Math.max(1, Math.round(step / mm)));
    const densest = stride.every((each) => each === 1);
    const map = sample(labels, wanted, [stride[0], stride[1], stride[2]]);
    if (map && (densest || map.samples >= fewestSamples)) {
      const { mask, origin, volumeMl } = map;
      return { labels: found, mask, stride: [stride[0], stride[1], stride[2]], origin, volumeMl };
    }
    if (densest)
      throw new LabError(
        organ,
        "0 ml: no voxel has its label",
        `the ${organ}, label ${found.organ.join(" or ")}, in the scan`,
        "Does the scan reach it? Is this the label map of these values?",
        { kind: "does-not-fit" },
      );
  }
}

interface Samples {
  mask: Volume<Uint8Array>;
  origin: Vec3;
  samples: number;
  volumeMl: number;
}

function sample(labels: LabelMap, wanted: Uint8Array, stride: Vec3): Samples | undefined {
  const { data, shape, spacingMm } = labels;
  const [nx, ny] = shape;
  const count = shape.map((n, axis) => Math.ceil(n / stride[axis]));
  const start = shape.map((n, axis) => (n - 1 - (count[axis] - 1) * stride[axis]) >> 1);
  const [mx, my, mz] = count;
  const taken = new Uint8Array(mx * my * mz);
  let samples = 0;
  for (let z = 0, to = 0; z < mz; z++)
    for (let y = 0; y < my; y++) {
      let at = start[0] + nx * (start[1] + y * stride[1] + ny * (start[2] + z * stride[2]));
      for (let x = 0; x < mx; x++, to++, at += stride[0])
        if (wanted[data[at]] === 1) {
          taken[to] = 1;
          samples++;
        }
    }
  if (samples === 0) return undefined;
  const spacing: Vec3 = [spacingMm[0] * stride[0], spacingMm[1] * stride[1], spacingMm[2] * stride[2]];
  const whole = createVolume(taken, [mx, my, mz], { spacingMm: spacing });
  // One sample more on each side, so that distances to the outside are known; none where the scan ends.
  const tight = boundingBox(whole)!;
  const box = widen(tight, 1, whole.shape);
  const origin: Vec3 = [
    start[0] + box.boxMin[0] * stride[0],
    start[1] + box.boxMin[1] * stride[1],
    start[2] + box.boxMin[2] * stride[2],
  ];
  const volumeMl = (samples * spacing[0] * spacing[1] * spacing[2]) / 1000;
  return { mask: crop(whole, box), origin, samples, volumeMl };
}

/** A box with `margin` more voxels on each side, cut at the edge of the grid. */
function widen({ boxMin, boxMax }: VoxelBox, margin: number, shape: Vec3): VoxelBox {
  const low = (axis: number): number => Math.max(0, boxMin[axis] - margin);
  const high = (axis: number): number => Math.min(shape[axis] - 1, boxMax[axis] + margin);
  return { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
}
