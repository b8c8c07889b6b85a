import { describeStructure, lesionColor, otherStructureColor } from "../anatomy/organs.js";
import { sizeClasses } from "../anatomy/size-class.js";
import { comparePolicies } from "../metrics/compare-policies.js";
import type { PolicyOptions } from "../metrics/compare-policies.js";
import type { ScoreRow } from "../metrics/evaluate.js";
import { summarizeLesions } from "../metrics/lesion-summary.js";
import type { LesionCase } from "../metrics/lesions.js";
import { metricInfo } from "../metrics/metric.js";
import type { Metric } from "../metrics/metric.js";
import type { PatientIntervalOptions } from "../metrics/patient-interval.js";
import { summarizeScores } from "../metrics/summary.js";
import type { SummaryRow } from "../metrics/summary.js";
import type { BootstrapOptions } from "../stats/bootstrap.js";
import { intervalMethodNames } from "../stats/describe-interval.js";
import { dotFigure } from "./dots.js";
import type { DotRow } from "./dots.js";
import type { Figure } from "./figure.js";
import { lineFigure } from "./lines.js";
import { type AxisText, defaultSize, legendBelow } from "./theme.js";

/** What a figure of scores says about itself. */
export interface ScoreFigureOptions {
  title?: string;
  /** Structures shown at most, those with the worst means; the title says of how many. Default 24. */
  limit?: number;
  /** How intervals are found; default as in `summarizeScores`. */
  interval?: PatientIntervalOptions;
}

/**
 * A metric per structure: every case as a dot in the structure's colour, the mean as a diamond with its interval over
 * patients, and how many cases of how many patients count. Cases a policy leaves out have no dot and are
 * counted beside the row. The worst structure is at the bottom. No rows give an empty figure.
 */
export function scoreDotFigure(
  rows: readonly ScoreRow[],
  metric: Metric,
  options: ScoreFigureOptions = {},
): Figure {
  const { limit = 24, interval } = options;
  const { displayName, better } = metricInfo[metric];
  const summaries = summarizeScores(rows, { metrics: [metric], interval }).filter(
    ({ scope }) => scope === "label",
  );
  const goodness = ({ mean }: SummaryRow): number =>
    Number.isNaN(mean)
      ? -Infinity
      : better === "higher"
        ? mean
        : better === "lower"
          ? -mean
          : -Math.abs(mean);
  const sorted = [...summaries].sort((a, b) => goodness(b) - goodness(a));
  const shown = sorted.slice(-limit);
  const cut = shown.length < sorted.length ? ` (the worst ${shown.length} of ${sorted.length})` : "";
  const title = `${options.title ?? `${displayName} of each structure, all cases`}${cut}`;
  const isShare = metricInfo[metric].unit === "" ? { range: [-0.02, 1.02] as const } : {};
  return dotFigure(
    shown.map((summary) => describeSummary(summary, rows)),
    { title, axis: axisOf(metric, rows), intervalName: intervalName(shown), ...isShare },
  );
}

function describeSummary(summary: SummaryRow, rows: readonly ScoreRow[]): DotRow {
  const { metric, label, name, mean, interval, n, patients, excluded } = summary;
  const { displayName, color, lesion } = describeStructure(name);
  const scored = rows.filter((row) => row.label === label && !Number.isNaN(row[metric]));
  const left = excluded.reduce((sum, each) => sum + each.n, 0);
  return {
    name: displayName,
    value: mean,
    ...endsOf(interval),
    cases: scored.map((row) => row[metric]),
    caseNames: scored.map((row) => row.case),
    note: [
      `n = ${n}`,
      plural(patients, "patient"),
      ...(left > 0 ? [`${left} left out`] : []),
      ...(Number.isNaN(interval.low) ? ["no interval"] : []),
    ].join(", "),
    color: lesion ? lesionColor : color,
  };
}

/**
 * A metric of every case over the size of the structure in the reference (ml, logarithmic), a colour and symbol a
 * structure: it shows how far a metric follows size. Rows without a value or without a reference have no point.
 */
export function scoreBySizeFigure(
  rows: readonly ScoreRow[],
  metric: Metric,
  options: { title?: string } = {},
): Figure {
  const { displayName } = metricInfo[metric];
  const counted = rows.filter((row) => row.referenceMl > 0 && !Number.isNaN(row[metric]));
  const groups = groupStructures(counted);
  const figure = lineFigure(
    [...groups].map(([name, group]) => {
      return {
        name,
        color: describeStructure(group[0].name).color,
        x: group.map((row) => row.referenceMl),
        y: group.map((row) => row[metric]),
        pointsOnly: true,
      };
    }),
    {
      title: options.title ?? `${displayName} over the size of the structure`,
      x: { title: "Volume in the reference", unit: "ml" },
      y: axisOf(metric, rows),
      xScale: "log",
    },
  );
  // Four names fit beside each other; each further row of them takes its height from below, not from the plot.
  const height = defaultSize.height + 22 * Math.max(0, Math.ceil(groups.size / 3) - 3);
  return { ...figure, layout: { ...figure.layout, height, legend: legendBelow(defaultSize.height - 170) } };
}

