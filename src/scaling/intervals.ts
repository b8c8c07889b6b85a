import { studentTwoSided } from "../stats/distributions.js";
import { factorCholesky, solvePositiveDefinite } from "../stats/linear-algebra.js";
import { toCurveArrays } from "./curve.js";
import type { CurveArrays, CurvePoint } from "./curve.js";
import type { LawFit } from "./fit.js";
import { sizeOf } from "./identify.js";
import type { LawParameter, ScalingLaw } from "./law.js";
import { searchScaleOf } from "./search-scale.js";
import type { SearchScale } from "./search-scale.js";
import { searchParameters } from "./search.js";
import type { ResidualKind } from "./search.js";

/** A parameter with the range of values the points do not contradict. */
export interface ParameterInterval {
  name: string;
  unit: string;
  /** Best value; `undefined` when the points do not identify it. */
  estimate: number | undefined;
  /**
   * The parameter's bound, perhaps infinite, where the interval is open on that side. A floor ends at the largest error.
   * `NaN` where no degree of freedom is left.
   */
  low: number;
  high: number;
}

/**
 * Profile-likelihood intervals of a fit's parameters: a value belongs to the interval when the best fit with the
 * parameter held there raises the sum of squares by no more than `t^2 s^2`, with Student's t and the residual variance
 * (D. Bates and D. Watts, "Nonlinear regression analysis and its applications", 1988, chapter 6). Unlike
 * "estimate +- 2 standard errors" they may be lopsided, and open where the data set no limit.
 *
 * @param level between 0 and 1, default 0.95.
 * @returns one per parameter. With no more points than parameters there is no scatter to tell an interval by, and no
 *   interval: all ends are `NaN`.
 */
export function profileIntervals(
  fit: LawFit,
  points: readonly CurvePoint[],
  level = 0.95,
): ParameterInterval[] {
  const curve = toCurveArrays(points);
  const { parameters } = fit.law;
  const degrees = curve.n.length - parameters.length;
  const ends =
    degrees < 1
      ? parameters.map((): [number, number] => [NaN, NaN])
      : followProfiles(fit, curve, studentTwoSided(level, degrees), degrees);
  return parameters.map(({ name, unit }, i) => ({
    name,
    unit,
    estimate: fit.identified ? fit.parameters[i] : undefined,
    low: ends[i][0],
    high: ends[i][1],
  }));
}

/** Where a profile was asked: the held parameter on its searched scale, the best others, and the rise in units of s. */
interface ProfilePoint {
  searched: number;
  parameters: readonly number[];
  /** Square root of the rise of the sum of squares over `s^2`: nearly a straight line in `searched`. */
  rise: number;
}

/** The scale a profile is walked on: a parameter that may vanish by its size, since no ratio leads to 0 or away from it. */
function profileScaleOf(parameter: LawParameter, largestError: number): SearchScale {
  if (!parameter.mayVanish) return searchScaleOf(parameter);
  const size = sizeOf(parameter, largestError);
  return { toSearched: (value) => value / size, toNatural: (share) => share * size, slope: () => size };
}

/** Bound above: what the curve falls to is not more than the largest error. */
function highestOf({ mayVanish, unit, upper }: LawParameter, largestError: number): number {
  return mayVanish && unit === "error" ? Math.min(upper, largestError) : upper;
}

/** Beyond a factor of e^40 a parameter has no end that means anything. */
const farthest = 40;
const endTolerance = 1e-5;

function followProfiles(fit: LawFit, curve: CurveArrays, t: number, degrees: number): [number, number][] {
  const { law, residual } = fit;
  const variance = Math.max(fit.sumOfSquares / degrees, Number.MIN_VALUE);
  const largestError = Math.max(...curve.error);
  const scales = law.parameters.map((parameter) => profileScaleOf(parameter, largestError));
  const errors = standardErrors(law, curve, fit.parameters, residual, variance, scales);

  return law.parameters.map((parameter, index) => {
    const scale = scales[index];
    const center: ProfilePoint = {
      searched: scale.toSearched(fit.parameters[index]),
      parameters: fit.parameters,
      rise: 0,
    };
    const ask = (searched: number, near: ProfilePoint, beyond: ProfilePoint): ProfilePoint | undefined => {
      const fixed = { index, value: scale.toNatural(searched) };
      const allowed = fit.sumOfSquares + t * t * variance;
      const search = (from: readonly number[]): ReturnType<typeof searchParameters> =>
        searchParameters(law, curve, residual, [from], fixed, { maxIterations: 100, tolerance: 1e-10 });
      let found = search(extrapolate(law.parameters, near, beyond, searched));
      // A search that went astray would end the interval too early: outside it must be so from other starts, too.
      for (const start of [near.parameters, fit.parameters]) {
        if (found && found.sumOfSquares <= allowed) break;
        const other = search(start);
        if (other && !(found && found.sumOfSquares <= other.sumOfSquares)) found = other;
      }
      return (
        found && {
          searched,
          parameters: found.parameters,
          rise: Math.sqrt(Math.max(found.sumOfSquares - fit.sumOfSquares, 0) / variance),
        }
      );
    };
    const step = Math.min(Math.max(t * errors[index], 1e-9), 0.5);
    const side = (direction: 1 | -1): number => {
      const bound = direction < 0 ? parameter.lower : highestOf(parameter, largestError);
      const isBeyond = (searched: number): boolean => {
        if (parameter.mayVanish) return searched < 0;
        const value = scale.toNatural(searched);
        if (!Number.isFinite(value) || Math.abs(searched - center.searched) > farthest) return true;
        const margin = 1e-4 * (parameter.upper - parameter.lower);
        if (direction > 0) return value >= parameter.upper - margin;
        return value <= (parameter.lower === 0 ? 1e-12 * fit.parameters[index] : parameter.lower + margin);
      };
      let before = center;
      let inside = center;
      let searched = center.searched + direction * step;
      for (let i = 0; i < 60; i++) {
        if (parameter.mayVanish && inside.searched > 0) searched = Math.max(searched, 0);
        if (isBeyond(searched)) return bound;
        const point = ask(searched, inside, before);
        if (!point || point.rise > t) return scale.toNatural(narrow(ask, before, inside, point, searched, t));
        before = inside;
        inside = point;
        const stride = Math.abs(point.searched - center.searched);
        searched +=
          direction * stride * Math.min(Math.max((1.1 * t) / Math.max(point.rise, 1e-9) - 1, 0.1), 1.5);
      }
      return bound;
    };
    return [side(-1), side(1)];
  });
}

