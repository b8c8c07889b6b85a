import type { ScoreRow } from "./evaluate.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";
import { scoreOverlap } from "./overlap.js";

/**
 * What a metric is worth to each of two models on the same reference, in their order; `NaN` where one has no value.
 *
 * Where the reference is empty and only one model predicts something, that is a false alarm, and the other model did
 * right. Every policy that leaves out what is in neither mask would drop the pair with the silent model's row, and the
 * false alarm with it. So the silent model has the best value there is (1, or 0 mm, ml or %) where its policy gives none,
 * and the one with the false alarm what the formula gives (Dice, IoU, precision and NSD 0) where its policy gives none. A
 * metric that says nothing of false alarms, such as sensitivity, has no value there, nor has a distance that the policy
 * leaves out.
 */
export function pairedValues(
  first: ScoreRow,
  second: ScoreRow,
  metric: Metric,
): readonly [first: number, second: number] {
  const values = [first[metric], second[metric]] as const;
  if (first.empty === "both" && second.empty === "reference")
    return [bestUnless(values[0], metric, first), alarmUnless(values[1], metric, second)];
  if (first.empty === "reference" && second.empty === "both")
    return [alarmUnless(values[0], metric, first), bestUnless(values[1], metric, second)];
  return values;
}

/** A metric of each of several models on one reference, with false alarms beside silent models as in a pair of them. */
export function valuesSideBySide(rows: readonly ScoreRow[], metric: Metric): number[] {
  // Rows without an empty mask, nearly all of them, need no look at each other.
  if (rows.every(({ empty }) => empty === "none" || empty === "unknown"))
    return rows.map((row) => row[metric]);
  return rows.map((row) => {
    const opposite = rows.find(
      (other) =>
        (row.empty === "both" && other.empty === "reference") ||
        (row.empty === "reference" && other.empty === "both"),
    );
    return pairedValues(row, opposite ?? row, metric)[0];
  });
}

function bestUnless(value: number, metric: Metric, row: ScoreRow): number {
  if (!Number.isNaN(value) || !isMeasured(metric, row)) return value;
  return metricInfo[metric].better === "higher" ? 1 : 0;
}

function alarmUnless(value: number, metric: Metric, row: ScoreRow): number {
  if (!Number.isNaN(value) || !isMeasured(metric, row)) return value;
  // No part of either surface lies near the other, which is not there.
  if (metric === "nsd") return 0;
  const formula: Partial<Record<Metric, number>> = { ...scoreOverlap(row) };
  return formula[metric] ?? NaN;
}

function isMeasured(metric: Metric, { hasSurfaces }: ScoreRow): boolean {
  return hasSurfaces || !["nsd", "hd95", "hd", "assd"].includes(metric);
}
