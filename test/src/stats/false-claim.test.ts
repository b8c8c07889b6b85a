import assert from "node:assert/strict";
import { falseClaimProbability } from "tumorlab/internal/stats/false-claim";

const close = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) < 1e-12, `${found} for ${expected}`);

describe("falseClaimProbability", () => {
  it("agrees with scipy.stats.t.sf of the difference over its error", () => {
    // sd = sqrt(s1^2 + s2^2 - 2 r s1 s2); t.sf(0.02 / (sd / sqrt(100)), 99)
    const found = falseClaimProbability({ difference: 0.02, n: 100, sds: [0.16, 0.18], correlation: 0.7 });
    close(found.sdOfDifference, 0.1329661611087573);
    close(found.probability, 0.06786420321967744);
    close(found.standardError, 0.01329661611087573);
  });

  it("falls with the difference, the cases and the correlation, whichever model is named first", () => {
    const base = { difference: 0.02, n: 100, sds: [0.16, 0.18], correlation: 0.5 } as const;
    const of = (change: object) => falseClaimProbability({ ...base, ...change }).probability;
    assert.ok(of({ difference: 0.03 }) < of({}) && of({ n: 200 }) < of({}));
    assert.ok(of({ correlation: 0.9 }) < of({}) && of({}) < of({ correlation: 0 }));
    assert.equal(of({ difference: -0.02 }), of({}));
    assert.equal(of({ difference: 0 }), 0.5);
    // Two models that rise and fall together: the difference is the same everywhere.
    assert.equal(of({ sds: [0.1, 0.1], correlation: 1 }), 0);
  });

  it("refuses numbers that cannot be", () => {
    const base = { difference: 0.02, n: 100, sds: [0.16, 0.18], correlation: 0.5 } as const;
    assert.throws(() => falseClaimProbability({ ...base, n: 1 }), /n: found 1, expected/);
    assert.throws(() => falseClaimProbability({ ...base, sds: [-1, 0] }), /sds: found \[-1, 0\]/);
    assert.throws(() => falseClaimProbability({ ...base, correlation: 1.1 }), /correlation: found 1\.1/);
    assert.throws(() => falseClaimProbability({ ...base, difference: NaN }), /difference: found NaN/);
  });
});
