import assert from "node:assert/strict";
import { equivalencePower, patientsForEquivalence } from "tumorlab/internal/stats/equivalence-power";
import { findSmallestEnough } from "tumorlab/internal/stats/shown-spread";

describe("equivalencePower", () => {
  it("agrees with the integral over the spread that a sample shows", () => {
    /**
     * scipy 1.17.1: integrate.quad over s of chi.pdf(s sqrt(df), df) sqrt(df) max(0, Phi((margin - d) e - q s) - Phi(q s - (margin + d) e)),
     * with e = sqrt(n) / sd and q = t.ppf((1 + level) / 2, df).
     */
    const golden: [number, number, number, object, number][] = [
      [0.1, 0.05, 30, {}, 0.5083335265061557],
      [0.1, 0.05, 60, {}, 0.935577166768332],
      [0.1, 0.05, 60, { difference: 0.02 }, 0.6273691066250944],
      [0.25, 0.01, 5000, {}, 0.61456172101165],
      [0.1, 0.2, 5, {}, 0.828848168771286],
      [0.1, 0.2, 5, { level: 0.9 }, 0.9499568523591571],
    ];
    for (const [sd, margin, n, options, power] of golden) {
      const found = equivalencePower(sd, margin, n, options);
      assert.ok(Math.abs(found - power) < 1e-6, `${found} for ${power}`);
    }
  });
});

describe("patientsForEquivalence", () => {
  it("is the smallest study that the same integral finds", () => {
    const found = [
      patientsForEquivalence(0.1, 0.05),
      patientsForEquivalence(0.1, 0.05, { power: 0.9 }),
      patientsForEquivalence(0.1, 0.2),
      patientsForEquivalence(0.1, 0.05, { difference: 0.02 }),
      patientsForEquivalence(0.1, 0.05, { level: 0.9 }),
    ];
    assert.deepEqual(found, [44, 54, 5, 90, 36]);
  });

  it("refuses what no study can show", () => {
    assert.throws(() => patientsForEquivalence(0.1, 0), /margin: found 0/);
    assert.throws(() => patientsForEquivalence(0, 0.1), /standardDeviation: found 0/);
    assert.throws(() => patientsForEquivalence(0.1, 0.05, { difference: 0.05 }), /within the margin/);
    assert.throws(() => patientsForEquivalence(0.1, 1e-6), /at most 10 million patients/);
    assert.throws(() => equivalencePower(0.1, 0.05, 1), /n: found 1/);
  });
});

describe("findSmallestEnough", () => {
  it("finds it from any guess, and asks few times near it", () => {
    for (const answer of [2, 3, 7, 1000])
      for (const guess of [0, 2, 3, 6, 7, 8, 999, 1000, 1001, 5000]) {
        let asked = 0;
        const found = findSmallestEnough(guess, 2, (n) => {
          asked++;
          return n >= answer;
        });
        assert.equal(found, answer);
        assert.ok(asked < 40);
        if (Math.abs(guess - answer) <= 1) assert.ok(asked <= 4, `${asked} from ${guess} for ${answer}`);
      }
  });
});
