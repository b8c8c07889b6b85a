import { groupClusters } from "../stats/clusters.js";
import type { ScoreRow } from "./evaluate.js";
import { metricInfo } from "./metric.js";
import type { Metric } from "./metric.js";
import { valuesSideBySide } from "./paired-value.js";

/** Scores of several models by patient, where larger is better. */
export interface PatientUnits {
  /** A model's values in the rows that count, in the metric's own sense, one list a row. */
  values: number[][];
  /** Rows left out because some model has no value there. */
  excluded: number;
  /** For each row that counts, the index of its patient. */
  patientOf: Int32Array;
  /** Rows of each patient. */
  weights: Float64Array;
  /** Of each model, one number a patient: the mean of its rows, larger is better. */
  means: Float64Array[];
}

/**
 * Gathers rows of several models, side by side on the same references, by patient. A row counts where every model has a value; a
 * false alarm counts as in `compareModels`. Signed errors count by their distance from 0.
 *
 * @param table a row per case and label, with one entry a model.
 * @param models how many; there may be no rows.
 */
export function gatherUnits(
  table: readonly (readonly ScoreRow[])[],
  models: number,
  metric: Metric,
): PatientUnits {
  const all = table.map((rows) => ({ patient: rows[0].patient, values: valuesSideBySide(rows, metric) }));
  const counted = all.filter(({ values }) => !values.some((value) => Number.isNaN(value)));
  const { names, indexOfRow } = groupClusters(counted.map(({ patient }) => patient));
  const weights = new Float64Array(names.length);
  for (const patient of indexOfRow) weights[patient]++;
  const means = Array.from({ length: models }, (_, m) => {
    const sums = new Float64Array(names.length);
    counted.forEach(({ values }, row) => (sums[indexOfRow[row]] += goodnessOf(values[m], metric)));
    return sums.map((sum, c) => sum / weights[c]);
  });
  return {
    values: counted.map(({ values }) => values),
    excluded: all.length - counted.length,
    patientOf: indexOfRow,
    weights,
    means,
  };
}

function goodnessOf(value: number, metric: Metric): number {
  const { better } = metricInfo[metric];
  return better === "higher" ? value : better === "lower" ? -value : -Math.abs(value);
}
