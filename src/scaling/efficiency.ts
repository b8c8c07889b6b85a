import { LabError, requireThat } from "../core/errors.js";
import { findRoot } from "../stats/minimize.js";
import type { CurvePoint } from "./curve.js";
import { predictError } from "./fit.js";
import type { FittedLaw } from "./fit.js";
import { makeFalling, scansOnCurve } from "./measured-curve.js";
import type { FallingCurve } from "./measured-curve.js";

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

/**
 * What a number of real scans is read off: the `measured` curve alone (default), the measured curve and the law beyond its
 * sizes (`extrapolated`), or the `law` everywhere.
 */
export type MultiplierReading = "measured" | "extrapolated" | "law";

/** How many real scans alone reach what another arm reaches at n real scans. */
export interface DataMultiplier {
  n: number;
  /** Error the other arm reached with n real scans. */
  error: number;
  /** Real scans that the real-only curve needs for it; `undefined` where only a bound is known, or the law never gets there. */
  equivalentScans: number | undefined;
  /**
   * What is known: a number read off the `measured` curve, off the law beyond it (`extrapolated`) or off the `law` alone; or
   * that it is `more-than` or `fewer-than` the bound; or that the law gets there `never`.
   */
  basis: MultiplierReading | "more-than" | "fewer-than" | "never";
  /** Largest or smallest measured size, with `more-than` and `fewer-than`. */
  bound: number | undefined;
  /** `equivalentScans / n`: above 1 the other arm saves real scans. After D. Hernandez et al. 2021. */
  multiplier: number | undefined;
  /** `equivalentScans - n`. */
  scansSaved: number | undefined;
}

/**
 * Reads how many real scans alone reach each of an arm's errors. The measured curve is made to fall (`makeFalling`) and
 * inverted, straight in log n between its sizes; what lies outside its errors is `more-than` the largest size or
 * `fewer-than` the smallest. A law is asked only where that is wanted: beyond the sizes, and there only if its own answer
 * lies beyond them too (a law that misses the end of the curve has nothing to say about what follows), or everywhere.
 *
 * @param real the real-only curve, of at least one size.
 * @param options.fit the law through it; needed unless the reading is `measured`.
 */
export function measureMultiplier(
  real: readonly CurvePoint[],
  other: readonly { n: number; error: number }[],
  options: { reading?: MultiplierReading; fit?: FittedLaw } = {},
): DataMultiplier[] {
  const { reading = "measured", fit } = options;
  requireThat(
    multiplierReadings.includes(reading),
    "reading",
    reading,
    `one of ${multiplierReadings.join(", ")}`,
  );
  if (reading !== "measured" && !fit)
    throw new LabError("fit", "none", `the law through the real curve, for reading "${reading}"`);
  const curve = reading === "law" ? undefined : makeFalling(real);
  return other.map(({ n, error }) => {
    const scans = curve
      ? readCurve(curve, error, reading === "extrapolated" ? fit : undefined)
      : readLaw(fit!, error);
    const { equivalentScans } = scans;
    return {
      n,
      error,
      ...scans,
      multiplier: equivalentScans === undefined ? undefined : equivalentScans / n,
      scansSaved: equivalentScans === undefined ? undefined : equivalentScans - n,
    };
  });
}

/** The readings that there are. */
export const multiplierReadings: readonly MultiplierReading[] = ["measured", "extrapolated", "law"];

type ScansRead = Pick<DataMultiplier, "equivalentScans" | "basis" | "bound">;

function readLaw(fit: FittedLaw, error: number): ScansRead {
  const equivalentScans = scansForError(fit, error);
  return { equivalentScans, basis: equivalentScans === undefined ? "never" : "law", bound: undefined };
}

function readCurve(curve: FallingCurve, error: number, beyond: FittedLaw | undefined): ScansRead {
  const found = scansOnCurve(curve, error);
  if ("n" in found) return { equivalentScans: found.n, basis: "measured", bound: undefined };
  const isMore = "moreThan" in found;
  const bound = isMore ? found.moreThan : found.fewerThan;
  const byLaw = beyond && scansForError(beyond, error);
  if (byLaw !== undefined && (isMore ? byLaw > bound : byLaw < bound))
    return { equivalentScans: byLaw, basis: "extrapolated", bound: undefined };
  return { equivalentScans: undefined, basis: isMore ? "more-than" : "fewer-than", bound };
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
