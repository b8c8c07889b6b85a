import assert from "node:assert/strict";
import {
  incompleteBeta,
  logGamma,
  studentTail,
  studentTwoSided,
} from "tumorlab/internal/stats/distributions";
import { findRoot } from "tumorlab/internal/stats/minimize";

const close = (value: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(
    Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${value} for ${expected}`,
  );

describe("distributions", () => {
  it("logGamma agrees with scipy.special.gammaln 1.10.1", () => {
    close(logGamma(0.1), 2.252712651734206);
    close(logGamma(1.5), -0.12078223763524526);
    close(logGamma(10), 12.801827480081469);
    close(logGamma(171.5), 709.1431630309283);
  });

  it("incompleteBeta agrees with scipy.special.betainc 1.10.1", () => {
    close(incompleteBeta(0.3, 2, 0.5), 0.037840969485813114);
    close(incompleteBeta(0.9, 10, 3), 0.889130022255);
    close(incompleteBeta(0.01, 0.5, 0.5), 0.06376856085851987);
    assert.equal(incompleteBeta(0, 1, 1), 0);
    assert.equal(incompleteBeta(1, 1, 1), 1);
  });

  it("studentTwoSided is exact for one degree of freedom and agrees with scipy.stats.t.ppf 1.10.1", () => {
    close(studentTwoSided(0.95, 1), Math.tan(0.475 * Math.PI));
    // scipy's ppf itself is good to about 1e-9: scipy.stats.t.sf of the second value is 0.0050000000462.
    close(studentTwoSided(0.95, 3), 3.182446305284263, 1e-8);
    close(studentTwoSided(0.99, 10), 3.169272667175838, 1e-8);
    close(studentTwoSided(0.5, 4.5), 0.7328666862290882, 1e-8);
    close(studentTwoSided(0.95, 1e7), 1.959964, 1e-6);
  });

  it("studentTail agrees with scipy.stats.t.sf 1.17.1", () => {
    close(studentTail(0, 5), 0.5);
    close(studentTail(1.3, 2), 0.16162351590802015);
    close(studentTail(-2.1, 7), 0.9630644018935387);
    close(studentTail(25, 3) / 7.016569497877428e-5, 1, 1e-10);
    close(studentTail(4, 1.7), 0.03712637549907588);
    assert.deepEqual([studentTail(Infinity, 2), studentTail(-Infinity, 2)], [0, 1]);
    assert.ok(Number.isNaN(studentTail(NaN, 2)));
  });
});

describe("findRoot", () => {
  it("finds crossings and says undefined where there is none", () => {
    close(
      findRoot((x) => x * x - 2, 0, 2)!,
      Math.SQRT2,
    );
    close(
      findRoot((x) => Math.exp(-x) - 1e-6, 0, 100)!,
      6 * Math.LN10,
      1e-10,
    );
    assert.equal(
      findRoot((x) => x - 1, 1, 5),
      1,
    );
    assert.equal(
      findRoot((x) => x * x + 1, -1, 1),
      undefined,
    );
  });
});
