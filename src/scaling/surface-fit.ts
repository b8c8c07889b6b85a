import { LabError, requireThat } from "../core/errors.js";
import { minimizeLeastSquares } from "../stats/least-squares.js";
import type { LeastSquaresProblem } from "../stats/least-squares.js";
import { correctedAkaike } from "./fit.js";
import { explainUndetermined, scaleSlopes } from "./identify.js";
import type { ResidualKind } from "./search.js";
import type { SurfaceLaw, SurfacePoint } from "./surface-law.js";

/** How a surface is fitted. */
export interface SurfaceFitOptions {
  /** `absolute` (default): differences of the error. `log`: of its logarithm. */
  residual?: ResidualKind;
  /**
   * Huber's delta, in the unit of the residual: a residual beyond it counts by its size and not its square, so that points
   * far off pull no harder. Default none: least squares.
   */
  huberDelta?: number;
}

/** A fitted law of two amounts. */
export interface SurfaceFit {
  law: SurfaceLaw;
  /** In the order of `law.parameters`. */
  parameters: number[];
  /** Half the weighted sum of squares, or the sum of Huber's loss. */
  loss: number;
  /** Root mean square of predicted - observed error, unweighted. */
  rmse: number;
  /** Corrected Akaike criterion of the least squares; `NaN` with Huber's loss, `Infinity` with too few points. */
  aicc: number;
  pointCount: number;
  /** Whether the points span both directions well enough to tell the parameters apart. */
  identified: boolean;
  reasons: string[];
}

/**
 * Fits a law of two amounts by least squares or Huber's loss, from fixed starting points.
 *
 * @param points at least two different n and two different s.
 * @throws LabError when there are fewer, a value is out of range, or no start is defined.
 */
export function fitSurface(
  law: SurfaceLaw,
  points: readonly SurfacePoint[],
  options: SurfaceFitOptions = {},
): SurfaceFit {
  const { residual = "absolute", huberDelta } = options;
  points.forEach((point, i) => checkPoint(law, point, i, residual));
  requireThat(
    huberDelta === undefined || (huberDelta > 0 && Number.isFinite(huberDelta)),
    "huberDelta",
    huberDelta,
    "a finite number above 0",
  );
  const sizes = [new Set(points.map(({ n }) => n)).size, new Set(points.map(({ s }) => s)).size] as const;
  if (Math.min(...sizes) < 2)
    throw new LabError(
      "points",
      `${sizes[0]} different n and ${sizes[1]} different s`,
      "at least two of each",
    );

  const problem = createProblem(law, points, residual, huberDelta);
  let best: { parameters: number[]; sum: number } | undefined;
  for (const start of law.startingPoints(points)) {
    const result = minimizeLeastSquares(problem, start.map(Math.log), huberDelta === undefined ? 500 : 3000);
    if (!result || (best && result.sumOfSquares >= best.sum)) continue;
    best = { parameters: Array.from(result.parameters, Math.exp), sum: result.sumOfSquares };
  }
  if (!best)
    throw new LabError("points", `${points.length} points`, "points that the surface can start from");
  const { parameters, sum } = best;
  const squared = points.reduce(
    (total, { n, s, error }) => total + (law.value(n, s, parameters) - error) ** 2,
    0,
  );
  const lack = explainLack(law, points.length, sizes);
  const reasons = lack.length > 0 ? lack : findReasons(law, points, parameters, sum, residual);
  return {
    law,
    parameters,
    loss: sum / 2,
    rmse: Math.sqrt(squared / points.length),
    aicc: huberDelta === undefined ? correctedAkaike(sum, points.length, law.parameters.length) : NaN,
    pointCount: points.length,
    identified: reasons.length === 0,
    reasons,
  };
}

/** Predicted error at n and s. */
export function predictSurface(fit: Pick<SurfaceFit, "law" | "parameters">, n: number, s: number): number {
  return fit.law.value(n, s, fit.parameters);
}

