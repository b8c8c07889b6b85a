import { metrics, type Measured, type Metric } from "./measure.js";

/** One kernel in one round. */
export interface RoundResult {
  kernel: string;
  values: Measured;
}

/** One metric over all kernels. */
export interface MetricSummary {
  metric: Metric;
  unit: string;
  target: number | undefined;
  kernels: Record<string, { median: number; samples: number[] } | null>;
}

/** All samples of a metric of a kernel: `samples.get(metric).get(kernel)`. */
export function collectSamples(results: readonly RoundResult[]): Map<Metric, Map<string, number[]>> {
  const samples = new Map<Metric, Map<string, number[]>>();
  for (const metric of Object.keys(metrics) as Metric[]) {
    const byKernel = new Map<string, number[]>();
    for (const { kernel, values } of results) {
      const found = byKernel.get(kernel) ?? [];
      const value = values[metric];
      if (value !== undefined && Number.isFinite(value)) found.push(value);
      byKernel.set(kernel, found);
    }
    samples.set(metric, byKernel);
  }
  return samples;
}

/** Medians; null where a kernel gave no sample. */
export function summarize(
  samples: ReadonlyMap<Metric, ReadonlyMap<string, readonly number[]>>,
): MetricSummary[] {
  return [...samples].map(([metric, byKernel]) => ({
    metric,
    ...metrics[metric],
    kernels: Object.fromEntries(
      [...byKernel].map(([kernel, values]) => [
        kernel,
        values.length > 0 ? { median: median(values), samples: [...values] } : null,
      ]),
    ),
  }));
}

/** A table with a row a metric; the first kernel is held to the target. */
export function formatTable(summary: readonly MetricSummary[]): string {
  const kernels = Object.keys(summary[0]?.kernels ?? {});
  const rows = [
    ["", "target", ...kernels, ""],
    ...summary.map(({ metric, unit, target, kernels: values }) => {
      const own = values[kernels[0]]?.median;
      const verdict = target === undefined || own === undefined ? "" : own <= target ? "met" : "MISSED";
      const cells = kernels.map((kernel) => formatValue(values[kernel]?.median, unit));
      return [metric, target === undefined ? "" : `<= ${target} ${unit}`, ...cells, verdict];
    }),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))),
    )
    .map((row) => row.join("  ").trimEnd())
    .join("\n");
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function formatValue(value: number | undefined, unit: string): string {
  if (value === undefined) return "-";
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
