import assert from "node:assert/strict";
import fc from "fast-check";
import { pairedPower, patientsForPairedDifference } from "tumorlab/internal/scaling/paired-power";

describe("pairedPower", () => {
  // scipy 1.17: c = t.ppf(0.975, n - 1); nct.sf(c, n - 1, d * sqrt(n)) + nct.cdf(-c, n - 1, d * sqrt(n))
  it("agrees with scipy's noncentral t", () => {
    for (const [n, d, golden] of [
      [2, 1, 0.09280915505633605],
      [5, 0.5, 0.1405166899902982],
      [30, 0.3, 0.35546273116552474],
      [200, 0.125, 0.42055508740492725],
      [505, 0.125, 0.8005838742026048],
    ])
      assert.ok(Math.abs(pairedPower(1, d, n) - golden) < 1e-9, `n = ${n}: ${pairedPower(1, d, n)}`);
  });

  it("is the test's own error where there is no difference", () => {
    for (const n of [2, 3, 10, 1000]) {
      assert.ok(Math.abs(pairedPower(2, 0, n) - 0.05) < 1e-9);
      assert.ok(Math.abs(pairedPower(2, 0, n, 0.99) - 0.01) < 1e-9);
    }
  });

  it("depends on the ratio alone, whatever its sign, and grows with it and with n", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        (d, n, sd) => {
          const power = pairedPower(1, d, n);
          assert.ok(Math.abs(pairedPower(sd, -d * sd, n) - power) < 1e-9);
          assert.ok(pairedPower(1, d, n + 1) > power - 1e-12 && pairedPower(1, 1.1 * d, n) > power - 1e-12);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("patientsForPairedDifference", () => {
  // The same call of scipy, n counted up from 2 until it reaches the power.
  it("is the smallest study that scipy finds", () => {
    assert.equal(patientsForPairedDifference(0.16, 0.02), 505);
    assert.equal(patientsForPairedDifference(0.16, 0.01), 2012);
    assert.equal(patientsForPairedDifference(0.16, -0.05), 83);
    assert.equal(patientsForPairedDifference(1, 1), 10);
    assert.equal(patientsForPairedDifference(1, 3), 4);
    assert.equal(patientsForPairedDifference(1, 10), 3);
    assert.equal(patientsForPairedDifference(0.16, 0.02, { power: 0.9, level: 0.99 }), 956);
  });

  it("needs a few more than the normal formula says, and never fewer", () => {
    for (const ratio of [0.05, 0.1, 0.3, 0.6]) {
      const normal = ((1.959963985 + 0.841621234) / ratio) ** 2;
      const exact = patientsForPairedDifference(1, ratio);
      assert.ok(exact > normal && exact < normal + 4, `${exact} against ${normal}`);
    }
  });

  it("refuses what no study can be planned for", () => {
    assert.throws(() => patientsForPairedDifference(0, 1), /standardDeviation: found 0/);
    assert.throws(() => patientsForPairedDifference(1, 0), /difference: found 0/);
    assert.throws(() => patientsForPairedDifference(1, 1e-5), /at most 10 million patients/);
    assert.throws(() => patientsForPairedDifference(1, 1, { power: 0.04 }), /power: found 0.04/);
    assert.throws(() => pairedPower(1, 1, 1), /n: found 1/);
  });
});
