import { requireThat } from "../core/errors.js";
import { withData } from "../core/grid.js";
import type { Mask, Vec3 } from "../core/types.js";
import { boundingBox, crop, pad, paste, type VoxelBox } from "./crop.js";
import { deeperThan, type MaskLike, withinOfMask } from "./distance.js";

/** What counts as lying beyond the edge of the grid. */
export interface EdgeOptions {
  /**
   * `"open"` (default): nothing is known there, so a mask that touches the edge is not worn away from it, as an organ
   * cut by the end of a scan should not be. `"background"`: there is background all round.
   */
  edge?: "open" | "background";
}

/**
 * Everything whose centre lies within `radiusMm` of the centre of a voxel of the mask: a ball in millimetres, whatever
 * the spacing. 0 gives the mask itself, as 0 and 1. Throws a LabError for a radius below 0 or not finite.
 */
export function dilateMask(mask: MaskLike, radiusMm: number): Mask {
  requireRadius(radiusMm);
  const box = boundingBox(mask, radiusMm);
  return withinBox(mask, box, (part) => withinOfMask(part, radiusMm));
}

/**
 * What is left when everything whose centre lies within `radiusMm` of a voxel outside the mask is taken away; the
 * counterpart of {@link dilateMask} applied to the background.
 */
export function erodeMask(mask: MaskLike, radiusMm: number, { edge = "open" }: EdgeOptions = {}): Mask {
  requireRadius(radiusMm);
  requireThat(edge === "open" || edge === "background", "edge", edge, '"open" or "background"');
  const box = boundingBox(mask);
  // One voxel of background all round is as good as all of it.
  const rim = box && {
    boxMin: box.boxMin.map((low) => Math.max(0, low - 1)) as unknown as Vec3,
    boxMax: box.boxMax.map((high, axis) => Math.min(mask.shape[axis] - 1, high + 1)) as unknown as Vec3,
  };
  return withinBox(mask, rim, (part) => {
    if (edge === "open") return deeperThan(part, radiusMm);
    const one: Vec3 = [1, 1, 1];
    const { shape } = part;
    return crop(deeperThan(pad(part, one, one), radiusMm), { boxMin: one, boxMax: shape });
  });
}

/** Erosion, then dilation: takes away what is thinner than about twice the radius and rounds corners that stick out. */
export function openMask(mask: MaskLike, radiusMm: number, options: EdgeOptions = {}): Mask {
  return dilateMask(erodeMask(mask, radiusMm, options), radiusMm);
}

/** Dilation, then erosion: fills gaps and holes narrower than about twice the radius. */
export function closeMask(mask: MaskLike, radiusMm: number): Mask {
  // Room for the ball round a mask near the edge, so that the edge of the grid does not flatten it.
  const margin = mask.spacingMm.map((mm) => Math.ceil(radiusMm / mm) + 1) as unknown as Vec3;
  requireRadius(radiusMm);
  const wide = erodeMask(dilateMask(pad(mask, margin, margin), radiusMm), radiusMm);
  const last = mask.shape.map((n, axis) => margin[axis] + n - 1) as unknown as Vec3;
  return crop(wide, { boxMin: margin, boxMax: last });
}

function requireRadius(radiusMm: number): void {
  requireThat(
    Number.isFinite(radiusMm) && radiusMm >= 0,
    "radiusMm",
    radiusMm,
    "a finite number of at least 0, in mm",
  );
}

/** Works on a box of the mask and puts the result on an empty grid of the mask's size. */
function withinBox(mask: MaskLike, box: VoxelBox | undefined, work: (part: MaskLike) => Mask): Mask {
  const empty = withData(mask, new Uint8Array(mask.data.length));
  return box ? paste(empty, work(crop(mask, box)), box.boxMin) : empty;
}
