import { requireThat } from "../core/errors.js";

/**
 * The standard normal distribution to double precision, for intervals.
 */

/** Probability that a standard normal number is at most `z`; relative accuracy about 1e-14 in both tails. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return NaN;
  const upper = upperTail(Math.abs(z));
  return z > 0 ? 1 - upper : upper;
}

/**
 * The `z` whose {@link normalCdf} is `probability`; minus infinity at 0, infinity at 1.
 * Throws a LabError outside `[0, 1]`.
 */
export function normalQuantile(probability: number): number {
  requireThat(probability >= 0 && probability <= 1, "probability", probability, "a number from 0 to 1");
  if (probability === 0) return -Infinity;
  if (probability === 1) return Infinity;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  if (probability === 0.5) return 0;
  // cdf(z) <= exp(-z^2 / 2) / 2 puts the start left of the root, and log(cdf) is concave, so that Newton's steps
  // approach the root from the left and never leave the tail.
  let z = -Math.sqrt(Math.max(0, -2 * Math.log(2 * probability)));
  const goal = Math.log(probability);
  for (let step = 0; step < 60; step++) {
    const tail = upperTail(-z);
    const slope = density(z) / tail;
    const next = Math.min(0, z - (Math.log(tail) - goal) / slope);
    const change = Math.abs(next - z);
    z = next;
    if (change <= 1e-15 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}

function density(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** Probability above `z >= 0`: the series near 0, Laplace's continued fraction in the tail. */
function upperTail(z: number): number {
  if (z > 39) return 0;
  if (z < 2.5) {
    // Phi(z) - 1/2 = density(z) * (z + z^3/3 + z^5/(3*5) + ...), all terms positive
    let term = z;
    let sum = z;
    for (let k = 3; term > 1e-17 * sum; k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    return 0.5 - density(z) * sum;
  }
  let fraction = 0;
  for (let k = 120; k >= 1; k--) fraction = k / (z + fraction);
  return density(z) / (z + fraction);
}
