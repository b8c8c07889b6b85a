import { requireThat } from "../core/errors.js";
import { studentTwoSided } from "../stats/distributions.js";

/**
 * Test cases needed for a confidence interval of the mean score no wider than `width`, from the spread of the score
 * over cases: the smallest n with `2 t(level, n - 1) sd / sqrt(n) <= width`. A true difference as large as half the width is seen
 * in half of all studies only: to compare two models plan with `patientsForPairedDifference`.
 *
 * @param standardDeviation of the score over independent cases (patients), on the score's scale; above 0.
 * @param width full width of the interval, same scale; above 0.
 * @param level between 0 and 1, default 0.95.
 */
export function casesForIntervalWidth(standardDeviation: number, width: number, level = 0.95): number {
  requireThat(
    standardDeviation > 0 && Number.isFinite(standardDeviation),
    "standardDeviation",
    standardDeviation,
    "a finite number above 0",
  );
  requireThat(width > 0 && Number.isFinite(width), "width", width, "a finite number above 0");
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const wide = (n: number): boolean =>
    (2 * studentTwoSided(level, n - 1) * standardDeviation) / Math.sqrt(n) > width;
  let high = 2;
  while (wide(high)) high *= 2;
  let low = high / 2;
  if (high === 2) return 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wide(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Width of the interval of the mean that `n >= 2` cases give. */
export function intervalWidthForCases(standardDeviation: number, n: number, level = 0.95): number {
  requireThat(Number.isInteger(n) && n >= 2, "n", n, "a whole number of at least 2 cases");
  return (2 * studentTwoSided(level, n - 1) * standardDeviation) / Math.sqrt(n);
}
