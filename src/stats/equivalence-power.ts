import { requireThat } from "../core/errors.js";
import { studentTwoSided } from "./distributions.js";
import { normalCdf, normalQuantile } from "./normal.js";
import { averageOverShownSpread, findSmallestEnough } from "./shown-spread.js";

/** What is planned for, beside the spread and the margin. */
export interface EquivalencePlan {
  /** True mean difference, within the margin; default 0. */
  difference?: number;
  /** Of the interval that has to lie within the margin, default 0.95: two one-sided tests, each at half of what it leaves over. */
  level?: number;
}

/**
 * Power of a test of equivalence over paired differences (Schuirmann's two one-sided t tests): the chance that Student's interval
 * of the mean difference of `n` patients lies wholly within the margin. Exact for normal differences.
 *
 * @param standardDeviation of the differences, patient by patient; above 0.
 * @param margin above 0, same scale: differences between minus and plus this count as none.
 * @param n patients, at least 2.
 */
export function equivalencePower(
  standardDeviation: number,
  margin: number,
  n: number,
  { difference = 0, level = 0.95 }: EquivalencePlan = {},
): number {
  requirePlan(standardDeviation, margin, difference, level);
  requireThat(Number.isInteger(n) && n >= 2, "n", n, "a whole number of at least 2 patients");
  const degrees = n - 1;
  const limit = studentTwoSided(level, degrees);
  const errors = Math.sqrt(n) / standardDeviation;
  return averageOverShownSpread(degrees, (shown) =>
    // A sample that shows too wide a spread cannot show equivalence wherever its mean lies.
    Math.max(
      0,
      normalCdf((margin - difference) * errors - limit * shown) -
        normalCdf(limit * shown - (margin + difference) * errors),
    ),
  );
}

/**
 * Patients needed to show that two models are equal within a margin, where they truly are: the smallest n whose
 * {@link equivalencePower} reaches `power`. About `((1.96 + 1.28) sd / margin)^2` at the defaults.
 *
 * @param options `power` between 0 and 1, default 0.8; `difference` and `level` as there.
 * @throws LabError for numbers out of range, and where more than 10 million patients would be needed.
 */
export function patientsForEquivalence(
  standardDeviation: number,
  margin: number,
  options: EquivalencePlan & { power?: number } = {},
): number {
  const { power = 0.8, difference = 0, level = 0.95 } = options;
  requirePlan(standardDeviation, margin, difference, level);
  requireThat(power > 0 && power < 1, "power", power, "a number between 0 and 1");
  // With no true difference both tests may fail, each in half of the failures.
  const quantiles =
    normalQuantile((1 + level) / 2) + normalQuantile(difference === 0 ? (1 + power) / 2 : power);
  const guess = Math.floor(((quantiles * standardDeviation) / (margin - Math.abs(difference))) ** 2);
  requireThat(
    guess <= 1e7,
    "margin",
    margin,
    `one that at most 10 million patients show (a standard deviation of ${standardDeviation} needs ${guess})`,
  );
  const isEnough = (n: number): boolean =>
    equivalencePower(standardDeviation, margin, n, { difference, level }) >= power;
  return findSmallestEnough(guess + 2, 2, isEnough);
}

function requirePlan(standardDeviation: number, margin: number, difference: number, level: number): void {
  requireThat(
    standardDeviation > 0 && Number.isFinite(standardDeviation),
    "standardDeviation",
    standardDeviation,
    "a finite number above 0",
  );
  requireThat(margin > 0 && Number.isFinite(margin), "margin", margin, "a finite number above 0");
  requireThat(
    Math.abs(difference) < margin,
    "difference",
    difference,
    `a number within the margin, ${margin}`,
  );
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
}
