import { solvePositiveDefinite, symmetricEigenvalues } from "../stats/linear-algebra.js";

/** A factor of a thousand either way: a parameter known no better than that is not known. */
const widestLogError = Math.log(1000) / 2;

/**
 * Why least squares do not determine every parameter, in words; empty when they do.
 *
 * @param normal `J^T J`, row by row, of sensitivities to relative changes, so that units do not matter.
 * @param isUnused parameters at 0 where 0 means "not needed", such as a floor: they count as known.
 */
export function explainUndetermined(
  names: readonly string[],
  normal: ArrayLike<number>,
  isUnused: readonly boolean[],
  sumOfSquares: number,
  pointCount: number,
): string[] {
  const p = names.length;
  const free = names.map((_, a) => a).filter((a) => !isUnused[a]);
  const dead = free.filter((a) => !(normal[a * p + a] > 0)).map((a) => names[a]);
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
    return error <= widestLogError ? [] : [`${names[a]} could be a thousand times larger or smaller`];
  });
}
