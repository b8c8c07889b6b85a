import assert from "node:assert/strict";
import fc from "fast-check";
import { assignRows, choosePairsGreedily, choosePairsOptimally } from "tumorlab/internal/metrics/assignment";
import type { WeightedPair } from "tumorlab/internal/metrics/assignment";

const totalOf = (pairs: readonly WeightedPair[]): number =>
  pairs.reduce((sum, { weight }) => sum + weight, 0);

/** The best sum and then the most pairs, by trying everything. */
function tryAll(pairs: readonly WeightedPair[]): [weight: number, count: number] {
  if (pairs.length === 0) return [0, 0];
  const [first, ...rest] = pairs;
  const without = tryAll(rest);
  const free = rest.filter((p) => p.reference !== first.reference && p.prediction !== first.prediction);
  const [weight, count] = tryAll(free);
  const taken: [number, number] = [weight + first.weight, count + 1];
  const isBetter = taken[0] > without[0] + 1e-12 || (taken[0] > without[0] - 1e-12 && taken[1] > without[1]);
  return isBetter ? taken : without;
}

/** Pairs of up to five things with each other, each pair at most once. */
const pairLists = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), {
    selector: ([a, b]) => a * 10 + b,
    maxLength: 12,
  })
  .chain((places) =>
    fc
      .array(fc.integer({ min: 1, max: 10 }), { minLength: places.length, maxLength: places.length })
      .map((weights) =>
        places.map(([reference, prediction], at): WeightedPair => ({
          reference,
          prediction,
          weight: weights[at] / 10,
        })),
      ),
  );

describe("pairing one to one", () => {
  // scipy 1.17.1: linear_sum_assignment(numpy.random.default_rng(seed).integers(0, 100, shape)), columns and sum
  const golden: { costs: number[][]; columns: number[]; sum: number }[] = [
    {
      costs: [
        [85, 63, 51],
        [26, 30, 4],
        [7, 1, 17],
      ],
      columns: [1, 2, 0],
      sum: 74,
    },
    {
      costs: [
        [47, 51, 75, 95, 3, 14],
        [82, 94, 24, 31, 86, 42],
        [27, 82, 25, 40, 64, 54],
        [8, 2, 86, 75, 83, 53],
      ],
      columns: [4, 2, 0, 1],
      sum: 56,
    },
    {
      costs: [
        [83, 26, 10, 29, 41, 81],
        [45, 9, 33, 60, 81, 72],
        [99, 18, 88, 5, 55, 27],
        [20, 65, 30, 56, 26, 15],
        [74, 43, 67, 66, 94, 42],
        [21, 63, 93, 96, 86, 68],
      ],
      columns: [2, 1, 3, 4, 5, 0],
      sum: 113,
    },
    {
      costs: [
        [81, 8, 17, 23, 18, 80, 86, 58, 3],
        [9, 33, 43, 62, 47, 26, 15, 69, 73],
        [3, 11, 45, 39, 88, 51, 42, 43, 66],
        [58, 17, 73, 75, 95, 78, 28, 31, 64],
        [65, 69, 86, 29, 93, 0, 7, 97, 94],
      ],
      columns: [8, 6, 0, 1, 5],
      sum: 38,
    },
  ];
  for (const { costs, columns, sum } of golden)
    it(`assigns ${costs.length} rows to ${costs[0].length} columns as scipy does`, () => {
      const found = assignRows(costs);
      assert.deepEqual(found, columns);
      assert.equal(
        found.reduce((total, column, row) => total + costs[row][column], 0),
        sum,
      );
    });

  it("takes the heaviest first, or the heaviest together", () => {
    const pairs = [
      { reference: 1, prediction: 1, weight: 0.5 },
      { reference: 1, prediction: 2, weight: 0.4 },
      { reference: 2, prediction: 1, weight: 0.3 },
    ];
    assert.deepEqual(choosePairsGreedily(pairs), [pairs[0]]);
    assert.deepEqual(choosePairsOptimally(pairs), [pairs[1], pairs[2]]);
    // Where two small pairs weigh no more than a large one, more pairs are better.
    pairs[1].weight = 0.25;
    pairs[2].weight = 0.25;
    assert.equal(choosePairsOptimally(pairs).length, 2);
    pairs[2].weight = 0.2;
    assert.deepEqual(choosePairsOptimally(pairs), [pairs[0]]);
    assert.deepEqual([choosePairsGreedily([]), choosePairsOptimally([]), assignRows([])], [[], [], []]);
  });

  it("is one to one, the best there is, and no worse than greedy", () => {
    fc.assert(
      fc.property(pairLists, (pairs) => {
        const [greedy, optimal] = [choosePairsGreedily(pairs), choosePairsOptimally(pairs)];
        for (const chosen of [greedy, optimal])
          for (const side of ["reference", "prediction"] as const)
            assert.equal(new Set(chosen.map((pair) => pair[side])).size, chosen.length);
        const [weight, count] = tryAll(pairs);
        assert.ok(Math.abs(totalOf(optimal) - weight) < 1e-9);
        assert.equal(optimal.length, count);
        assert.ok(totalOf(optimal) >= totalOf(greedy) - 1e-9);
        // Greedy reaches half of the best at least.
        assert.ok(totalOf(greedy) >= weight / 2 - 1e-9);
      }),
    );
  });

  it("does not mind the order of the pairs, nor which side is which", () => {
    fc.assert(
      fc.property(pairLists, (pairs) => {
        const turned = [...pairs]
          .reverse()
          .map((pair) => ({ ...pair, reference: 7 - pair.prediction, prediction: 9 - pair.reference }));
        const [one, other] = [choosePairsOptimally(pairs), choosePairsOptimally(turned)];
        assert.equal(one.length, other.length);
        assert.ok(Math.abs(totalOf(one) - totalOf(other)) < 1e-9);
      }),
    );
  });

  it("solves a thousand lesions under one prediction, and 120 against 150, at once", () => {
    const fan = Array.from({ length: 1000 }, (_, at) => ({
      reference: at + 1,
      prediction: 1,
      weight: (at + 1) / 1001,
    }));
    assert.deepEqual(choosePairsOptimally(fan), [fan[999]]);
    const full = Array.from({ length: 120 * 150 }, (_, at) => {
      const [reference, prediction] = [at % 120, Math.floor(at / 120)];
      return { reference, prediction, weight: reference === prediction ? 0.9 : 0.5 };
    });
    const chosen = choosePairsOptimally(full);
    assert.equal(chosen.length, 120);
    assert.ok(chosen.every(({ reference, prediction }) => reference === prediction));
  });
});
