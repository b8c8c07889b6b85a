import { LabError, requireThat } from "../core/errors.js";
import { describeNumbers } from "../stats/describe.js";
import type { MeanInterval } from "../stats/mean-interval.js";
import { emptyReasons } from "./empty.js";
import type { ScoreRow } from "./evaluate.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";
import { pairedValues } from "./paired-value.js";
import { intervalOverPatients } from "./patient-interval.js";
import type { PatientIntervalOptions } from "./patient-interval.js";
import type { Exclusion, SummaryOptions } from "./summary.js";

/** How two models differ in one metric on the same cases; differences are first minus second. */
export interface ModelDifference {
  scope: "label" | "overall";
  label?: number;
  name: string;
  metric: Metric;
  /** Pairs of rows in which both values count. */
  n: number;
  /** Pairs left out, with the reason. */
  excluded: Exclusion[];
  patients: number;
  /** Means of the two models over these pairs; a model's own mean over its own rows is `summarizeScores`. */
  firstMean: number;
  secondMean: number;
  /** Mean and median of the differences, row by row. */
  meanDifference: number;
  medianDifference: number;
  /** Pairs in which the first model is better, equal, worse; by the distance from 0 for signed errors. */
  better: number;
  equal: number;
  worse: number;
  /** Interval of the mean difference over patients: both models have the same ones. */
  interval: MeanInterval;
}

/**
 * Compares two models on the same references, row by row of the same case and label: per label in the order of the
 * first model's rows, then overall, metric by metric. A pair counts where both values do. No rows give an empty list.
 *
 * A false alarm counts, whatever the policy: where reference and one model are empty and the other predicts something, the
 * silent model has the best value (1, or 0 mm) where its policy leaves the row out, and the other what the formula gives.
 * Left out, a false alarm would cost nothing beside a model that keeps silent. What is in neither model's mask nor
 * in the reference is left out by the policies that do so: there is no difference to find.
 *
 * Throws a LabError when the two lists do not hold the same cases and labels, when a row occurs twice, or when the
 * references or policies of a pair differ: then the difference would not be that of the models. What a table of others does not
 * say is not held against it.
 */
export function compareModels(
  first: readonly ScoreRow[],
  second: readonly ScoreRow[],
  options: SummaryOptions = {},
): ModelDifference[] {
  const pairs = pairRows(first, second);
  const chosen = options.metrics ?? (Object.keys(metricInfo) as Metric[]);
  for (const metric of chosen)
    requireThat(metric in metricInfo, "metrics", metric, `some of ${Object.keys(metricInfo).join(", ")}`);
  if (pairs.length === 0) return [];
  const groups = new Map<number, RowPair[]>();
  for (const pair of pairs) groups.set(pair[0].label, [...(groups.get(pair[0].label) ?? []), pair]);
  const differences: ModelDifference[] = [];
  for (const [label, members] of groups)
    for (const metric of chosen)
      differences.push({
        scope: "label",
        label,
        name: members[0][0].name,
        ...compareGroup(members, metric, options.interval),
      });
  for (const metric of chosen)
    differences.push({
      scope: "overall",
      name: "all labels",
      ...compareGroup(pairs, metric, options.interval),
    });
  return differences;
}

/** Rows of two models on the same reference. */
export type RowPair = readonly [ScoreRow, ScoreRow];

/**
 * Puts rows of the same case and label together, in the order of `first`; see {@link compareModels} for what is refused.
 */
export function pairRows(first: readonly ScoreRow[], second: readonly ScoreRow[]): RowPair[] {
  const others = indexRows(second, "second");
  indexRows(first, "first");
  const pairs = first.map((row): RowPair => {
    const other = others.get(keyOf(row));
    if (!other) throw new LabError("second", "no such row", `a row for ${describeRow(row)}, as in first`);
    others.delete(keyOf(row));
    // A table of others may hold no counts.
    const [own, theirs] = [row.tp + row.fn, other.tp + other.fn];
    if (own !== theirs && !Number.isNaN(own + theirs))
      throw new LabError(
        `second, ${describeRow(row)}`,
        `a reference of ${theirs} voxels`,
        `the reference of first, ${own} voxels`,
        "Score both models against the same reference",
      );
    if (row.policy !== other.policy && row.policy !== "as given" && other.policy !== "as given")
      throw new LabError(`second, ${describeRow(row)}`, other.policy, `policy ${row.policy}`);
    return [row, other];
  });
  const left = [...others.values()][0];
  if (left) throw new LabError("first", "no such row", `a row for ${describeRow(left)}, as in second`);
  return pairs;
}

function indexRows(rows: readonly ScoreRow[], input: string): Map<string, ScoreRow> {
  const index = new Map<string, ScoreRow>();
  for (const row of rows) {
    const key = keyOf(row);
    if (index.has(key)) throw new LabError(input, describeRow(row), "each case and label once");
    index.set(key, row);
  }
  return index;
}

function keyOf(row: ScoreRow): string {
  return `${row.label} ${row.case}`;
}

function describeRow(row: ScoreRow): string {
  return `case ${row.case}, label ${row.label}`;
}

function compareGroup(
  pairs: readonly RowPair[],
  metric: Metric,
  interval: PatientIntervalOptions | undefined,
): Omit<ModelDifference, "scope" | "name"> {
  const valued = pairs.map(([a, b]) => ({ patient: a.patient, values: pairedValues(a, b, metric) }));
  const counted = valued.filter(({ values }) => values.every((value) => !Number.isNaN(value)));
  const [firstValues, secondValues] = [0, 1].map((side) => counted.map(({ values }) => values[side]));
  const differences = firstValues.map((value, at) => value - secondValues[at]);
  const { better } = metricInfo[metric];
  const gains = firstValues.map((a, at) => {
    const b = secondValues[at];
    return better === "higher" ? a - b : better === "lower" ? b - a : Math.abs(b) - Math.abs(a);
  });
  return {
    metric,
    n: counted.length,
    excluded: excludedPairs(pairs, metric),
    patients: new Set(counted.map(({ patient }) => patient)).size,
    firstMean: describeNumbers(firstValues).mean,
    secondMean: describeNumbers(secondValues).mean,
    meanDifference: describeNumbers(differences).mean,
    medianDifference: describeNumbers(differences).median,
    better: gains.filter((gain) => gain > 0).length,
    equal: gains.filter((gain) => gain === 0).length,
    worse: gains.filter((gain) => gain < 0).length,
    interval: intervalOverPatients(
      counted.map(({ patient }, at) => ({ patient, value: differences[at] })),
      metric,
      "difference",
      interval,
    ),
  };
}

function excludedPairs(pairs: readonly RowPair[], metric: Metric): Exclusion[] {
  const counts = new Map<string, number>();
  for (const pair of pairs) {
    const values = pairedValues(...pair, metric);
    const missing = values.findIndex((value) => Number.isNaN(value));
    if (missing < 0) continue;
    const both = values.every((value) => Number.isNaN(value));
    const why = emptyReasons[pair[missing].empty] ?? "not measured";
    const reason = `${both ? "both models" : missing === 0 ? "first model" : "second model"}: ${why}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, n]) => ({ reason, n }))
    .sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1));
}
