import assert from "node:assert/strict";
import { bootstrapCurves } from "tumorlab/internal/scaling/curve-bootstrap";
import { parseCurveTable, requireGain, selectRows } from "tumorlab/internal/scaling/curve-table";
import { findLaw } from "tumorlab/internal/scaling/laws/table";

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
    ["arms with one size each", "n,real,mix\n60,0.4,0.5", /arm real, arm mix: found "1 training/],
    ["part of a scan", "n,score\n5.5,0.4\n278,0.5", /line 2: n: found 5.5, expected a whole number/],
    ["a column twice", "n,real,real\n60,0.4,0.5", /header: .*expected one column real/],
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

  it("takes decimal numbers and nothing else that JavaScript reads as one", () => {
    for (const [cell, n] of [
      ["+20", 20],
      ["2e1", 20],
      ["20.", 20],
      ["020", 20],
    ])
      assert.equal(parseCurveTable(`n,score\n${cell},0.4\n278,0.5`).rows[0].n, n);
    for (const cell of ["0x14", "0b1", "0o7", "Infinity", "1e999", "1_0", "5 6", ".", "e1"])
      assert.throws(() => parseCurveTable(`n,score\n${cell},0.4\n278,0.5`), /line 2: n: .*a number/, cell);
  });

  it("takes arms, seeds, patients and columns by any name", () => {
    const names = ["__proto__", "constructor", "toString"];
    const wide = parseCurveTable(`n,${names.join(",")}\n60,0.4,0.3,0.2\n278,0.5,0.4,0.3\n500,0.6,0.5,0.4`);
    assert.deepEqual(wide.arms, names);
    const long = parseCurveTable(
      `n,score,arm,seed,patient\n${names.flatMap((name) => [60, 278, 500].map((n, i) => `${n},0.${4 + i},${name},${name},${name}`)).join("\n")}`,
    );
    for (const table of [wide, long]) {
      const { observed, replicates } = bootstrapCurves(table, { resamples: 2 });
      for (const name of names)
        for (const curves of [observed, ...replicates]) assert.equal(curves[name].length, 3, name);
    }
  });

  it("takes an arm with one size, which has no gain or law of its own", () => {
    const table = parseCurveTable("n,real,mix\n60,0.4,0.5\n278,0.5,");
    assert.equal(selectRows(table, "mix").length, 1);
    assert.throws(() => requireGain(table, "mix"), /line 2, arm mix: found "1 training-set size"/);
  });

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

  it("reads how far each mean is to be trusted, from weights, standard errors, or spreads and counts", () => {
    const weightsOf = (text: string): (number | undefined)[] =>
      parseCurveTable(text).rows.map(({ weight }) => weight);
    assert.deepEqual(weightsOf("n,score,weight\n60,0.4,1\n278,0.5,3"), [0.5, 1.5]);
    // 1 / 0.02^2 = 2500 and 1 / 0.01^2 = 10,000
    ["n,score,se\n60,0.4,0.02\n278,0.5,0.01", "n,score,sd,count\n60,0.4,0.2,100\n278,0.5,0.2,400"].forEach(
      (text) => weightsOf(text).forEach((weight, i) => assert.ok(Math.abs(weight! - [0.4, 1.6][i]) < 1e-12)),
    );
    assert.deepEqual(weightsOf("n,score\n60,0.4\n278,0.5"), [undefined, undefined]);
    const faults: [string, RegExp][] = [
      ["n,score,se\n60,0.4,0\n278,0.5,0.01", /line 2: se: found "0", expected a number above 0/],
      ["n,score,se,weight\n60,0.4,1,1\n278,0.5,1,1", /found "se"|weight beside se/],
      ["n,score,se,patient\n60,0.4,1,a\n278,0.5,1,a", /no weights beside patients/],
      ["n,real,se\n60,0.4,0.1\n278,0.5,0.1", /header: found "se", .*columns n,score,arm/],
    ];
    for (const [text, message] of faults) assert.throws(() => parseCurveTable(text, "x"), message);
  });

  it("follows the surer means: in the mean over seeds, in the points, in the noise of the draws", () => {
    const seeds = parseCurveTable("n,score,seed,weight\n60,0.4,1,3\n60,0.6,2,1\n278,0.7,1,2\n278,0.7,2,2");
    const { observed } = bootstrapCurves(seeds, { resamples: 1 });
    assert.ok(Math.abs(observed.real[0].error - (1 - 0.45)) < 1e-12);
    const sizes = [20, 40, 80, 160, 320, 640];
    const rows = sizes.map(
      (n, i) => `${n},${0.7 - n ** -0.5 + 0.01 * Math.cos(5 * i)},${i === 2 ? 0.1 : 0.01}`,
    );
    const { observed: means, replicates } = bootstrapCurves(
      parseCurveTable(["n,score,se", ...rows].join("\n")),
      { resamples: 400, law: findLaw("power-floor") },
    );
    assert.ok(Math.abs(means.real[1].weight! / means.real[2].weight! - 100) < 1e-6);
    const spread = (i: number): number => {
      const errors = replicates.map(({ real }) => real[i].error);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      return Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length);
    };
    assert.ok(Math.abs(spread(2) / spread(1) - 10) < 1.5, `${spread(2)} ${spread(1)}`);
    assert.equal(replicates[0].real[2].weight, means.real[2].weight);
  });

  it("says which columns it does not read", () => {
    const warningsOf = (header: string): string[] =>
      parseCurveTable(`${header}\n60,0.4,1,1\n278,0.5,1,1`).warnings;
    assert.deepEqual(warningsOf("n,score,seed,split"), []);
    assert.deepEqual(warningsOf("n,score,Seed,model"), ["header: not read: Seed, model"]);
    assert.deepEqual(warningsOf("n,score,sd,seed"), ["header: not read: sd; sd and count are read together"]);
    assert.deepEqual(warningsOf("n,score,sd,count"), []);
  });
});
