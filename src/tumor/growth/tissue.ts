import { fillWith } from "../../core/fill-with.js";
import { rescaleValue } from "../../core/grid.js";
import type { Mask, Vec3, Volume } from "../../core/types.js";
import { quantile } from "../../stats/describe.js";
import { boundingBox, crop, type VoxelBox } from "../../volume/crop.js";
import { distanceToBackground } from "../../volume/distance.js";
import { gaussianFilter } from "../../volume/gaussian.js";
import { closedCell } from "./automaton.js";

/** How tumor gets on in an organ. */
export interface TissueOptions {
  /**
   * Thickness in mm of the wall of a hollow organ, in which tumor grows with ease while it enters the hollow only slowly;
   * absent for a solid organ.
   */
  wallMm?: number;
  /** Blur in mm before tissue is read, so that noise is not taken for tissue; default 1.5. */
  blurMm?: number;
  /** What of the organ the attenuation of its tissue is read from, on the grid of the scan; default all. */
  own?: Mask;
}

/** Tissue of an organ within a box of the scan. */
export interface Tissue {
  /** Organ in the box, 0 and 1. */
  organ: Mask;
  /** Attenuation in the box, blurred, in HU. */
  smoothHu: Volume<Float32Array>;
  /** Median and robust spread of the organ's attenuation in the box, in HU. */
  medianHu: number;
  spreadHu: number;
  /** Probability that tumor enters voxel `i` of the box; 0 for a barrier, `closedCell` off the organ. */
  invasionAt: (i: number) => number;
}

/** Probabilities of Pixel2Cancer's three levels of tissue, from soft to dense. */
const levels = [1, 0.3, 0.1] as const;
/** Where these levels lie, in spreads of the organ above its median; between them the logarithm is linear. */
const levelSpreads = [0, 1.2, 2.4] as const;
/** Denser still is a vessel or a stone: a barrier. */
const barrierSpreads = 3.2;
const leastSpreadHu = 6;
/** Of the hollow of an organ, and of air in a solid one. */
const hollowOdds = 0.12;
const airHu = -300;

/**
 * Reads how easily tumor enters each voxel of an organ within a box. In a solid organ it follows attenuation, measured
 * against the organ's own in this scan and not against fixed bounds, so that any phase of contrast will do: soft
 * parenchyma is entered always, dense tissue seldom, vessels only under pressure. In a hollow organ the wall is entered
 * always and the hollow seldom, so that a lesion grows along and through the wall and thickens it inwards.
 *
 * @param organ on the grid of the scan.
 */
export function readTissue(ct: Volume, organ: Mask, box: VoxelBox, options: TissueOptions = {}): Tissue {
  const { wallMm, blurMm = 1.5, own: region = organ } = options;
  const part = crop(organ, box);
  const owned = crop(region, box);
  const cut = crop(ct, box);
  const hu = fillWith(new Float32Array(cut.data.length), cut.data, (stored) =>
    rescaleValue(stored, cut.rescale),
  );
  const { rescale: _, ...grid } = cut;
  const smoothHu = gaussianFilter({ ...grid, data: hu }, blurMm);
  const inside: number[] = [];
  for (let i = 0; i < hu.length; i++)
    if (owned.data[i] > 0 && smoothHu.data[i] > airHu) inside.push(smoothHu.data[i]);
  const medianHu = inside.length > 0 ? quantile(inside, 0.5) : 0;
  // The lower half alone: vessels with contrast agent belong to the upper one.
  const spreadHu =
    inside.length > 0 ? Math.max(leastSpreadHu, (medianHu - quantile(inside, 0.16)) * 1) : leastSpreadHu;
  const depth = wallMm === undefined ? undefined : distanceToBackground(part).data;
  const invasionAt = (i: number): number => {
    if (part.data[i] === 0) return closedCell;
    if (depth && wallMm !== undefined) return depth[i] <= wallMm ? 1 : hollowOdds;
    return oddsOf(smoothHu.data[i], medianHu, spreadHu);
  };
  return { organ: part, smoothHu, medianHu, spreadHu, invasionAt };
}

function oddsOf(hu: number, median: number, spread: number): number {
  if (hu < airHu) return hollowOdds;
  const above = (hu - median) / spread;
  if (above <= levelSpreads[0]) return levels[0];
  if (above >= barrierSpreads) return 0;
  const upper = above < levelSpreads[1] ? 1 : 2;
  const share = (above - levelSpreads[upper - 1]) / (levelSpreads[upper] - levelSpreads[upper - 1]);
  return levels[upper - 1] * (levels[upper] / levels[upper - 1]) ** Math.min(1.5, share);
}

/** A box of the organ's own extent, no farther than `reachMm` from a voxel along each axis. */
export function boxRound(organ: Mask, centerVoxel: Vec3, reachMm: number): VoxelBox | undefined {
  const whole = boundingBox(organ);
  if (!whole) return undefined;
  const cells = organ.spacingMm.map((mm) => Math.ceil(reachMm / mm));
  const low = (axis: number): number =>
    Math.max(whole.boxMin[axis], Math.floor(centerVoxel[axis]) - cells[axis]);
  const high = (axis: number): number =>
    Math.min(whole.boxMax[axis], Math.ceil(centerVoxel[axis]) + cells[axis]);
  return { boxMin: [low(0), low(1), low(2)], boxMax: [high(0), high(1), high(2)] };
}
