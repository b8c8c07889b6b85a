import { applyAffine } from "../affine.js";
import { requireSameGrid, voxelVolumeMl } from "../grid.js";
import type { LabelMap, Vec3, Volume } from "../types.js";
import { findRuns } from "./runs.js";

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
  const [nx, ny] = labelMap.shape;
  const runs = findRuns(labelMap.data, labelMap.shape);
  const tallies: Tally[] = [];
  const { data } = image ?? {};
  for (let row = 0; row + 1 < runs.rowStart.length; row++) {
    const y = row % ny;
    const z = Math.floor(row / ny);
    for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++) {
      const label = runs.label[run];
      const first = runs.start[run];
      const last = runs.end[run] - 1;
      const length = last - first + 1;
      const tally = (tallies[label] ??= emptyTally(data ? data[first + nx * row] : 0));
      tally.voxels += length;
      tally.sumX += ((first + last) / 2) * length;
      tally.sumY += y * length;
      tally.sumZ += z * length;
      if (first < tally.min[0]) tally.min[0] = first;
      if (last > tally.max[0]) tally.max[0] = last;
      if (y < tally.min[1]) tally.min[1] = y;
      if (y > tally.max[1]) tally.max[1] = y;
      if (z < tally.min[2]) tally.min[2] = z;
      if (z > tally.max[2]) tally.max[2] = z;
      if (!data) continue;
      let { sum, squares, lowest, highest } = tally;
      for (let i = first + nx * row; i <= last + nx * row; i++) {
        const stored = data[i];
        const shifted = stored - tally.shift;
        sum += shifted;
        squares += shifted * shifted;
        if (stored < lowest) lowest = stored;
        if (stored > highest) highest = stored;
      }
      tally.sum = sum;
      tally.squares = squares;
      tally.lowest = lowest;
      tally.highest = highest;
    }
  }
  const voxelMl = voxelVolumeMl(labelMap);
  const regions: Region[] = [];
  tallies.forEach((tally, label) => {
    const n = tally.voxels;
    const centroidVoxel: Vec3 = [tally.sumX / n, tally.sumY / n, tally.sumZ / n];
    regions.push({
      label,
      name: labelMap.names[label] ?? `label ${label}`,
      voxels: n,
      volumeMl: n * voxelMl,
      centroidVoxel,
      centroidMm: applyAffine(labelMap.affine, centroidVoxel),
      boxMin: [tally.min[0], tally.min[1], tally.min[2]],
      boxMax: [tally.max[0], tally.max[1], tally.max[2]],
      ...(image ? intensityOf(tally, image) : {}),
    });
  });
  return regions;
}

interface Tally {
  voxels: number;
  sumX: number;
  sumY: number;
  sumZ: number;
  min: [number, number, number];
  max: [number, number, number];
  /** A value of the region, taken off before summing so that squares lose no digits. */
  shift: number;
  sum: number;
  squares: number;
  lowest: number;
  highest: number;
}

function emptyTally(shift: number): Tally {
  return {
    voxels: 0,
    sumX: 0,
    sumY: 0,
    sumZ: 0,
    min: [Infinity, Infinity, Infinity],
    max: [-1, -1, -1],
    shift,
    sum: 0,
    squares: 0,
    lowest: Infinity,
    highest: -Infinity,
  };
}

function intensityOf(
  tally: Tally,
  image: Volume,
): Required<Pick<Region, "meanHu" | "sdHu" | "minHu" | "maxHu">> {
  const slope = image.rescale?.slope ?? 1;
  const intercept = image.rescale?.intercept ?? 0;
  const n = tally.voxels;
  const mean = tally.sum / n;
  const variance = Math.max(0, tally.squares / n - mean * mean);
  // A voxel that is not a number spoils the sum; the extremes must say so too.
  const spoiled = Number.isNaN(tally.sum) ? NaN : 0;
  const ends = [tally.lowest * slope + intercept + spoiled, tally.highest * slope + intercept + spoiled];
  return {
    meanHu: (mean + tally.shift) * slope + intercept,
    sdHu: Math.sqrt(variance) * Math.abs(slope) + spoiled,
    minHu: Math.min(...ends),
    maxHu: Math.max(...ends),
  };
}