/** Closes in on `rise = t` between a point inside and one outside (or not defined), by false position with halving. */
function narrow(
  ask: (searched: number, near: ProfilePoint, beyond: ProfilePoint) => ProfilePoint | undefined,
  before: ProfilePoint,
  inside: ProfilePoint,
  outside: ProfilePoint | undefined,
  outsideAt: number,
  t: number,
): number {
  let low = { at: inside.searched, excess: inside.rise - t };
  let high = { at: outsideAt, excess: outside ? outside.rise - t : Infinity };
  let near = inside;
  let beyond = outside ?? before;
  let lastSide = 0;
  for (let i = 0; i < 60; i++) {
    const share = Number.isFinite(high.excess) ? low.excess / (low.excess - high.excess) : 0.5;
    const at = low.at + share * (high.at - low.at);
    const point = ask(at, near, beyond);
    const excess = point ? point.rise - t : Infinity;
    if (
      Math.abs(excess) <= endTolerance * t ||
      Math.abs(high.at - low.at) <= 1e-9 * Math.max(1, Math.abs(at))
    )
      return at;
    if (excess > 0) {
      high = { at, excess };
      if (lastSide > 0) low.excess /= 2;
      lastSide = 1;
      if (point) beyond = point;
    } else {
      low = { at, excess };
      if (lastSide < 0 && Number.isFinite(high.excess)) high.excess /= 2;
      lastSide = -1;
      near = point!;
    }
  }
  return (low.at + high.at) / 2;
}

/** Where the other parameters are likely to be best: on the line through the last two points of the profile. */
function extrapolate(
  parameters: readonly LawParameter[],
  near: ProfilePoint,
  beyond: ProfilePoint,
  searched: number,
): number[] {
  const width = near.searched - beyond.searched;
  if (width === 0) return [...near.parameters];
  const share = Math.min(Math.max((searched - near.searched) / width, -2), 2);
  return parameters.map((parameter, i) => {
    const scale = searchScaleOf(parameter);
    const here = scale.toSearched(near.parameters[i]);
    const moved = Math.min(Math.max(share * (here - scale.toSearched(beyond.parameters[i])), -1), 1);
    return scale.toNatural(here + moved);
  });
}

/** Standard errors on the searched scale from the normal equations; 1 where they are singular. */
function standardErrors(
  law: ScalingLaw,
  curve: CurveArrays,
  parameters: readonly number[],
  residual: ResidualKind,
  variance: number,
  scales: readonly SearchScale[],
): number[] {
  const p = parameters.length;
  const slopes = new Float64Array(p);
  const normal = new Float64Array(p * p);
  for (let i = 0; i < curve.n.length; i++) {
    const value = law.gradient(curve.n[i], parameters, slopes);
    for (let a = 0; a < p; a++) slopes[a] *= scales[a].slope(parameters[a]);
    const scale = curve.weight[i] / (residual === "log" ? value * value : 1);
    for (let a = 0; a < p; a++)
      for (let b = 0; b < p; b++) normal[a * p + b] += scale * slopes[a] * slopes[b];
  }
  if (!factorCholesky(normal, p)) return parameters.map(() => 1);
  return parameters.map((_, a) => {
    const unit = Float64Array.from({ length: p }, (_, j) => (j === a ? 1 : 0));
    const inverse = solvePositiveDefinite(normal, unit, p);
    const error = inverse ? Math.sqrt(variance * inverse[a]) : 1;
    return Number.isFinite(error) ? error : 1;
  });
}
