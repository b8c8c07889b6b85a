import { findRegions } from "../anatomy/regions.js";
import type { Region } from "../anatomy/regions.js";
import { listLabelValues, withData } from "../core/grid.js";
import type { LabelMap } from "../core/types.js";
import { evaluatePair } from "../metrics/evaluate-pair.js";
import { evaluateCase } from "../metrics/evaluate.js";
import type { EvaluateOptions, ScoreRow } from "../metrics/evaluate.js";
import type { LabelPairOfCase } from "./study.js";

/** The two maps of one case. */
export interface LabelMaps {
  reference: LabelMap;
  prediction: LabelMap;
}

/**
 * Scores the structures of a pair with each organ and its lesions as one (see `findRegions`). Where masks overlap, a voxel is
 * in a region where any of its masks is.
 *
 * @param names structure by label value of both maps.
 * @returns one row per structure and region, ascending by label; the maps of each region by its label; and sentences that say
 *   what the regions are made of.
 * @throws what `evaluatePair` throws.
 */
export function scoreRegions(
  pair: LabelPairOfCase,
  names: Readonly<Record<number, string>>,
  options: EvaluateOptions & { labels?: Readonly<Record<number, string>> },
): { rows: ScoreRow[]; maps: Map<number, LabelMaps>; notes: string[] } {
  const regions = findRegions(names);
  if (regions.length === 0)
    return {
      rows: evaluatePair(pair, options),
      maps: new Map(),
      notes: ["No organ has lesions of its own: there are no regions to score"],
    };
  const replaced = new Set(regions.flatMap(({ inPlaceOf }) => inPlaceOf));
  const all = options.labels ?? nameAll(pair, names);
  const labels = Object.fromEntries(Object.entries(all).filter(([value]) => !replaced.has(Number(value))));
  const rows = Object.keys(labels).length === 0 ? [] : evaluatePair(pair, { ...options, labels });
  const maps = new Map(
    regions.map((region): [number, LabelMaps] => {
      const [reference, prediction] = (["reference", "prediction"] as const).map((side) =>
        mergeRegion(pair, names, region, side),
      );
      return [region.value, { reference, prediction }];
    }),
  );
  for (const { value, name } of regions) {
    const { reference, prediction } = maps.get(value)!;
    rows.push(...evaluateCase(reference, prediction, { ...options, labels: { [value]: name } }));
  }
  return {
    rows: rows.sort((a, b) => a.label - b.label),
    maps,
    notes: regions.map(
      ({ name, parts }) => `${name}: ${parts.map((value) => names[value]).join(" + ")} as one region`,
    ),
  };
}

/** What is scored where nobody chose: labels that are named, and those in use. */
function nameAll(
  { reference, prediction, layers }: LabelPairOfCase,
  names: Readonly<Record<number, string>>,
): Record<number, string> {
  const used = layers ? [] : [reference, prediction].flatMap(({ data }) => listLabelValues(data));
  const values = [...new Set([...Object.keys(names).map(Number), ...used])].filter((value) => value > 0);
  return Object.fromEntries(values.map((value) => [value, names[value] ?? `label ${value}`]));
}

/** A map of one side that has a region's label wherever that side has one of its parts. */
function mergeRegion(
  pair: LabelPairOfCase,
  names: Readonly<Record<number, string>>,
  { value, parts, name }: Region,
  side: "reference" | "prediction",
): LabelMap {
  const data = new Uint16Array(pair[side].data.length);
  for (const layer of pair.layers ?? [{ ...pair, labels: names }]) {
    const isPart = new Uint8Array(65536);
    for (const part of parts) if (part in layer.labels) isPart[part] = 1;
    if (!isPart.includes(1)) continue;
    const from = layer[side].data;
    for (let i = 0; i < data.length; i++) if (isPart[from[i]] === 1) data[i] = value;
  }
  return { ...withData(pair[side], data), names: { [value]: name } };
}
