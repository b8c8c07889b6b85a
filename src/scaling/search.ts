import { minimizeLeastSquares } from "../stats/least-squares.js";
import type { CurveArrays } from "./curve.js";
import type { ScalingLaw } from "./law.js";

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

/**
 * Weighted least squares from the given starting points; the best end wins. Positive parameters are searched as
 * logarithms, so bounds hold by construction.
 *
 * @returns `undefined` when the law is not defined at any start.
 */
export function searchParameters(
  law: ScalingLaw,
  curve: CurveArrays,
  kind: ResidualKind,
  starts: readonly (readonly number[])[],
  fixed?: FixedParameter,
  maxIterations = 300,
): SearchResult | undefined {
  const free = law.parameters.map((_, i) => i).filter((i) => i !== fixed?.index);
  const natural = new Float64Array(law.parameters.length);
  const slopes = new Float64Array(law.parameters.length);
  const { n, error, weight } = curve;

  const toNatural = (searched: ArrayLike<number>): boolean => {
    if (fixed) natural[fixed.index] = fixed.value;
    for (let k = 0; k < free.length; k++) {
      const { lower, upper } = law.parameters[free[k]];
      const value = lower === 0 ? Math.exp(searched[k]) : searched[k];
      if (!(value >= lower && value <= upper && Number.isFinite(value))) return false;
      natural[free[k]] = value;
    }
    return law.isFalling?.(natural) ?? true;
  };

  const problem = {
    residualCount: n.length,
    parameterCount: free.length,
    evaluate(searched: Float64Array, residuals: Float64Array, jacobian: Float64Array | undefined): boolean {
      if (!toNatural(searched)) return false;
      for (let i = 0; i < n.length; i++) {
        const value = jacobian ? law.gradient(n[i], natural, slopes) : law.value(n[i], natural);
        if (!Number.isFinite(value) || (kind === "log" && !(value > 0))) return false;
        const root = Math.sqrt(weight[i]);
        residuals[i] = root * (kind === "log" ? Math.log(value / error[i]) : value - error[i]);
        if (!jacobian) continue;
        const scale = kind === "log" ? root / value : root;
        for (let k = 0; k < free.length; k++) {
          const chain = law.parameters[free[k]].lower === 0 ? natural[free[k]] : 1;
          jacobian[i * free.length + k] = scale * slopes[free[k]] * chain;
        }
      }
      return true;
    },
  };

  let best: SearchResult | undefined;
  for (const start of starts) {
    const searched = free.map((i) =>
      law.parameters[i].lower === 0 ? Math.log(Math.max(start[i], 1e-300)) : start[i],
    );
    const result = minimizeLeastSquares(problem, searched, maxIterations);
    if (!result || (best && result.sumOfSquares >= best.sumOfSquares)) continue;
    toNatural(result.parameters);
    best = { parameters: Array.from(natural), sumOfSquares: result.sumOfSquares };
  }
  return best;
}
