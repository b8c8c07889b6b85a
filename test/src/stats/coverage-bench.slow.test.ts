import assert from "node:assert/strict";
import { coverageTable } from "tumorlab/internal/stats/coverage-table";
import { formatCourt, measureCourt } from "../../bench/coverage/court.js";
import { readDistributions } from "../../bench/coverage/distributions.js";
import type { Distribution } from "../../bench/coverage/distributions.js";
import { measureCoverage } from "../../bench/coverage/measure.js";
import { compareTables, formatModule, formatTable } from "../../bench/coverage/report.js";

/** Scores that are 1 but for one in ten, which are 0: what a small sample often does not hold. */
const failing: Distribution = {
  question: "mean",
  name: "failing",
  bounds: [0, 1],
  values: Array.from({ length: 100 }, (_, i) => Number(i % 10 > 0)),
};

describe("npm run bench -- coverage", () => {
  it("counts how often an interval holds the mean", () => {
    const rows = measureCoverage([failing], "mean", 10, { samples: 400, resamples: 100 });
    const worst = Object.fromEntries(rows.map((row) => [row.method, row.worst]));
    // A sample of ten without a failure has 1 as every end of a resampled interval: 0.9^10 = 35 % of them.
    assert.ok(Math.abs(worst.percentile - (1 - 0.9 ** 10)) < 0.08, `${worst.percentile}`);
    assert.ok(Math.abs(worst.t - (1 - 0.9 ** 10)) < 0.08, `${worst.t}`);
    // Clopper and Pearson's interval: exactly 1 - P(four failures or more) - 0, by scipy.stats.binom.sf(3, 10, 0.1) = 0.0128.
    assert.ok(Math.abs(worst.gaffke - 0.987) < 0.02, `${worst.gaffke}`);
    assert.deepEqual(rows, measureCoverage([failing], "mean", 10, { samples: 400, resamples: 100 }));
  });

  it("tells a table that ships from one that does not agree", () => {
    assert.deepEqual(compareTables(coverageTable, coverageTable), []);
    const [first, ...rest] = coverageTable.rows;
    const changed = { ...coverageTable, rows: [{ ...first, worst: first.worst + 0.12 }, ...rest] };
    assert.match(compareTables(changed, coverageTable).join("\n"), /^mean, n = 2, percentile: worst 0\.37/);
    assert.match(formatTable(coverageTable), /Mean Dice[^]*20 .* gaffke\n[^]*Mean difference/);
  });

  it("writes the module that ships", () => {
    // Without types and spaces, which the formatter sets, it is a list of lines and what is made of them.
    const words = formatModule(coverageTable);
    const line = /\["mean",20,"gaffke",0\.\d+,"[a-z_]+",0\.\d+,0\.\d+\],\n/;
    assert.match(words, line);
    assert.equal(words.split("\n").filter((each) => /^ {2}\["/.test(each)).length, coverageTable.rows.length);
  });

  it("counts how often the court's intervals hold the gain and its verdicts are wrong", () => {
    const model = (name: string, score: (i: number) => number) => ({
      name,
      organs: ["liver"],
      scores: new Map([["liver", new Map(Array.from({ length: 100 }, (_, i) => [`s${i}`, score(i)]))]]),
    });
    // The second misses one in ten, and is a little better elsewhere: a small sample without a miss takes it for the better one.
    const models = [model("steady", () => 0.9), model("missing", (i) => (i % 10 === 0 ? 0 : 0.92 + i / 1e4))];
    const rows = measureCourt(models, 10, { samples: 200, resamples: 100 });
    const of = (method: string) => rows.find((row) => row.method === method)!;
    const lucky = 0.9 ** 10;
    assert.ok(of("court").worstPair > 0.93 && of("court").wrongBetter === 0);
    assert.ok(Math.abs(of("t").worstOrgan - (1 - lucky)) < 0.1, `${of("t").worstOrgan}`);
    assert.ok(of("percentile").worstOrgan < 0.8 && of("bca").worstOrgan < 0.8);
    assert.equal(of("court").worstPairIs, "liver: steady v missing");
    assert.ok(of("court").widthPoints > of("t").widthPoints);
    assert.match(formatCourt({ made: "call", samples: 200, resamples: 100, rows }), /court +\d+\.\d liver/);
  });

  it("has nothing to draw from where the tables are absent", () =>
    assert.equal(readDistributions("../nowhere"), undefined));
});
