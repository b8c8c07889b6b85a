import { requireThat } from "../core/errors.js";
import { studentTail, studentTwoSided } from "./distributions.js";
import { distanceInErrors } from "./student.js";
import type { MeanEstimate } from "./student.js";

/**
 * What a test of equivalence says of a difference:
 * - *equivalent* - it lies within the margin; it may still differ from 0, see `pDifference`
 * - *different* - it differs from 0, and was not shown to lie within the margin
 * - *not shown* - neither: too little was measured, which is not the same as being equal
 */
export type EquivalenceVerdict = "equivalent" | "different" | "not shown";

/** Equivalence beside difference, of one mean difference. */
export interface EquivalenceTest extends MeanEstimate {
  /** Differences above the first and below the second count as none. */
  margin: readonly [number, number];
  /** The larger of the two one-sided p values; at most `alpha` for *equivalent*. */
  pEquivalence: number;
  /** Two-sided, against 0. */
  pDifference: number;
  /** Interval of level 1 - 2 alpha: equivalence is shown where it lies within the margin. */
  low: number;
  high: number;
  /** Level of the interval, such as 0.9. */
  level: number;
  alpha: number;
  verdict: EquivalenceVerdict;
}

/**
 * Whether a mean difference is too small to matter, by two one-sided t tests (Schuirmann 1987), and whether it differs from
 * 0. The margin has to be chosen before the data are seen. An estimate that is `NaN` is *not shown*.
 *
 * @param estimate such as `testMean(differences)`, or a mean with its standard error and degrees of freedom.
 * @param options `margin`: a number above 0 for both sides, or `[below 0, above 0]`; `alpha` of each test, between 0 and
 *   0.5, default 0.05.
 * @throws LabError for an estimate that is none, a margin that is missing or does not hold 0, and an `alpha` that cannot be.
 */
export function testEquivalence(
  estimate: MeanEstimate,
  options: { margin: number | readonly [number, number]; alpha?: number },
): EquivalenceTest {
  requireEstimate(estimate);
  // Untyped code calls this from notebooks, where what is missing has to be said.
  const { alpha = 0.05, margin: asked } = (options as Partial<typeof options> | undefined) ?? {};
  const margin = typeof asked === "number" ? ([-asked, asked] as const) : asked;
  requireThat(
    Array.isArray(margin) &&
      margin.length === 2 &&
      margin.every(Number.isFinite) &&
      margin[0] < 0 &&
      margin[1] > 0,
    "margin",
    asked,
    "a finite number above 0, or one below and one above it",
    asked === undefined
      ? "Say how large a difference would still not matter, such as { margin: 0.02 }, before seeing the data"
      : "",
  );
  requireThat(alpha > 0 && alpha < 0.5, "alpha", alpha, "a number between 0 and 0.5");
  const { mean, standardError, degrees } = estimate;
  const level = 1 - 2 * alpha;
  const base = { mean, standardError, degrees, margin, level, alpha };
  if (Number.isNaN(mean) || !(standardError >= 0) || !(degrees > 0)) {
    const nothing = { pEquivalence: NaN, pDifference: NaN, low: NaN, high: NaN };
    return { ...base, ...nothing, verdict: "not shown" };
  }
  const above = distanceInErrors(estimate, margin[0]);
  const below = -distanceInErrors(estimate, margin[1]);
  const pEquivalence = Math.max(studentTail(above, degrees), studentTail(below, degrees));
  const pDifference = Math.min(1, 2 * studentTail(Math.abs(distanceInErrors(estimate, 0)), degrees));
  const half = studentTwoSided(level, degrees) * standardError;
  return {
    ...base,
    pEquivalence,
    pDifference,
    low: mean - half,
    high: mean + half,
    verdict: pEquivalence <= alpha ? "equivalent" : pDifference <= alpha ? "different" : "not shown",
  };
}

/** A list of differences, or their mean alone, would be called "not shown" whatever it holds. */
function requireEstimate(estimate: unknown): void {
  const { mean, standardError, degrees } = (estimate ?? {}) as Partial<Record<keyof MeanEstimate, unknown>>;
  requireThat(
    [mean, standardError, degrees].every((value) => typeof value === "number"),
    "estimate",
    estimate,
    "a mean with its standardError and degrees",
    "testMean(differences) gives it",
  );
}
