import { requireThat } from "../core/errors.js";
import { studentTwoSided } from "../stats/distributions.js";
import { normalCdf, normalQuantile } from "../stats/normal.js";
import { averageOverShownSpread, findSmallestEnough } from "../stats/shown-spread.js";

/**
 * Power of the two-sided paired t test: the chance that a study of `n` patients, each scored under both models, calls a true
 * mean difference different from 0.
 *
 * Exact for normal differences: the test divides by the standard deviation of its own sample, and the power is the mean over
 * all that this may turn out to be. (The sum is the distribution function of noncentral t.)
 *
 * @param standardDeviation of the difference between the two scores of a patient, on the score's scale; above 0.
 * @param difference true mean difference, same scale; its sign does not matter.
 * @param n patients, at least 2.
 * @param level of the test: 0.95 (the default) calls a difference of 0 different in 5 of 100 studies.
 * @returns from `1 - level` (no difference) to 1.
 */
export function pairedPower(standardDeviation: number, difference: number, n: number, level = 0.95): number {
  requireSpread(standardDeviation);
  requireThat(Number.isFinite(difference), "difference", difference, "a finite number");
  requireThat(Number.isInteger(n) && n >= 2, "n", n, "a whole number of at least 2 patients");
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const degrees = n - 1;
  const limit = studentTwoSided(level, degrees);
  const shift = (difference / standardDeviation) * Math.sqrt(n);
  return averageOverShownSpread(
    degrees,
    (shown) => normalCdf(shift - limit * shown) + normalCdf(-shift - limit * shown),
  );
}

/**
 * Test patients needed to see a difference of two models that are scored on the same patients: the smallest n whose
 * {@link pairedPower} reaches `power`. About `((1.96 + 0.84) sd / difference)^2` at the defaults, and a few more where few are
 * enough, because their standard deviation is not known either.
 *
 * @param standardDeviation of the difference between the two scores of a patient, on the score's scale; above 0.
 * @param difference the least true mean difference that should be seen, same scale; not 0.
 * @param options.power chance of seeing it, between `1 - level` and 1; default 0.8.
 * @param options.level of the test, default 0.95.
 * @throws LabError for numbers out of range, and where more than 10 million patients would be needed.
 */
export function patientsForPairedDifference(
  standardDeviation: number,
  difference: number,
  options: { power?: number; level?: number } = {},
): number {
  const { power = 0.8, level = 0.95 } = options;
  requireSpread(standardDeviation);
  requireThat(
    Number.isFinite(difference) && difference !== 0,
    "difference",
    difference,
    "a finite number, not 0",
  );
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  requireThat(power > 1 - level && power < 1, "power", power, `a number between ${1 - level} and 1`);
  const quantiles = normalQuantile((1 + level) / 2) + normalQuantile(power);
  const atLeast = Math.floor(((quantiles * standardDeviation) / difference) ** 2);
  requireThat(
    atLeast <= 1e7,
    "difference",
    difference,
    `one that at most 10 million patients show (a standard deviation of ${standardDeviation} needs ${atLeast})`,
  );
  const isEnough = (n: number): boolean => pairedPower(standardDeviation, difference, n, level) >= power;
  return findSmallestEnough(atLeast + 2, 2, isEnough);
}

function requireSpread(standardDeviation: number): void {
  requireThat(
    standardDeviation > 0 && Number.isFinite(standardDeviation),
    "standardDeviation",
    standardDeviation,
    "a finite number above 0",
  );
}
