import type { MeanIntervalMethod } from "../../stats/coverage-row.js";
import type { CourtVerdict, Judgment } from "./judgment.js";

/** A pair of models on one structure, as a line of a table. */
export interface JudgmentRow {
  structure: string;
  metric: string;
  first: string;
  second: string;
  n: number;
  firstMean: number;
  secondMean: number;
  gain: number;
  low: number;
  high: number;
  interval: MeanIntervalMethod;
  sdOfGain: number;
  correlation: number;
  falseClaim: number;
  pDifference: number;
  adjustedDifference: number;
  margin: number;
  pEquivalence: number;
  adjustedEquivalence: number;
  neededForDifference: number;
  neededForEquivalence: number;
  verdict: CourtVerdict;
}

/** Columns of {@link judgmentRows} as `tumorlab judge --out` writes them. */
export const judgmentColumns: readonly (keyof JudgmentRow)[] = [
  ...(["structure", "metric", "first", "second", "n", "firstMean", "secondMean", "gain"] as const),
  ...(["low", "high", "interval", "sdOfGain", "correlation", "falseClaim", "pDifference"] as const),
  ...(["adjustedDifference", "margin", "pEquivalence", "adjustedEquivalence"] as const),
  ...(["neededForDifference", "neededForEquivalence", "verdict"] as const),
];

/** Every pair that was judged, structure by structure. */
export function judgmentRows({ metric, margin, structures }: Judgment): JudgmentRow[] {
  return structures.flatMap(({ pairs }) =>
    pairs.map(({ interval, needed, ...pair }) => ({
      ...{ structure: pair.structure, metric, first: pair.first, second: pair.second, n: pair.n },
      ...{ firstMean: pair.firstMean, secondMean: pair.secondMean, gain: pair.gain },
      ...{ low: interval.low, high: interval.high, interval: interval.method },
      ...{ sdOfGain: pair.sdOfGain, correlation: pair.correlation, falseClaim: pair.falseClaim },
      ...{ pDifference: pair.pDifference, adjustedDifference: pair.adjustedDifference, margin },
      ...{ pEquivalence: pair.pEquivalence, adjustedEquivalence: pair.adjustedEquivalence },
      ...{ neededForDifference: needed.difference, neededForEquivalence: needed.equivalence },
      verdict: pair.verdict,
    })),
  );
}
