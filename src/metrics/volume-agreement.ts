import { requireThat } from "../core/errors.js";
import { groupClusters } from "../stats/clusters.js";
import { mean, standardDeviation } from "../stats/describe.js";
import { studentTail, studentTwoSided } from "../stats/distributions.js";
import { normalQuantile } from "../stats/normal.js";
import { emptyReasons } from "./empty.js";
import type { ScoreRow } from "./evaluate.js";
import type { Exclusion } from "./summary.js";

/** Volumes of one structure in one scan; a row of `evaluateCase` is one. */
export type VolumePair = Pick<ScoreRow, "patient" | "referenceMl" | "predictionMl">;

/** A number with its 95 % interval, or of another level. */
export interface AgreementLimit {
  value: number;
  low: number;
  high: number;
}

/** How predicted volumes agree with those of the reference, after Bland and Altman. */
export interface VolumeAgreement {
  /**
   * `difference`: prediction less reference, in ml; `ratio`: prediction over reference, worked out from logarithms, where errors
   * grow with size.
   */
  scale: "difference" | "ratio";
  /** Pairs that count, and the patients they come from. */
  n: number;
  patients: number;
  /** Pairs left out, with the reason. */
  excluded: Exclusion[];
  /** Mean difference, or geometric mean ratio: what the predictions are off by on average. */
  bias: AgreementLimit;
  /** Where 95 % of the differences (or ratios) of single scans lie, were they normal: bias -+ 1.96 sd. */
  lower: AgreementLimit;
  upper: AgreementLimit;
  /** Of a single difference, in ml; for `ratio` of its logarithm. */
  sd: number;
  /**
   * Whether the error grows with size: change of a patient's mean difference per ml of the mean of both volumes (for `ratio`, of
   * the logarithm of the ratio per e-fold of size), with its two-sided p value. `NaN` for fewer than three patients.
   */
  slope: { value: number; pValue: number };
  /** Of the intervals; the limits themselves are those of 95 % of the scans. */
  level: number;
}

/**
 * Bland and Altman's limits of agreement (1986) between predicted and reference volumes, with intervals over patients. Where
 * patients have several scans the variance is that between patients and within them (Bland and Altman 2007), and degrees of
 * freedom are those of the patients. What both maps leave out agrees in nothing and does not count; of ratios, neither does
 * what one of them leaves out. Fewer than two patients give `NaN` for all but counts and bias.
 *
 * @param options `scale` (default `difference`), `level` of the intervals (default 0.95).
 * @throws LabError for a volume below 0 or that is no number.
 */
export function measureVolumeAgreement(
  rows: readonly VolumePair[],
  options: { scale?: VolumeAgreement["scale"]; level?: number } = {},
): VolumeAgreement {
  const { scale = "difference", level = 0.95 } = options;
  requireThat(["difference", "ratio"].includes(scale), "scale", scale, '"difference" or "ratio"');
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  for (const { referenceMl, predictionMl, patient } of rows)
    for (const volumeMl of [referenceMl, predictionMl])
      requireThat(
        Number.isFinite(volumeMl) && volumeMl >= 0,
        `volume of ${patient}`,
        volumeMl,
        "a volume from 0 ml",
      );
  const counted = rows.filter((row) => whyNot(row, scale) === undefined);
  const isRatio = scale === "ratio";
  const pairs = counted.map(({ referenceMl: a, predictionMl: b }) =>
    isRatio
      ? { size: (Math.log(a) + Math.log(b)) / 2, error: Math.log(b / a) }
      : { size: (a + b) / 2, error: b - a },
  );
  const { names, indexOfRow } = groupClusters(counted.map(({ patient }) => patient));
  const groups = names.map((_, c) => pairs.filter((_, row) => indexOfRow[row] === c));
  const n = pairs.length;
  const patients = groups.length;
  const bias = mean(pairs.map(({ error }) => error));
  const sd = Math.sqrt(varianceOfOne(groups));
  const errors = groups.map((group) => mean(group.map(({ error }) => error)));
  // The mean over scans, linearised: each patient's part in it, as often as there are scans.
  const parts = groups.map((group, c) => ((group.length * patients) / n) * (errors[c] - bias));
  const biasError = standardDeviation(parts) / Math.sqrt(patients);
  const z = normalQuantile(0.975);
  const limitError = Math.sqrt(biasError ** 2 + (z * sd) ** 2 / (2 * (patients - 1)));
  const t = patients < 2 ? NaN : studentTwoSided(level, patients - 1);
  const express = (value: number): number => (isRatio ? Math.exp(value) : value);
  const limit = (value: number, error: number): AgreementLimit => ({
    value: express(value),
    low: express(value - t * error),
    high: express(value + t * error),
  });
  return {
    scale,
    n,
    patients,
    excluded: countExcluded(rows, scale),
    bias: limit(bias, biasError),
    lower: limit(bias - z * sd, limitError),
    upper: limit(bias + z * sd, limitError),
    sd,
    slope: fitSlope(
      groups.map((group) => mean(group.map(({ size }) => size))),
      errors,
    ),
    level,
  };
}

