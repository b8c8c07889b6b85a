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
  /** Drawn in to the bounds. */
  error: number;
  /** Whether the law's own number lies outside the bounds, where no mean can be. */
  isCut: boolean;
  low: number;
  high: number;
}

/** The error to expect at one size. */
export interface Forecast {
  n: number;
  /** Weighted mean over the laws, within its interval; `undefined` where the points determine no law. */
  error: number | undefined;
  /** Ends of the prediction interval averaged over the laws; `NaN` without one. */
  low: number;
  high: number;
  level: number;
  /** `n` over the largest size; above 1 the forecast rests on the laws alone. */
  reach: number;
  isExtrapolated: boolean;
  /** Whether n lies below the smallest size or beyond four times the largest: laws say little there. */
  isFar: boolean;
  /** What the weights rest on, in words. */
  rule: string;
  laws: ForecastOfLaw[];
}

/**
 * Times the largest size up to which a forecast counts as near. How often the intervals hold is measured at 3.2 times
 * (`npm run bench -- scaling --part limits`).
 */
export const farReach = 4;

/** How to forecast. */
export interface ForecastOptions extends FitOptions {
  /** Default all; those are left out that the points do not determine or that leave no degree of freedom. */
  laws?: readonly ScalingLaw[];
  /** Between 0 and 1; default 0.95. */
  level?: number;
  /** Weight of the mean that is forecast, as the points have it; default their average. */
  weight?: number;
  /**
   * Least and greatest error that a mean can have: default `[0, 1]`, as 1 - score has. Pass `[0, Infinity]` for a loss;
   * that is the default where an error is above 1.
   */
  bounds?: readonly [number, number];
}

/**
 * Forecasts the mean error that a training at n scans would measure, with a prediction interval: what the points leave open
 * of the curve, and the scatter of one more point about it. It knows of the scatter of the points alone: the same test
 * patients, and trainings that differ as these do.
 *
 * A value belongs to the interval when adding it as a point raises the sum of squares of the fit by no more than `t^2 s^2`;
 * for a straight line that is the textbook's interval. Over several laws tail areas are averaged. Numbers and ends beyond
 * the bounds are drawn in to them, so that every number lies within its interval.
 *
 * @throws LabError when n is not above 0, an error lies outside the bounds, or fewer than two sizes are there.
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
  const highest = Math.max(...curve.error);
  const bounds = options.bounds ?? [0, highest > 1 ? Infinity : 1];
  checkBounds(bounds, Math.min(...curve.error), highest);
  const isExtrapolated = n > largest || n < smallest;
  const isFar = n < smallest || n > farReach * largest;
  const place = { n, level, reach: n / largest, isExtrapolated, isFar };
  if (fits.length === 0)
    return {
      ...place,
      error: undefined,
      low: NaN,
      high: NaN,
      rule: explainNoLaw(laws, points.length),
      laws: [],
    };
  const { weights, rule } = weighLaws(fits);
  const evidence = fits.map((fit, i) => describeEvidence(fit, points, { n, weight }, weights[i]));
  const each = fits.map((fit, i): ForecastOfLaw => {
    const interval = averageTails([{ ...evidence[i], weight: 1 }], level, bounds);
    const own = predictError(fit, n);
    const error = drawIn(drawIn(own, bounds), interval);
    const isCut = own < bounds[0] || own > bounds[1];
    return { law: fit.law, weight: weights[i], error, isCut, low: interval[0], high: interval[1] };
  });
  const counted = evidence.filter((one) => one.weight > 0);
  const interval = averageTails(counted, level, bounds);
  // A far law of little weight can move the mean out of an interval that passes over it.
  const error = drawIn(
    each.reduce((sum, one) => sum + one.weight * one.error, 0),
    interval,
  );
  return { ...place, error, low: interval[0], high: interval[1], rule, laws: each };
}

function explainNoLaw(laws: readonly ScalingLaw[], count: number): string {
  const leavesSome = laws.some(({ parameters }) => count > parameters.length);
  return leavesSome ? "the points determine no law" : "no law leaves a degree of freedom";
}

function drawIn(value: number, [least, greatest]: readonly [number, number]): number {
  return Math.min(Math.max(value, least), greatest);
}

function checkBounds(bounds: readonly [number, number], lowest: number, highest: number): void {
  const [least, greatest] = bounds;
  const spelled = `[${least}, ${greatest}]`;
  requireThat(
    least >= 0 && Number.isFinite(least) && greatest > least,
    "bounds",
    spelled,
    "0 or more, and more than that",
  );
  requireThat(least <= lowest, "points: error", lowest, `within the bounds, ${spelled}`);
  requireThat(
    highest <= greatest,
    "points: error",
    highest,
    `within the bounds, ${spelled}`,
    "Pass other bounds.",
  );
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
