import { toCurveArrays } from "./curve.js";
import type { CurvePoint } from "./curve.js";

/** A measured curve made to fall: one error a size, none above the one before. */
export interface FallingCurve {
  /** Sizes, ascending. */
  n: number[];
  error: number[];
}

/**
 * Weighted mean error of each size, with neighbours pooled where the curve rises: the falling curve that is nearest in
 * weighted least squares (isotonic regression by pooling adjacent violators, M. Ayer et al. 1955). A curve that falls
 * everywhere is left as it is.
 *
 * @param points at least one; several may share an n.
 * @throws LabError as `toCurveArrays` does.
 */
export function makeFalling(points: readonly CurvePoint[]): FallingCurve {
  const { n, error, weight } = toCurveArrays(points);
  const blocks: { sizes: number[]; sum: number; weight: number }[] = [];
  const level = (block: { sum: number; weight: number }): number => block.sum / block.weight;
  for (let i = 0; i < n.length;) {
    const block = { sizes: [n[i]], sum: 0, weight: 0 };
    for (; i < n.length && n[i] === block.sizes[0]; i++) {
      block.sum += weight[i] * error[i];
      block.weight += weight[i];
    }
    blocks.push(block);
    while (blocks.length > 1 && level(blocks[blocks.length - 1]) > level(blocks[blocks.length - 2])) {
      const last = blocks.pop()!;
      const before = blocks[blocks.length - 1];
      before.sizes.push(...last.sizes);
      before.sum += last.sum;
      before.weight += last.weight;
    }
  }
  return {
    n: blocks.flatMap(({ sizes }) => sizes),
    error: blocks.flatMap((block) => block.sizes.map(() => level(block))),
  };
}

/** Where a measured curve reaches an error: at n scans, or with more or fewer than were measured. */
export type MeasuredScans = { n: number } | { moreThan: number } | { fewerThan: number };

/** Errors that differ by less are one: means of the same numbers, added up in another order. */
const tie = 1e-12;

/**
 * The fewest scans at which a falling curve, straight in log n between its sizes, reaches an error. Outside the measured
 * errors only a bound is known: the largest or the smallest size.
 */
export function scansOnCurve({ n, error }: FallingCurve, wanted: number): MeasuredScans {
  const last = n.length - 1;
  if (wanted < error[last] - tie) return { moreThan: n[last] };
  if (wanted > error[0] + tie) return { fewerThan: n[0] };
  const i = error.findIndex((value) => value <= wanted + tie);
  if (i === 0) return { n: n[0] };
  const share = Math.min((error[i - 1] - wanted) / (error[i - 1] - error[i]), 1);
  return { n: n[i - 1] * Math.pow(n[i] / n[i - 1], share) };
}
