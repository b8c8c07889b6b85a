import { requireThat } from "../core/errors.js";
import type { ScoreRow } from "./evaluate.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";

/** Which rows to take. */
export interface WorstOptions {
  /** Defaults to `dice`. */
  metric?: Metric;
  /** Rows at most; defaults to 5. */
  count?: number;
}

/**
 * The rows with the worst values of a metric, the worst first: lowest where higher is better, highest where lower is,
 * farthest from 0 for signed errors. Of equal rows the one with the larger reference comes first, since more was
 * missed there. Rows without a value (`NaN`) are left out.
 */
export function worstRows(rows: readonly ScoreRow[], options: WorstOptions = {}): ScoreRow[] {
  const { metric = "dice", count = 5 } = options;
  requireThat(metric in metricInfo, "metric", metric, Object.keys(metricInfo).join(", "));
  requireThat(Number.isInteger(count) && count >= 0, "count", count, "a whole number from 0");
  const { better } = metricInfo[metric];
  const badness = (row: ScoreRow): number =>
    better === "higher" ? -row[metric] : better === "lower" ? row[metric] : Math.abs(row[metric]);
  return rows
    .filter((row) => !Number.isNaN(row[metric]))
    .sort((a, b) => badness(b) - badness(a) || b.referenceMl - a.referenceMl)
    .slice(0, count);
}
