import { solvePositiveDefinite } from "../stats/linear-algebra.js";

/** Weights of a logistic regression, one for each feature; the last is the intercept. */
export type LogisticWeights = Float64Array;

const steps = 25;

/**
 * Fits a logistic regression with a ridge by Newton's method. The intercept is not held back.
 *
 * @param rows features of each, of about variance 1.
 * @param truth whether each is of the second kind.
 * @param ridge half of it times the squared weights is added to the negative log-likelihood; above 0.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  truth: readonly boolean[],
  ridge: number,
): LogisticWeights {
  const size = rows[0].length + 1;
  let weights = new Float64Array(size);
  for (let step = 0; step < steps; step++) {
    const curve = new Float64Array(size * size);
    const slope = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      curve[i * size + i] = i < size - 1 ? ridge : 1e-9;
      slope[i] = i < size - 1 ? -ridge * weights[i] : 0;
    }
    rows.forEach((features, r) => {
      const row = [...features, 1];
      const chance = 1 / (1 + Math.exp(-scoreLogistic(weights, features)));
      const spread = chance * (1 - chance);
      for (let i = 0; i < size; i++) {
        slope[i] += row[i] * ((truth[r] ? 1 : 0) - chance);
        for (let j = 0; j <= i; j++) curve[i * size + j] += spread * row[i] * row[j];
      }
    });
    const move = solvePositiveDefinite(curve, slope, size);
    if (!move) break;
    // Far from the top a whole step may go beyond it.
    const longest = move.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const share = Math.min(1, 2 / longest);
    weights = weights.map((weight, i) => weight + share * move[i]);
    if (longest < 1e-9) break;
  }
  return weights;
}

/** Logarithm of the odds that a row is of the second kind. */
export function scoreLogistic(weights: LogisticWeights, features: readonly number[]): number {
  return features.reduce((sum, value, i) => sum + weights[i] * value, weights[weights.length - 1]);
}
