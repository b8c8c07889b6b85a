import { fillWith } from "../core/fill-with.js";
const bins = 4096;
const tieMargin = 1e-10; // of the whole weight: more than rounding can add up to, less than any surfel weighs

/**
 * The smallest value `v` such that the entries of at most `v` hold at least `fraction` (0 to 1) of the whole
 * weight. `weightOf[kind[i]]` is the weight of entry `i`; values are finite and at least 0. `NaN` for no entries.
 *
 * A histogram finds the bin the answer lies in, again and again until few entries are left; only those are
 * sorted. Where a share comes so close to `fraction` that rounding decides, sums are taken again in the order and
 * the way of the reference implementation (see {@link sortedPercentile}), so that the decision is the same.
 */
export function weightedPercentile(
  values: Float64Array,
  kind: Uint8Array,
  weightOf: Float64Array,
  fraction: number,
): number {
  const n = values.length;
  if (n === 0) return NaN;
  let total = 0;
  let [low, high] = rangeOf(values);
  for (let i = 0; i < n; i++) total += weightOf[kind[i]];
  const goal = fraction * total;
  let before = 0; // weight of the entries below `low`
  let selected = values;
  let kinds = kind;
  while (selected.length > bins && high > low) {
    const histogram = new Float64Array(bins);
    const scale = (bins - 1) / (high - low);
    for (let i = 0; i < selected.length; i++)
      histogram[((selected[i] - low) * scale) | 0] += weightOf[kinds[i]];
    let bin = 0;
    while (bin < bins - 1 && before + histogram[bin] < goal) before += histogram[bin++];
    const members: number[] = [];
    for (let i = 0; i < selected.length; i++)
      if ((((selected[i] - low) * scale) | 0) === bin) members.push(i);
    const [all, allKinds] = [selected, kinds];
    selected = fillWith(new Float64Array(members.length), members, (i) => all[i]);
    kinds = fillWith(new Uint8Array(members.length), members, (i) => allKinds[i]);
    [low, high] = rangeOf(selected);
  }
  const isTie = (weight: number): boolean => Math.abs(weight - goal) <= tieMargin * total;
  if (isTie(before)) return sortedPercentile(values, kind, weightOf, fraction);
  const order = Array.from(selected, (_, i) => i);
  if (high > low) order.sort((a, b) => selected[a] - selected[b]);
  for (let k = 0; k < order.length; k++) {
    before += weightOf[kinds[order[k]]];
    if (k + 1 < order.length && selected[order[k + 1]] === selected[order[k]]) continue;
    if (isTie(before)) return sortedPercentile(values, kind, weightOf, fraction);
    if (before >= goal) return selected[order[k]];
  }
  return high;
}

/**
 * The same by sorting everything: running sum over entries in the order of value, then weight, divided by the sum
 * taken as numpy takes it. Both are rounded; where the share is reached exactly, this rounding is the definition.
 */
function sortedPercentile(
  values: Float64Array,
  kind: Uint8Array,
  weightOf: Float64Array,
  fraction: number,
): number {
  const order = Array.from(values, (_, i) => i);
  order.sort((a, b) => values[a] - values[b] || weightOf[kind[a]] - weightOf[kind[b]]);
  const weights = fillWith(new Float64Array(order.length), order, (i) => weightOf[kind[i]]);
  const total = sumPairwise(weights, 0, weights.length);
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    sum += weights[k];
    if (sum / total >= fraction) return values[order[k]];
  }
  return values[order[order.length - 1]];
}

/** Sum of `count` values by halves down to blocks of at most 128, each added up in eight strands. */
function sumPairwise(values: Float64Array, from: number, count: number): number {
  if (count < 8) {
    let sum = 0;
    for (let i = from; i < from + count; i++) sum += values[i];
    return sum;
  }
  if (count > 128) {
    const half = (count >> 1) - ((count >> 1) % 8);
    return sumPairwise(values, from, half) + sumPairwise(values, from + half, count - half);
  }
  const strands = values.slice(from, from + 8);
  const even = count - (count % 8);
  for (let i = 8; i < even; i++) strands[i & 7] += values[from + i];
  const [a, b, c, d, e, f, g, h] = strands;
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let i = even; i < count; i++) sum += values[from + i];
  return sum;
}

function rangeOf(values: Float64Array): [number, number] {
  let low = Infinity;
  let high = 0;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