function checkPoint(
  law: SurfaceLaw,
  { n, s, error, weight = 1 }: SurfacePoint,
  i: number,
  kind: ResidualKind,
): void {
  const name = `point ${i + 1}`;
  const isFinite = Number.isFinite;
  requireThat(isFinite(n) && n > 0, `${name}: n`, n, `${law.amounts[0]}, above 0`);
  if (law.isDefinedWithoutS)
    requireThat(isFinite(s) && s >= 0, `${name}: s`, s, `${law.amounts[1]}, 0 or more`);
  else requireThat(isFinite(s) && s > 0, `${name}: s`, s, `${law.amounts[1]}, above 0`);
  requireThat(isFinite(error) && error >= 0, `${name}: error`, error, "0 or more");
  if (kind === "log") requireThat(error > 0, `${name}: error`, error, "an error above 0 for log residuals");
  requireThat(isFinite(weight) && weight > 0, `${name}: weight`, weight, "a finite number above 0");
}

function createProblem(
  law: SurfaceLaw,
  points: readonly SurfacePoint[],
  residual: ResidualKind,
  delta: number | undefined,
): LeastSquaresProblem {
  const size = law.parameters.length;
  const natural = new Float64Array(size);
  const slopes = new Float64Array(size);
  return {
    residualCount: points.length,
    parameterCount: size,
    evaluate(searched, residuals, jacobian) {
      for (let i = 0; i < size; i++) {
        natural[i] = Math.exp(searched[i]);
        if (!(natural[i] < law.parameters[i].upper)) return false;
      }
      points.forEach(({ n, s, error, weight = 1 }, r) => {
        const value = law.gradient(n, s, natural, slopes);
        const difference = residual === "log" ? Math.log(value / error) : value - error;
        const { at, slope } = bend(difference, delta);
        const root = Math.sqrt(weight);
        residuals[r] = root * at;
        if (!jacobian) return;
        const scale = (root * slope) / (residual === "log" ? value : 1);
        for (let i = 0; i < size; i++) jacobian[r * size + i] = scale * slopes[i] * natural[i];
      });
      return residuals.every(Number.isFinite);
    },
  };
}

/** The number whose half square is Huber's loss of a residual, and its derivative: least squares of it are Huber's fit. */
function bend(residual: number, delta = Infinity): { at: number; slope: number } {
  const size = Math.abs(residual);
  if (size <= delta) return { at: residual, slope: 1 };
  const at = Math.sqrt(2 * delta * size - delta * delta);
  return { at: Math.sign(residual) * at, slope: delta / at };
}

function findReasons(
  law: SurfaceLaw,
  points: readonly SurfacePoint[],
  parameters: readonly number[],
  sumOfSquares: number,
  residual: ResidualKind,
): string[] {
  const p = parameters.length;
  const largest = Math.max(...points.map(({ error }) => error));
  const slopes = new Float64Array(p);
  const normal = new Float64Array(p * p);
  for (const { n, s, weight = 1 } of points) {
    const value = law.gradient(n, s, parameters, slopes);
    scaleSlopes(slopes, law.parameters, parameters, largest);
    const scale = weight / (residual === "log" ? value * value : 1);
    for (let a = 0; a < p; a++)
      for (let b = 0; b < p; b++) normal[a * p + b] += scale * slopes[a] * slopes[b];
  }
  return explainUndetermined(law.parameters, parameters, normal, sumOfSquares, points.length, largest);
}

function explainLack(law: SurfaceLaw, count: number, [n, s]: readonly [number, number]): string[] {
  const p = law.parameters.length;
  const [neededN, neededS] = law.sizesNeeded;
  const reasons: string[] = [];
  if (count <= p) reasons.push(`${p} parameters need at least ${p + 1} points; there are ${count}`);
  if (n < neededN) reasons.push(`the law needs at least ${neededN} different n; there are ${n}`);
  if (s < neededS) reasons.push(`the law needs at least ${neededS} different s; there are ${s}`);
  return reasons;
}
