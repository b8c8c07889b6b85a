import { applyAffine } from "../affine.js";
import { voxelVolumeMl } from "../grid.js";
import type { Vec3, Volume } from "../types.js";
import { findRuns } from "../volume/runs.js";
import type { LabelRuns } from "../volume/runs.js";

/** One connected piece of a label. */
export interface LesionComponent {
  /** From 1, in the order in which the pieces' first voxels lie in memory. */
  id: number;
  label: number;
  voxels: number;
  volumeMl: number;
  /** Mean of its voxel centres in RAS+ mm. */
  centroidMm: Vec3;
  /** Lowest and highest voxel index along x, y, z, both inside. */
  boxMin: Vec3;
  boxMax: Vec3;
}

/** The pieces of a map, the runs they are made of and the id of each run's piece. */
export interface LesionComponents {
  components: LesionComponent[];
  runs: LabelRuns;
  componentOfRun: Int32Array;
}

/** Finds pieces of equal label whose voxels touch by a face, edge or corner (26 neighbours); 0 is background. */
export function findLesionComponents(map: Volume<Uint8Array | Uint16Array>): LesionComponents {
  const runs = findRuns(map.data, map.shape);
  const componentOfRun = joinRuns(runs, map.shape);
  return { components: measureComponents(runs, componentOfRun, map), runs, componentOfRun };
}

/** Union-find over runs; numbers them by component, from 1. */
function joinRuns({ count, rowStart, start, end, label }: LabelRuns, [, ny, nz]: Vec3): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, run) => run);
  const rootOf = (run: number): number => {
    let root = run;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]];
    return root;
  };
  const joinRows = (row: number, other: number): void => {
    const last = rowStart[other + 1];
    let first = rowStart[other];
    for (let run = rowStart[row]; run < rowStart[row + 1]; run++) {
      // A run that ends where the other begins touches it by a corner.
      while (first < last && end[first] < start[run]) first++;
      for (let near = first; near < last && start[near] <= end[run]; near++) {
        if (label[near] !== label[run]) continue;
        const [a, b] = [rootOf(run), rootOf(near)];
        // The earlier run stays the root, so that components come out in the order of their first voxels.
        if (a < b) parent[b] = a;
        else parent[a] = b;
      }
    }
  };
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const row = y + ny * z;
      if (rowStart[row] === rowStart[row + 1]) continue;
      if (y > 0) joinRows(row, row - 1);
      if (z === 0) continue;
      for (let dy = y > 0 ? -1 : 0; dy <= (y < ny - 1 ? 1 : 0); dy++) joinRows(row, row - ny + dy);
    }
  const componentOfRun = new Int32Array(count);
  let components = 0;
  for (let run = 0; run < count; run++)
    componentOfRun[run] = parent[run] === run ? ++components : componentOfRun[rootOf(run)];
  return componentOfRun;
}

function measureComponents(runs: LabelRuns, componentOfRun: Int32Array, map: Volume): LesionComponent[] {
  const [, ny] = map.shape;
  const voxelMl = voxelVolumeMl(map);
  const found: { label: number; voxels: number; sum: number[]; min: number[]; max: number[] }[] = [];
  for (let row = 0; row + 1 < runs.rowStart.length; row++) {
    const z = Math.floor(row / ny);
    const y = row - z * ny;
    for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++) {
      const [first, last] = [runs.start[run], runs.end[run] - 1];
      const length = last - first + 1;
      const own = (found[componentOfRun[run] - 1] ??= {
        label: runs.label[run],
        voxels: 0,
        sum: [0, 0, 0],
        min: [first, y, z],
        max: [last, y, z],
      });
      own.voxels += length;
      own.sum = [
        own.sum[0] + ((first + last) / 2) * length,
        own.sum[1] + y * length,
        own.sum[2] + z * length,
      ];
      own.min = [Math.min(own.min[0], first), Math.min(own.min[1], y), own.min[2]];
      own.max = [Math.max(own.max[0], last), Math.max(own.max[1], y), z];
    }
  }
  return found.map(({ label, voxels, sum, min, max }, k) => ({
    id: k + 1,
    label,
    voxels,
    volumeMl: voxels * voxelMl,
    centroidMm: applyAffine(map.affine, [sum[0] / voxels, sum[1] / voxels, sum[2] / voxels]),
    boxMin: [min[0], min[1], min[2]],
    boxMax: [max[0], max[1], max[2]],
  }));
}
