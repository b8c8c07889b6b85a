import { describeStructure } from "../anatomy/organs.js";
import { comparePolicies } from "../metrics/compare-policies.js";
import type { ScoreRow } from "../metrics/evaluate.js";
import { metricInfo } from "../metrics/metric.js";
import type { Metric } from "../metrics/metric.js";
import { summarizeScores } from "../metrics/summary.js";
import type { Exclusion, SummaryOptions, SummaryRow } from "../metrics/summary.js";
import { intervalMethodNames } from "../stats/describe-interval.js";
import type { Row } from "./data-frame.js";

/**
 * One metric per structure and overall as rows for `showTable` or `toDataFrame`: mean, median, 95 % interval over
 * patients with its method, cases and patients that count, and what was left out and why.
 */
export function summaryTable(rows: readonly ScoreRow[], metric: Metric, options: SummaryOptions = {}): Row[] {
  return summarizeScores(rows, { ...options, metrics: [metric] }).map((summary) => ({
    structure: summary.scope === "label" ? describeStructure(summary.name).displayName : summary.name,
    ...describeMean(summary, metric),
    n: summary.n,
    patients: summary.patients,
    "left out": describeExclusions(summary.excluded),
  }));
}

/** What each policy for empty masks reports for the same predictions, over all structures: one row per policy. */
export function policyTable(
  rows: readonly ScoreRow[],
  metrics: readonly Metric[],
  options: SummaryOptions = {},
): Row[] {
  const all = comparePolicies(rows, { ...options, metrics }).filter(({ scope }) => scope === "overall");
  return [...new Set(all.map(({ policy }) => policy))].map((policy) => ({
    policy,
    ...Object.fromEntries(
      all
        .filter((summary) => summary.policy === policy)
        .flatMap(({ metric, mean, n }) => [
          [`mean ${nameOf(metric)}`, mean],
          [`n of ${metricInfo[metric].displayName}`, n],
        ]),
    ),
  }));
}

/** Rows of single cases as a table: case, structure, its size and some metrics. */
export function caseTable(rows: readonly ScoreRow[], metrics: readonly Metric[]): Row[] {
  return rows.map((row) => ({
    case: row.case,
    structure: describeStructure(row.name).displayName,
    "reference (ml)": row.referenceMl,
    "prediction (ml)": row.predictionMl,
    ...Object.fromEntries(metrics.map((metric) => [nameOf(metric), row[metric]])),
  }));
}

function describeMean({ mean, median, interval }: SummaryRow, metric: Metric): Row {
  return {
    [`mean ${nameOf(metric)}`]: mean,
    median,
    [`${100 * interval.level} % from`]: interval.low,
    to: interval.high,
    by: Number.isNaN(interval.low) ? "" : intervalMethodNames[interval.method],
  };
}

function nameOf(metric: Metric): string {
  const { displayName, unit } = metricInfo[metric];
  return unit === "" ? displayName : `${displayName} (${unit})`;
}

function describeExclusions(excluded: readonly Exclusion[]): string {
  return excluded.map(({ reason, n }) => `${n}: ${reason}`).join("; ");
}
