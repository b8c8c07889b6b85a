import { findRoot } from "../stats/minimize.js";
import { predictError } from "./fit.js";
import type { FittedLaw } from "./fit.js";

/** The n at which a fitted curve reaches an error; `undefined` when it never does. Extrapolates up to 1e9 scans. */
export function scansForError(fit: FittedLaw, error: number): number | undefined {
  const excess = (logN: number): number => predictError(fit, Math.exp(logN)) - error;
  const low = Math.log(1e-3);
  const high = Math.log(1e9);
  if (excess(high) > 0) return undefined;
  if (excess(low) <= 0) return Math.exp(low);
  const logN = findRoot(excess, low, high);
  return logN === undefined ? undefined : Math.exp(logN);
}

/** How many real scans alone reach what another arm reaches at n real scans. */
export interface DataMultiplier {
  n: number;
  /** Error the other arm reached with n real scans. */
  error: number;
  /** Real scans that the real-only curve needs for it; `undefined` when it never gets there. */
  equivalentScans: number | undefined;
  /** `equivalentScans / n`: above 1 the other arm saves real scans. After D. Hernandez et al. 2021. */
  multiplier: number | undefined;
  /** `equivalentScans - n`. */
  scansSaved: number | undefined;
}

/** Reads an arm's measured errors off the real-only law: how many real scans reach each result. */
export function measureMultiplier(
  real: FittedLaw,
  other: readonly { n: number; error: number }[],
): DataMultiplier[] {
  return other.map(({ n, error }) => {
    const equivalentScans = scansForError(real, error);
    return {
      n,
      error,
      equivalentScans,
      multiplier: equivalentScans === undefined ? undefined : equivalentScans / n,
      scansSaved: equivalentScans === undefined ? undefined : equivalentScans - n,
    };
  });
}

/**
 * Mean vertical distance between two curves over log n, where both were measured: `error(first) - error(second)`,
 * positive when the second arm is better. Straight lines in log n between the points, as the figures draw them.
 *
 * @returns `undefined` when the ranges of n do not overlap.
 */
export function areaBetweenCurves(
  first: readonly { n: number; error: number }[],
  second: readonly { n: number; error: number }[],
): number | undefined {
  const a = sortByN(first);
  const b = sortByN(second);
  const low = Math.max(a[0].x, b[0].x);
  const high = Math.min(a[a.length - 1].x, b[b.length - 1].x);
  if (!(high > low)) return undefined;
  const knots = [
    ...new Set([...a, ...b].map((point) => point.x).filter((x) => x > low && x < high)),
    low,
    high,
  ].sort((x, y) => x - y);
  let area = 0;
  for (let i = 1; i < knots.length; i++) {
    const left = interpolate(a, knots[i - 1]) - interpolate(b, knots[i - 1]);
    const right = interpolate(a, knots[i]) - interpolate(b, knots[i]);
    area += ((left + right) / 2) * (knots[i] - knots[i - 1]);
  }
  return area / (high - low);
}

interface Knot {
  x: number;
  y: number;
}

function sortByN(points: readonly { n: number; error: number }[]): Knot[] {
  return points.map(({ n, error }) => ({ x: Math.log(n), y: error })).sort((p, q) => p.x - q.x);
}

function interpolate(knots: readonly Knot[], x: number): number {
  let i = 1;
  while (i < knots.length - 1 && knots[i].x < x) i++;
  const { x: x0, y: y0 } = knots[i - 1];
  const { x: x1, y: y1 } = knots[i];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
