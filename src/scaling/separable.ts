import { findRoot } from "../stats/minimize.js";
import type { ScalingLaw } from "./law.js";

/** The best floor and amplitude for the best rate, and what they leave. */
export interface SeparablePoint {
  floor: number;
  amplitude: number;
  rate: number;
  /** Weighted sum of squared residuals on the error itself. */
  sumOfSquares: number;
}

/** Fits one law to many curves over the same n. */
export type SeparableFitter = (error: ArrayLike<number>, weight: ArrayLike<number>) => SeparablePoint;

const gridSize = 20;

/**
 * Prepares fits of `floor + amplitude * exp(-rate * t(n))` by variable projection (G. Golub and V. Pereyra, 1973): for
 * each rate the floor and amplitude are solved exactly under "both 0 or more", so one dimension is left. It is
 * searched on a fixed log grid, whose basis values are worked out once for all curves, and then refined in every
 * bracket that holds a local minimum. No starting value is needed. Repeats of one n enter as their weighted mean, which
 * has the same least squares; the spread among them is added at the end.
 *
 * @param n sizes in ascending order.
 */
export function createSeparableFitter(law: ScalingLaw, n: ArrayLike<number>): SeparableFitter {
  const form = law.separable!;
  const [low, high] = form.rateRange(n[0], n[n.length - 1]).map(Math.log);
  const step = (high - low) / (gridSize - 1);
  const groups = groupRepeats(n);
  const t = Float64Array.from(groups.first, (i) => form.abscissa(n[i]));
  const count = t.length;
  const grid = Array.from({ length: gridSize }, (_, i) =>
    fillBasis(Math.exp(low + i * step), new Float64Array(count)),
  );
  const values = new Float64Array(gridSize);
  const basis = new Float64Array(count);
  const means = new Float64Array(count);
  const weights = new Float64Array(count);
  const projection: Projection = { floor: NaN, amplitude: NaN, sumOfSquares: NaN };

  function fillBasis(rate: number, out: Float64Array): Float64Array {
    for (let i = 0; i < count; i++) out[i] = Math.exp(-rate * t[i]);
    return out;
  }

  // Proportional to the derivative of the sum of squares by the rate: floor and amplitude are optimal, so only the basis moves.
  const slope = (logRate: number): number => {
    project(fillBasis(Math.exp(logRate), basis), means, weights, projection);
    const { floor, amplitude } = projection;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += weights[i] * (means[i] - floor - amplitude * basis[i]) * t[i] * basis[i];
    }
    return sum * amplitude;
  };

  return (error, weight) => {
    const spread = groups.average(error, weight, means, weights);
    for (let i = 0; i < gridSize; i++) {
      project(grid[i], means, weights, projection);
      values[i] = projection.sumOfSquares;
    }
    const best: SeparablePoint = { floor: NaN, amplitude: NaN, rate: NaN, sumOfSquares: Infinity };
    for (let i = 0; i < gridSize; i++) {
      if ((i > 0 && values[i] > values[i - 1]) || (i < gridSize - 1 && values[i] > values[i + 1])) continue;
      const center = low + i * step;
      const from = Math.max(low, center - step);
      const to = Math.min(high, center + step);
      const rate = Math.exp(findRoot(slope, from, to, 1e-11) ?? center);
      project(fillBasis(rate, basis), means, weights, projection);
      if (projection.sumOfSquares < best.sumOfSquares) Object.assign(best, projection, { rate });
    }
    best.sumOfSquares += spread;
    return best;
  };
}

/** Which points share an n, and their means. */
interface Repeats {
  /** Index of the first point of each different n. */
  first: number[];
  /** Fills the weighted mean and the summed weight of each n; returns the sum of squares about the means. */
  average(
    error: ArrayLike<number>,
    weight: ArrayLike<number>,
    means: Float64Array,
    weights: Float64Array,
  ): number;
}

function groupRepeats(n: ArrayLike<number>): Repeats {
  const group = new Uint32Array(n.length);
  const first: number[] = [];
  for (let i = 0; i < n.length; i++) {
    if (i === 0 || n[i] !== n[i - 1]) first.push(i);
    group[i] = first.length - 1;
  }
  return {
    first,
    average(error, weight, means, weights) {
      means.fill(0);
      weights.fill(0);
      for (let i = 0; i < group.length; i++) {
        means[group[i]] += weight[i] * error[i];
        weights[group[i]] += weight[i];
      }
      for (let g = 0; g < first.length; g++) means[g] /= weights[g];
      let spread = 0;
      for (let i = 0; i < group.length; i++) spread += weight[i] * (error[i] - means[group[i]]) ** 2;
      return spread;
    },
  };
}

type Projection = Omit<SeparablePoint, "rate">;

/** Weighted least squares for floor and amplitude over one basis, both held at 0 or above, into `out`. */
function project(basis: Float64Array, error: Float64Array, weight: Float64Array, out: Projection): void {
  let w = 0;
  let wf = 0;
  let we = 0;
  for (let i = 0; i < basis.length; i++) {
    w += weight[i];
    wf += weight[i] * basis[i];
    we += weight[i] * error[i];
  }
  // Centred sums: for a nearly flat basis the plain ones would lose all digits.
  const meanF = wf / w;
  const meanE = we / w;
  let spread = 0;
  let product = 0;
  for (let i = 0; i < basis.length; i++) {
    const f = basis[i] - meanF;
    spread += weight[i] * f * f;
    product += weight[i] * f * (error[i] - meanE);
  }
  let amplitude = spread > 0 ? Math.max(product / spread, 0) : 0;
  let floor = meanE - amplitude * meanF;
  if (floor < 0) {
    floor = 0;
    let ff = 0;
    let fe = 0;
    for (let i = 0; i < basis.length; i++) {
      ff += weight[i] * basis[i] * basis[i];
      fe += weight[i] * basis[i] * error[i];
    }
    amplitude = ff > 0 ? Math.max(fe / ff, 0) : 0;
  }
  let sumOfSquares = 0;
  for (let i = 0; i < basis.length; i++) {
    const residual = error[i] - floor - amplitude * basis[i];
    sumOfSquares += weight[i] * residual * residual;
  }
  out.floor = floor;
  out.amplitude = amplitude;
  out.sumOfSquares = sumOfSquares;
}
