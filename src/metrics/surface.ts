import { requireThat } from "../core/errors.js";
import { fillWith } from "../core/fill-with.js";
import type { Vec3 } from "../core/types.js";
import { createContourLengths, findFlatAxes } from "./flat-grid.js";
import { createRowOffsets } from "./nearest-rows.js";
import { nearestDistances } from "./nearest.js";
import { createSurfelAreas } from "./surfel-area.js";
import type { Surfels } from "./surfels.js";
import { weightedPercentile } from "./weighted-percentile.js";

/**
 * Distances between the surfaces of two masks, each surface element weighted by its area, in the definition of
 * google-deepmind/surface-distance (Nikolov et al. 2018, arXiv 1809.04430). Where the grid has one voxel along an axis the
 * surface is the contour in the plane, and what is called an area below is its length in mm.
 */

/** How far one surface lies from the other, seen from its own elements. */
export interface DirectedScores {
  /** Surface elements. */
  surfels: number;
  /** Their area in mm2. */
  areaMm2: number;
  /** Area in mm2 of those at most the tolerance away from the other surface. */
  areaWithinMm2: number;
  /** Area-weighted mean distance in mm. */
  meanMm: number;
  /** Smallest distance in mm that covers 95 % of the area. */
  hd95Mm: number;
  /** Largest distance in mm. */
  hdMm: number;
}

/** Agreement of two surfaces. */
export interface SurfaceScores {
  /** Normalised surface Dice: share of both surfaces, by area, within the tolerance of the other; 0 to 1. */
  nsd: number;
  /** Larger of the two directed 95 % distances, mm. */
  hd95: number;
  /** Hausdorff distance: the larger of the two largest distances, mm. */
  hd: number;
  /** Average symmetric surface distance: mean over the area of both surfaces together, mm. */
  assd: number;
  /** Tolerance of `nsd`, mm. */
  toleranceMm: number;
  referenceToPrediction: DirectedScores;
  predictionToReference: DirectedScores;
}

/** Distances of one surface to another with the area that each stands for, in the order of the voxels. */
export interface SurfaceDistances {
  /** mm; infinity everywhere when the other mask is empty. */
  distancesMm: Float64Array;
  areasMm2: Float64Array;
}

/** What two surfaces on one grid have in common. */
export interface SurfaceGrid {
  shape: Vec3;
  spacingMm: Vec3;
  /** Area of each neighbour code at this spacing; length of the contour in a grid with one voxel along an axis. */
  areas: Float64Array;
  offsets: ReturnType<typeof createRowOffsets>;
}

/** Prepares the tables that every label of a grid shares. */
export function createSurfaceGrid(shape: Vec3, spacingMm: Vec3): SurfaceGrid {
  const flat = findFlatAxes(shape);
  const areas = flat.length > 0 ? createContourLengths(spacingMm, flat) : createSurfelAreas(spacingMm);
  return { shape, spacingMm, areas, offsets: createRowOffsets(spacingMm) };
}

/**
 * Scores of a pair of surfaces; both must have at least one element. `toleranceMm` is a finite number from 0;
 * a distance equal to it counts as within.
 */
export function scoreSurfaces(
  reference: Surfels,
  prediction: Surfels,
  grid: SurfaceGrid,
  toleranceMm: number,
): SurfaceScores {
  requireThat(
    Number.isFinite(toleranceMm) && toleranceMm >= 0,
    "toleranceMm",
    toleranceMm,
    "a finite number of millimetres from 0",
  );
  const a = scoreDirection(reference, prediction, grid, toleranceMm);
  const b = scoreDirection(prediction, reference, grid, toleranceMm);
  const area = a.areaMm2 + b.areaMm2;
  return {
    nsd: (a.areaWithinMm2 + b.areaWithinMm2) / area,
    hd95: Math.max(a.hd95Mm, b.hd95Mm),
    hd: Math.max(a.hdMm, b.hdMm),
    assd: (a.meanMm * a.areaMm2 + b.meanMm * b.areaMm2) / area,
    toleranceMm,
    referenceToPrediction: a,
    predictionToReference: b,
  };
}

/** Distance and area of every element of `from`; empty when `from` is. */
export function measureDistances(from: Surfels, to: Surfels, grid: SurfaceGrid): SurfaceDistances {
  return {
    distancesMm: nearestDistances(from, to, grid.shape, grid.spacingMm, grid.offsets),
    areasMm2: fillWith(new Float64Array(from.code.length), from.code, (code) => grid.areas[code]),
  };
}

function scoreDirection(from: Surfels, to: Surfels, grid: SurfaceGrid, toleranceMm: number): DirectedScores {
  const distances = nearestDistances(from, to, grid.shape, grid.spacingMm, grid.offsets);
  const { areas } = grid;
  const { code, count } = from;
  // Elements are counted by code and areas multiplied in at the end: exact, in whatever order they come.
  const all = new Float64Array(256);
  const within = new Float64Array(256);
  let hdMm = 0;
  let weighted = 0;
  for (let i = 0; i < count; i++) {
    const distance = distances[i];
    all[code[i]]++;
    if (distance <= toleranceMm) within[code[i]]++;
    if (distance > hdMm) hdMm = distance;
    weighted += distance * areas[code[i]];
  }
  let areaMm2 = 0;
  let areaWithinMm2 = 0;
  for (let c = 0; c < 256; c++) {
    areaMm2 += all[c] * areas[c];
    areaWithinMm2 += within[c] * areas[c];
  }
  return {
    surfels: count,
    areaMm2,
    areaWithinMm2,
    meanMm: weighted / areaMm2,
    hd95Mm: weightedPercentile(distances, code, areas, 0.95),
    hdMm,
  };
}
