import { minimizeLeastSquares } from "../stats/least-squares.js";
import type { LeastSquaresResult } from "../stats/least-squares.js";
import type { CurveArrays } from "./curve.js";
import { sizeOf } from "./identify.js";
import type { ScalingLaw } from "./law.js";
import { searchScaleOf } from "./search-scale.js";

/** What a residual is: `absolute` = predicted - observed error, `log` = the difference of their logarithms. */
export type ResidualKind = "absolute" | "log";

/** Where a search over a law's parameters ended. */
export interface SearchResult {
  parameters: number[];
  /** Weighted sum of squared residuals of the kind asked for. */
  sumOfSquares: number;
}

/** Parameters held at a value while the others are searched: index and value. */
export type FixedParameter = { index: number; value: number };

/** How far a search goes. */
export interface SearchLimits {
  /** Steps from each start that is followed to its end; default 300. */
  maxIterations?: number;
  /** Relative decrease of the sum of squares below which a search ends; default 1e-14. */
  tolerance?: number;
}

/** Above this many starts each is followed a little way first, and only the best of them to the end. */
const startsFollowed = 4;
const firstIterations = 30;

/**
 * Weighted least squares from the given starting points; the best end wins. Each parameter
 * is searched on a scale on which its bounds hold by construction.
 *
 * @returns `undefined` when the law is not defined at any start.
 */
export function searchParameters(
  law: ScalingLaw,
  curve: CurveArrays,
  kind: ResidualKind,
  starts: readonly (readonly number[])[],
  fixed?: FixedParameter,
  limits: SearchLimits = {},
): SearchResult | undefined {
  const { maxIterations = 300, tolerance = 1e-14 } = limits;
  const free = law.parameters.map((_, i) => i).filter((i) => i !== fixed?.index);
  const scales = free.map((i) => searchScaleOf(law.parameters[i]));
  const natural = new Float64Array(law.parameters.length);
  const slopes = new Float64Array(law.parameters.length);
  const { n, error, weight } = curve;
  const centering = law.centering && law.centering.index !== fixed?.index ? law.centering : undefined;
  const logCenter = Math.log(n[0] * n[n.length - 1]) / 2;
  const shiftSlopes = new Float64Array(law.parameters.length);

  const toNatural = (searched: ArrayLike<number>): boolean => {
    if (fixed) natural[fixed.index] = fixed.value;
    for (let k = 0; k < free.length; k++) {
      natural[free[k]] = scales[k].toNatural(searched[k]);
    }
    if (centering) natural[centering.index] *= Math.exp(centering.shift(natural, logCenter));
    for (const k of free) {
      const { lower, upper } = law.parameters[k];
      if (!(natural[k] >= lower && natural[k] <= upper && Number.isFinite(natural[k]))) return false;
    }
    return law.isFalling?.(natural) ?? true;
  };

  const problem = {
    residualCount: n.length,
    parameterCount: free.length,
    evaluate(searched: Float64Array, residuals: Float64Array, jacobian: Float64Array | undefined): boolean {
      if (!toNatural(searched)) return false;
      if (jacobian && centering) centering.slopes(natural, logCenter, shiftSlopes);
      for (let i = 0; i < n.length; i++) {
        const value = jacobian ? law.gradient(n[i], natural, slopes) : law.value(n[i], natural);
        if (!Number.isFinite(value) || (kind === "log" && !(value > 0))) return false;
        const root = Math.sqrt(weight[i]);
        residuals[i] = root * (kind === "log" ? Math.log(value / error[i]) : value - error[i]);
        if (!jacobian) continue;
        const scale = kind === "log" ? root / value : root;
        if (centering) {
          const amplitudeSlope = slopes[centering.index] * natural[centering.index];
          for (const k of free) slopes[k] += amplitudeSlope * shiftSlopes[k];
        }
        for (let k = 0; k < free.length; k++) {
          jacobian[i * free.length + k] = scale * slopes[free[k]] * scales[k].slope(natural[free[k]]);
        }
      }
      return true;
    },
  };

  const follow = (
    searched: readonly (readonly number[] | Float64Array)[],
    iterations: number,
  ): LeastSquaresResult[] =>
    searched
      .map((start) => minimizeLeastSquares(problem, start, iterations, tolerance))
      .filter((result) => result !== undefined)
      .sort((a, b) => a.sumOfSquares - b.sumOfSquares);

  // The shift is taken from the start as a whole, held parameter included: what is kept is the height of its curve.
  const scaled = liftVanished(law, error, starts).map((start) =>
    free.map((i, k) => {
      const shift = i === centering?.index ? centering.shift(start, logCenter) : 0;
      return scales[k].toSearched(start[i]) - shift;
    }),
  );
  const isMany = scaled.length > startsFollowed;
  let ends = follow(scaled, isMany ? firstIterations : maxIterations);
  if (isMany) {
    const leaders = ends.slice(0, startsFollowed);
    ends = follow(
      leaders.map((end) => end.parameters),
      maxIterations,
    );
  }
  if (ends.length === 0) return undefined;
  toNatural(ends[0].parameters);
  return { parameters: Array.from(natural), sumOfSquares: ends[0].sumOfSquares };
}

/**
 * The starts, and beside each in which a parameter has vanished one in which it is there: on a log scale the slope at 0 is
 * 0, and a search from there would leave it at 0 for good.
 */
function liftVanished(
  law: ScalingLaw,
  error: Float64Array,
  starts: readonly (readonly number[])[],
): (readonly number[])[] {
  const largest = error.reduce((a, b) => Math.max(a, b));
  const lowest = error.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), largest);
  const least = law.parameters.map((parameter) =>
    parameter.mayVanish ? 1e-3 * Math.min(sizeOf(parameter, largest), lowest) : 0,
  );
  return starts.flatMap((start) =>
    start.some((value, i) => value < least[i])
      ? [start, start.map((value, i) => Math.max(value, least[i]))]
      : [start],
  );
}
