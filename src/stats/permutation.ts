import { requireThat } from "../core/errors.js";
import { createKey } from "../core/random.js";
import type { Key } from "../core/random.js";
import { mean as meanOf } from "./describe.js";

/** Whether a paired mean could be chance, by flipping signs. */
export interface SignFlipTest {
  n: number;
  mean: number;
  /** Two-sided: share of the signs that give a mean at least as far from 0; `NaN` without a difference. */
  pValue: number;
  /** All 2^n signs, or a sample of them. */
  method: "exact" | "drawn";
  /** Signs looked at. */
  permutations: number;
}

/** Up to here all signs are tried: 65,536 of them. */
const largestExact = 16;

/**
 * Permutation test of a paired mean (Fisher 1935): were two models alike, each difference would as well have had the other
 * sign. One difference per independent unit, such as the patient. Asks for no distribution, only for symmetry under the
 * hypothesis. With n units no p value is below 2 / 2^n: five give 0.0625 at best.
 *
 * @param options `permutations` drawn where there are more than 16 differences (default 10,000; the signs as they are
 *   count as one more) and the `key` they are drawn with (default seed 0).
 * @throws LabError for a value that is not a number.
 */
export function testSignFlips(
  differences: ArrayLike<number>,
  options: { permutations?: number; key?: Key } = {},
): SignFlipTest {
  const { permutations = 10_000, key = createKey(0) } = options;
  requireThat(
    Number.isSafeInteger(permutations) && permutations >= 1,
    "permutations",
    permutations,
    "a whole number from 1",
  );
  const mean = meanOf(differences);
  const n = differences.length;
  if (n === 0) return { n, mean, pValue: NaN, method: "exact", permutations: 0 };
  const sizes = Float64Array.from(differences, Math.abs);
  const scale = sizes.reduce((sum, value) => sum + value, 0);
  // The same sum comes out a rounding apart when it is reached with other signs.
  const limit = Math.abs(mean * n) - 1e-12 * scale;
  const isExact = n <= largestExact;
  const stream = key.split("sign-flips").stream();
  const total = isExact ? 2 ** n : permutations;
  let extreme = 0;
  for (let round = 0; round < total; round++) {
    let sum = 0;
    let bits = round;
    for (let i = 0; i < n; i++) {
      if (!isExact && i % 32 === 0) bits = stream.nextUint32();
      sum += bits & 1 ? sizes[i] : -sizes[i];
      bits >>>= 1;
    }
    if (Math.abs(sum) >= limit) extreme++;
  }
  const pValue = isExact ? extreme / total : (extreme + 1) / (total + 1);
  return { n, mean, pValue, method: isExact ? "exact" : "drawn", permutations: total };
}
