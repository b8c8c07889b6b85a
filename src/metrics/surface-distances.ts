import { nameLabels, openPair } from "./pair.js";
import type { Labels } from "./pair.js";
import { createSurfaceGrid, measureDistances } from "./surface.js";
import type { SurfaceDistances } from "./surface.js";
import { extractSurfels } from "./surfels.js";
import type { Surfels } from "./surfels.js";

/** Distances from each of two surfaces to the other. */
export interface SurfaceDistancePair {
  referenceToPrediction: SurfaceDistances;
  predictionToReference: SurfaceDistances;
}

const noSurfels: Surfels = {
  count: 0,
  x: new Int32Array(0),
  row: new Int32Array(0),
  code: new Uint8Array(0),
};

/**
 * The distances behind the surface metrics of one label, for a histogram or a percentile of your own: one entry for
 * each surface element with its distance in mm to the other surface and its area in mm2, in voxel order. An empty
 * mask has no entries, and distances to it are infinite.
 *
 * Throws a LabError that prints both values when the grids differ, and for labels that are not whole numbers.
 */
export function surfaceDistances(reference: Labels, prediction: Labels, label: number): SurfaceDistancePair {
  const pair = openPair(reference, prediction);
  nameLabels([label], [reference]);
  const wanted = new Uint8Array(65536);
  wanted[label] = 1;
  const a = extractSurfels(pair.reference, reference.shape, wanted).get(label) ?? noSurfels;
  const b = extractSurfels(pair.prediction, reference.shape, wanted).get(label) ?? noSurfels;
  const grid = createSurfaceGrid(reference.shape, reference.spacingMm);
  return {
    referenceToPrediction: measureDistances(a, b, grid),
    predictionToReference: measureDistances(b, a, grid),
  };
}
