import { requireThat } from "../core/errors.js";
import { isMissing } from "../core/missing.js";
import { bootstrapInterval } from "../stats/bootstrap.js";
import type { BootstrapOptions, Interval, WeightedStatistic } from "../stats/bootstrap.js";
import { groupClusters } from "../stats/clusters.js";
import { describeNumbers } from "../stats/describe.js";
import { emptyReasons } from "./empty.js";
import type { ScoreRow } from "./evaluate.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";

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
  /** Interval of the mean, patients drawn with replacement; `NaN` for fewer than two patients. */
  interval: Interval;
}

/** What to summarise and how intervals are drawn. */
export interface SummaryOptions {
  /** Defaults to all metrics. */
  metrics?: readonly Metric[];
  /** Defaults to 2,000 resamples, 95 %, percentile, seed 0. */
  bootstrap?: BootstrapOptions;
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
        ...summarizeGroup(members, metric, options.bootstrap),
      });
  for (const metric of chosen) {
    const means = summaries
      .filter((summary) => summary.metric === metric && summary.n > 0)
      .map((summary) => summary.mean);
    summaries.push({
      scope: "overall",
      name: "all labels",
      ...summarizeGroup(rows, metric, options.bootstrap),
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

/** The mean of values in clusters as a function of how often each cluster was drawn. */
export function weightedMean(
  values: readonly number[],
  clusterOf: ArrayLike<number>,
  clusters: number,
): WeightedStatistic {
  const sums = new Float64Array(clusters);
  const counts = new Float64Array(clusters);
  values.forEach((value, row) => {
    sums[clusterOf[row]] += value;
    counts[clusterOf[row]]++;
  });
  return (weights) => {
    let sum = 0;
    let count = 0;
    for (let c = 0; c < clusters; c++) {
      sum += weights[c] * sums[c];
      count += weights[c] * counts[c];
    }
    return count === 0 ? NaN : sum / count;
  };
}

function summarizeGroup(
  rows: readonly ScoreRow[],
  metric: Metric,
  bootstrap: BootstrapOptions | undefined,
): Omit<SummaryRow, "scope" | "name"> {
  const counted = countedRows(rows, metric);
  const values = counted.map((row) => row[metric]);
  const { names, indexOfRow } = groupClusters(counted.map((row) => row.patient));
  const { n, mean, median, sd, min, max } = describeNumbers(values);
  return {
    metric,
    n,
    excluded: countExclusions(rows, metric),
    cases: new Set(counted.map((row) => row.case)).size,
    patients: names.length,
    mean,
    median,
    sd,
    min,
    max,
    interval: bootstrapInterval(names.length, weightedMean(values, indexOfRow, names.length), bootstrap),
  };
}
