import { LabError, requireThat } from "../core/errors.js";
import { minimizeLeastSquares } from "../stats/least-squares.js";
import { explainUndetermined, scaleSlopes } from "./identify.js";
import {
  syntheticSurfaceGradient,
  syntheticSurfaceParameters,
  syntheticSurfaceValue,
} from "./laws/synthetic-surface.js";

/** One trained model: real and synthetic scans, and the error it reached. */
export interface SurfacePoint {
  /** Real training scans; above 0. */
  n: number;
  /** Synthetic training scans; 0 or more. */
  s: number;
  error: number;
  weight?: number;
}

/** A fitted synthetic-to-real surface. */
export interface SurfaceFit {
  /** In the order of `syntheticSurfaceParameters`. */
  parameters: number[];
  /** Root mean square of predicted - observed error. */
  rmse: number;
  pointCount: number;
  /** Whether the points span both directions well enough to tell the five parameters apart. */
  identified: boolean;
  reasons: string[];
}

/**
 * Fits the synthetic-to-real surface by least squares on the error, from fixed starting points.
 *
 * @throws LabError unless there are at least two different n and two different s, and every value is in range.
 */
export function fitSyntheticSurface(points: readonly SurfacePoint[]): SurfaceFit {
  points.forEach((point, i) => {
    requireThat(Number.isFinite(point.n) && point.n > 0, `point ${i + 1}: n`, point.n, "real scans, above 0");
    requireThat(
      Number.isFinite(point.s) && point.s >= 0,
      `point ${i + 1}: s`,
      point.s,
      "synthetic scans, 0 or more",
    );
    requireThat(
      Number.isFinite(point.error) && point.error >= 0,
      `point ${i + 1}: error`,
      point.error,
      "0 or more",
    );
  });
  const realSizes = new Set(points.map((point) => point.n)).size;
  const syntheticSizes = new Set(points.map((point) => point.s)).size;
  if (realSizes < 2 || syntheticSizes < 2) {
    throw new LabError(
      "points",
      `${realSizes} different n and ${syntheticSizes} different s`,
      "at least two of each",
    );
  }
  const size = syntheticSurfaceParameters.length;
  const natural = new Float64Array(size);
  const slopes = new Float64Array(size);
  const problem = {
    residualCount: points.length,
    parameterCount: size,
    evaluate(searched: Float64Array, residuals: Float64Array, jacobian: Float64Array | undefined): boolean {
      for (let i = 0; i < size; i++) {
        natural[i] = Math.exp(searched[i]);
        if (!(natural[i] < syntheticSurfaceParameters[i].upper)) return false;
      }
      points.forEach((point, r) => {
        const root = Math.sqrt(point.weight ?? 1);
        residuals[r] = root * (syntheticSurfaceGradient(point.n, point.s, natural, slopes) - point.error);
        if (jacobian) for (let i = 0; i < size; i++) jacobian[r * size + i] = root * slopes[i] * natural[i];
      });
      return residuals.every(Number.isFinite);
    },
  };
  let best: { parameters: number[]; sum: number } | undefined;
  for (const start of startingPoints(points)) {
    const result = minimizeLeastSquares(problem, start.map(Math.log), 500);
    if (!result || (best && result.sumOfSquares >= best.sum)) continue;
    best = { parameters: Array.from(result.parameters, Math.exp), sum: result.sumOfSquares };
  }
  if (!best)
    throw new LabError("points", `${points.length} points`, "points that the surface can start from");
  const { parameters } = best;
  const squared = points.reduce(
    (sum, { n, s, error }) => sum + (syntheticSurfaceValue(n, s, parameters) - error) ** 2,
    0,
  );
  const lack = explainLack(points.length, realSizes, syntheticSizes);
  const reasons = lack.length > 0 ? lack : findReasons(points, parameters, best.sum);
  return {
    parameters,
    rmse: Math.sqrt(squared / points.length),
    pointCount: points.length,
    identified: reasons.length === 0,
    reasons,
  };
}

/** Predicted error at n real and s synthetic scans. */
export function predictSurface(fit: SurfaceFit, n: number, s: number): number {
  return syntheticSurfaceValue(n, s, fit.parameters);
}

function startingPoints(points: readonly SurfacePoint[]): number[][] {
  const errors = points.map((point) => point.error);
  const lowest = Math.max(Math.min(...errors), 1e-6);
  const smallest = points.reduce((a, b) => (b.n < a.n ? b : a));
  const starts: number[][] = [];
  for (const share of [0.3, 0.9]) {
    for (const beta of [0.2, 0.5, 1]) {
      for (const gamma of [0.3, 2]) {
        for (const alpha of [0.05, 0.4]) {
          const reducible = Math.max(smallest.error - share * lowest, 1e-6);
          starts.push([share * lowest, (reducible * smallest.n ** beta) / (gamma + 1), beta, gamma, alpha]);
        }
      }
    }
  }
  return starts;
}

function findReasons(
  points: readonly SurfacePoint[],
  parameters: readonly number[],
  sumOfSquares: number,
): string[] {
  const p = parameters.length;
  const largest = Math.max(...points.map(({ error }) => error));
  const slopes = new Float64Array(p);
  const normal = new Float64Array(p * p);
  for (const { n, s, weight = 1 } of points) {
    syntheticSurfaceGradient(n, s, parameters, slopes);
    scaleSlopes(slopes, syntheticSurfaceParameters, parameters, largest);
    for (let a = 0; a < p; a++)
      for (let b = 0; b < p; b++) normal[a * p + b] += weight * slopes[a] * slopes[b];
  }
  return explainUndetermined(
    syntheticSurfaceParameters,
    parameters,
    normal,
    sumOfSquares,
    points.length,
    largest,
  );
}

function explainLack(count: number, realSizes: number, syntheticSizes: number): string[] {
  const reasons: string[] = [];
  if (count < 6) reasons.push(`5 parameters need at least 6 points; there are ${count}`);
  if (realSizes < 3) reasons.push(`the floor needs at least 3 different n; there are ${realSizes}`);
  if (syntheticSizes < 3)
    reasons.push(`the transfer gap needs at least 3 different s; there are ${syntheticSizes}`);
  return reasons;
}