/** Rows by structure; structures that are not in the organ table share their grey, and one name when they are many. */
function groupStructures(rows: readonly ScoreRow[]): Map<string, ScoreRow[]> {
  const others = new Set(
    rows.map(({ name }) => name).filter((name) => describeStructure(name).color === otherStructureColor),
  );
  const groups = new Map<string, ScoreRow[]>();
  for (const row of rows) {
    const isOther = others.size > 2 && others.has(row.name);
    const name = isOther ? "Other structures" : describeStructure(row.name).displayName;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return groups;
}

/**
 * Share of the reference's lesions that were found, by size class and overall, with intervals that draw patients
 * (Wilson's over patients where all or none were found). A class without lesions has an empty row.
 */
export function recallFigure(
  lesions: readonly LesionCase[],
  options: { title?: string; bootstrap?: BootstrapOptions } = {},
): Figure {
  const { bootstrap } = options;
  const overall = summarizeLesions(lesions, { bootstrap }).find(({ scope }) => scope === "overall");
  const patientsWith = (sizeClass?: string): number =>
    new Set(
      lesions.flatMap(({ patient, reference }) =>
        reference.some((lesion) => !sizeClass || lesion.sizeClass === sizeClass) ? [patient] : [],
      ),
    ).size;
  const rates = overall
    ? [
        ...overall.recallBySize.map((rate) => ({
          name: sizeName(rate.sizeClass),
          rate,
          of: patientsWith(rate.sizeClass),
        })),
        { name: "all sizes", rate: overall.sensitivity, of: patientsWith() },
      ]
    : [];
  const title = options.title ?? "Lesions found, by size";
  return dotFigure(
    rates.map(({ name, rate, of }) => ({
      name,
      value: rate.value,
      ...endsOf(rate),
      note: `${rate.count} of ${rate.n}, ${plural(of, "patient")}`,
      color: lesionColor,
    })),
    {
      title: rates.length > 0 ? title : `${title}: the label maps have no lesions`,
      axis: { title: "Share of the lesions found", unit: "1" },
      range: [-0.02, 1.02],
      intervalName: "95 % interval over patients",
    },
  );
}

/**
 * The mean of a metric over all structures and cases, as each policy for empty masks would report it for the same
 * predictions, with how many rows count and how many are left out.
 */
export function policyFigure(
  rows: readonly ScoreRow[],
  metric: Metric,
  options: PolicyOptions & { title?: string } = {},
): Figure {
  const { title, ...rest } = options;
  const { displayName, unit } = metricInfo[metric];
  const all = comparePolicies(rows, { ...rest, metrics: [metric] }).filter(
    ({ scope }) => scope === "overall",
  );
  return dotFigure(
    all.map(({ policy, mean, interval, n, excluded }) => ({
      name: policy,
      value: mean,
      ...endsOf(interval),
      note: `n = ${n}, ${excluded.reduce((sum, each) => sum + each.n, 0)} left out`,
    })),
    {
      title: title ?? `Mean ${displayName} of the same predictions under each policy`,
      axis: { title: `Mean ${displayName}`, unit: unit || "1" },
      intervalName: intervalName(all),
    },
  );
}

/** What a metric's axis is called; NSD says its tolerance. */
function axisOf(metric: Metric, rows: readonly ScoreRow[]): AxisText {
  const { displayName, unit } = metricInfo[metric];
  const tolerances = [...new Set(rows.map(({ toleranceMm }) => toleranceMm))].sort((a, b) => a - b);
  const at = metric === "nsd" && tolerances.length > 0 ? ` at ${tolerances.join(", ")} mm` : "";
  return { title: `${displayName}${at}`, unit: unit || "1" };
}

/** What the intervals of these summaries are: their level and methods. */
function intervalName(summaries: readonly SummaryRow[]): string {
  const given = summaries.map(({ interval }) => interval).filter(({ low }) => !Number.isNaN(low));
  const methods = [...new Set(given.map(({ method }) => intervalMethodNames[method]))];
  const level = Math.round(100 * (summaries[0]?.interval.level ?? 0.95));
  return `${level} % interval over patients${methods.length > 0 ? `, ${methods.join(" or ")}` : ""}`;
}

/** Ends of an interval, or nothing where none can be given. */
function endsOf({ low, high }: { low: number; high: number }): { low?: number; high?: number } {
  return Number.isFinite(low) && Number.isFinite(high) ? { low, high } : {};
}

function sizeName(sizeClass: string): string {
  const { displayName } = sizeClasses.find(({ name }) => name === sizeClass)!;
  return displayName.replaceAll("<=", "\u2264");
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
