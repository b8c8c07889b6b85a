import type { RandomStream } from "../core/random.js";
import type { CurveSet } from "./curve-bootstrap.js";
import type { CurvePoint } from "./curve.js";
import { fitLaw } from "./fit.js";
import type { ScalingLaw } from "./law.js";
import type { ResidualKind } from "./search.js";

/**
 * Curves as a law has them, with normal noise: its variance is what the fit leaves by each degree of freedom, and by the
 * weight of a point. Of a fit to logarithms the noise is of the logarithm. No error is below 0. An arm that leaves no
 * degree of freedom shows no noise and gets that of the others; with a single size, which has no law, it stays where it is.
 *
 * @returns no curves where no arm leaves a degree of freedom.
 */
export function resampleResiduals(
  observed: CurveSet,
  law: ScalingLaw,
  resamples: number,
  stream: RandomStream,
  residual: ResidualKind,
): CurveSet[] {
  const laws = Object.entries(observed).map(([arm, points]) => {
    const fit = points.length > 1 ? fitLaw(law, points, { residual }) : undefined;
    const degrees = fit ? Math.max(0, points.length - law.parameters.length) : 0;
    return { arm, points, fit, degrees, sumOfSquares: fit?.sumOfSquares ?? 0 };
  });
  const fitted = laws.filter(({ degrees }) => degrees > 0);
  if (fitted.length === 0) return [];
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const pooled = total(fitted.map((each) => each.sumOfSquares)) / total(fitted.map(({ degrees }) => degrees));
  const arms = laws.map(({ arm, points, fit, degrees, sumOfSquares }) => ({
    arm,
    points,
    spread: Math.sqrt(degrees > 0 ? sumOfSquares / degrees : pooled),
    valueAt: (point: CurvePoint) => (fit ? law.value(point.n, fit.parameters) : point.error),
  }));
  return Array.from({ length: resamples }, () =>
    Object.fromEntries(
      arms.map(({ arm, points, spread, valueAt }) => [
        arm,
        points.map((point): CurvePoint => {
          const { n, weight = 1 } = point;
          const noise = (spread / Math.sqrt(weight)) * stream.normal();
          const value = valueAt(point);
          return {
            n,
            error: residual === "log" ? value * Math.exp(noise) : Math.max(0, value + noise),
            weight,
          };
        }),
      ]),
    ),
  );
}
