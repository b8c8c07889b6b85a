import type { LabelMap } from "../core/types.js";
import { evaluateCase } from "./evaluate.js";
import type { EvaluateOptions, ScoreRow } from "./evaluate.js";

/** Two label maps of a case; where structures overlap, with layers that hold each of them whole. */
export interface LayeredPair {
  reference: LabelMap;
  prediction: LabelMap;
  layers?: readonly {
    reference: LabelMap;
    prediction: LabelMap;
    labels: Readonly<Record<number, string>>;
  }[];
}

/**
 * Scores a pair as `evaluateCase` does, each structure in the layer that holds it whole. Rows come in ascending order of
 * the labels.
 *
 * @throws what `evaluateCase` throws.
 */
export function evaluatePair(pair: LayeredPair, options: EvaluateOptions = {}): ScoreRow[] {
  if (!pair.layers) return evaluateCase(pair.reference, pair.prediction, options);
  const { labels: wanted } = options;
  const chosen =
    wanted === undefined ? undefined : Array.isArray(wanted) ? wanted : Object.keys(wanted).map(Number);
  const left = new Set(chosen);
  const rows = pair.layers.flatMap(({ reference, prediction, labels }) => {
    const entries = Object.entries(labels).filter(([value]) => !chosen || left.delete(Number(value)));
    if (entries.length === 0) return [];
    return evaluateCase(reference, prediction, { ...options, labels: Object.fromEntries(entries) });
  });
  // Labels asked for that no layer has a name for.
  if (left.size > 0)
    rows.push(...evaluateCase(pair.reference, pair.prediction, { ...options, labels: [...left] }));
  return rows.sort((a, b) => a.label - b.label);
}
