import { requireThat } from "../core/errors.js";
import { normalCdf } from "./normal.js";
import { rankNumbers, tieSizes } from "./ranks.js";

/** Wilcoxon's signed rank test of paired differences. */
export interface SignedRankTest {
  /** Differences that are not 0; the others say nothing of the direction and are left out, as Wilcoxon did. */
  n: number;
  zeros: number;
  /** Sums of the ranks of the differences above 0 and below it. */
  positiveRanks: number;
  negativeRanks: number;
  /** Two-sided; `NaN` where every difference is 0 or there is none. */
  pValue: number;
  /** How the p value was found: counted over all 2^n signs, or from the normal distribution with ties accounted for. */
  method: "exact" | "normal";
}

/** Up to here all signs are counted; beyond it the normal distribution is near enough, with ties too. */
const largestExact = 50;

/**
 * Wilcoxon's signed rank test (1945) of the differences of two models on the same units, one per patient: whether they lie
 * around 0 symmetrically. Differences of 0 are dropped, and n counts the others. Up to n = 50 the p value is exact, with ties too:
 * equal sizes share the mean of their ranks, and it is the share of all 2^n signs whose smaller sum of ranks is no larger than
 * the one found. Beyond, it is that of the normal distribution with the variance corrected for ties and no correction for
 * continuity.
 *
 * `wilcoxon` of scipy.stats 1.17 gives the same without ties, and with them or zeros for up to 13 differences; for more it takes the
 * normal distribution there, and its `method="exact"` counts ranks as though no two were equal.
 *
 * @param options.method `"auto"` (default) as above; `"exact"` refuses more than 50 differences; `"normal"` for any number.
 * @throws LabError for a value that is not a number, and where `"exact"` is asked of more than 50 differences.
 */
export function testSignedRanks(
  differences: ArrayLike<number>,
  options: { method?: "auto" | "exact" | "normal" } = {},
): SignedRankTest {
  const { method = "auto" } = options;
  requireThat(["auto", "exact", "normal"].includes(method), "method", method, '"auto", "exact" or "normal"');
  const counted = Array.from(differences).filter((value) => value !== 0);
  const sizes = counted.map(Math.abs);
  const ranks = rankNumbers(sizes);
  const ties = tieSizes(sizes);
  const n = counted.length;
  requireThat(
    method !== "exact" || n <= largestExact,
    "differences",
    n,
    `at most ${largestExact} that are not 0, for an exact p value`,
    'Use method "normal".',
  );
  let positiveRanks = 0;
  counted.forEach((value, i) => {
    if (value > 0) positiveRanks += ranks[i];
  });
  const all = (n * (n + 1)) / 2;
  const isExact = method !== "normal" && n <= largestExact;
  const smaller = Math.min(positiveRanks, all - positiveRanks);
  return {
    n,
    zeros: differences.length - n,
    positiveRanks,
    negativeRanks: all - positiveRanks,
    pValue: n === 0 ? NaN : isExact ? exactPValue(ranks, smaller) : normalPValue(n, ties, smaller),
    method: isExact ? "exact" : "normal",
  };
}

/**
 * Twice the share of all signs whose sum of positive ranks is at most `smaller`: rank by rank, the share of the signs so far that
 * has each sum. Shared ranks are halves, so all are doubled.
 */
function exactPValue(ranks: Float64Array, smaller: number): number {
  const largest = Math.round(2 * smaller);
  const shares = new Float64Array(largest + 1);
  shares[0] = 1;
  for (const rank of ranks) {
    const doubled = Math.round(2 * rank);
    for (let sum = largest; sum >= 0; sum--)
      shares[sum] = (shares[sum] + (sum >= doubled ? shares[sum - doubled] : 0)) / 2;
  }
  return Math.min(1, 2 * shares.reduce((total, share) => total + share, 0));
}

function normalPValue(n: number, ties: readonly number[], smaller: number): number {
  const expected = (n * (n + 1)) / 4;
  const shared = ties.reduce((sum, size) => sum + size * (size * size - 1), 0);
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - shared / 48;
  return Math.min(1, 2 * normalCdf((smaller - expected) / Math.sqrt(variance)));
}
