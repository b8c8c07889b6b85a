import { groupClusters } from "../stats/clusters.js";
import { meanInterval } from "../stats/mean-interval.js";
import type { MeanInterval, MeanIntervalOptions } from "../stats/mean-interval.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";

/** How intervals over patients are found. */
export type PatientIntervalOptions = Pick<MeanIntervalOptions, "method" | "level" | "resamples" | "key">;

/**
 * Interval of the mean over rows of a metric, or of the differences of two models in it. Patients are the independent units;
 * each counts as often as it has rows, as in the mean, and `measured` is given only where all have equally many. Where Gaffke's bound is asked for and the metric has no two bounds, the
 * method is that of `chooseMeanInterval`, as `method` of the result says.
 */
export function intervalOverPatients(
  rows: readonly { patient: string; value: number }[],
  metric: Metric,
  question: "mean" | "difference",
  options: PatientIntervalOptions = {},
): MeanInterval {
  const { names, indexOfRow } = groupClusters(rows.map(({ patient }) => patient));
  const sums = new Float64Array(names.length);
  const counts = new Float64Array(names.length);
  rows.forEach(({ value }, row) => {
    sums[indexOfRow[row]] += value;
    counts[indexOfRow[row]]++;
  });
  const bounds = boundsOf(metric, question);
  // The mean of equal rows may come out a rounding beyond a bound.
  const within = (value: number): number => Math.max(bounds[0], Math.min(bounds[1], value));
  const method = options.method === "gaffke" && !bounds.every(Number.isFinite) ? undefined : options.method;
  const means = sums.map((sum, c) => within(sum / counts[c]));
  const how = { ...options, method, question, bounds };
  // A distance that is infinite has no mean, and so no interval.
  return means.every(Number.isFinite)
    ? meanInterval(means, { ...how, weights: counts })
    : { ...meanInterval([], how), units: names.length };
}

function boundsOf(metric: Metric, question: "mean" | "difference"): readonly [number, number] {
  const { bounds } = metricInfo[metric];
  return question === "mean" ? bounds : [bounds[0] - bounds[1], bounds[1] - bounds[0]];
}
