import { fillWith } from "../core/fill-with.js";
import { createVolume, rescaleValue, withData } from "../core/grid.js";
import type { LabelMap, Mask, Vec3, Volume } from "../core/types.js";
import { deeperThan, withinOfMask } from "../volume/distance.js";
import { indexOf, type ScanBlock } from "./block.js";
import type { OrganMap } from "./organ-map.js";
import { findOuter, heightOver, nearTo, type OuterSite } from "./outer.js";
import { smoothOrgan } from "./tissue.js";
import { findFatUnderSkin, spreadSamples } from "./under-skin.js";

/** An organ's samples with those round it. */
export interface OrganSurroundings {
  /** As the organ's map, but on a larger box. */
  map: OrganMap;
  /** 1 for samples a lesion may grow into out of the organ. */
  open: Uint8Array;
  /** 1 for those in and next to the fat under the skin. */
  closed: Uint8Array;
  /** Samples of the organ's map by which the box is larger on each side. */
  margin: Vec3;
}

/** Hollows of an organ's surface narrower than twice this, such as the kidney's sinus, are not out of the organ. */
const hollowMm = 10;

/** Samples what lies round an organ. */
export function mapSurroundings(
  map: OrganMap,
  tissue: Uint8Array,
  ct: Volume,
  labels: LabelMap,
  radiusMm: number,
): OrganSurroundings {
  const { mask, stride } = map;
  const reachMm = 1.6 * radiusMm + hollowMm;
  const [px, py, pz] = mask.spacingMm.map((mm) => Math.ceil(reachMm / mm) + 1);
  const [mx, my, mz] = mask.shape;
  const shape: Vec3 = [mx + 2 * px, my + 2 * py, mz + 2 * pz];
  const origin = map.origin.map((at, axis) => at - [px, py, pz][axis] * stride[axis]);
  const wide = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const inTissue = new Uint8Array(wide.length);
  const unlabelled = new Uint8Array(wide.length);
  const hu = new Float32Array(wide.length);
  for (let z = 0, from = 0; z < mz; z++)
    for (let y = 0; y < my; y++)
      for (let x = 0; x < mx; x++, from++) {
        const to = x + px + shape[0] * (y + py + shape[1] * (z + pz));
        wide[to] = mask.data[from];
        inTissue[to] = tissue[from];
      }
  for (let i = 0; i < wide.length; i++) {
    const at = voxelAt(i, shape, origin, stride);
    if (!isInside(at, labels.shape) || labels.data[indexOf(at, labels.shape)] !== 0) continue;
    unlabelled[i] = 1;
    hu[i] = meanUnlabelled(ct, labels, at);
  }
  const grid = { spacingMm: mask.spacingMm };
  const organ = createVolume(wide, shape, grid);
  const wideMap = {
    ...map,
    mask: withData(organ, inTissue),
    origin: [origin[0], origin[1], origin[2]] as const,
  };
  const closed = findFatUnderSkin(wideMap, ct, labels);
  const around = { shape, spacingMm: mask.spacingMm, hu, smoothHu: hu, organ: wide, unlabelled, closed };
  const open = findOuter(around);
  // What closing fills of the surface is a hollow.
  const filled = deeperThan(withinOfMask(organ, hollowMm), hollowMm).data;
  const hollows = withinOfMask(deep(organ, filled), Math.max(...mask.spacingMm)).data;
  for (let i = 0; i < open.length; i++) if (filled[i] === 1 && hollows[i] === 1) open[i] = 0;
  return { map: wideMap, open, closed, margin: [px, py, pz] };
}

/** The samples that closing added, without the thin skin that it leaves on any surface of steps. */
function deep(organ: Mask, filled: Uint8Array): Mask {
  const added = filled.map((inside, i) => (inside === 1 && organ.data[i] === 0 ? 1 : 0));
  return deeperThan(withData(organ, added), 1.01 * Math.max(...organ.spacingMm));
}

/** What a lesion may grow into beside its organ, and the organ's voxels at that border, which count as organ all. */
export function openOuter(
  { map, closed: samples }: OrganSurroundings,
  block: ScanBlock,
  tissue: Uint8Array,
  askedShare: number,
): { outer: OuterSite; organ: Uint8Array } {
  const { shape, spacingMm, hu, organ: labelled, labels, box } = block;
  const unlabelled = fillWith(new Uint8Array(labels.length), labels, (value) => (value === 0 ? 1 : 0));
  const smoothHu = smoothOrgan({ shape, spacingMm, hu, organ: unlabelled });
  const closed = spreadSamples(map, samples, box.boxMin, shape);
  const open = findOuter({ shape, spacingMm, hu, smoothHu, organ: labelled, unlabelled, closed });
  const near = nearTo(open, shape, spacingMm);
  const organ = tissue.map((on, i) => on | (near[i] & labelled[i]));
  const border = organ.map((on, i) => on & near[i]);
  return { outer: { askedShare, open, border, heightMm: heightOver(organ, shape, spacingMm) }, organ };
}

/** Mean HU of a voxel and those of its neighbours that have no label either. */
function meanUnlabelled(ct: Volume, labels: LabelMap, [x, y, z]: Vec3): number {
  let sum = 0;
  let count = 0;
  for (let dz = -1; dz <= 1; dz++)
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const at: Vec3 = [x + dx, y + dy, z + dz];
        if (!isInside(at, labels.shape)) continue;
        const i = indexOf(at, labels.shape);
        if (labels.data[i] !== 0) continue;
        sum += ct.data[i];
        count++;
      }
  return rescaleValue(sum / count, ct.rescale);
}

/** Index on the wide box of a sample of the organ's own map. */
export function widened(sample: number, [wx, wy]: Vec3, [px, py, pz]: Vec3): number {
  const [mx, my] = [wx - 2 * px, wy - 2 * py];
  const [x, y, z] = [sample % mx, Math.floor(sample / mx) % my, Math.floor(sample / (mx * my))];
  return x + px + wx * (y + py + wy * (z + pz));
}

/** The voxel of the scan that a sample stands for: every `stride`th from `origin`; it may lie outside the scan. */
export function voxelAt(sample: number, [mx, my]: Vec3, origin: readonly number[], stride: Vec3): Vec3 {
  return [
    origin[0] + (sample % mx) * stride[0],
    origin[1] + (Math.floor(sample / mx) % my) * stride[1],
    origin[2] + Math.floor(sample / (mx * my)) * stride[2],
  ];
}

/** Whether a voxel lies in a volume of this shape. */
export function isInside(at: Vec3, shape: Vec3): boolean {
  return at.every((each, axis) => each >= 0 && each < shape[axis]);
}
