import { solvePositiveDefinite, symmetricEigenvalues } from "../stats/linear-algebra.js";
import type { LawParameter } from "./law.js";

/** A factor of a thousand either way: a parameter known no better than that is not known. */
const widestLogError = Math.log(1000) / 2;
/** Its whole size either way: a parameter that may vanish and is known no better than that is not known. */
const widestShare = 1;
/** Below this share of its scale a parameter that may vanish has done so. */
const vanishedShare = 1e-6;

/**
 * Size that a parameter which may vanish is measured by, in its own unit.
 *
 * @param largestError of the points; above 0.
 */
export function sizeOf({ unit }: LawParameter, largestError: number): number {
  return unit === "error" ? largestError : 1;
}

/** Turns derivatives by a law's parameters, in place, into sensitivities to relative changes (to shares of its size where it may vanish). */
export function scaleSlopes(
  slopes: Float64Array,
  parameters: readonly LawParameter[],
  values: ArrayLike<number>,
  largestError: number,
): void {
  for (let a = 0; a < slopes.length; a++) {
    if (parameters[a].mayVanish) slopes[a] *= sizeOf(parameters[a], largestError);
    else if (parameters[a].lower === 0) slopes[a] *= values[a];
  }
}

/**
 * Why least squares do not determine every parameter, in words; empty when they do. A parameter that has vanished counts
 * as known.
 *
 * @param normal `J^T J`, row by row, of sensitivities as {@link scaleSlopes} gives them, so that units do not matter.
 */
export function explainUndetermined(
  parameters: readonly LawParameter[],
  values: ArrayLike<number>,
  normal: ArrayLike<number>,
  sumOfSquares: number,
  pointCount: number,
  largestError: number,
): string[] {
  const p = parameters.length;
  const hasVanished = (a: number): boolean =>
    parameters[a].mayVanish === true && values[a] < vanishedShare * sizeOf(parameters[a], largestError);
  const free = parameters.map((_, a) => a).filter((a) => !hasVanished(a));
  const dead = free.filter((a) => !(normal[a * p + a] > 0)).map((a) => parameters[a].name);
  if (dead.length > 0) return [`the points do not depend on ${dead.join(", ")}`];

  const size = free.length;
  const scaled = new Float64Array(size * size);
  free.forEach((a, i) =>
    free.forEach(
      (b, j) => (scaled[i * size + j] = normal[a * p + b] / Math.sqrt(normal[a * p + a] * normal[b * p + b])),
    ),
  );
  if (!(symmetricEigenvalues(scaled, size)[0] > 1e-13))
    return ["several sets of parameters fit equally well (the normal equations are singular)"];
  const noise = sumOfSquares / Math.max(1, pointCount - size);
  return free.flatMap((a, i) => {
    const unit = Float64Array.from({ length: size }, (_, j) => (j === i ? 1 : 0));
    const inverse = solvePositiveDefinite(scaled, unit, size);
    const error = inverse ? Math.sqrt((noise * inverse[i]) / normal[a * p + a]) : Infinity;
    const { name, mayVanish = false } = parameters[a];
    if (error <= (mayVanish ? widestShare : widestLogError)) return [];
    if (!mayVanish) return [`${name} could be a thousand times larger or smaller`];
    const whole = Number(sizeOf(parameters[a], largestError).toPrecision(2));
    return [`${name} could be anything from 0 to ${whole}`];
  });
}
