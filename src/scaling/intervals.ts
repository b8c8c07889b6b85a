import { studentTwoSided } from "../stats/distributions.js";
import { findRoot } from "../stats/minimize.js";
import { toCurveArrays } from "./curve.js";
import type { CurvePoint } from "./curve.js";
import type { LawFit } from "./fit.js";
import { searchParameters } from "./search.js";

/** A parameter with the range of values the points do not contradict. */
export interface ParameterInterval {
  name: string;
  unit: string;
  /** Best value; `undefined` when the points do not identify it. */
  estimate: number | undefined;
  /** `-Infinity` or the parameter's bound where the interval is open below. */
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
 * @returns one a parameter. With no more points than parameters all intervals are open.
 */
export function profileIntervals(
  fit: LawFit,
  points: readonly CurvePoint[],
  level = 0.95,
): ParameterInterval[] {
  const curve = toCurveArrays(points);
  const { law } = fit;
  const degrees = curve.n.length - law.parameters.length;
  const estimateOf = (i: number): number | undefined => (fit.identified ? fit.parameters[i] : undefined);
  if (degrees < 1) {
    return law.parameters.map(({ name, unit, lower, upper }, i) => ({
      name,
      unit,
      estimate: estimateOf(i),
      low: lower,
      high: upper,
    }));
  }
  const t = studentTwoSided(level, degrees);
  const allowed = fit.sumOfSquares * (1 + (t * t) / degrees);

  return law.parameters.map((parameter, index) => {
    const logScale = parameter.lower === 0;
    const toSearched = (value: number): number => (logScale ? Math.log(Math.max(value, 1e-300)) : value);
    const toNatural = (searched: number): number => (logScale ? Math.exp(searched) : searched);
    const center = toSearched(fit.parameters[index]);

    const side = (direction: 1 | -1): number => {
      const bound = direction < 0 ? parameter.lower : parameter.upper;
      let start = fit.parameters;
      const excess = (searched: number): number => {
        const fixed = { index, value: toNatural(searched) };
        const found = searchParameters(law, curve, fit.residual, [start, fit.parameters], fixed, 100);
        if (!found) return Number.MAX_VALUE;
        start = found.parameters;
        return found.sumOfSquares - allowed;
      };
      let inside = center;
      let step = logScale ? 0.02 : 0.02 * Math.max(1, Math.abs(center));
      for (let i = 0; i < 40; i++) {
        const outside = center + direction * step;
        const beyond =
          direction < 0
            ? toNatural(outside) <= Math.max(parameter.lower, 1e-12 * fit.parameters[index])
            : toNatural(outside) >= parameter.upper;
        if (beyond || !Number.isFinite(toNatural(outside)) || Math.abs(outside - center) > 40) return bound;
        if (excess(outside) > 0) {
          return toNatural(
            findRoot(excess, Math.min(inside, outside), Math.max(inside, outside), 1e-7) ?? outside,
          );
        }
        inside = outside;
        step *= 1.7;
      }
      return bound;
    };
    return {
      name: parameter.name,
      unit: parameter.unit,
      estimate: estimateOf(index),
      low: side(-1),
      high: side(1),
    };
  });
}
