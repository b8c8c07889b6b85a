import { LabError, requireThat } from "../core/errors.js";

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
  points.forEach(checkPoint);
  const isSorted = points.every((point, i) => i === 0 || point.n >= points[i - 1].n);
  const sorted = isSorted ? points : [...points].sort((p, q) => p.n - q.n);
  // Plain loops: a bootstrap comes by here thousands of times.
  const n = new Float64Array(sorted.length);
  const error = new Float64Array(sorted.length);
  const weight = new Float64Array(sorted.length);
  let distinctCount = 0;
  for (let i = 0; i < sorted.length; i++) {
    n[i] = sorted[i].n;
    error[i] = sorted[i].error;
    weight[i] = sorted[i].weight ?? 1;
    if (i === 0 || n[i] !== n[i - 1]) distinctCount++;
  }
  return { n, error, weight, distinctCount };
}

function checkPoint({ n, error, weight = 1 }: CurvePoint, i: number): void {
  if (n > 0 && n < Infinity && error >= 0 && error < Infinity && weight > 0 && weight < Infinity) return;
  const name = `point ${i + 1}`;
  requireThat(n > 0 && n < Infinity, `${name}: n`, n, "a number of scans above 0");
  requireThat(Number.isFinite(error), `${name}: error`, error, "a finite number");
  requireThat(error >= 0, `${name}: error`, error, "0 or more", "Pass 1 - Dice, with Dice between 0 and 1.");
  throw new LabError(`${name}: weight`, weight, "a finite number above 0");
}
