import { requireThat } from "../core/errors.js";

/**
 * Spread of Dice over cases from its mean, for tables that print means alone: a polynomial of second order, as E. Christodoulou and
 * others (arXiv 2409.17763) fit one to challenge results. These coefficients are this project's own fit.
 */
export const diceSpread = {
  /** Of `1`, `mean` and `mean^2`. */
  coefficients: [0.0348, 1.206, -1.1582],
  /** What it was fitted to. */
  fittedTo:
    "171 mean Dice scores of the Touchstone benchmark: 19 models, 9 organs without tumors, up to 743 scans of TotalSegmentator",
  /** Least and largest mean there; beyond them the polynomial is a guess. */
  range: [0.048, 0.942],
  rSquared: 0.79,
  /** Least and largest ratio of a spread found to the one that the polynomial says. */
  ratios: [0.68, 1.24],
} as const;

/**
 * Standard deviation of Dice over cases that a mean Dice suggests, by {@link diceSpread}; at most what scores from 0 to 1 with this
 * mean can have.
 *
 * @param mean from 0 to 1.
 */
export function expectedDiceSd(mean: number): number {
  requireThat(mean >= 0 && mean <= 1, "mean", mean, "a mean Dice from 0 to 1");
  const [constant, slope, square] = diceSpread.coefficients;
  return Math.min(constant + slope * mean + square * mean * mean, Math.sqrt(mean * (1 - mean)));
}
