import type { Key } from "../core/random.js";
import { bootstrapReplicates } from "./bootstrap.js";
import { quantileOfSorted } from "./describe.js";
import type { WeighedUnits } from "./weigh-units.js";

/** Beyond every number that a mean could be: a resample without spread has no standard error to divide by. */
const beyondAll = 1e300;

/**
 * Studentized bootstrap interval of a mean (Efron 1982; Hall 1988): units are drawn, and each resample's distance from the
 * mean is divided by that resample's own standard error. Wide over few units, and infinite where many resamples hold one
 * value alone. Fewer than two units give `NaN`.
 */
export function studentizedInterval(
  units: WeighedUnits,
  options: { level: number; resamples: number; key: Key },
): { low: number; high: number } {
  const { n, mean, values, weights, linearised } = units;
  if (n < 2) return { low: NaN, high: NaN };
  const distances = bootstrapReplicates(
    n,
    (draw) => {
      let [sum, count] = [0, 0];
      for (let i = 0; i < n; i++) {
        sum += draw[i] * weights[i] * values[i];
        count += draw[i] * weights[i];
      }
      const drawn = sum / count;
      let squares = 0;
      for (let i = 0; i < n; i++) squares += draw[i] * (weights[i] * (values[i] - drawn)) ** 2;
      // Equal values come out a rounding apart.
      const error = keepApart(errorOf(squares, n) * (n / count), mean);
      const distance = keepApart(drawn - mean, mean);
      return distance === 0 ? 0 : Math.max(-beyondAll, Math.min(beyondAll, distance / error));
    },
    options.key,
    options.resamples,
  );
  let squares = 0;
  for (const value of linearised) squares += (value - mean) ** 2;
  const error = keepApart(errorOf(squares, n), mean);
  const end = (probability: number): number => {
    const distance = quantileOfSorted(distances, probability);
    if (error === 0) return mean;
    return Math.abs(distance) > beyondAll / 1e6 ? -Math.sign(distance) * Infinity : mean - distance * error;
  };
  return { low: end((1 + options.level) / 2), high: end((1 - options.level) / 2) };
}

/** Standard error of a mean of n values from the sum of their squared distances from it. */
function errorOf(squares: number, n: number): number {
  return Math.sqrt(squares / (n - 1) / n);
}

/** 0 for a difference that rounding alone makes. */
function keepApart(difference: number, scale: number): number {
  return Math.abs(difference) < 1e-14 * Math.max(1, Math.abs(scale)) ? 0 : difference;
}
