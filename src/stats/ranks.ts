import { sortNumbers } from "./describe.js";

/**
 * Places of values from 1, the smallest first; equal values share the mean of their places.
 *
 * @throws LabError for a value that is not a number.
 */
export function rankNumbers(values: ArrayLike<number>): Float64Array {
  const sorted = sortNumbers(values);
  const rankOf = new Map<number, number>();
  for (let start = 0; start < sorted.length;) {
    let end = start;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    rankOf.set(sorted[start], (start + 1 + end) / 2);
    start = end;
  }
  return Float64Array.from(values, (value) => rankOf.get(value)!);
}

/** How many values share each value that occurs more than once; empty without ties. */
export function tieSizes(values: ArrayLike<number>): number[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}
