import { LabError } from "../core/errors.js";
import { toCurveArrays } from "./curve.js";
import type { CurveArrays, CurvePoint } from "./curve.js";
import { explainUndetermined, scaleSlopes } from "./identify.js";
import type { ScalingLaw } from "./law.js";
import { searchParameters } from "./search.js";
import type { ResidualKind } from "./search.js";
import { createSeparableFitter } from "./separable.js";

/** How to fit. */
export interface FitOptions {
  /** `absolute` (default): squared differences of the error. `log`: of its logarithm, for losses over many decades. */
  residual?: ResidualKind;
}

/** A fitted law. */
export interface LawFit {
  law: ScalingLaw;
  /** In the order of `law.parameters`. */
  parameters: number[];
  residual: ResidualKind;
  /** Weighted sum of squared residuals. */
  sumOfSquares: number;
  /** Root mean square of predicted - observed error over the points, unweighted, in units of the error. */
  rmse: number;
  /** Corrected Akaike criterion; `Infinity` when there are too few points to correct for. */
  aicc: number;
  pointCount: number;
  /** Whether the points determine every parameter. */
  identified: boolean;
  /** Why not, in words; empty when identified. */
  reasons: string[];
}

/**
 * Fits a law to a curve by weighted least squares without a lucky start: separable laws by variable projection, the
 * others from fixed starting points taken from the data.
 *
 * @param points at least two, in any order; repeats of one n are allowed.
 * @throws LabError on fewer than two different n, on bad values, or for `log` residuals with an error of 0.
 */
export function fitLaw(law: ScalingLaw, points: readonly CurvePoint[], options: FitOptions = {}): LawFit {
  const curve = toCurveArrays(points);
  return fitCurve(law, curve, options.residual ?? "absolute");
}

/** {@link fitLaw} on checked arrays, for loops over resamples. */
export function fitCurve(law: ScalingLaw, curve: CurveArrays, residual: ResidualKind): LawFit {
  if (curve.distinctCount < 2) {
    throw new LabError("curve", curve.distinctCount, "at least two different n", "Add training-set sizes.");
  }
  if (residual === "log" && curve.error.some((error) => error === 0)) {
    throw new LabError("curve", 0, "errors above 0 for log residuals", 'Use residual "absolute".');
  }
  const found = searchBest(law, curve, residual);
  const count = curve.n.length;
  const reasons = findReasons(law, curve, found, residual);
  return {
    law,
    parameters: found.parameters,
    residual,
    sumOfSquares: found.sumOfSquares,
    rmse: rootMeanSquare(law, curve, found.parameters),
    aicc: correctedAkaike(found.sumOfSquares, count, law.parameters.length),
    pointCount: count,
    identified: reasons.length === 0,
    reasons,
  };
}

/** A law with its parameters: all that a prediction needs. */
export type FittedLaw = Pick<LawFit, "law" | "parameters">;

/** Predicted error at n scans. */
export function predictError(fit: FittedLaw, n: number): number {
  return fit.law.value(n, fit.parameters);
}

/** Corrected Akaike criterion of a least-squares fit with one more parameter for the noise. */
export function correctedAkaike(sumOfSquares: number, count: number, parameterCount: number): number {
  const k = parameterCount + 1;
  if (count - k - 1 <= 0) return Infinity;
  return (
    count * Math.log(Math.max(sumOfSquares, 1e-300) / count) + 2 * k + (2 * k * (k + 1)) / (count - k - 1)
  );
}

interface FoundFit {
  parameters: number[];
  sumOfSquares: number;
}

function searchBest(law: ScalingLaw, curve: CurveArrays, residual: ResidualKind): FoundFit {
  // An error of 0, a perfect score, has no logarithm to start from.
  const least = 1e-4 * Math.max(...curve.error);
  const starts = law.startingPoints(
    curve.n,
    curve.error.map((error) => Math.max(error, least, Number.MIN_VALUE)),
  );
  if (law.separable) {
    const { floorIndex, amplitudeIndex, rateIndex } = law.separable;
    const point = createSeparableFitter(law, curve.n)(curve.error, curve.weight);
    const parameters = new Array<number>(3);
    parameters[floorIndex] = point.floor;
    parameters[amplitudeIndex] = point.amplitude;
    parameters[rateIndex] = point.rate;
    if (residual === "absolute") return { parameters, sumOfSquares: point.sumOfSquares };
    starts.unshift(parameters);
  }
  const found = searchParameters(law, curve, residual, starts);
  if (!found)
    throw new LabError(
      "curve",
      `${curve.n.length} points`,
      `points that the ${law.title.toLowerCase()} can start from`,
    );
  return found;
}

function rootMeanSquare(law: ScalingLaw, curve: CurveArrays, parameters: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < curve.n.length; i++) sum += (law.value(curve.n[i], parameters) - curve.error[i]) ** 2;
  return Math.sqrt(sum / curve.n.length);
}

function meanOfSmallest({ n, error, weight }: CurveArrays): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; n[i] === n[0]; i++) {
    sum += weight[i] * error[i];
    total += weight[i];
  }
  return sum / total;
}

function findReasons(law: ScalingLaw, curve: CurveArrays, fit: FoundFit, residual: ResidualKind): string[] {
  const { parameters, sumOfSquares } = fit;
  const p = law.parameters.length;
  if (curve.distinctCount < p) {
    return [`${p} parameters need at least ${p} different n; the curve has ${curve.distinctCount}`];
  }
  const least = meanOfSmallest(curve);
  if (!curve.error.some((error, i) => curve.n[i] > curve.n[0] && error < least)) {
    return [
      `no error below ${Number(least.toPrecision(4))}, that of the smallest n: there is no fall to fit`,
    ];
  }
  const largest = Math.max(...curve.error);
  const slopes = new Float64Array(p);
  const normal = new Float64Array(p * p);
  let value = NaN;
  for (let i = 0; i < curve.n.length; i++) {
    if (curve.n[i] !== curve.n[i - 1]) {
      value = law.gradient(curve.n[i], parameters, slopes);
      scaleSlopes(slopes, law.parameters, parameters, largest);
    }
    const scale = curve.weight[i] / (residual === "log" ? value * value : 1);
    for (let a = 0; a < p; a++)
      for (let b = 0; b < p; b++) normal[a * p + b] += scale * slopes[a] * slopes[b];
  }
  return explainUndetermined(law.parameters, parameters, normal, sumOfSquares, curve.n.length, largest);
}
