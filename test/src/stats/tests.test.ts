import assert from "node:assert/strict";
import fc from "fast-check";
import { createKey } from "tumorlab/internal/core/random";
import { testEquivalence } from "tumorlab/internal/stats/equivalence";
import { adjustHolm } from "tumorlab/internal/stats/holm";
import { testKendallTau } from "tumorlab/internal/stats/kendall";
import { testSignFlips } from "tumorlab/internal/stats/permutation";
import { testMean } from "tumorlab/internal/stats/student";
import { testSignedRanks } from "tumorlab/internal/stats/wilcoxon";

const close = (found: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} for ${expected}`);

/** Ten paired differences; golden numbers from scipy 1.17.1 with d as below. */
const d = [0.12, -0.03, 0.25, 0.08, 0.31, -0.11, 0.02, 0.19, 0.07, -0.05];

describe("adjustHolm", () => {
  const family = (...values: number[]) => values.map((pValue, i) => ({ name: `test ${i}`, pValue }));

  it("multiplies by the tests that are left, keeps the order and never falls", () => {
    // By hand: 0.01 x 4, 0.02 x 3 = 0.06, 0.025 x 2 = 0.05 raised to 0.06, 0.6 x 1.
    const found = adjustHolm(family(0.6, 0.02, 0.01, 0.025)).map(({ adjusted }) => adjusted);
    [0.6, 0.06, 0.04, 0.06].forEach((expected, i) => close(found[i], expected));
    assert.deepEqual(adjustHolm([]), []);
    assert.equal(adjustHolm(family(0.7, 0.8))[0].adjusted, 1);
  });

  it("counts a test that could not be done, so that the others get no easier", () => {
    const found = adjustHolm(family(0.02, NaN));
    assert.deepEqual(
      found.map(({ adjusted }) => adjusted),
      [0.04, NaN],
    );
  });

  it("refuses one name twice and what is no probability", () => {
    assert.throws(() => adjustHolm([...family(0.1), ...family(0.2)]), /family: found "test 0"/);
    assert.throws(() => adjustHolm(family(1.2)), /p value of test 0: found 1\.2/);
  });

  it("lies between the p value and Bonferroni's, in whatever order the tests come", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, (list) => {
        const found = adjustHolm(family(...list));
        const reversed = adjustHolm(family(...list).reverse()).reverse();
        assert.deepEqual(found, reversed);
        for (const { pValue, adjusted } of found)
          assert.ok(adjusted >= pValue && adjusted <= Math.min(1, pValue * list.length));
      }),
    );
  });
});

describe("testMean", () => {
  it("agrees with scipy.stats.ttest_1samp", () => {
    // ttest_1samp(d, 0).confidence_interval(0.95), (0.9); ttest_1samp(d, 0.02)
    const found = testMean(d);
    close(found.low, -0.011580541664580099, 1e-9);
    close(found.high, 0.1815805416645801, 1e-9);
    close(testMean(d, { level: 0.9 }).low, 0.00673707340948379, 1e-9);
    const shifted = testMean(d, { against: 0.02 });
    close(shifted.t, 1.522462113461192);
    close(shifted.pValue, 0.1622234229937921);
    assert.deepEqual([shifted.n, shifted.degrees], [10, 9]);
  });

  it("says what it can of few values and of equal ones", () => {
    assert.deepEqual(
      [testMean([]), testMean([3])].map(({ n, mean, low, pValue }) => [n, mean, low, pValue]),
      [
        [0, NaN, NaN, NaN],
        [1, 3, NaN, NaN],
      ],
    );
    const equal = testMean([2, 2, 2]);
    assert.deepEqual([equal.t, equal.pValue, equal.low, equal.high], [Infinity, 0, 2, 2]);
    assert.deepEqual([testMean([0, 0]).t, testMean([0, 0]).pValue], [0, 1]);
    assert.throws(() => testMean([1, NaN]), /numbers only/);
    assert.throws(() => testMean([1, 2], { level: 95 }), /level: found 95/);
  });
});

describe("testEquivalence", () => {
  it("is two one-sided t tests", () => {
    // ttest_1samp(d, -0.2, alternative="greater"), ttest_1samp(d, 0.2, alternative="less")
    const found = testEquivalence(testMean(d), { margin: 0.2 });
    close(found.pEquivalence, 0.012325632295253882);
    assert.equal(found.verdict, "equivalent");
    // The interval of level 0.9 lies within the margin.
    close(found.low, 0.00673707340948379, 1e-9);
    close(found.high, 0.16326292659051622, 1e-9);
  });

  it("never calls a difference equal because it was not shown", () => {
    assert.equal(testEquivalence(testMean(d), { margin: 0.01 }).verdict, "not shown");
    assert.equal(testEquivalence(testMean([0.3, 0.31, 0.29]), { margin: 0.01 }).verdict, "different");
    assert.equal(testEquivalence(testMean([0.01]), { margin: 1 }).verdict, "not shown");
    // Small and sure: within the margin, and not 0.
    const small = testEquivalence(testMean([0.003, 0.0031, 0.0029]), { margin: 0.01 });
    assert.ok(small.verdict === "equivalent" && small.pDifference < 0.001);
  });

  it("takes a margin of its own on either side, and refuses one that holds no 0", () => {
    const estimate = { mean: 1.5, standardError: 0.2, degrees: 30 };
    assert.equal(testEquivalence(estimate, { margin: [-1, 2] }).verdict, "equivalent");
    assert.equal(testEquivalence(estimate, { margin: [-2, 1] }).verdict, "different");
    assert.throws(() => testEquivalence(estimate, { margin: 0 }), /margin: found 0/);
    assert.throws(() => testEquivalence(estimate, { margin: [1, 2] }), /margin: found \[1, 2\]/);
    assert.throws(() => testEquivalence(estimate, { margin: 1, alpha: 0.6 }), /alpha: found 0\.6/);
  });

  it("says what is missing to code without types", () => {
    const untyped = testEquivalence as (...args: unknown[]) => unknown;
    const missing =
      /^LabError: margin: found undefined, expected a finite number above 0.* \{ margin: 0\.02 \}/;
    assert.throws(() => untyped(testMean(d)), missing);
    assert.throws(() => untyped(testMean(d), {}), missing);
    assert.throws(() => untyped(testMean(d), { margin: "0.1" }), /margin: found "0\.1"/);
    assert.throws(() => untyped(d, { margin: 0.1 }), /estimate: .* testMean\(differences\) gives it/);
    assert.throws(() => untyped(0.01, { margin: 0.1 }), /estimate: found 0\.01/);
    assert.throws(() => untyped(), /estimate: found undefined/);
  });

  it("is shown exactly where the interval lies within the margin", () => {
    const estimates = fc.record({
      mean: fc.double({ min: -2, max: 2, noNaN: true }),
      standardError: fc.double({ min: 0.01, max: 1, noNaN: true }),
      degrees: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(estimates, (estimate) => {
        const { low, high, verdict } = testEquivalence(estimate, { margin: 1 });
        if (Math.min(Math.abs(low + 1), Math.abs(high - 1)) > 1e-6)
          assert.equal(verdict === "equivalent", low > -1 && high < 1);
      }),
    );
  });
});

/** Two-sided p value of signed ranks from the sum of each of the 2^n sets of signs. */
function tryAllSigns(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs);
  const ranks = sizes.map(
    (size) =>
      sizes.filter((other) => other < size).length + (sizes.filter((other) => other === size).length + 1) / 2,
  );
  const sumWhere = (isIn: (at: number) => boolean): number =>
    ranks.reduce((sum, rank, at) => sum + (isIn(at) ? rank : 0), 0);
  const positive = sumWhere((at) => differences[at] > 0);
  const smaller = Math.min(positive, sumWhere(() => true) - positive);
  let count = 0;
  for (let signs = 0; signs < 2 ** ranks.length; signs++)
    if (sumWhere((at) => ((signs >> at) & 1) === 1) <= smaller) count++;
  return Math.min(1, (2 * count) / 2 ** ranks.length);
}

describe("testSignedRanks", () => {
  it("agrees with scipy.stats.wilcoxon without ties, exactly and by the normal distribution", () => {
    // wilcoxon(d, method="exact"), wilcoxon(d, method="asymptotic", correction=False)
    const found = testSignedRanks(d);
    assert.deepEqual([found.method, found.negativeRanks, found.positiveRanks], ["exact", 11, 44]);
    close(found.pValue, 0.10546875);
    close(testSignedRanks(d, { method: "normal" }).pValue, 0.09260069782067576);
  });

  it("agrees with it with ties, zeros left out", () => {
    // wilcoxon(t, method=PermutationMethod(n_resamples=2**20)): all signs
    const t = [3, 1, -1, 2, 2, -2, 4, 0, 5, -1, 6, 7, 3, 0, 2, -3];
    const found = testSignedRanks(t);
    assert.deepEqual([found.method, found.n, found.zeros, found.negativeRanks], ["exact", 14, 2, 18.5]);
    close(found.pValue, 0.0328369140625);
    // wilcoxon(t, method="asymptotic", correction=False, zero_method="wilcox")
    close(testSignedRanks(t, { method: "normal" }).pValue, 0.03203876463859936);
    // wilcoxon([1, 1, -1, 2, 3, -2]), wilcoxon([0, 0, 1, 1, 2, -1, 3]): all signs, as method "auto" does for 13 or fewer
    close(testSignedRanks([1, 1, -1, 2, 3, -2]).pValue, 0.53125);
    close(testSignedRanks([0, 0, 1, 1, 2, -1, 3]).pValue, 0.25);
    // Five equal differences: 2 of 32, as of five that are not; the normal distribution says 0.025.
    close(testSignedRanks(new Array<number>(5).fill(0.04)).pValue, 0.0625);
  });

  it("is the share of all signs, tried one by one", () => {
    const lists = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lists, (list) => {
        const expected = tryAllSigns(list.filter((value) => value !== 0));
        const found = testSignedRanks(list);
        assert.equal(found.method, "exact");
        if (found.n > 0) close(found.pValue, expected);
      }),
    );
  });

  it("takes the normal distribution for more than 50 differences alone", () => {
    const alternate = (n: number) =>
      Array.from({ length: n }, (_, i) => (i % 3 === 0 ? -1 : 1) * (1 + (i % 7)));
    const [exact, normal] = [50, 51].map((n) => testSignedRanks(alternate(n)));
    assert.deepEqual([exact.method, normal.method], ["exact", "normal"]);
    close(exact.pValue, testSignedRanks(alternate(50), { method: "normal" }).pValue, 0.002);
  });

  it("says NaN of no difference, and counts no more than it can", () => {
    assert.ok(Number.isNaN(testSignedRanks([0, 0]).pValue) && Number.isNaN(testSignedRanks([]).pValue));
    assert.throws(
      () =>
        testSignedRanks(
          Array.from({ length: 51 }, (_, i) => i + 1),
          { method: "exact" },
        ),
      /differences: found 51, expected at most 50/,
    );
    assert.throws(() => testSignedRanks([1], { method: "t" as "exact" }), /method: found "t"/);
  });

  it("does not care which model comes first", () => {
    const lists = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 25 });
    fc.assert(
      fc.property(lists, (list) => {
        const [one, other] = [list, list.map((value) => -value)].map((each) => testSignedRanks(each));
        assert.equal(one.pValue, other.pValue);
        assert.equal(one.positiveRanks, other.negativeRanks);
      }),
    );
  });
});

describe("testSignFlips", () => {
  it("tries all signs of few differences, as scipy.stats.permutation_test does", () => {
    // permutation_test((d, zeros(10)), mean of a - b, permutation_type="samples", n_resamples=inf)
    const found = testSignFlips(d);
    assert.deepEqual([found.method, found.permutations], ["exact", 1024]);
    close(found.pValue, 0.0859375);
    // Five of one sign: 2 of 32.
    close(testSignFlips([1, 2, 3, 4, 5]).pValue, 0.0625);
    assert.equal(testSignFlips([0, 0, 0]).pValue, 1);
    assert.ok(Number.isNaN(testSignFlips([]).pValue));
  });

  it("draws signs of many, near the exact share and the same for a key", () => {
    // The differences twice over: 2^20 signs, whose exact share by the same call of scipy (n_resamples=inf) is below.
    const twice = [...d, ...d];
    const found = testSignFlips(twice, { permutations: 40_000, key: createKey(3) });
    assert.equal(found.method, "drawn");
    close(found.pValue, 0.010074615478515625, 0.003);
    assert.deepEqual(found, testSignFlips(twice, { permutations: 40_000, key: createKey(3) }));
    assert.ok(testSignFlips(new Array<number>(40).fill(1), { permutations: 99 }).pValue === 0.01);
    assert.throws(() => testSignFlips(twice, { permutations: 0 }), /permutations: found 0/);
  });
});

describe("testKendallTau", () => {
  it("agrees with scipy.stats.kendalltau, exact without ties", () => {
    // kendalltau(x, y, method="exact")
    const found = testKendallTau([1, 2, 3, 4, 5, 6, 7, 8, 9], [2, 1, 4, 3, 7, 5, 9, 6, 8]);
    close(found.tau, 2 / 3);
    close(found.pValue, 0.012665343915343916);
    assert.deepEqual([found.method, found.concordant, found.discordant], ["exact", 30, 6]);
  });

  it("agrees with ties: tau-b, and the share of all orders", () => {
    // kendalltau(x, y).statistic; permutation_test((y,), ..., permutation_type="pairings", n_resamples=inf).pvalue
    const [x, y] = [
      [1, 2, 2, 3, 4, 4, 5],
      [1, 3, 2, 2, 5, 4, 4],
    ];
    const found = testKendallTau(x, y);
    close(found.tau, 0.6842105263157894);
    close(found.pValue, 0.05238095238095238);
    // The same items twice over are beyond what is tried one by one.
    const drawn = testKendallTau([...x, ...x], [...y, ...y], { permutations: 2000 });
    assert.ok(drawn.method === "drawn" && drawn.pValue < 0.01 && drawn.pValue >= 1 / 2001);
  });

  it("is 1 and -1 for the same and the reversed order, and NaN where there is none", () => {
    const order = fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(order, (list) => {
        const reversed = testKendallTau(
          list,
          list.map((value) => -value),
        );
        assert.deepEqual([testKendallTau(list, list).tau, reversed.tau], [1, -1]);
        assert.equal(testKendallTau(list, list).pValue, reversed.pValue);
      }),
    );
    assert.ok(Number.isNaN(testKendallTau([1, 1], [1, 2]).tau));
    assert.ok(Number.isNaN(testKendallTau([], []).pValue));
    assert.throws(() => testKendallTau([1], [1, 2]), /second: found 2, expected 1 values/);
    assert.throws(() => testKendallTau([1, NaN], [1, 2]), /first: found NaN/);
  });
});
