import assert from "node:assert/strict";
import { errorFromScore, parseCurveTable, requireGain, selectRows } from "tumorlab";

describe("parseCurveTable", () => {
  it("reads long and wide tables alike", () => {
    const long = parseCurveTable("n,score,arm\n60,0.4,real\n278,0.5,real\n60,0.48,mix\n278,0.58,mix\n");
    const wide = parseCurveTable("n,real,mix\r\n60,0.4,0.48\r\n278,0.5,0.58\r\n");
    const strip = (rows: typeof long.rows): unknown =>
      rows.map(({ n, arm, score }) => [arm, n, score]).sort();
    assert.deepEqual(strip(long.rows), strip(wide.rows));
    assert.deepEqual(wide.arms, ["real", "mix"]);
    assert.equal(selectRows(wide, "mix").length, 2);
  });

  it("takes a byte order mark, comments, quotes and empty wide cells", () => {
    const table = parseCurveTable(
      '\uFEFF# scores\n"n","real","mix"\n60,"0.4",\n278,0.5,0.58\n500,0.55,0.59\n',
    );
    assert.equal(table.rows.length, 5);
    assert.deepEqual(table.warnings, []);
  });

  const faults: [string, string, RegExp][] = [
    ["no n", "size,score\n1,0.5", /expected a column n/],
    ["no scores", "n,seed\n60,1\n278,1", /a column score/],
    ["no rows", "n,score\n", /no rows/],
    ["one size", "n,score\n60,0.4", /arm real: found "1 training-set size"/],
    ["an arm with one size", "n,real,mix\n60,0.4,0.5\n278,0.5,", /arm mix/],
    ["n = 0", "n,score\n0,0.4\n278,0.5", /line 2: n: found 0/],
    ["negative n", "n,score\n60,0.4\n-5,0.5", /line 3: n: found -5/],
    ["percent", "n,score\n60,0.4\n278,52.7", /line 3: found 52.7, .*divide all of them by 100/],
    ["semicolons", "n;score\n60;0,4\n278;0,5", /header: found "n;score", expected cells separated by commas/],
    ["below 0", "n,score\n60,-0.4\n278,0.5", /line 2: found -0.4, .*--loss/],
    ["NaN", "n,score\n60,NaN\n278,0.5", /line 2: score: found "NaN", expected a number/],
    ["an empty score", "n,score\n60,\n278,0.5", /line 2: score: found ""/],
    [
      "a repeated row",
      "n,score\n60,0.4\n278,0.5\n60,0.41",
      /line 4: .*line 2 does not already have.*column seed/,
    ],
    ["a ragged row", "n,score\n60,0.4,9\n278,0.5", /as many cells/],
  ];
  for (const [what, text, message] of faults) {
    it(`refuses ${what}, naming the line`, () =>
      assert.throws(() => parseCurveTable(text, "scores.csv"), message));
  }

  it("warns of a curve that gets worse, with the line, and still reads it", () => {
    const table = parseCurveTable("n,score\n60,0.5\n278,0.4\n500,0.6");
    assert.equal(table.rows.length, 3);
    assert.match(table.warnings[0], /line 3: arm real gets worse from n = 60 to n = 278/);
  });

  it("refuses an arm that no size betters, with the line of its smallest size", () => {
    const worse = parseCurveTable("n,score\n278,0.5\n60,0.6\n500,0.4");
    assert.throws(() => requireGain(worse, "real"), /line 3, arm real: .*better score than 0.6.*--loss/);
    requireGain(parseCurveTable("n,score\n278,0.5\n60,0.6\n500,0.4", "x", { loss: true }), "real");
    requireGain(parseCurveTable("n,score\n60,0.5\n278,0.4\n500,0.6"), "real");
    const flat = parseCurveTable("n,score,seed\n60,0.5,1\n60,0.7,2\n278,0.6,1", "x", { loss: true });
    assert.throws(
      () => requireGain(flat, "real"),
      /line 2, arm real: .*better loss than 0.6, that of n = 60/,
    );
  });

  it("reads losses above 1 when told so", () => {
    assert.equal(parseCurveTable("n,score\n60,3.5\n278,2.1", "x", { loss: true }).rows[0].score, 3.5);
    assert.throws(() => parseCurveTable("n,score\n60,-1\n278,2", "x", { loss: true }), /a loss of 0 or more/);
  });

  it("names the arms and splits there are", () => {
    const table = parseCurveTable("n,score,split\n60,0.4,id\n278,0.5,id\n60,0.3,ood\n278,0.4,ood");
    assert.throws(() => selectRows(table, "synthetic"), /found "synthetic", expected one of real/);
    assert.throws(() => selectRows(table, "real", "test"), /one of id, ood/);
    assert.equal(selectRows(table, "real", "ood").length, 2);
  });
});

describe("errorFromScore", () => {
  it("is 1 - score and refuses percent", () => {
    assert.equal(errorFromScore(0.25), 0.75);
    assert.throws(() => errorFromScore(59.3), /divide by 100/);
    assert.throws(() => errorFromScore(NaN), /between 0 and 1/);
  });
});
