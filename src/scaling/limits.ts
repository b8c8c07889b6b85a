import { requireThat } from "../core/errors.js";
import { averageTails, hasFloor, weighLaws } from "./average-laws.js";
import type { LawEvidence } from "./average-laws.js";
import { toCurveArrays } from "./curve.js";
import type { CurveArrays, CurvePoint } from "./curve.js";
import { fitLaw } from "./fit.js";
import type { FitOptions, LawFit } from "./fit.js";
import { profileIntervals } from "./intervals.js";
import { floor } from "./law.js";
import type { ScalingLaw } from "./law.js";
import { scalingLaws } from "./laws/table.js";
import { searchParameters } from "./search.js";

/** The error left with unlimited data under one law. */
export interface LimitOfLaw {
  law: ScalingLaw;
  /** Share in the average, from 0 to 1. */
  weight: number;
  limit: number;
  /** Profile-likelihood interval, which takes this law for the truth. */
  low: number;
  high: number;
}

/** The error left with unlimited data, over several laws. All numbers are errors. */
export interface AveragedLimit {
  /** Weighted mean of the laws' limits, drawn in to the interval where it lies beyond; `undefined` where no law determines one. */
  limit: number | undefined;
  /** Ends of the interval averaged over the laws; `NaN` without one. */
  low: number;
  high: number;
  level: number;
  /** What the weights rest on, in words. */
  rule: string;
  /** The laws that have a limit which the points determine. */
  laws: LimitOfLaw[];
}

/**
 * The limit of a curve when nobody knows its law. The interval of one law holds if that law is true: at the five sizes of
 * the published curve the plateau's "95 %" interval holds the limit of a power law with floor in half of all curves. So
 * tail areas are averaged over the laws (`averageTails`), weighted as `weighLaws` says.
 *
 * @param options.laws default all that have a floor; those are left out that the points do not determine or that leave no
 *   degree of freedom.
 * @param options.level between 0 and 1, default 0.95.
 */
export function averageLimits(
  points: readonly CurvePoint[],
  options: FitOptions & { laws?: readonly ScalingLaw[]; level?: number } = {},
): AveragedLimit {
  const { laws = scalingLaws, level = 0.95, residual = "absolute" } = options;
  requireThat(level > 0 && level < 1, "level", level, "a number between 0 and 1");
  const curve = toCurveArrays(points);
  const withFloor = laws.filter(hasFloor);
  const fits = withFloor
    .filter((law) => curve.n.length > law.parameters.length)
    .map((law) => fitLaw(law, points, { residual }))
    .filter(({ identified }) => identified);
  const nothing = { limit: undefined, low: NaN, high: NaN, level, laws: [] };
  if (fits.length === 0) {
    const leavesSome = withFloor.some((law) => curve.n.length > law.parameters.length);
    const rule =
      leavesSome || withFloor.length === 0
        ? "the points determine no law with a limit"
        : "no law with a limit leaves a degree of freedom";
    return { ...nothing, rule };
  }
  const { weights, rule } = weighLaws(fits);
  const each = fits.map((fit, i): LimitOfLaw => {
    const { low, high } = profileIntervals(fit, points, level)[floorIndexOf(fit.law)];
    return { law: fit.law, weight: weights[i], limit: fit.law.asymptote(fit.parameters), low, high };
  });
  const evidence = fits
    .map((fit, i) => describeEvidence(fit, curve, weights[i]))
    .filter(({ weight }) => weight > 0);
  const [low, high] = averageTails(evidence, level, [0, Math.max(...curve.error)]);
  const mean = each.reduce((sum, { weight, limit }) => sum + weight * limit, 0);
  return {
    // A far law of little weight can move the mean out of an interval that passes over it.
    limit: Math.min(Math.max(mean, low), high),
    low,
    high,
    level,
    rule,
    laws: each,
  };
}

function floorIndexOf(law: ScalingLaw): number {
  return law.parameters.findIndex(({ name }) => name === floor.name);
}

function describeEvidence(fit: LawFit, curve: CurveArrays, weight: number): LawEvidence {
  const { law, parameters, residual, sumOfSquares } = fit;
  const degrees = curve.n.length - parameters.length;
  const variance = Math.max(sumOfSquares / degrees, Number.MIN_VALUE);
  const index = floorIndexOf(law);
  const best = parameters[index];
  const starts = law.startingPoints(curve.n, curve.error);
  return {
    weight,
    degrees,
    rise(value) {
      if (value === best) return 0;
      const found = searchParameters(law, curve, residual, [parameters, ...starts], { index, value });
      if (!found) return value > best ? Infinity : -Infinity;
      const rise = Math.sqrt(Math.max(found.sumOfSquares - sumOfSquares, 0) / variance);
      return value > best ? rise : -rise;
    },
  };
}
