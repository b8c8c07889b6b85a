import { requireThat } from "../core/errors.js";
import { studentTail, studentTwoSided } from "./distributions.js";

/** An interval of Student's t. */
export interface JackknifeInterval {
  low: number;
  high: number;
  standardError: number;
  /** Degrees of freedom: those of the group that matters most, or more. */
  degrees: number;
  /** Two-sided, of a true value of 0. */
  pValue: number;
  /** Share of the variance that each group with two units or more brings, in their order; empty without any spread. */
  shares: number[];
}

/**
 * Student's t interval of an estimate whose units were sampled in several ways at once, such as test patients and training
 * seeds: the variance is the sum of the groups' jackknife variances, `(m - 1) / m * sum (value without unit i - their
 * mean)^2` (Tukey 1958), and the degrees of freedom are Satterthwaite's (1946), so that three seeds count as three however
 * many patients there are. What patients and seeds vary by together is counted in both: for two groups the interval is a
 * little too wide, never too narrow.
 *
 * @param estimate of all units.
 * @param groups for each group, the estimate without each of its units. Groups of fewer than two units tell nothing.
 * @param level between 0 and 1, default 0.95.
 * @returns `NaN` ends where no group has two units, or a value is not finite; with no spread at all both ends are the estimate.
 */
export function jackknifeInterval(
  estimate: number,
  groups: readonly ArrayLike<number>[],
  level = 0.95,
): JackknifeInterval {
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const parts = groups.filter(({ length }) => length > 1).map(varianceOfGroup);
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  if (parts.length === 0 || !Number.isFinite(variance) || !Number.isFinite(estimate))
    return { low: NaN, high: NaN, standardError: NaN, degrees: NaN, pValue: NaN, shares: [] };
  const standardError = Math.sqrt(variance);
  // Exactly no spread leaves a remainder of rounding, whose degrees of freedom mean nothing.
  if (standardError <= 1e-12 * Math.max(1, Math.abs(estimate))) {
    const degrees = Math.max(...parts.map((part) => part.degrees));
    const pValue = Math.abs(estimate) <= standardError ? 1 : 0;
    return { low: estimate, high: estimate, standardError, degrees, pValue, shares: [] };
  }
  const degrees = variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.degrees, 0);
  const half = studentTwoSided(level, degrees) * standardError;
  return {
    low: estimate - half,
    high: estimate + half,
    standardError,
    degrees,
    pValue: Math.min(1, 2 * studentTail(Math.abs(estimate) / standardError, degrees)),
    shares: parts.map((part) => part.variance / variance),
  };
}

function varianceOfGroup(values: ArrayLike<number>): { variance: number; degrees: number } {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i];
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (values[i] - sum / count) ** 2;
  return { variance: ((count - 1) / count) * squares, degrees: count - 1 };
}
