import type { ComponentTable } from "../volume/components.js";
import type { PredictedLesion, ReferenceLesion } from "./lesions.js";

/** Lesions of one layer of a case, numbered within it. */
export interface LayerLesions {
  reference: ReferenceLesion[];
  predicted: PredictedLesion[];
  /** Where each lesion begins in memory, of either side. */
  firstVoxels: [reference: number[], predicted: number[]];
}

/** Joins the lesions of all layers of a case; their numbers run through them in the order of first voxels in memory. */
export function joinLayers(layers: readonly LayerLesions[]): Omit<LayerLesions, "firstVoxels"> {
  if (layers.length === 1) return { reference: layers[0].reference, predicted: layers[0].predicted };
  const [reference, predicted] = ([0, 1] as const).map((side) => numberLesions(layers, side));
  const join = <Lesion extends { id: number; matchedIds: number[] }>(
    lesionsOf: (layer: LayerLesions) => readonly Lesion[],
    [ids, others]: readonly [number[][], number[][]],
  ): Lesion[] =>
    layers
      .flatMap((layer, at) =>
        lesionsOf(layer).map((lesion) => ({
          ...lesion,
          id: ids[at][lesion.id - 1],
          matchedIds: lesion.matchedIds.map((id) => others[at][id - 1]).sort((a, b) => a - b),
        })),
      )
      .sort((a, b) => a.id - b.id);
  return {
    reference: join((layer) => layer.reference, [reference, predicted]),
    predicted: join((layer) => layer.predicted, [predicted, reference]),
  };
}

/** The number of each lesion of each layer among all of one side. */
function numberLesions(layers: readonly LayerLesions[], side: 0 | 1): number[][] {
  const all = layers.flatMap(({ firstVoxels }, layer) =>
    firstVoxels[side].map((voxel, at) => ({ voxel, layer, at })),
  );
  const numbers = layers.map(({ firstVoxels }) => firstVoxels[side].map(() => 0));
  all
    .sort((a, b) => a.voxel - b.voxel || a.layer - b.layer)
    .forEach(({ layer, at }, i) => (numbers[layer][at] = i + 1));
  return numbers;
}

/** Where each component begins in memory. */
export function firstVoxelsOf({ components, runs, componentOfRun, shape }: ComponentTable): number[] {
  const first = components.map(() => Infinity);
  for (let row = 0; row + 1 < runs.rowStart.length; row++)
    for (let run = runs.rowStart[row]; run < runs.rowStart[row + 1]; run++) {
      const at = componentOfRun[run] - 1;
      first[at] = Math.min(first[at], row * shape[0] + runs.start[run]);
    }
  return first;
}
