import { requireThat } from "../core/errors.js";
import { sortNumbers } from "./describe.js";
import { findRoot } from "./minimize.js";

/**
 * Interval of the mean of a bounded score by Gaffke's bound from both sides, each with half of what `level` leaves over
 * (N. Gaffke, "Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable", 2005; E.
 * Learned-Miller, P. S. Thomas, "A new confidence interval for the mean of a bounded random variable", 2019). The upper end is a quantile of the mean of the values
 * and of the upper bound, weighted by the spacings of uniform numbers, so that values which a small sample does not hold are
 * reckoned with. That it never covers less than its level is conjectured, and held in every distribution tried.
 *
 * The quantile is exact, and nothing is drawn: the sum has a B-spline as its density (Curry and Schoenberg 1966).
 * Time grows with the square of the values. No values give `[NaN, NaN]`.
 *
 * @param bounds what the score can be at least and at most.
 * @throws LabError for a value outside the bounds.
 */
export function gaffkeInterval(
  values: ArrayLike<number>,
  bounds: readonly [number, number],
  level = 0.95,
): [number, number] {
  const [least, most] = bounds;
  requireThat(
    Number.isFinite(least) && Number.isFinite(most) && least < most,
    "bounds",
    bounds,
    "two finite numbers, the smaller first",
  );
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const sorted = sortNumbers(values);
  if (sorted.length === 0) return [NaN, NaN];
  for (const value of [sorted[0], sorted[sorted.length - 1]])
    requireThat(value >= least && value <= most, "values", value, `numbers from ${least} to ${most}`);
  const outside = (1 - level) / 2;
  return [
    quantileOfSpacings(Float64Array.of(least, ...sorted), 1 - outside),
    quantileOfSpacings(Float64Array.of(...sorted, most), outside),
  ];
}

/** The x that the mean of ascending knots, weighted by uniform spacings, exceeds with this probability. */
function quantileOfSpacings(knots: Float64Array, probability: number): number {
  const [first, last] = [knots[0], knots[knots.length - 1]];
  if (first === last) return first;
  return findRoot((x) => exceedanceOfSpacings(knots, x) - probability, first, last)!;
}

/**
 * Probability that `sum of g[i] * knots[i]` is above `x`, where `g` are the spacings that uniform numbers, one fewer than there
 * are knots, leave between 0 and 1.
 *
 * It is the divided difference of `max(0, t - x) ^ (knots - 1)` at the knots. Written as a mean of the differences without
 * the first and without the last knot, both weights positive, it loses no digits.
 *
 * @param knots ascending; equal ones are allowed.
 */
export function exceedanceOfSpacings(knots: ArrayLike<number>, x: number): number {
  let split = 0;
  while (split < knots.length && knots[split] <= x) split++;
  if (split === 0) return 1;
  // Column j holds the knots from `first` to j: at 1 before any knot at or below x is taken in.
  const shares = new Float64Array(knots.length).fill(1);
  for (let first = split - 1; first >= 0; first--) {
    const below = x - knots[first];
    let withoutLast = 0;
    for (let last = split; last < knots.length; last++) {
      const above = knots[last] - x;
      withoutLast = (above * shares[last] + below * withoutLast) / (above + below);
      shares[last] = withoutLast;
    }
  }
  return split === knots.length ? 0 : shares[knots.length - 1];
}
