import { requireThat } from "../core/errors.js";
import { requireSameGrid, toLabelMap } from "../core/grid.js";
import { isLabelValue, parseLabelValue } from "../core/label-value.js";
import type { LabelMap, Volume } from "../core/types.js";
import type { LabelData } from "./words.js";

/** A label map to be compared: labels as bytes or 16-bit words, or whole numbers of any stored type. */
export type Labels = Volume | LabelMap;

/** Two label maps on one grid, ready to be counted. */
export interface LabelPair {
  reference: LabelData;
  prediction: LabelData;
}

/**
 * Checks that two label maps can be compared voxel by voxel and gives their labels. Throws a LabError that prints
 * both values when shapes or affines differ, and one that names the voxel when a label is not a whole number from
 * 0 to 65535; whole numbers stored as floats are fine.
 */
export function openPair(reference: Labels, prediction: Labels): LabelPair {
  requireSameGrid(reference, prediction, ["reference", "prediction"]);
  return { reference: labelsOf(reference, "reference"), prediction: labelsOf(prediction, "prediction") };
}

function labelsOf(volume: Labels, input: string): LabelData {
  const { data, shape, rescale } = volume;
  const voxels = shape[0] * shape[1] * shape[2];
  requireThat(
    data.length === voxels,
    `${input} data`,
    data.length,
    `${voxels} labels for shape ${shape.join(" x ")}`,
  );
  const plain = rescale === undefined || (rescale.slope === 1 && rescale.intercept === 0);
  if (plain && (data instanceof Uint8Array || data instanceof Uint16Array)) return data;
  return toLabelMap(volume, {}, input).data;
}

/** The labels to score with their names, in the order asked for. */
export interface NamedLabel {
  label: number;
  name: string;
}

/**
 * Reads a choice of labels: numbers, or names by number. Names that are not given come from the maps, else
 * `"label 7"`. Throws a LabError for a label that is not a whole number from 1 to 65535 or is asked for twice.
 */
export function nameLabels(
  choice: readonly number[] | Readonly<Record<number, string>>,
  maps: readonly Labels[],
): NamedLabel[] {
  const chosen: [label: number, name: string | undefined, asked: unknown][] = Array.isArray(choice)
    ? choice.map((label: number) => [label, undefined, label])
    : Object.entries(choice).map(([key, name]: [string, string]) => [parseLabelValue(key), name, key]);
  const seen = new Set<number>();
  return chosen.map(([label, name, asked]) => {
    requireThat(
      isLabelValue(label) && label >= 1,
      "labels",
      asked,
      "whole numbers from 1 to 65535",
      "0 is background and is not scored",
    );
    requireThat(!seen.has(label), "labels", label, "each label once");
    seen.add(label);
    return { label, name: name ?? nameIn(maps, label) ?? `label ${label}` };
  });
}

/** Names that the maps themselves carry, by label. */
export function namedIn(maps: readonly Labels[]): Record<number, string> {
  const names: Record<number, string> = {};
  for (const map of maps)
    if ("names" in map) for (const [label, name] of Object.entries(map.names)) names[Number(label)] ??= name;
  return names;
}

function nameIn(maps: readonly Labels[], label: number): string | undefined {
  return namedIn(maps)[label];
}
