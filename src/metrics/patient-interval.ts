import { groupClusters } from "../stats/clusters.js";
import { meanInterval } from "../stats/mean-interval.js";
import type { MeanInterval, MeanIntervalOptions } from "../stats/mean-interval.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";

/** How intervals over patients are found. */
export type PatientIntervalOptions = Pick<MeanIntervalOptions, "method" | "level" | "resamples" | "key">;

/**
 * Interval of the mean over rows of a metric, or of the differences of two models in it. Patients are the independent units;
 * each counts as often as it has rows, as in the mean, and `measured` is given only where all have equally many. Where Gaffke's
 * bound is asked for and the metric has no two bounds, the method is that of `chooseMeanInterval`, as `method` of the result
 * says. No rows give `NaN` ends.
 */
export function intervalOverPatients(
  rows: readonly { patient: string; value: number }[],
  metric: Metric,
  question: "mean" | "difference",
  options: PatientIntervalOptions = {},
): MeanInterval {
  const { names, indexOfRow } = groupClusters(rows.map(({ patient }) => patient));
  const values = Float64Array.from(rows, ({ value }) => value);
  return intervalOfClusters(values, indexOfRow, names.length, metric, question, options);
}

/**
 * {@link intervalOverPatients} for rows whose patients are numbered: row `i` is of patient `patientOf[i]`, one of `patients`.
 * Where many pairs of models have the same rows, they are grouped once.
 */
export function intervalOfClusters(
  values: ArrayLike<number>,
  patientOf: ArrayLike<number>,
  patients: number,
  metric: Metric,
  question: "mean" | "difference",
  options: PatientIntervalOptions = {},
): MeanInterval {
  const sums = new Float64Array(patients);
  const counts = new Float64Array(patients);
  for (let row = 0; row < values.length; row++) {
    sums[patientOf[row]] += values[row];
    counts[patientOf[row]]++;
  }
  const bounds = boundsOf(metric, question);
  // The mean of equal rows may come out a rounding beyond a bound.
  const within = (value: number): number => Math.max(bounds[0], Math.min(bounds[1], value));
  const method = options.method === "gaffke" && !bounds.every(Number.isFinite) ? undefined : options.method;
  const means = sums.map((sum, c) => within(sum / counts[c]));
  const how = { ...options, method, question, bounds };
  // A distance that is infinite has no mean, and so no interval.
  return means.every(Number.isFinite)
    ? meanInterval(means, { ...how, weights: counts })
    : { ...meanInterval([], how), units: patients };
}

function boundsOf(metric: Metric, question: "mean" | "difference"): readonly [number, number] {
  const { bounds } = metricInfo[metric];
  return question === "mean" ? bounds : [bounds[0] - bounds[1], bounds[1] - bounds[0]];
}
