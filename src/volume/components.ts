import { applyAffine } from "../core/affine.js";
import { requireThat } from "../core/errors.js";
import { voxelVolumeMl, withData } from "../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../core/types.js";
import { findRuns, type LabelRuns } from "./runs.js";
import { boxOf, centroidOf, tallyRuns } from "./tally.js";

/** Which neighbours of a voxel touch it: those that share a face (6), also an edge (18), also a corner (26). */
export type Connectivity = 6 | 18 | 26;

/** One connected piece of a label. */
export interface Component {
  /** From 1, in the order in which the pieces' first voxels lie in memory. */
  id: number;
  label: number;
  voxels: number;
  volumeMl: number;
  /** Lowest and highest voxel index along x, y, z, both inside the component. */
  boxMin: Vec3;
  boxMax: Vec3;
  /** Mean position of its voxel centres, in voxel coordinates and in RAS+ mm. */
  centroidVoxel: Vec3;
  centroidMm: Vec3;
}

/** What {@link findComponents} found. */
export interface ComponentTable {
  components: Component[];
  /** The runs the pieces are made of, and the id of each one's component. */
  runs: LabelRuns;
  componentOfRun: Int32Array;
  shape: Vec3;
}

/** How voxels are joined. */
export interface ComponentOptions {
  /** Default 26. */
  connectivity?: Connectivity;
  /** Whether labels are told apart (default) or everything above 0 counts as one; then `label` is 1 throughout. */
  byLabel?: boolean;
}

/**
 * Finds the connected components of a mask or label map; 0 is background, an empty map has none. Touches each voxel
 * once: rows are cut into runs, runs of neighbouring rows that touch are joined (union-find).
 */
export function findComponents(
  labels: Volume<Uint8Array | Uint16Array> | LabelMap,
  options: ComponentOptions = {},
): ComponentTable {
  const { connectivity = 26, byLabel = true } = options;
  requireThat(
    connectivity === 6 || connectivity === 18 || connectivity === 26,
    "connectivity",
    connectivity,
    "6, 18 or 26",
  );
  const { shape } = labels;
  const runs = findRuns(labels.data, shape, !byLabel);
  const { count, componentOfRun } = joinRuns(runs, shape, connectivity);
  const tally = tallyRuns(runs, componentOfRun, count + 1, shape);
  const labelOf = new Uint16Array(count + 1);
  for (let run = 0; run < runs.count; run++) labelOf[componentOfRun[run]] = runs.label[run];
  const voxelMl = voxelVolumeMl(labels);
  const components: Component[] = [];
  for (let id = 1; id <= count; id++) {
    const centroidVoxel = centroidOf(tally, id);
    components.push({
      id,
      label: labelOf[id],
      voxels: tally.voxels[id],
      volumeMl: tally.voxels[id] * voxelMl,
      ...boxOf(tally, id),
      centroidVoxel,
      centroidMm: applyAffine(labels.affine, centroidVoxel),
    });
  }
  return { components, runs, componentOfRun, shape };
}

/** A volume on the grid of `like` in which every voxel of a component holds its id, and background 0. */
export function paintComponents(table: ComponentTable, like: Volume): Volume<Uint32Array> {
  const { runs, componentOfRun, shape } = table;
  requireThat(
    like.shape.every((n, axis) => n === shape[axis]),
    "shape",
    [...like.shape],
    `the shape the components were found in, ${shape.join(" x ")}`,
  );
  const [nx] = shape;
  const data = new Uint32Array(like.data.length);
  for (let row = 0; row + 1 < runs.rowStart.length; row++)
    for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++)
      data.fill(componentOfRun[run], row * nx + runs.start[run], row * nx + runs.end[run]);
  return withData(like, data);
}

/** The label map with only the components for which `keep` holds; names are kept. */
export function keepComponents<L extends Volume<Uint8Array | Uint16Array>>(
  labels: L,
  table: ComponentTable,
  keep: (component: Component) => boolean,
): L {
  const kept = new Uint8Array(table.components.length + 1);
  for (const component of table.components) kept[component.id] = keep(component) ? 1 : 0;
  const { runs, componentOfRun } = table;
  const [nx] = table.shape;
  const data = labels.data.slice();
  for (let row = 0; row + 1 < runs.rowStart.length; row++)
    for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++)
      if (kept[componentOfRun[run]] === 0) data.fill(0, row * nx + runs.start[run], row * nx + runs.end[run]);
  return { ...labels, data };
}

/** Numbers the runs by component, from 1. */
function joinRuns(
  { count, rowStart, start, end, label }: LabelRuns,
  [, ny, nz]: Vec3,
  connectivity: Connectivity,
): { count: number; componentOfRun: Int32Array } {
  const parent = new Int32Array(count);
  for (let run = 0; run < count; run++) parent[run] = run;

  function root(run: number): number {
    while (parent[run] !== run) {
      parent[run] = parent[parent[run]];
      run = parent[run];
    }
    return run;
  }

  /** Joins the runs of `row` with those of the earlier row `other` that they touch, `reach` voxels apart in x. */
  function joinRows(row: number, other: number, reach: number): void {
    let first = rowStart[other];
    const last = rowStart[other + 1];
    for (let run = rowStart[row]; run < rowStart[row + 1]; run++) {
      while (first < last && end[first] + reach <= start[run]) first++;
      const stop = end[run] + reach;
      for (let near = first; near < last && start[near] < stop; near++) {
        if (label[near] !== label[run]) continue;
        const a = root(run);
        const b = root(near);
        // The earlier run stays the root, so that components come out in order of their first voxel.
        if (a < b) parent[b] = a;
        else parent[a] = b;
      }
    }
  }

  const sameSlice = connectivity === 6 ? 0 : 1;
  const diagonal = connectivity === 26 ? 1 : 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const row = y + ny * z;
      if (rowStart[row] === rowStart[row + 1]) continue;
      if (y > 0) joinRows(row, row - 1, sameSlice);
      if (z === 0) continue;
      joinRows(row, row - ny, sameSlice);
      if (connectivity === 6) continue;
      if (y > 0) joinRows(row, row - ny - 1, diagonal);
      if (y < ny - 1) joinRows(row, row - ny + 1, diagonal);
    }

  const componentOfRun = new Int32Array(count);
  let components = 0;
  for (let run = 0; run < count; run++)
    componentOfRun[run] = parent[run] === run ? ++components : componentOfRun[root(run)];
  return { count: components, componentOfRun };
}
