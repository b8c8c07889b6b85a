import { solvePositiveDefinite } from "./linear-algebra.js";

/** A sum of squares to minimise over unconstrained parameters. */
export interface LeastSquaresProblem {
  residualCount: number;
  parameterCount: number;
  /**
   * Fills the residuals and, when asked, the Jacobian (`residualCount * parameterCount`, row by row).
   *
   * @returns false where the model is not defined; the step that led there is refused.
   */
  evaluate(parameters: Float64Array, residuals: Float64Array, jacobian: Float64Array | undefined): boolean;
}

/** Where a least-squares search ended. */
export interface LeastSquaresResult {
  parameters: Float64Array;
  /** Sum of squared residuals. */
  sumOfSquares: number;
  /** False when the iteration limit ended the search. */
  converged: boolean;
}

/**
 * Levenberg and Marquardt with Nielsen's damping (K. Madsen, H. B. Nielsen, O. Tingleff,
 * "Methods for non-linear least squares problems", 2004) and Marquardt's diagonal scaling.
 *
 * @returns `undefined` when the model is not defined at the start.
 */
export function minimizeLeastSquares(
  problem: LeastSquaresProblem,
  start: ArrayLike<number>,
  maxIterations = 200,
  tolerance = 1e-14,
): LeastSquaresResult | undefined {
  const { residualCount: m, parameterCount: p } = problem;
  let current = Float64Array.from(start);
  let trial = new Float64Array(p);
  let residuals = new Float64Array(m);
  let trialResiduals = new Float64Array(m);
  const jacobian = new Float64Array(m * p);
  const normal = new Float64Array(p * p);
  const damped = new Float64Array(p * p);
  const gradient = new Float64Array(p);

  if (!problem.evaluate(current, residuals, jacobian)) return undefined;
  let sum = sumOfSquares(residuals);
  if (!Number.isFinite(sum)) return undefined;
  let damping = 1e-3;
  let growth = 2;

  for (let iteration = 0; iteration < maxIterations; iteration++) {
    buildNormalEquations(jacobian, residuals, m, p, normal, gradient);
    let improved = false;
    for (let attempt = 0; attempt < 40; attempt++) {
      damped.set(normal);
      for (let i = 0; i < p; i++) damped[i * p + i] += damping * (normal[i * p + i] + 1e-12);
      const step = solvePositiveDefinite(damped, gradient, p);
      if (step) {
        let predicted = 0;
        for (let i = 0; i < p; i++) {
          trial[i] = current[i] - step[i];
          predicted += step[i] * (damping * normal[i * p + i] * step[i] + gradient[i]);
        }
        const defined = problem.evaluate(trial, trialResiduals, undefined);
        const trialSum = defined ? sumOfSquares(trialResiduals) : Infinity;
        if (trialSum < sum) {
          const ratio = (sum - trialSum) / Math.max(predicted, Number.MIN_VALUE);
          damping = Math.max(damping * Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3), 1e-18);
          growth = 2;
          const decrease = (sum - trialSum) / (sum + Number.MIN_VALUE);
          [current, trial] = [trial, current];
          [residuals, trialResiduals] = [trialResiduals, residuals];
          sum = trialSum;
          if (decrease < tolerance || sum < 1e-30)
            return { parameters: current, sumOfSquares: sum, converged: true };
          improved = true;
          break;
        }
      }
      damping *= growth;
      growth *= 2;
      if (damping > 1e18) break;
    }
    if (!improved) return { parameters: current, sumOfSquares: sum, converged: true };
    if (!problem.evaluate(current, residuals, jacobian)) break;
  }
  return { parameters: current, sumOfSquares: sum, converged: false };
}

/** Fills `J^T J` (row by row) and `J^T r`. */
function buildNormalEquations(
  jacobian: Float64Array,
  residuals: Float64Array,
  m: number,
  p: number,
  normal: Float64Array,
  gradient: Float64Array,
): void {
  normal.fill(0);
  gradient.fill(0);
  for (let r = 0; r < m; r++) {
    const row = r * p;
    for (let i = 0; i < p; i++) {
      const ji = jacobian[row + i];
      gradient[i] += ji * residuals[r];
      for (let j = 0; j <= i; j++) normal[i * p + j] += ji * jacobian[row + j];
    }
  }
  for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) normal[j * p + i] = normal[i * p + j];
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
