import { requireThat } from "../core/errors.js";
import { isMissing } from "../core/missing.js";
import { describeNumbers } from "../stats/describe.js";
import type { MeanInterval } from "../stats/mean-interval.js";
import { emptyReasons } from "./empty.js";
import type { ScoreRow } from "./evaluate.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";
import { intervalOverPatients } from "./patient-interval.js";
import type { PatientIntervalOptions } from "./patient-interval.js";

/** How many rows were left out for one reason. */
export interface Exclusion {
  reason: string;
  n: number;
}

/** One metric over a group of rows. */
export interface SummaryRow {
  /** What the rows have in common: one label, or nothing (`overall`). */
  scope: "label" | "overall";
  /** The label; absent for `overall`. */
  label?: number;
  /** Its name, or `"all labels"`. */
  name: string;
  metric: Metric;
  /** Rows that count. */
  n: number;
  /** Rows left out, with the reason; empty when none were. */
  excluded: Exclusion[];
  /** Cases and patients among the rows that count. */
  cases: number;
  patients: number;
  /** Figures of the values that count; `NaN` when there are none. `overall`: every row counts once. */
  mean: number;
  median: number;
  sd: number;
  min: number;
  max: number;
  /** Mean of the means of the labels, each label counting once; `overall` alone. */
  meanOfLabels?: number;
  /**
   * Interval of the mean over patients, each as often as it has rows that count, with its method; its measured coverage where all
   * have equally many, since it was measured on one value per patient. `NaN` for fewer than two patients.
   */
  interval: MeanInterval;
}

/** What to summarise and how intervals are found. */
export interface SummaryOptions {
  /** Defaults to all metrics. */
  metrics?: readonly Metric[];
  /**
   * Defaults to 95 % by the narrowest method whose measured coverage is enough for so many patients, see
   * `chooseMeanInterval`; what draws takes 2,000 resamples of seed 0.
   */
  interval?: PatientIntervalOptions;
}

/**
 * Summarises rows per label and overall, metric by metric: labels in the order of their first row, then `overall`.
 * Values that are `NaN` are left out and counted with their reason. No rows give an empty list.
 */
export function summarizeScores(rows: readonly ScoreRow[], options: SummaryOptions = {}): SummaryRow[] {
  const chosen = options.metrics ?? (Object.keys(metricInfo) as Metric[]);
  for (const metric of chosen)
    requireThat(metric in metricInfo, "metrics", metric, `some of ${Object.keys(metricInfo).join(", ")}`);
  if (rows.length === 0) return [];
  const groups = new Map<number, ScoreRow[]>();
  for (const row of rows) groups.set(row.label, [...(groups.get(row.label) ?? []), row]);
  const summaries: SummaryRow[] = [];
  for (const [label, members] of groups)
    for (const metric of chosen)
      summaries.push({
        scope: "label",
        label,
        name: members[0].name,
        ...summarizeGroup(members, metric, options.interval),
      });
  for (const metric of chosen) {
    const means = summaries
      .filter((summary) => summary.metric === metric && summary.n > 0)
      .map((summary) => summary.mean);
    summaries.push({
      scope: "overall",
      name: "all labels",
      ...summarizeGroup(rows, metric, options.interval),
      meanOfLabels: describeNumbers(means).mean,
    });
  }
  return summaries;
}

/** One case over its labels. */
export interface CaseSummary {
  case: string;
  patient: string;
  metric: Metric;
  /** Labels that count. */
  n: number;
  excluded: Exclusion[];
  mean: number;
  min: number;
  max: number;
}

/** Mean of each case over its labels, in the order of the cases' first rows, metric by metric within a case. */
export function summarizeCases(rows: readonly ScoreRow[], chosen?: readonly Metric[]): CaseSummary[] {
  const groups = new Map<string, ScoreRow[]>();
  for (const row of rows) groups.set(row.case, [...(groups.get(row.case) ?? []), row]);
  return [...groups].flatMap(([name, members]) =>
    (chosen ?? (Object.keys(metricInfo) as Metric[])).map((metric) => {
      const { n, mean, min, max } = describeNumbers(countedRows(members, metric).map((row) => row[metric]));
      const excluded = countExclusions(members, metric);
      return { case: name, patient: members[0].patient, metric, n, excluded, mean, min, max };
    }),
  );
}

/** Rows whose value counts. */
function countedRows(rows: readonly ScoreRow[], metric: Metric): ScoreRow[] {
  return rows.filter((row) => !isMissing(row[metric]));
}

/** Why the other rows do not count, most frequent reason first. */
function countExclusions(rows: readonly ScoreRow[], metric: Metric): Exclusion[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (!isMissing(row[metric])) continue;
    const reason = emptyReasons[row.empty] ?? "not measured";
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, n]) => ({ reason, n }))
    .sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1));
}

function summarizeGroup(
  rows: readonly ScoreRow[],
  metric: Metric,
  interval: PatientIntervalOptions | undefined,
): Omit<SummaryRow, "scope" | "name"> {
  const counted = countedRows(rows, metric);
  const values = counted.map((row) => ({ patient: row.patient, value: row[metric] }));
  const { n, mean, median, sd, min, max } = describeNumbers(values.map(({ value }) => value));
  return {
    metric,
    n,
    excluded: countExclusions(rows, metric),
    cases: new Set(counted.map((row) => row.case)).size,
    patients: new Set(counted.map((row) => row.patient)).size,
    mean,
    median,
    sd,
    min,
    max,
    interval: intervalOverPatients(values, metric, "mean", interval),
  };
}
