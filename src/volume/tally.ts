import type { Vec3 } from "../core/types.js";
import type { LabelRuns } from "./runs.js";

/** Size, extent and centre of groups of runs, gathered in one pass; every array has one entry a group. */
export interface RunTally {
  voxels: Float64Array;
  sumX: Float64Array;
  sumY: Float64Array;
  sumZ: Float64Array;
  /** Lowest and highest index along x, y, z, `axis + 3 * group`; the highest is -1 for a group without runs. */
  lowest: Int32Array;
  highest: Int32Array;
}

/** Tallies runs by `groupOfRun`, whose values are below `groups`. */
export function tallyRuns(
  runs: LabelRuns,
  groupOfRun: Int32Array | Uint16Array,
  groups: number,
  [, ny]: Vec3,
): RunTally {
  const tally: RunTally = {
    voxels: new Float64Array(groups),
    sumX: new Float64Array(groups),
    sumY: new Float64Array(groups),
    sumZ: new Float64Array(groups),
    lowest: new Int32Array(3 * groups).fill(0x7fffffff),
    highest: new Int32Array(3 * groups).fill(-1),
  };
  const { voxels, sumX, sumY, sumZ, lowest, highest } = tally;
  const { rowStart, start, end } = runs;
  let y = 0;
  let z = 0;
  for (let row = 0; row + 1 < rowStart.length; row++) {
    for (let run = rowStart[row]; run < rowStart[row + 1]; run++) {
      const group = groupOfRun[run];
      const first = start[run];
      const last = end[run] - 1;
      const length = last - first + 1;
      voxels[group] += length;
      sumX[group] += 0.5 * (first + last) * length;
      sumY[group] += y * length;
      sumZ[group] += z * length;
      const at = 3 * group;
      if (first < lowest[at]) lowest[at] = first;
      if (last > highest[at]) highest[at] = last;
      if (y < lowest[at + 1]) lowest[at + 1] = y;
      if (y > highest[at + 1]) highest[at + 1] = y;
      if (z < lowest[at + 2]) lowest[at + 2] = z;
      if (z > highest[at + 2]) highest[at + 2] = z;
    }
    if (++y === ny) {
      y = 0;
      z++;
    }
  }
  return tally;
}

/** Mean voxel coordinates of a group that has voxels. */
export function centroidOf({ voxels, sumX, sumY, sumZ }: RunTally, group: number): Vec3 {
  return [sumX[group] / voxels[group], sumY[group] / voxels[group], sumZ[group] / voxels[group]];
}

/** Lowest and highest voxel index of a group that has voxels, both inside it. */
export function boxOf({ lowest, highest }: RunTally, group: number): { boxMin: Vec3; boxMax: Vec3 } {
  const at = 3 * group;
  return {
    boxMin: [lowest[at], lowest[at + 1], lowest[at + 2]],
    boxMax: [highest[at], highest[at + 1], highest[at + 2]],
  };
}
