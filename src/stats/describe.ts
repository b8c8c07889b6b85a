import { LabError, requireThat } from "../core/errors.js";

/**
 * What is said of a list of numbers. An empty list gives `NaN` everywhere: nothing was measured.
 * Every function throws a LabError on a value that is not a number: leave out what was excluded first.
 */

/** The usual figures of one list of numbers. */
export interface Description {
  /** How many values. */
  n: number;
  mean: number;
  median: number;
  /** Sample standard deviation (divisor n - 1); `NaN` for fewer than two values. */
  sd: number;
  min: number;
  max: number;
}

/** All figures of {@link Description} at once. */
export function describeNumbers(values: ArrayLike<number>): Description {
  const sorted = sortNumbers(values);
  const n = sorted.length;
  return {
    n,
    mean: mean(values),
    median: quantileOfSorted(sorted, 0.5),
    sd: standardDeviation(values),
    min: n === 0 ? NaN : sorted[0],
    max: n === 0 ? NaN : sorted[n - 1],
  };
}

/** Arithmetic mean; `NaN` for no values. */
export function mean(values: ArrayLike<number>): number {
  requireNumbers(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return values.length === 0 ? NaN : sum / values.length;
}

/** The value in the middle, or the mean of the two in the middle; `NaN` for no values. */
export function median(values: ArrayLike<number>): number {
  return quantileOfSorted(sortNumbers(values), 0.5);
}

/**
 * The value below which `fraction` (from 0 to 1) of the values lie, linear between neighbours
 * (Hyndman and Fan's type 7, the default of numpy and R); `NaN` for no values.
 */
export function quantile(values: ArrayLike<number>, fraction: number): number {
  requireThat(fraction >= 0 && fraction <= 1, "fraction", fraction, "a number from 0 to 1");
  return quantileOfSorted(sortNumbers(values), fraction);
}

/** Sample standard deviation, divisor n - 1, in two passes; `NaN` for fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  if (values.length < 2) return NaN;
  const center = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - center) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** The quantile of numbers that already ascend; see {@link quantile}. */
export function quantileOfSorted(sorted: ArrayLike<number>, fraction: number): number {
  const n = sorted.length;
  if (n === 0) return NaN;
  const position = (n - 1) * fraction;
  const below = Math.min(n - 1, Math.floor(position));
  const above = Math.min(n - 1, below + 1);
  const share = position - below;
  // Equal neighbours are returned as they are, so that two infinities do not make a NaN.
  return share === 0 || sorted[below] === sorted[above]
    ? sorted[below]
    : Math.min(sorted[above], sorted[below] + (sorted[above] - sorted[below]) * share);
}

/** A sorted copy, ascending. Throws a LabError when a value is not a number. */
export function sortNumbers(values: ArrayLike<number>): Float64Array {
  requireNumbers(values);
  return Float64Array.from(values).sort();
}

/** `null`, as JSON has what is missing, would count as 0. */
function requireNumbers(values: ArrayLike<number>): void {
  const advice = "Leave out excluded values first";
  for (let i = 0; i < values.length; i++)
    if (typeof values[i] !== "number" || Number.isNaN(values[i]))
      throw new LabError("values", values, "numbers only", advice);
}
