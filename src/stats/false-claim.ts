import { requireThat } from "../core/errors.js";
import { studentTail } from "./distributions.js";

/** What a table of results says, or could say, of two models on the same cases. */
export interface ReportedDifference {
  /** Difference of the two means, in either direction. */
  difference: number;
  /** Independent cases (patients), at least 2. */
  n: number;
  /** Standard deviations of the two models' scores over the cases, each from 0. */
  sds: readonly [number, number];
  /** Correlation of the two models' scores over the cases, from -1 to 1. */
  correlation: number;
}

/** How likely the model with the better mean is not the better model. */
export interface FalseClaim {
  /** From 0 to 0.5. */
  probability: number;
  /** Standard deviation of the differences, case by case. */
  sdOfDifference: number;
  /** Of the difference of the means. */
  standardError: number;
}

/**
 * Probability that a claim "this model is better" is false: that the model with the better mean has in truth the worse or the
 * same one, after the difference was seen and with nothing known before. Differences are taken for normal, so that the true
 * one lies around the one seen as Student's t with n - 1 degrees of freedom; E. Christodoulou and others (2025) judge published
 * tables in this way. It is half the two-sided p value of the paired t test.
 *
 * Tables rarely print the correlation. The higher it is, the less likely is a false claim: models that find the same cases
 * hard are told apart by fewer cases. Two deep networks on one test set often have 0.7 or more; try a low value too. Differences
 * without any spread give 0, which a handful of equal ones does not prove: `rankModels` says `NaN` of them.
 *
 * @throws LabError for numbers that cannot be.
 */
export function falseClaimProbability(reported: ReportedDifference): FalseClaim {
  const { difference, n, sds, correlation } = reported;
  requireThat(Number.isFinite(difference), "difference", difference, "a finite number");
  requireThat(Number.isSafeInteger(n) && n >= 2, "n", n, "a whole number of at least 2 cases");
  for (const sd of sds) requireThat(Number.isFinite(sd) && sd >= 0, "sds", sds, "two finite numbers from 0");
  requireThat(Math.abs(correlation) <= 1, "correlation", correlation, "a number from -1 to 1");
  const [first, second] = sds;
  const variance = Math.max(0, first ** 2 + second ** 2 - 2 * correlation * first * second);
  const sdOfDifference = Math.sqrt(variance);
  const standardError = sdOfDifference / Math.sqrt(n);
  const t = difference === 0 ? 0 : Math.abs(difference) / standardError;
  return { probability: studentTail(t, n - 1), sdOfDifference, standardError };
}
