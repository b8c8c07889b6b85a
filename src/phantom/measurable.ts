import { findOrgan } from "../anatomy/organs.js";
import type { LabelMap, Volume } from "../core/types.js";
import type { PhantomPhase } from "./patient.js";

/** A scan to measure: a phantom, or a real one with labels. */
export interface MeasurableScan {
  /** HU. */
  ct: Volume;
  labels: LabelMap;
  /** Phase of contrast; a real scan whose phase is not known leaves it out. */
  phase?: PhantomPhase;
}

/** Name of each label value in the project's organ table, or the map's own where the table has none. */
export function canonicalNames(labels: LabelMap): Map<number, string> {
  return new Map(
    Object.entries(labels.names).map(([label, name]) => [Number(label), findOrgan(name)?.name ?? name]),
  );
}

/** Label values that stand for one of these structures, named as the organ table or the map names them. */
export function labelNumbers(labels: LabelMap, structures: readonly string[]): number[] {
  const wanted = structures.map((name) => findOrgan(name)?.name ?? name);
  return [...canonicalNames(labels)].flatMap(([label, name]) => (wanted.includes(name) ? [label] : []));
}

/** A reader of HU by index, whatever the numbers are stored as. */
export function createHuReader({ data, rescale }: Volume): (i: number) => number {
  return rescale ? (i) => data[i] * rescale.slope + rescale.intercept : (i) => data[i];
}
