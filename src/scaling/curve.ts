import { LabError, requireThat } from "../errors.js";

/** One measured point of a learning curve. */
export interface CurvePoint {
  /** Training scans; above 0. */
  n: number;
  /** What is left to gain: `1 - Dice` for a score, or a loss; 0 or more. */
  error: number;
  /** Relative trust, such as 1 / variance or the number of seeds; above 0, default 1. */
  weight?: number;
}

/** A curve as the fits read it: sorted by n, in typed arrays. */
export interface CurveArrays {
  n: Float64Array;
  error: Float64Array;
  weight: Float64Array;
  /** Number of different n. */
  distinctCount: number;
}

/**
 * Checks and sorts a curve. Several points may share an n: they are repeats, such as seeds.
 *
 * @throws LabError naming the point (counted from 1) when a value is not finite, n is not above 0 or the error is below 0.
 */
export function toCurveArrays(points: readonly CurvePoint[]): CurveArrays {
  points.forEach((point, i) => {
    const name = `point ${i + 1}`;
    requireThat(Number.isFinite(point.n) && point.n > 0, `${name}: n`, point.n, "a number of scans above 0");
    requireThat(Number.isFinite(point.error), `${name}: error`, point.error, "a finite number");
    requireThat(
      point.error >= 0,
      `${name}: error`,
      point.error,
      "0 or more",
      "Pass 1 - Dice, with Dice between 0 and 1.",
    );
    const weight = point.weight ?? 1;
    requireThat(Number.isFinite(weight) && weight > 0, `${name}: weight`, weight, "a finite number above 0");
  });
  const sorted = [...points].sort((p, q) => p.n - q.n);
  return {
    n: Float64Array.from(sorted, (point) => point.n),
    error: Float64Array.from(sorted, (point) => point.error),
    weight: Float64Array.from(sorted, (point) => point.weight ?? 1),
    distinctCount: new Set(sorted.map((point) => point.n)).size,
  };
}

/** Turns scores on [0, 1] into errors. Throws on percentages and other scales, naming the value. */
export function errorFromScore(score: number, input = "score"): number {
  if (!(score >= 0 && score <= 1)) {
    const advice = score > 1 && score <= 100 ? "This looks like percent: divide by 100." : "";
    throw new LabError(input, score, "a score between 0 and 1", advice);
  }
  return 1 - score;
}