/** Variance of the error of one scan of one patient, from the means of squares between and within patients. */
function varianceOfOne(groups: readonly (readonly { error: number }[])[]): number {
  const n = groups.reduce((sum, group) => sum + group.length, 0);
  const k = groups.length;
  if (k < 2) return NaN;
  const overall = mean(groups.flatMap((group) => group.map(({ error }) => error)));
  let [between, within, squares] = [0, 0, 0];
  for (const group of groups) {
    const center = mean(group.map(({ error }) => error));
    between += group.length * (center - overall) ** 2;
    within += group.reduce((sum, { error }) => sum + (error - center) ** 2, 0);
    squares += group.length ** 2;
  }
  const ofMeans = between / (k - 1);
  if (n === k) return ofMeans;
  const ofScans = within / (n - k);
  return Math.max(0, (ofMeans - ofScans) / ((n - squares / n) / (k - 1))) + ofScans;
}

/** Least squares of `y` on `x` with the t test of the slope; `NaN` where x does not vary or there are fewer than three points. */
function fitSlope(x: readonly number[], y: readonly number[]): { value: number; pValue: number } {
  const [centerX, centerY] = [mean(x), mean(y)];
  const sum = (of: (i: number) => number): number => x.reduce((total, _, i) => total + of(i), 0);
  const spread = sum((i) => (x[i] - centerX) ** 2);
  if (x.length < 3 || spread === 0) return { value: NaN, pValue: NaN };
  const value = sum((i) => (x[i] - centerX) * (y[i] - centerY)) / spread;
  const left = sum((i) => (y[i] - centerY - value * (x[i] - centerX)) ** 2);
  const error = Math.sqrt(left / (x.length - 2) / spread);
  const t = value === 0 ? 0 : Math.abs(value) / error;
  return { value, pValue: Math.min(1, 2 * studentTail(t, x.length - 2)) };
}

function whyNot(
  { referenceMl, predictionMl }: VolumePair,
  scale: VolumeAgreement["scale"],
): string | undefined {
  if (referenceMl === 0 && predictionMl === 0) return emptyReasons.both;
  if (scale === "difference") return undefined;
  if (referenceMl === 0) return emptyReasons.reference;
  return predictionMl === 0 ? emptyReasons.prediction : undefined;
}

function countExcluded(rows: readonly VolumePair[], scale: VolumeAgreement["scale"]): Exclusion[] {
  const reasons = rows.map((row) => whyNot(row, scale)).filter((reason) => reason !== undefined);
  return [...new Set(reasons)]
    .map((reason) => ({ reason, n: reasons.filter((each) => each === reason).length }))
    .sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1));
}
