import type { ComponentTable } from "../volume/components.js";

/** How many voxels the components of two maps of one grid share. */
export interface LesionOverlaps {
  /** Voxels shared by component `reference` and component `prediction`, by id from 1; 0 when they do not touch. */
  between(reference: number, prediction: number): number;
  /** Components of the prediction that share a voxel with one of the reference, by id, ascending; and the reverse. */
  ofReference(id: number): readonly number[];
  ofPrediction(id: number): readonly number[];
}

/** Counts shared voxels from the two tables of runs, row by row, without looking at a voxel. Labels must agree. */
export function countOverlaps(reference: ComponentTable, prediction: ComponentTable): LesionOverlaps {
  const [a, b] = [reference.runs, prediction.runs];
  const width = prediction.components.length + 1;
  const shared = new Map<number, number>();
  for (let row = 0; row + 1 < a.rowStart.length; row++) {
    const endA = a.rowStart[row + 1];
    const endB = b.rowStart[row + 1];
    let i = a.rowStart[row];
    let j = b.rowStart[row];
    while (i < endA && j < endB) {
      const from = Math.max(a.start[i], b.start[j]);
      const to = Math.min(a.end[i], b.end[j]);
      if (to > from && a.label[i] === b.label[j]) {
        const key = reference.componentOfRun[i] * width + prediction.componentOfRun[j];
        shared.set(key, (shared.get(key) ?? 0) + to - from);
      }
      if (a.end[i] < b.end[j]) i++;
      else j++;
    }
  }
  const ofReference = new Map<number, number[]>();
  const ofPrediction = new Map<number, number[]>();
  for (const key of [...shared.keys()].sort((p, q) => p - q)) {
    const [r, p] = [Math.floor(key / width), key % width];
    ofReference.set(r, [...(ofReference.get(r) ?? []), p]);
    ofPrediction.set(p, [...(ofPrediction.get(p) ?? []), r]);
  }
  return {
    between: (r, p) => shared.get(r * width + p) ?? 0,
    ofReference: (id) => ofReference.get(id) ?? [],
    ofPrediction: (id) => ofPrediction.get(id) ?? [],
  };
}
