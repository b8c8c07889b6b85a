import type { BootstrapMethod } from "../stats/bootstrap.js";
import { hasFloor } from "./average-laws.js";
import type { ResampledUnit } from "./curve-bootstrap.js";
import { intervalOverReplicates } from "./curve-interval.js";
import type { CurvePoint } from "./curve.js";
import type { LawFit } from "./fit.js";
import { profileIntervals } from "./intervals.js";
import { floor } from "./law.js";
import { refitLaw } from "./refit.js";

/** How the interval of one law's limit is taken: from the scatter of the points about the law, or from drawn curves. */
export type LimitMethod = "profile" | BootstrapMethod;

/** The error left with unlimited data under one law, with its interval. */
export interface LimitInterval {
  /** `undefined` where the points do not determine the law. */
  estimate: number | undefined;
  /** Ends of the 95 % interval; `NaN` without one. */
  low: number;
  high: number;
  /** What was used: `bca` falls back to `percentile` where it is not defined; `undefined` without an interval. */
  method: LimitMethod | undefined;
  /** Why there is no interval, in words; `undefined` where there is one. */
  reason: string | undefined;
}

/** Curves that were drawn, as the points of one arm. */
export interface DrawnCurves {
  unit: ResampledUnit;
  replicates: readonly (readonly CurvePoint[])[];
  /** One unit left out at a time, for `bca`. */
  leftOut: readonly (readonly CurvePoint[])[];
}

/**
 * The method whose measured coverage is better (`npm run bench -- scaling --part limits`, 95 % intervals of the limit of a
 * law that is true). Without patients that is the profile: 93 to 96 % for bare points or seeds, where percentiles of drawn
 * curves hold the limit in 71 to 87 %. With patients it is percentiles, 87 to 98 % where the profile has 72 to 94: all sizes
 * share the patients, and the scatter of the points about a law does not show how other patients would move the whole curve.
 */
export function chooseLimitMethod(unit: ResampledUnit): LimitMethod {
  return unit === "patients" || unit === "patients and seeds" ? "percentile" : "profile";
}

/**
 * The limit of one fitted law with its 95 % interval, which takes that law for the truth.
 *
 * @param drawn needed by `percentile` and `bca` alone.
 */
export function limitInterval(
  fit: LawFit,
  points: readonly CurvePoint[],
  method: LimitMethod,
  drawn: DrawnCurves,
): LimitInterval {
  const none = { low: NaN, high: NaN, method: undefined };
  if (!fit.identified) return { ...none, estimate: undefined, reason: fit.reasons.join("; ") };
  const { law, parameters, residual } = fit;
  const estimate = law.asymptote(parameters);
  if (!hasFloor(law)) return { ...none, estimate, reason: "the law itself sets its limit" };
  const hasScatter = points.length > parameters.length;
  if (!hasScatter && (method === "profile" || drawn.unit === "residuals"))
    return { ...none, estimate, reason: "no degree of freedom left" };
  if (method === "profile") {
    const { low, high } = profileIntervals(fit, points).find(({ name }) => name === floor.name)!;
    return { estimate, low, high, method, reason: undefined };
  }
  if (drawn.replicates.length === 0) return { ...none, estimate, reason: "no resamples" };
  const limitsOf = (curves: DrawnCurves["replicates"]): number[] =>
    refitLaw(law, curves, { residual }).map((each) => law.asymptote(each));
  const found = intervalOverReplicates(limitsOf(drawn.replicates), estimate, {
    method,
    leftOut: method === "bca" ? limitsOf(drawn.leftOut) : [],
  });
  const used = found.method === "bca" ? "bca" : "percentile";
  return { estimate, low: found.low, high: found.high, method: used, reason: undefined };
}
