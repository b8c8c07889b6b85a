import { requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { Key } from "../core/random.js";

/** How far two lists order the same things alike. */
export interface KendallTest {
  n: number;
  /** Kendall's tau-b, from -1 (orders reversed) to 1 (same order); `NaN` where a list has fewer than two different values. */
  tau: number;
  /** Pairs that both lists order alike, and oppositely; pairs with a tie in either are in neither. */
  concordant: number;
  discordant: number;
  /** Two-sided: share of the orders of one list whose tau is at least as far from 0; `NaN` where `tau` is. */
  pValue: number;
  /** All orders, or a sample of them. */
  method: "exact" | "drawn";
  /** Orders drawn; 0 for an exact p value. */
  permutations: number;
}

/** With ties all orders are tried up to here: 40,320 of them. */
const largestTied = 8;
/** Without ties orders are counted and not tried; beyond this size a sample is as good. */
const largestCounted = 200;

/**
 * Kendall's rank correlation tau-b (Kendall 1945) of two lists, item by item, with the p value of a permutation test: exact
 * without ties (up to 200 items, by counting orders of each number of discordant pairs) and with ties up to 8 items, else
 * from orders drawn.
 *
 * @param options `permutations` drawn where it is not exact (default 10,000; the order as it is counts as one more) and the
 *   `key` they are drawn with (default seed 0).
 * @throws LabError for lists of different lengths or a value that is not a number.
 */
export function testKendallTau(
  first: readonly number[],
  second: readonly number[],
  options: { permutations?: number; key?: Key } = {},
): KendallTest {
  const { permutations = 10_000, key = createKey(0) } = options;
  requireThat(first.length === second.length, "second", second.length, `${first.length} values, as in first`);
  for (const [name, values] of Object.entries({ first, second }))
    for (const value of values) requireThat(!Number.isNaN(value), name, value, "numbers only");
  const n = first.length;
  const { concordant, discordant, tau, pairs, tied } = comparePairs(first, second);
  const base = { n, tau, concordant, discordant };
  if (Number.isNaN(tau)) return { ...base, pValue: NaN, method: "exact", permutations: 0 };

  // The denominator is the same in every order, so that differences of pairs, whole numbers, are compared.
  const observed = Math.abs(concordant - discordant);
  const isExtreme = (order: readonly number[]): boolean => {
    const counts = countPairs(first, order);
    return Math.abs(counts.concordant - counts.discordant) >= observed;
  };
  if (tied[0] === 0 && tied[1] === 0 && n <= largestCounted)
    return { ...base, pValue: countedPValue(n, pairs, observed), method: "exact", permutations: 0 };
  if (n <= largestTied) {
    let [extreme, orders] = [0, 0];
    for (const order of listOrders(second)) {
      orders++;
      if (isExtreme(order)) extreme++;
    }
    return { ...base, pValue: extreme / orders, method: "exact", permutations: 0 };
  }
  requireThat(
    Number.isSafeInteger(permutations) && permutations >= 1,
    "permutations",
    permutations,
    "a whole number from 1",
  );
  const stream = key.split("kendall").stream();
  let extreme = 1;
  for (let round = 0; round < permutations; round++) if (isExtreme(stream.shuffle(second))) extreme++;
  return { ...base, pValue: extreme / (permutations + 1), method: "drawn", permutations };
}

/** Kendall's tau-b alone; `NaN` where a list has fewer than two different values. */
export function kendallTau(first: readonly number[], second: readonly number[]): number {
  return comparePairs(first, second).tau;
}

function comparePairs(first: readonly number[], second: readonly number[]) {
  const counts = countPairs(first, second);
  const { concordant, discordant, tied } = counts;
  const pairs = (first.length * (first.length - 1)) / 2;
  const scale = Math.sqrt((pairs - tied[0]) * (pairs - tied[1]));
  const difference = concordant - discordant;
  const tau = scale === 0 ? NaN : Math.max(-1, Math.min(1, difference / scale));
  return { concordant, discordant, pairs, tied, tau };
}

/** Pairs of items that both lists order alike, oppositely, and that tie in each list. */
function countPairs(
  first: readonly number[],
  second: readonly number[],
): { concordant: number; discordant: number; tied: [number, number] } {
  let [concordant, discordant, tiedFirst, tiedSecond] = [0, 0, 0, 0];
  for (let i = 0; i < first.length; i++)
    for (let j = 0; j < i; j++) {
      // Signs and not differences: two infinite values tie, and a product may round to 0.
      const a = first[i] > first[j] ? 1 : first[i] < first[j] ? -1 : 0;
      const b = second[i] > second[j] ? 1 : second[i] < second[j] ? -1 : 0;
      if (a === 0) tiedFirst++;
      if (b === 0) tiedSecond++;
      if (a * b > 0) concordant++;
      else if (a * b < 0) discordant++;
    }
  return { concordant, discordant, tied: [tiedFirst, tiedSecond] };
}

/** Share of the orders of n items whose concordant and discordant pairs differ by at least `observed`. */
function countedPValue(n: number, pairs: number, observed: number): number {
  // The k-th item, put among those before it, makes 0 to k - 1 discordant pairs, each equally likely.
  let shares = new Float64Array(pairs + 1);
  shares[0] = 1;
  for (let k = 2; k <= n; k++) {
    const next = new Float64Array(pairs + 1);
    let window = 0;
    for (let d = 0; d <= (k * (k - 1)) / 2; d++) {
      window += shares[d] - (d >= k ? shares[d - k] : 0);
      next[d] = window / k;
    }
    shares = next;
  }
  let [low, high] = [0, 0];
  for (let d = 0; d <= pairs; d++) {
    if (pairs - 2 * d >= observed) low += shares[d];
    if (2 * d - pairs >= observed) high += shares[d];
  }
  return observed === 0 ? 1 : Math.min(1, Math.max(0, low + high));
}

/** All orders of a list; equal values count as different items. */
function* listOrders(values: readonly number[]): Generator<number[]> {
  if (values.length <= 1) {
    yield [...values];
    return;
  }
  for (let i = 0; i < values.length; i++)
    for (const rest of listOrders(values.filter((_, j) => j !== i))) yield [values[i], ...rest];
}
