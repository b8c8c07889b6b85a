import { requireThat } from "../../core/errors.js";
import type { EstimateWithInterval } from "../../scaling/curve-interval.js";
import { studentTail, studentTwoSided } from "../../stats/distributions.js";

/** An interval as it would be with so many seeds. */
export interface SeedForecast {
  seeds: number;
  low: number;
  high: number;
  /** Two-sided, of no difference; not adjusted for other questions. */
  pValue: number;
}

/**
 * What more seeds would make of an interval of Student's t over patients and seeds, if the estimate and the variances of both stay as
 * they are (degrees of freedom by Satterthwaite). It says how many seeds a question needs before they are run; from two seeds
 * their variance is known badly, and so is this.
 *
 * @param measured an answer to a preregistered question, a gain or a point with such an interval.
 * @param seeds how many there would be, each a whole number from 2.
 * @returns one forecast for each; an empty list where the interval is of another kind or knows no seeds.
 * @throws LabError for a number of seeds that cannot be.
 */
export function forecastBySeeds(
  measured: EstimateWithInterval,
  seeds: readonly number[],
  level = 0.95,
): SeedForecast[] {
  for (const count of seeds)
    requireThat(Number.isInteger(count) && count >= 2, "seeds", count, "a whole number from 2");
  const { estimate, standardError, method, parts = [] } = measured;
  const own = parts.find(({ unit }) => unit === "seeds");
  if (method !== "t" || estimate === undefined || standardError === undefined || !own) return [];
  return seeds.map((count): SeedForecast => {
    const variances = parts.map((part) => {
      const n = part === own ? count : part.count;
      return { n, variance: standardError ** 2 * part.share * (part.count / n) };
    });
    const variance = variances.reduce((sum, each) => sum + each.variance, 0);
    const degrees =
      variance ** 2 / variances.reduce((sum, each) => sum + each.variance ** 2 / (each.n - 1), 0);
    const half = studentTwoSided(level, degrees) * Math.sqrt(variance);
    const pValue = Math.min(1, 2 * studentTail(Math.abs(estimate) / Math.sqrt(variance), degrees));
    return { seeds: count, low: estimate - half, high: estimate + half, pValue };
  });
}
