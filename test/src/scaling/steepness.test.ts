import assert from "node:assert/strict";
import fc from "fast-check";
import { bootstrapCurves } from "tumorlab/internal/scaling/curve-bootstrap";
import { parseCurveTable } from "tumorlab/internal/scaling/curve-table";
import { compareSteepness } from "tumorlab/internal/scaling/steepness";
import type { PairReading } from "tumorlab/internal/scaling/steepness";

const sizes = [60, 278, 500, 1500, 3159];
const toPoints = (dice: number[]): { n: number; error: number }[] =>
  sizes.map((n, i) => ({ n, error: 1 - dice[i] }));
const observed = {
  real: toPoints([0.402, 0.527, 0.54, 0.593, 0.597]),
  mixed: toPoints([0.482, 0.581, 0.59, 0.592, 0.593]),
};
const values = ({ first, second }: PairReading, digits: number): number[] =>
  [first, second].map(({ estimate }) => Number(estimate!.toFixed(digits)));

describe("compareSteepness on the published points", () => {
  it("gives less Dice a doubling with synthetic tumors, over each stretch", () => {
    // By hand: 12.5 and 9.9 points over log2(278 / 60) = 2.212 doublings, and so on.
    const found = [278, 500, 1500].map((to) =>
      values(compareSteepness({ observed }, "real", "mixed", { from: 60, to }).gainPerDoubling, 4),
    );
    assert.deepEqual(found, [
      [0.0565, 0.0448],
      [0.0451, 0.0353],
      [0.0411, 0.0237],
    ]);
  });

  it("gives the smaller exponent of the error, and the larger one above a floor", () => {
    const short = compareSteepness({ observed }, "real", "mixed", { to: 278 });
    assert.deepEqual(values(short.errorExponent, 3), [0.153, 0.138]);
    const middle = compareSteepness({ observed }, "real", "mixed", { to: 500 });
    assert.deepEqual(values(middle.errorExponent, 3), [0.124, 0.11]);
    // scipy.optimize.curve_fit of c + a n^-b through all five points of each arm
    assert.deepEqual(values(short.exponentAboveFloor, 2), [0.46, 1.47]);
    assert.deepEqual(values(short.floor, 2), [0.36, 0.41]);
    assert.ok(short.exponentAboveFloor.difference.estimate! > 1);
    assert.ok(short.gainPerDoubling.difference.estimate! < 0);
  });

  it("fits a line through all points of the range", () => {
    const whole = compareSteepness({ observed }, "real", "mixed");
    assert.deepEqual([whole.from, whole.to], [60, 3159]);
    // numpy.polyfit(numpy.log2(n), dice, 1)[0] and of -log2(1 - dice)
    assert.deepEqual(values(whole.fittedGainPerDoubling, 4), [0.0342, 0.0182]);
    assert.deepEqual(values(whole.fittedErrorExponent, 4), [0.101, 0.0571]);
    assert.ok(Number.isNaN(whole.gainPerDoubling.first.low), "no draws, no interval");
  });
});

describe("compareSteepness", () => {
  it("gets the exponents of two power laws back, whatever the stretch", () => {
    const exponent = fc.double({ min: 0.05, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(exponent, exponent, (b, d) => {
        const power = (exp: number) => sizes.map((n) => ({ n, error: 0.9 * n ** -exp }));
        const curves = { observed: { a: power(b), b: power(d) } };
        const { errorExponent, fittedErrorExponent } = compareSteepness(curves, "a", "b", { from: 278 });
        for (const { first, second, difference } of [errorExponent, fittedErrorExponent]) {
          assert.ok(Math.abs(first.estimate! - b) < 1e-9 && Math.abs(second.estimate! - d) < 1e-9);
          assert.ok(Math.abs(difference.estimate! - (d - b)) < 1e-9);
        }
      }),
    );
  });

  it("reads a curve that is only shifted to fewer scans as equally steep above its floor", () => {
    const curve = (scale: number) => sizes.map((n) => ({ n, error: 0.3 + 2 * (scale * n) ** -0.5 }));
    const { exponentAboveFloor, gainPerDoubling } = compareSteepness(
      { observed: { real: curve(1), mixed: curve(3) } },
      "real",
      "mixed",
    );
    assert.ok(Math.abs(exponentAboveFloor.difference.estimate!) < 1e-5);
    assert.ok(gainPerDoubling.difference.estimate! < 0);
  });

  it("takes intervals from draws, paired over the arms", () => {
    const lines = ["n,score,arm,patient"];
    for (const [i, n] of [10, 40, 160, 640].entries())
      for (let p = 0; p < 30; p++) {
        const luck = 0.15 * Math.sin(7 * p);
        lines.push(`${n},${(0.3 + 0.1 * i + luck + 0.02 * Math.sin(3 * p + i)).toFixed(4)},real,p${p}`);
        lines.push(`${n},${(0.4 + 0.08 * i + luck + 0.02 * Math.cos(5 * p + i)).toFixed(4)},mixed,p${p}`);
      }
    const bootstrap = bootstrapCurves(parseCurveTable(lines.join("\n")), { resamples: 300 });
    const { gainPerDoubling: gain, floor } = compareSteepness(bootstrap, "real", "mixed", { level: 0.9 });
    for (const each of [gain.first, gain.second, gain.difference])
      assert.ok(each.low < each.estimate! && each.estimate! < each.high);
    assert.ok(gain.difference.high < 0, "0.1 against 0.08 over two doublings");
    assert.ok(floor.first.low >= 0);
  });

  it("has no exponent where an error is 0 or the law is not determined", () => {
    const curves = {
      observed: {
        a: [
          { n: 10, error: 0.5 },
          { n: 20, error: 0 },
        ],
        b: [
          { n: 10, error: 0.5 },
          { n: 20, error: 0.4 },
        ],
      },
    };
    const found = compareSteepness(curves, "a", "b");
    assert.equal(found.errorExponent.first.estimate, undefined);
    assert.equal(found.exponentAboveFloor.second.estimate, undefined);
    assert.match(found.reasons.second[0], /at least 3 different n/);
    assert.ok(Math.abs(found.gainPerDoubling.second.estimate! - 0.1) < 1e-12);
  });

  it("refuses ends and arms that are not there", () => {
    assert.throws(() => compareSteepness({ observed }, "real", "ours"), /one of real, mixed/);
    assert.throws(() => compareSteepness({ observed }, "real", "real"), /two different arms/);
    assert.throws(
      () => compareSteepness({ observed }, "real", "mixed", { to: 300 }),
      /60, 278, 500, 1500, 3159/,
    );
    assert.throws(
      () => compareSteepness({ observed }, "real", "mixed", { from: 500, to: 60 }),
      /below to, 60/,
    );
    const apart = { real: observed.real, mixed: [{ n: 7, error: 0.5 }] };
    assert.throws(() => compareSteepness({ observed: apart }, "real", "mixed"), /0 sizes in common/);
  });
});
