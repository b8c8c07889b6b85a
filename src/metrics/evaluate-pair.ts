import type { LabelMap } from "../core/types.js";
import { evaluateCase } from "./evaluate.js";
import type { EvaluateOptions, ScoreRow } from "./evaluate.js";
import { evaluateLesionLayers, evaluateLesions } from "./lesions.js";
import type { LesionCase, LesionOptions } from "./lesions.js";
import { nameLabels } from "./pair.js";

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
  return chooseLayers(pair, chosen)
    .flatMap(({ reference, prediction, labels }) =>
      evaluateCase(reference, prediction, { ...options, labels }),
    )
    .sort((a, b) => a.label - b.label);
}

/**
 * Finds the lesions of a pair as `evaluateLesions` does, those of each label in the layer that holds it whole. Where all
 * labels count as one there is nothing to overlap.
 *
 * @throws what `evaluateLesions` throws.
 */
export function evaluateLesionsOfPair(pair: LayeredPair, options: LesionOptions): LesionCase {
  const { reference, prediction, layers } = pair;
  if (!layers || options.byLabel === false) return evaluateLesions(reference, prediction, options);
  const named = nameLabels(options.labels, [reference, prediction]);
  const chosen = chooseLayers(
    pair,
    named.map(({ label }) => label),
  );
  const parts = chosen.map(({ labels, ...maps }) => {
    const wanted = new Set(Array.isArray(labels) ? labels : Object.keys(labels).map(Number));
    return { ...maps, labels: named.filter(({ label }) => wanted.has(label)) };
  });
  return evaluateLesionLayers(parts, options);
}

/**
 * The layers that hold the labels asked for, default all, with those labels; what no layer has a name for is looked for in the
 * maps for pictures.
 */
function chooseLayers(
  { reference, prediction, layers = [] }: LayeredPair,
  chosen: readonly number[] | undefined,
): (Pick<LayeredPair, "reference" | "prediction"> & { labels: NonNullable<EvaluateOptions["labels"]> })[] {
  const left = new Set(chosen);
  const found = layers.flatMap(({ labels, ...maps }) => {
    const entries = Object.entries(labels).filter(([value]) => !chosen || left.delete(Number(value)));
    return entries.length === 0 ? [] : [{ ...maps, labels: Object.fromEntries(entries) }];
  });
  return left.size === 0 ? found : [...found, { reference, prediction, labels: [...left] }];
}
