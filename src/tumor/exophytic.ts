import { LabError, requireThat } from "../core/errors.js";
import { indexOf } from "./block.js";
import { floodByLevel } from "./flood.js";
import type { OuterSite } from "./outer.js";
import { wallOrgans } from "./place.js";
import type { LesionSite } from "./site.js";
import type { SynthesisRequest } from "./synthesizer.js";

/**
 * Largest share of a lesion that may be asked to lie out of its organ's surface, in the fat beside it: one with nothing in
 * its organ would not be one of it.
 */
export const maxExophyticShare = 0.9;
/** A lesion counts as what was asked for when its share is this close. */
export const shareTolerance = 0.05;

/**
 * The share a request asks for, 0 where it asks for none.
 *
 * @throws LabError for a share out of range, and for organs that are a wall round a hollow.
 */
export function exophyticShareOf({ organ, options }: Pick<SynthesisRequest, "organ" | "options">): number {
  const share = options?.exophyticShare ?? 0;
  requireThat(
    share >= 0 && share <= maxExophyticShare,
    "exophyticShare",
    share,
    `a share from 0 to ${maxExophyticShare}`,
  );
  if (share > 0 && wallOrgans.includes(organ))
    throw new LabError(
      "exophyticShare",
      `${share} for the ${organ}, whose lesions follow its wall`,
      "a solid organ: liver, pancreas, kidney or uterus",
      "Leave the share out, or choose another organ",
    );
  return share;
}

/**
 * Height of a ball's middle above a flat surface, in radii, at which this share of the ball lies above it: at depth d it is
 * the share 1 - (2 + 3d - d^3) / 4.
 */
export function heightForShare(share: number): number {
  let [low, high] = [-1, 1];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if ((2 + 3 * middle - middle ** 3) / 4 < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The part of a mask that lies in the site's organ, without the border that may share voxels with fat; with it where nothing
 * else is left. It tells what a lesion took the place of.
 */
export function coreOf({ organ, outer }: Pick<LesionSite, "organ" | "outer">, mask: Uint8Array): Uint8Array {
  if (!outer) return mask;
  const core = mask.map((on, i) => on & organ[i] & (1 - outer.border[i]));
  return core.includes(1) ? core : mask.map((on, i) => on & organ[i]);
}

/** Share of a mask's voxels that lie out of an organ. */
export function outerShare(organ: Uint8Array, mask: Uint8Array): number {
  let voxels = 0;
  let out = 0;
  for (let i = 0; i < mask.length; i++) {
    voxels += mask[i];
    out += mask[i] & (1 - organ[i]);
  }
  return voxels > 0 ? out / voxels : 0;
}

/** What {@link floodToShare} cut out. */
export interface SharedFlood {
  mask: Uint8Array;
  voxels: number;
  threshold: number;
  /** Share of the shape that met what is neither organ nor open, and was cut away. */
  clippedShare: number;
  /** Share of the voxels out of the organ. */
  share: number;
  /** How far the shape was moved along the surface's height to get there, in radii; upward where positive. */
  shift: number;
}

/** A shape is moved by at most so many radii: its middle stays near the place that was chosen. */
const maxShift = 0.5;

/**
 * Lets a shape of given squared radii (1 on the ellipsoid) flood organ and outer site alike, moved up or down until the asked
 * share of it lies out of the organ. Moving keeps the outline smooth where it crosses the surface; taking more of one side
 * than of the other would leave a step there.
 */
export function floodToShare(site: LesionSite, outer: OuterSite, square: Float32Array): SharedFlood {
  const { organ, shape, center, radiusMm, voxels: wanted } = site;
  const { open, heightMm, askedShare } = outer;
  const seed = indexOf(center, shape);
  const level = new Float32Array(square.length);
  const flood = (shift: number): SharedFlood => {
    // |x|^2 - 2 s h is, but for a constant, the square of the distance from a middle moved by s along h.
    const moved = (i: number): number => square[i] - (2 * shift * heightMm[i]) / radiusMm;
    for (let i = 0; i < level.length; i++) level[i] = organ[i] === 1 || open[i] === 1 ? moved(i) : Infinity;
    const { mask, voxels, threshold } = floodByLevel(level, shape, seed, wanted);
    let clipped = 0;
    let out = 0;
    for (let i = 0; i < mask.length; i++)
      if (organ[i] === 0 && open[i] === 0) clipped += moved(i) <= threshold ? 1 : 0;
      else if (mask[i] === 1 && organ[i] === 0) out++;
    return {
      mask,
      voxels,
      threshold,
      clippedShare: clipped / (clipped + voxels),
      share: out / voxels,
      shift,
    };
  };
  return findShift(askedShare, flood);
}

/**
 * What is nearest to the asked share among shifts up to half a radius, found by halving.
 *
 * @param cut what a shift gives, in radii; a higher one gives a larger share.
 */
export function findShift<T extends { share: number }>(askedShare: number, cut: (shift: number) => T): T {
  let best = cut(0);
  let [low, high] = best.share < askedShare ? [0, maxShift] : [-maxShift, 0];
  for (let step = 0; step < 6 && Math.abs(best.share - askedShare) > shareTolerance / 5; step++) {
    const shift = (low + high) / 2;
    const found = cut(shift);
    if (found.share < askedShare) low = shift;
    else high = shift;
    if (Math.abs(found.share - askedShare) < Math.abs(best.share - askedShare)) best = found;
  }
  return best;
}
