import { requireThat } from "../core/errors.js";
import { averageTails, weighLaws } from "./average-laws.js";
import type { LawEvidence } from "./average-laws.js";
import { toCurveArrays } from "./curve.js";
import type { CurvePoint } from "./curve.js";
import { fitCurve, fitLaw, predictError } from "./fit.js";
import type { FitOptions, LawFit } from "./fit.js";
import type { ScalingLaw } from "./law.js";
import { scalingLaws } from "./laws/table.js";
import { searchParameters } from "./search.js";

/** What one law says of a size. */
export interface ForecastOfLaw {
  law: ScalingLaw;
  /** Share in the average, from 0 to 1. */
  weight: number;
  error: number;
  low: number;
  high: number;
}

/** The error to expect at one size. */
export interface Forecast {
  n: number;
  /** Weighted mean over the laws; `undefined` where the points determine no law. */
  error: number | undefined;
  /** Ends of the prediction interval averaged over the laws; `NaN` without one. */
  low: number;
  high: number;
  level: number;
  /** `n` over the largest size; above 1 the forecast rests on the laws alone. */
  reach: number;
  isExtrapolated: boolean;
  /** What the weights rest on, in words. */
  rule: string;
  laws: ForecastOfLaw[];
}

/** How to forecast. */
export interface ForecastOptions extends FitOptions {
  /** Default all; those are left out that the points do not determine or that leave no degree of freedom. */
  laws?: readonly ScalingLaw[];
  /** Between 0 and 1; default 0.95. */
  level?: number;
  /** Weight of the mean that is forecast, as the points have it; default their average. */
  weight?: number;
}

/**
 * Forecasts the mean error that a training at n scans would measure, with a prediction interval: what the points leave open
 * of the curve, and the scatter of one more point about it. It knows of the scatter of the points alone: the same test
 * patients, and trainings that differ as these do.
 *
 * A value belongs to the interval when adding it as a point raises the sum of squares of the fit by no more than `t^2 s^2`;
 * for a straight line that is the textbook's interval. Over several laws tail areas are averaged.
 *
 * @throws LabError when n is not above 0 or fewer than two sizes are there.
 */
export function forecastCurve(
  points: readonly CurvePoint[],
  n: number,
  options: ForecastOptions = {},
): Forecast {
  const { laws = scalingLaws, level = 0.95, residual = "absolute" } = options;
  requireThat(n > 0 && Number.isFinite(n), "n", n, "a number of scans above 0");
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const curve = toCurveArrays(points);
  const largest = curve.n[curve.n.length - 1];
  const smallest = curve.n[0];
  const weight = options.weight ?? curve.weight.reduce((sum, each) => sum + each, 0) / curve.n.length;
  requireThat(weight > 0 && Number.isFinite(weight), "weight", weight, "a finite number above 0");
  const fits = laws
    .filter((law) => points.length > law.parameters.length)
    .map((law) => fitLaw(law, points, { residual }))
    .filter(({ identified }) => identified);
  const place = { n, level, reach: n / largest, isExtrapolated: n > largest || n < smallest };
  if (fits.length === 0)
    return { ...place, error: undefined, low: NaN, high: NaN, rule: "the points determine no law", laws: [] };
  const { weights, rule } = weighLaws(fits);
  const evidence = fits.map((fit, i) => describeEvidence(fit, points, { n, weight }, weights[i]));
  const range: [number, number] = [0, 2 * Math.max(...curve.error)];
  const each = fits.map((fit, i): ForecastOfLaw => {
    const [low, high] = averageTails([{ ...evidence[i], weight: 1 }], level, range);
    return { law: fit.law, weight: weights[i], error: predictError(fit, n), low, high };
  });
  const counted = evidence.filter((one) => one.weight > 0);
  const [low, high] = averageTails(counted, level, range);
  const error = each.reduce((sum, one) => sum + one.weight * one.error, 0);
  return { ...place, error, low, high, rule, laws: each };
}

function describeEvidence(
  fit: LawFit,
  points: readonly CurvePoint[],
  place: { n: number; weight: number },
  share: number,
): LawEvidence {
  const { law, residual, sumOfSquares } = fit;
  const degrees = points.length - law.parameters.length;
  const variance = Math.max(sumOfSquares / degrees, Number.MIN_VALUE);
  const best = predictError(fit, place.n);
  return {
    weight: share,
    degrees,
    rise(error) {
      if (error === best) return 0;
      // A logarithm has no 0.
      const value = residual === "log" ? Math.max(error, 1e-12) : error;
      const curve = toCurveArrays([...points, { ...place, error: value }]);
      const isSeparable = law.separable && residual === "absolute";
      const found = isSeparable
        ? fitCurve(law, curve, residual)
        : searchParameters(law, curve, residual, [fit.parameters]);
      if (!found) return error > best ? Infinity : -Infinity;
      const rise = Math.sqrt(Math.max(found.sumOfSquares - sumOfSquares, 0) / variance);
      return error > best ? rise : -rise;
    },
  };
}
