import { fillWith } from "../core/fill-with.js";
import { createVolume } from "../core/grid.js";
import type { Vec3 } from "../core/types.js";
import { findComponents, paintComponents } from "../volume/components.js";
import { distanceToBackground, distanceToMask, withinOfMask } from "../volume/distance.js";

/** What of a site's surroundings a lesion may grow into. */
export interface OuterSite {
  /** Share of the lesion's voxels asked to lie out of the organ. */
  askedShare: number;
  /** 1 where the lesion may be out of the organ, on the site's grid. */
  open: Uint8Array;
  /** 1 for voxels of the organ so near to those that they may share fat with them. */
  border: Uint8Array;
  /** Distance to the organ's surface in mm, negative within the organ. */
  heightMm: Float32Array;
}

/** HU of air end here, those of fat and of soft tissue there. */
export const airHu = -300;
export const maxFatHu = -25;
const maxHu = 200;
/** Voxels this near to organ and fat alike share both. */
const rimMm = 3;
/** Pieces of other tissue below this, such as strands and small vessels in the fat, give way to a lesion. */
const speckMl = 0.5;

/** Surroundings of an organ, as voxels or as samples. */
export interface Surroundings {
  shape: Vec3;
  spacingMm: Vec3;
  /** HU, and HU with noise blurred over voxels without a label. */
  hu: Float32Array;
  smoothHu: Float32Array;
  /** 1 where the organ is. */
  organ: Uint8Array;
  /** 1 where no structure has its label. */
  unlabelled: Uint8Array;
  /** 1 where a lesion may not go for another reason. */
  closed: Uint8Array;
}

/** Where a lesion may leave its organ: fat without a label, with small things in it, and what lies between it and the organ. */
export function findOuter(around: Surroundings): Uint8Array {
  const { shape, spacingMm, hu, smoothHu, organ, unlabelled, closed } = around;
  const grid = { spacingMm };
  const isSoft = (i: number): boolean =>
    unlabelled[i] === 1 && closed[i] === 0 && hu[i] >= airHu && hu[i] <= maxHu;
  const open = fillWith(new Uint8Array(hu.length), hu, (_, i) =>
    isSoft(i) && smoothHu[i] <= maxFatHu ? 1 : 0,
  );
  const nearOrgan = nearTo(organ, shape, spacingMm);
  const nearFat = nearTo(open, shape, spacingMm);
  const other = new Uint8Array(open.length);
  for (let i = 0; i < open.length; i++) {
    if (open[i] === 1 || !isSoft(i)) continue;
    if (nearOrgan[i] === 1 && nearFat[i] === 1) open[i] = 1;
    else other[i] = 1;
  }
  const rest = createVolume(other, shape, grid);
  const table = findComponents(rest, { connectivity: 6 });
  const painted = paintComponents(table, rest).data;
  const isSpeck = new Uint8Array(table.components.length + 1);
  for (const { id, volumeMl } of table.components) if (volumeMl < speckMl) isSpeck[id] = 1;
  for (let i = 0; i < open.length; i++) if (isSpeck[painted[i]] === 1) open[i] = 1;
  return open;
}

/** Voxels within a rim of a mask, or next to it. */
export function nearTo(mask: Uint8Array, shape: Vec3, spacingMm: Vec3): Uint8Array {
  return withinOfMask(createVolume(mask, shape, { spacingMm }), Math.max(rimMm, ...spacingMm)).data;
}

/** Distance to the surface of a mask in mm, negative within it; the surface lies half a voxel from the centres beside it. */
export function heightOver(mask: Uint8Array, shape: Vec3, spacingMm: Vec3): Float32Array {
  const volume = createVolume(mask, shape, { spacingMm });
  const out = distanceToMask(volume).data;
  const into = distanceToBackground(volume).data;
  const half = Math.min(...spacingMm) / 2;
  return out.map((mm, i) => (mask[i] === 1 ? half - into[i] : mm - half));
}
