import type { MeanIntervalMethod } from "../../stats/coverage-row.js";
import type { ScoreComparison } from "./compare-scores.js";

/** A pair of models on one structure, as a line of a table. */
export interface ComparisonRow {
  structure: string;
  metric: string;
  better: string;
  worse: string;
  n: number;
  patients: number;
  betterMean: number;
  worseMean: number;
  difference: number;
  low: number;
  high: number;
  interval: MeanIntervalMethod;
  pValue: number;
  adjusted: number;
  rankBiserial: number;
}

/** Columns of {@link comparisonRows} as `tumorlab compare --out` writes them. */
export const comparisonColumns: readonly (keyof ComparisonRow)[] = [
  ...(["structure", "metric", "better", "worse", "n", "patients", "betterMean", "worseMean"] as const),
  ...(["difference", "low", "high", "interval", "pValue", "adjusted", "rankBiserial"] as const),
];

/** Every pair of models, structure by structure, in the order of the rankings. */
export function comparisonRows({ metric, structures }: ScoreComparison): ComparisonRow[] {
  return structures.flatMap(({ name, ranking: { models, pairs, n, patients } }) => {
    const means = new Map(models.map(({ model, mean }) => [model, mean]));
    return pairs.map(({ better, worse, meanDifference, interval, pValue, adjusted, rankBiserial }) => ({
      ...{ structure: name, metric, better, worse, n, patients },
      betterMean: means.get(better)!,
      worseMean: means.get(worse)!,
      difference: meanDifference,
      ...{ low: interval.low, high: interval.high, interval: interval.method },
      ...{ pValue, adjusted, rankBiserial },
    }));
  });
}
