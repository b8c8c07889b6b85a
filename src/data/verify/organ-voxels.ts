import { findOrgan } from "../../anatomy/organs.js";
import { labelsInUse, voxelVolumeMl } from "../../core/grid.js";
import type { LabelMap } from "../../core/types.js";
import type { FileOfLabel } from "./check-lesions.js";

/** The voxels of an organ, both kidneys being one organ here and the lobes of both lungs another. */
export interface OrganVoxels {
  organ: string;
  /** What `findOrgan` has for its mean. */
  plausibleHu: readonly [number, number];
  file: string;
  /** Its labels, as the label map calls them. */
  names: string[];
  /** Voxels with the organ all around them; some of them where they are many. */
  inner: Int32Array;
  /** Voxels with something else beside them, likewise, and of each one neighbour that is not the organ's. */
  edge: Int32Array;
  outside: Int32Array;
  /** Share of its voxels that is inner ones. */
  innerPart: number;
}

/** Voxels looked at of each part of an organ, spread over all of it. */
const maxVoxels = 50_000;
/** Of less nothing is said. */
const leastVoxels = 100;
const leastMl = 1;

/** Gathers the organs of a label map that the table of organs has; not those of fewer than 100 inner voxels or 1 ml. */
export function gatherOrgans(
  map: LabelMap,
  names: Readonly<Record<number, string>>,
  fileOf: FileOfLabel,
): OrganVoxels[] {
  const present = labelsInUse(map.data);
  const groups = new Map<string, Pick<OrganVoxels, "organ" | "plausibleHu" | "file" | "names">>();
  /** Number of each label value's organ, from 1. */
  const numberOf = new Uint8Array(65536);
  for (const [key, label] of Object.entries(names)) {
    const value = Number(key);
    const row = findOrgan(label) ?? findOrgan(`${label}_left`);
    if (!row || present[value] !== 1) continue;
    const organ = row.name.replace(/_(left|right)$/, "");
    const { plausibleHu } = row;
    const group = groups.get(organ) ?? { organ, plausibleHu, file: fileOf(value), names: [] };
    group.names.push(label);
    groups.set(organ, group);
    numberOf[value] = [...groups.keys()].indexOf(organ) + 1;
  }
  const [innerCounts, edgeCounts] = [new Float64Array(256), new Float64Array(256)];
  eachVoxel(map, numberOf, (_, outside, number) => (outside < 0 ? innerCounts : edgeCounts)[number]++);
  const inner = [...groups.keys()].map((_, at) => createSample(innerCounts[at + 1]));
  const edge = [...groups.keys()].map((_, at) => createSample(edgeCounts[at + 1]));
  eachVoxel(map, numberOf, (index, outside, number) =>
    keep((outside < 0 ? inner : edge)[number - 1], index, outside),
  );
  const voxelMl = voxelVolumeMl(map);
  return [...groups.values()].flatMap((group, at) => {
    const { count, voxels } = inner[at];
    if (count < leastVoxels || count * voxelMl < leastMl) return [];
    const innerPart = count / (count + edge[at].count);
    return [{ ...group, inner: voxels, edge: edge[at].voxels, outside: edge[at].outside, innerPart }];
  });
}

/** Every so many of `count` voxels. */
interface Sample {
  count: number;
  seen: number;
  kept: number;
  voxels: Int32Array;
  outside: Int32Array;
}

function createSample(count: number): Sample {
  const length = Math.min(count, maxVoxels);
  return { count, seen: 0, kept: 0, voxels: new Int32Array(length), outside: new Int32Array(length) };
}

function keep(sample: Sample, index: number, outside: number): void {
  if (sample.seen++ < Math.floor((sample.kept * sample.count) / sample.voxels.length)) return;
  sample.outside[sample.kept] = outside;
  sample.voxels[sample.kept++] = index;
}

/** Visits the voxels of organs, each with a neighbour that is not of its organ, or -1 where all six are or lie beyond the grid. */
function eachVoxel(
  { data, shape: [nx, ny, nz] }: LabelMap,
  numberOf: Uint8Array,
  visit: (index: number, outside: number, number: number) => void,
): void {
  const slice = nx * ny;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const number = numberOf[data[i]];
        if (number === 0) continue;
        let outside = -1;
        if (x > 0 && numberOf[data[i - 1]] !== number) outside = i - 1;
        else if (x < nx - 1 && numberOf[data[i + 1]] !== number) outside = i + 1;
        else if (y > 0 && numberOf[data[i - nx]] !== number) outside = i - nx;
        else if (y < ny - 1 && numberOf[data[i + nx]] !== number) outside = i + nx;
        else if (z > 0 && numberOf[data[i - slice]] !== number) outside = i - slice;
        else if (z < nz - 1 && numberOf[data[i + slice]] !== number) outside = i + slice;
        visit(i, outside, number);
      }
}
