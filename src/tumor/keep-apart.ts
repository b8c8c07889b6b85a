import type { TumorOrgan } from "../anatomy/organs.js";
import { describeLabels } from "../anatomy/structures.js";
import { fillWith } from "../core/fill-with.js";
import { labelsInUse, withData } from "../core/grid.js";
import type { LabelMap, Vec3 } from "../core/types.js";
import { boundingBox, crop } from "../volume/crop.js";
import { distanceToMask } from "../volume/distance.js";

/** Least distance in mm of a new lesion from one that is there: closer ones would count as one piece. */
const gapMm = 5;

/**
 * A label map in which the organ round its own lesions counts as lesion, so that a new one keeps 5 mm, and at least a voxel,
 * away from them. The map itself where the organ has no lesion.
 */
export function keepApart(labels: LabelMap, organ: TumorOrgan): LabelMap {
  const inUse = labelsInUse(labels.data);
  const structures = describeLabels(labels.names);
  const lesions = structures.filter(({ value, lesionOf }) => lesionOf === organ && inUse[value] === 1);
  if (lesions.length === 0) return labels;
  const isLesion = new Uint8Array(65536);
  for (const { value } of lesions) isLesion[value] = 1;
  const isOrgan = new Uint8Array(65536);
  for (const { value, organ: own } of structures) if (own === organ) isOrgan[value] = 1;
  const mask = withData(
    labels,
    fillWith(new Uint8Array(labels.data.length), labels.data, (value) => isLesion[value]),
  );
  const reachMm = Math.max(gapMm, ...labels.spacingMm);
  const box = boundingBox(mask, reachMm)!;
  const part = crop(mask, box);
  const near = distanceToMask(part).data;
  const data = labels.data.slice();
  const [nx, ny] = labels.shape;
  const [mx, my, mz]: Vec3 = part.shape;
  for (let z = 0, i = 0; z < mz; z++)
    for (let y = 0; y < my; y++)
      for (let x = 0; x < mx; x++, i++) {
        const at = box.boxMin[0] + x + nx * (box.boxMin[1] + y + ny * (box.boxMin[2] + z));
        if (near[i] <= reachMm && isOrgan[data[at]] === 1) data[at] = lesions[0].value;
      }
  return { ...labels, data };
}
