import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { coverageOfMeans } from "tumorlab/internal/evaluation/court/judge-means";
import { enoughCoverage } from "tumorlab/internal/stats/choose-interval";
import { measureCourt } from "../../../bench/coverage/court.js";
import type { CourtRow, CourtTable } from "../../../bench/coverage/court.js";
import { readAllScores } from "../../../bench/coverage/distributions.js";

const touchstone = "../shared/data/touchstone";
const golden = (name: string): CourtTable =>
  JSON.parse(readFileSync(path.resolve(__dirname, "../../../../golden/court", name), "utf8")) as CourtTable;
const tables = ["coverage.json", "coverage-large.json"].map(golden);
const rows = tables.flatMap((table) => table.rows);
const of = (list: readonly CourtRow[], n: number, method: string): CourtRow =>
  list.find((row) => row.n === n && row.method === method)!;

describe("the court's intervals on Touchstone's Dice", () => {
  it("hold the gain in 93 % of samples or more in the worst organ, from 10 patients on", () => {
    const court = rows.filter(({ method }) => method === "court");
    assert.deepEqual(
      court.map(({ n }) => n),
      [10, 20, 50, 100, 200],
    );
    for (const { n, worstOrgan, wrongBetter, wrongEqual } of court) {
      assert.ok(worstOrgan >= enoughCoverage, `${n}: ${worstOrgan}`);
      // Verdicts are wrong in at most so many samples of the worst organ, of pairs taken by themselves.
      assert.ok(wrongBetter! <= 0.05 && wrongEqual! <= 0.05, `${n}: ${wrongBetter} ${wrongEqual}`);
    }
    for (const n of [10, 20, 50]) {
      assert.ok(of(rows, n, "percentile").worstOrgan < 0.9 && of(rows, n, "bca").worstOrgan < 0.9);
      assert.ok(of(rows, n, "court").widthPoints > of(rows, n, "percentile").widthPoints);
    }
  });

  it("are what is said of guesses from means", () => {
    for (const { correlation, worstOrgan, mean } of coverageOfMeans) {
      const own = rows.filter(({ method }) => method === `means, r ${correlation}`);
      assert.ok(Math.abs(Math.min(...own.map((row) => row.worstOrgan)) - worstOrgan) < 1e-3);
      assert.ok(Math.abs(Math.min(...own.map((row) => row.mean)) - mean) < 1e-3);
    }
  });

  it(`are measured again on some pairs, where ${touchstone} is`, function () {
    const all = readAllScores(touchstone);
    if (!all) return this.skip();
    const chosen = ["nnU-Net_STU-Net_H", "nnU-Net_STU-Net_L", "nnU-Net_ResEncL", "MONAI_UNETR"];
    const some = all
      .filter(({ name }) => chosen.includes(name))
      .map(({ name, scores }) => ({ name, scores, organs: ["liver", "kidney_left"] }));
    assert.equal(some.length, 4);
    const found = measureCourt(some, 20, { samples: 60, resamples: 100 });
    assert.ok(of(found, 20, "court").worstOrgan >= enoughCoverage);
    assert.ok(of(found, 20, "percentile").worstOrgan < 0.85 && of(found, 20, "bca").worstOrgan < 0.85);
    const width = of(found, 20, "court").widthPoints / of(rows, 20, "court").widthPoints;
    assert.ok(width > 0.8 && width < 1.25, `${width}`);
  });
});
