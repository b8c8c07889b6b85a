import { LabError } from "../core/errors.js";
import { createVolume } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import type { SeriesGeometry } from "./geometry.js";
import { straightenSlices } from "./straighten.js";

/** A structure of a DICOM object on a stack of slices. */
export interface DrawnStructure {
  value: number;
  name: string;
  /** Where each run of its pixels begins and ends (the pixel after the last), counted over all slices; runs may overlap. */
  runs: number[];
}

/** A label map out of a DICOM object, and what there is to say of it. */
export interface DrawnLabels {
  map: LabelMap;
  notes: string[];
}

/**
 * Structures as one label map on the grid of some slices, which is the one that a scan of these slices has: tilted or uneven
 * slices are straightened, labels by the nearest voxel. A voxel in several structures belongs to the smallest of them, so that
 * a tumor shows in its organ and an organ in the outline of the body; that is noted.
 */
export function drawStructures(
  structures: readonly DrawnStructure[],
  geometry: SeriesGeometry,
  input: string,
): DrawnLabels {
  const { slices, irregular } = geometry;
  const [{ rows, columns }] = slices;
  const wide = structures.some(({ value }) => value > 255);
  const data = makeLabels(wide, rows * columns * slices.length, input);
  const bySize = structures
    .map((each) => ({ ...each, size: countPixels(each.runs) }))
    .sort((a, b) => b.size - a.size || a.value - b.value);
  const names = Object.fromEntries(structures.map(({ value, name }) => [value, name]));
  const shared = new Map<string, number>();
  for (const { value, runs } of bySize)
    for (let k = 0; k < runs.length; k += 2)
      for (let at = runs[k]; at < runs[k + 1]; at++) {
        const below = data[at];
        if (below !== 0 && below !== value) {
          const pair = `${JSON.stringify(names[value])} in ${JSON.stringify(names[below])}`;
          shared.set(pair, (shared.get(pair) ?? 0) + 1);
        }
        data[at] = value;
      }
  const shape = [columns, rows, slices.length] as const;
  const placed = irregular
    ? straightenSlices(data, shape, { ...geometry, irregular }, 0, "nearest")
    : { data, shape, affine: geometry.affine };
  const { affine } = placed;
  const volume = createVolume(placed.data as typeof data, placed.shape, { affine });
  return { map: { ...volume, names }, notes: describeOverlaps(shared) };
}

function describeOverlaps(shared: ReadonlyMap<string, number>): string[] {
  if (shared.size === 0) return [];
  const pairs = [...shared].sort((a, b) => b[1] - a[1]);
  const told = pairs.slice(0, 3).map(([pair, voxels]) => `${pair} (${voxels} voxels)`);
  const more = pairs.length > 3 ? ` and ${pairs.length - 3} other pairs` : "";
  return [`structures overlap, and voxels of two belong to the smaller: ${told.join(", ")}${more}`];
}

/** Pixels in runs, each once: runs are put in order and joined. */
function countPixels(runs: number[]): number {
  let count = 0;
  let inOrder = true;
  for (let k = 0; k < runs.length; k += 2) {
    count += runs[k + 1] - runs[k];
    if (k > 0 && runs[k] < runs[k - 1]) inOrder = false;
  }
  if (inOrder) return count;
  const order = Array.from({ length: runs.length / 2 }, (_, k) => 2 * k).sort((a, b) => runs[a] - runs[b]);
  let end = 0;
  count = 0;
  for (const k of order) {
    count += Math.max(0, runs[k + 1] - Math.max(end, runs[k]));
    end = Math.max(end, runs[k + 1]);
  }
  return count;
}

function makeLabels(wide: boolean, length: number, input: string): Uint8Array | Uint16Array {
  try {
    return wide ? new Uint16Array(length) : new Uint8Array(length);
  } catch (error) {
    throw new LabError(input, (error as Error).message, "labels that fit into memory", "", {
      kind: "file-access",
    });
  }
}
