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
 * bracket that holds a local minimum. No starting value is needed.
 *
 * @param n sizes in ascending order; repeats share their basis value.
 */
export function createSeparableFitter(law: ScalingLaw, n: ArrayLike<number>): SeparableFitter {
  const form = law.separable!;
  const count = n.length;
  const [low, high] = form.rateRange(n[0], n[count - 1]).map(Math.log);
  const step = (high - low) / (gridSize - 1);
  const t = Float64Array.from(n, (size) => form.abscissa(size));
  const grid = Array.from({ length: gridSize }, (_, i) =>
    fillBasis(Math.exp(low + i * step), new Float64Array(count)),
  );
  const values = new Float64Array(gridSize);
  const basis = new Float64Array(count);

  function fillBasis(rate: number, out: Float64Array): Float64Array {
    for (let i = 0; i < count; i++) out[i] = i > 0 && t[i] === t[i - 1] ? out[i - 1] : Math.exp(-rate * t[i]);
    return out;
  }

  return (error, weight) => {
    // Proportional to the derivative of the sum of squares by the rate: floor and amplitude are optimal, so only the basis moves.
    const slope = (logRate: number): number => {
      const rate = Math.exp(logRate);
      const { floor, amplitude } = project(fillBasis(rate, basis), error, weight);
      let sum = 0;
      for (let i = 0; i < count; i++) {
        sum += weight[i] * (error[i] - floor - amplitude * basis[i]) * t[i] * basis[i];
      }
      return sum * amplitude;
    };
    for (let i = 0; i < gridSize; i++) values[i] = project(grid[i], error, weight).sumOfSquares;
    let best: SeparablePoint | undefined;
    for (let i = 0; i < gridSize; i++) {
      if ((i > 0 && values[i] > values[i - 1]) || (i < gridSize - 1 && values[i] > values[i + 1])) continue;
      const center = low + i * step;
      const from = Math.max(low, center - step);
      const to = Math.min(high, center + step);
      const rate = Math.exp(findRoot(slope, from, to, 1e-11) ?? center);
      const point = { ...project(fillBasis(rate, basis), error, weight), rate };
      if (!best || point.sumOfSquares < best.sumOfSquares) best = point;
    }
    return best!;
  };
}

/** Weighted least squares for floor and amplitude over one basis, both held at 0 or above. */
function project(
  basis: Float64Array,
  error: ArrayLike<number>,
  weight: ArrayLike<number>,
): Omit<SeparablePoint, "rate"> {
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
  return { floor, amplitude, sumOfSquares };
}
