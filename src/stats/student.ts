import { requireThat } from "../core/errors.js";
import { mean as meanOf, standardDeviation } from "./describe.js";
import { studentTail, studentTwoSided } from "./distributions.js";

/** A mean and how far it can be trusted, whatever it was worked out from. */
export interface MeanEstimate {
  mean: number;
  /** Of the mean, above or equal to 0. */
  standardError: number;
  /** Of freedom of the standard error, above 0. */
  degrees: number;
}

/** A mean of independent values with Student's interval and test. */
export interface MeanTest extends MeanEstimate {
  n: number;
  /** Sample standard deviation (divisor n - 1). */
  sd: number;
  /** The mean that was asked about. */
  against: number;
  /** `(mean - against) / standardError`; infinite where the values do not differ from each other, 0 where they all are `against`. */
  t: number;
  /** Two-sided. */
  pValue: number;
  low: number;
  high: number;
  /** Share of such intervals that hold the true mean, were the values normal. */
  level: number;
}

/**
 * Student's t interval of the mean of independent values, one per unit (patient, organ), and the two-sided test of it
 * against a number (Student 1908). Exact for normal values; over few units of another kind it covers less than its level,
 * see `coverageTable`. Fewer than two values give `NaN` for all but `n` and `mean`.
 *
 * @param options `against` the mean under test (default 0), `level` between 0 and 1 (default 0.95).
 * @throws LabError for a value that is not a number.
 */
export function testMean(
  values: ArrayLike<number>,
  options: { against?: number; level?: number } = {},
): MeanTest {
  const { against = 0, level = 0.95 } = options;
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  requireThat(Number.isFinite(against), "against", against, "a finite number");
  const n = values.length;
  const mean = meanOf(values);
  const sd = standardDeviation(values);
  const base = { n, mean, sd, against, level };
  if (n < 2) return { ...base, standardError: NaN, degrees: NaN, t: NaN, pValue: NaN, low: NaN, high: NaN };
  const estimate = { mean, standardError: sd / Math.sqrt(n), degrees: n - 1 };
  const half = studentTwoSided(level, n - 1) * estimate.standardError;
  const t = distanceInErrors(estimate, against);
  const pValue = Math.min(1, 2 * studentTail(Math.abs(t), n - 1));
  return { ...base, ...estimate, t, pValue, low: mean - half, high: mean + half };
}

/** How many standard errors a mean lies above a number; where there is no error, infinitely many or none. */
export function distanceInErrors({ mean, standardError }: MeanEstimate, against: number): number {
  return mean === against ? 0 : (mean - against) / standardError;
}
