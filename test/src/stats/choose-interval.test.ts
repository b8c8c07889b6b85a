import assert from "node:assert/strict";
import {
  chooseMeanInterval,
  enoughCoverage,
  measuredCoverageAt,
  meanIntervalMethods,
} from "tumorlab/internal/stats/choose-interval";
import type { CoverageRow, CoverageTable } from "tumorlab/internal/stats/coverage-row";
import { coverageTable } from "tumorlab/internal/stats/coverage-table";

const row = (n: number, method: CoverageRow["method"], worst: number, width: number): CoverageRow => ({
  question: "mean",
  n,
  method,
  worst,
  worstIn: "liver",
  mean: worst,
  width,
});
const table: CoverageTable = {
  ...coverageTable,
  rows: [
    row(10, "percentile", 0.6, 0.1),
    row(10, "t", 0.7, 0.2),
    row(10, "gaffke", 0.98, 0.4),
    row(50, "percentile", 0.91, 0.05),
    row(50, "t", 0.94, 0.06),
    row(50, "gaffke", 0.96, 0.1),
    row(100, "percentile", 0.935, 0.03),
    row(100, "t", 0.92, 0.04),
    row(100, "gaffke", 0.95, 0.05),
  ],
};

describe("chooseMeanInterval", () => {
  const choose = (units: number, isBounded = true): [string, boolean] => {
    const { method, isEnough } = chooseMeanInterval(units, { isBounded }, table);
    return [method, isEnough];
  };

  it("takes the narrowest that covers enough, and by both neighbours between two measured sizes", () => {
    assert.deepEqual(choose(10), ["gaffke", true]);
    assert.deepEqual(choose(50), ["t", true]);
    assert.deepEqual(choose(100), ["percentile", true]);
    // t covers enough at 50 and not at 100, percentile the other way about.
    assert.deepEqual(choose(70), ["gaffke", true]);
    assert.deepEqual(chooseMeanInterval(70, {}, table).measured!.at, [50, 100]);
    assert.deepEqual(choose(5000), ["percentile", true]);
  });

  it("says where none is enough, and takes the one with the most", () => {
    assert.deepEqual(choose(10, false), ["t", false]);
    assert.deepEqual(choose(50, false), ["t", true]);
    // Fewer than were ever measured.
    const few = chooseMeanInterval(3, {}, table);
    assert.deepEqual([few.isEnough, few.measured], [false, undefined]);
    // Without bounds an interval that is next to everything is none, however often it holds the mean.
    const wide = { ...table, rows: [row(3, "studentized", 0.98, 0.99), row(3, "t", 0.5, 0.4)] };
    assert.equal(chooseMeanInterval(3, { isBounded: false }, wide).method, "t");
    assert.equal(chooseMeanInterval(3, {}, wide).method, "studentized");
    assert.throws(() => chooseMeanInterval(2.5), /units: found 2\.5/);
  });
});

describe("the table of measured coverage", () => {
  it("has every method at every number of units, for both questions", () => {
    const sizes = [2, 3, 5, 6, 10, 20, 50, 100, 200];
    for (const question of ["mean", "difference"] as const)
      for (const n of sizes)
        for (const method of meanIntervalMethods) {
          const found = coverageTable.rows.filter(
            (each) => each.question === question && each.n === n && each.method === method,
          );
          assert.equal(found.length, 1, `${question}, n = ${n}, ${method}`);
          const { worst, mean, width } = found[0];
          assert.ok(worst >= 0 && worst <= mean && mean <= 1 && width > 0);
        }
    assert.match(coverageTable.made, /^npm run bench -- coverage /);
    // A coverage of 93 % has to be good to 1.5 points: 1.96 sqrt(0.93 x 0.07 / samples).
    assert.ok(1.96 * Math.sqrt((0.93 * 0.07) / coverageTable.samples) < 0.015);
  });

  it("shows what was found before: few patients need Gaffke's bound, percentile covers far too little", () => {
    // From an independent simulation in numpy, 250 samples each: percentile 58, 72, 86 and 88 %, Gaffke 98, 98, 96 and 94 %.
    const before = { 10: [0.58, 0.98], 20: [0.72, 0.98], 50: [0.86, 0.96], 100: [0.88, 0.94] };
    for (const [n, [percentile, gaffke]] of Object.entries(before)) {
      const worst = (method: "percentile" | "gaffke") => measuredCoverageAt(Number(n), method)!.worst;
      assert.ok(Math.abs(worst("percentile") - percentile) < 0.07, `${n}: ${worst("percentile")}`);
      assert.ok(Math.abs(worst("gaffke") - gaffke) < 0.04, `${n}: ${worst("gaffke")}`);
    }
    for (const units of [2, 5, 10, 20, 50]) assert.equal(chooseMeanInterval(units).method, "gaffke");
    for (let units = 2; units < 300; units++)
      for (const question of ["mean", "difference"] as const) {
        const { isEnough, measured } = chooseMeanInterval(units, { question });
        assert.equal(isEnough, measured!.worst >= enoughCoverage);
      }
  });
});
