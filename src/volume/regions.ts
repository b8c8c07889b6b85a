import { applyAffine } from "../core/affine.js";
import { requireSameGrid, voxelVolumeMl } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { findRuns, type LabelRuns } from "./runs.js";
import { boxOf, centroidOf, tallyRuns } from "./tally.js";

/** What one label covers. */
export interface Region {
  label: number;
  name: string;
  voxels: number;
  volumeMl: number;
  /** Mean position of its voxel centres, in voxel coordinates. */
  centroidVoxel: Vec3;
  /** The same point in RAS+ mm. */
  centroidMm: Vec3;
  /** Lowest and highest voxel index along x, y, z, both inside the region. */
  boxMin: Vec3;
  boxMax: Vec3;
  /** Intensity of its voxels; present when an image was given. `sdHu` divides by the number of voxels. */
  meanHu?: number;
  sdHu?: number;
  minHu?: number;
  maxHu?: number;
}

/**
 * Measures every label that has at least one voxel, in order of label; an empty map gives an empty list.
 *
 * @param image intensities on the same grid; rescaled values (HU for CT) are measured. Throws a LabError that prints
 *   both shapes or affines when the grids differ. A voxel that is not a number makes its region's figures NaN.
 */
export function measureRegions(labelMap: LabelMap, image?: Volume): Region[] {
  if (image) requireSameGrid(labelMap, image, ["label map", "image"]);
  const runs = findRuns(labelMap.data, labelMap.shape);
  let labels = 0;
  for (let run = 0; run < runs.count; run++) labels = Math.max(labels, runs.label[run] + 1);
  const tally = tallyRuns(runs, runs.label, labels, labelMap.shape);
  const intensity = image && tallyIntensity(runs, labels, image);
  const voxelMl = voxelVolumeMl(labelMap);
  const regions: Region[] = [];
  for (let label = 1; label < labels; label++) {
    const voxels = tally.voxels[label];
    if (voxels === 0) continue;
    const centroidVoxel = centroidOf(tally, label);
    regions.push({
      label,
      name: labelMap.names[label] ?? `label ${label}`,
      voxels,
      volumeMl: voxels * voxelMl,
      centroidVoxel,
      centroidMm: applyAffine(labelMap.affine, centroidVoxel),
      ...boxOf(tally, label),
      ...(image && intensity ? intensityOf(intensity, label, voxels, image) : {}),
    });
  }
  return regions;
}

/** Stored numbers of each label: the first one met, and sums of the distance from it, which lose no digits. */
interface IntensityTally {
  first: Float64Array;
  sum: Float64Array;
  squares: Float64Array;
  lowest: Float64Array;
  highest: Float64Array;
}

function tallyIntensity(runs: LabelRuns, labels: number, image: Volume): IntensityTally {
  const first = new Float64Array(labels).fill(NaN);
  const sum = new Float64Array(labels);
  const squares = new Float64Array(labels);
  const lowest = new Float64Array(labels).fill(Infinity);
  const highest = new Float64Array(labels).fill(-Infinity);
  const [nx] = image.shape;
  const seen = new Uint8Array(labels);
  // Rows are copied into one kind of array: loops that meet many kinds become several times slower.
  const values = new Float64Array(nx);
  for (let row = 0; row + 1 < runs.rowStart.length; row++) {
    const from = runs.rowStart[row];
    const to = runs.rowStart[row + 1];
    if (from === to) continue;
    const left = runs.start[from];
    values.set(image.data.subarray(row * nx + left, row * nx + runs.end[to - 1]));
    for (let run = from; run < to; run++) {
      const label = runs.label[run];
      const stop = runs.end[run] - left;
      let at = runs.start[run] - left;
      if (seen[label] === 0) {
        seen[label] = 1;
        first[label] = values[at];
      }
      const shift = first[label];
      let runSum = 0;
      let runSquares = 0;
      let least = lowest[label];
      let most = highest[label];
      for (; at < stop; at++) {
        const value = values[at];
        const distance = value - shift;
        runSum += distance;
        runSquares += distance * distance;
        if (value < least) least = value;
        if (value > most) most = value;
      }
      sum[label] += runSum;
      squares[label] += runSquares;
      lowest[label] = least;
      highest[label] = most;
    }
  }
  return { first, sum, squares, lowest, highest };
}

function intensityOf(
  tally: IntensityTally,
  label: number,
  voxels: number,
  { rescale }: Volume,
): Required<Pick<Region, "meanHu" | "sdHu" | "minHu" | "maxHu">> {
  const slope = rescale?.slope ?? 1;
  const intercept = rescale?.intercept ?? 0;
  const mean = tally.sum[label] / voxels;
  const variance = Math.max(0, tally.squares[label] / voxels - mean * mean);
  // Comparisons pass over what is not a number; the extremes must say so as the mean does.
  const spoiled = Number.isNaN(mean) ? NaN : 0;
  const ends = [tally.lowest[label], tally.highest[label]].map(
    (value) => value * slope + intercept + spoiled,
  );
  return {
    meanHu: (mean + tally.first[label]) * slope + intercept,
    sdHu: Math.sqrt(variance) * Math.abs(slope),
    minHu: Math.min(...ends),
    maxHu: Math.max(...ends),
  };
}
