import { requireThat } from "../core/errors.js";
import { normalQuantile } from "./normal.js";

/** A share of independent trials with its interval. */
export interface Proportion {
  /** Trials that succeeded. */
  successes: number;
  /** Trials in all. */
  n: number;
  /** `successes / n`; `NaN` when there was no trial. */
  value: number;
  /** Ends of the interval, within `[0, 1]`; `NaN` when there was no trial. */
  low: number;
  high: number;
  /** Share of such intervals that hold the true value, such as 0.95. */
  level: number;
}

/**
 * `successes` of `n` independent trials with Wilson's score interval, which stays inside `[0, 1]` and does not
 * collapse at 0 or at all (Wilson 1927). Throws a LabError unless both are whole numbers, 0 <= successes <= n,
 * and `level` lies between 0 and 1.
 */
export function proportionInterval(successes: number, n: number, level = 0.95): Proportion {
  requireThat(Number.isSafeInteger(n) && n >= 0, "n", n, "a whole number from 0");
  requireThat(
    Number.isSafeInteger(successes) && successes >= 0 && successes <= n,
    "successes",
    successes,
    `a whole number from 0 to n = ${n}`,
  );
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  if (n === 0) return { successes, n, value: NaN, low: NaN, high: NaN, level };
  const z = normalQuantile(1 - (1 - level) / 2);
  const share = successes / n;
  const center = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return {
    successes,
    n,
    value: share,
    // At the ends the formula gives exactly 0 and 1; rounding must not leave a remainder.
    low: successes === 0 ? 0 : Math.max(0, center - half),
    high: successes === n ? 1 : Math.min(1, center + half),
    level,
  };
}
