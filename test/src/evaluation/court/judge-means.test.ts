import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { createKey } from "tumorlab/internal/core/random";
import { judgeMeans } from "tumorlab/internal/evaluation/court/judge-means";
import { parseMeans, readMeans } from "tumorlab/internal/evaluation/court/read-means";
import { TableFolder } from "../tables/tables.js";

const close = (found: number, expected: number, within = 1e-9): void =>
  assert.ok(Math.abs(found - expected) < within, `${found} for ${expected}`);

const jhh = [
  { model: "3,159 scans", mean: 0.597, n: 1007 },
  { model: "1,500 scans", mean: 0.593, n: 1007 },
];

describe("judgeMeans", () => {
  it("takes the spread that the means suggest, for each correlation", () => {
    const { structures, notes, family, basis, margin } = judgeMeans(jhh);
    const [low, high] = structures[0].pairs;
    assert.deepEqual(
      [structures.length, structures[0].pairs.length, family, basis, margin],
      [1, 2, 1, "means", 0.01],
    );
    // scipy 1.17.1: t.sf(0.004 / (sqrt(sA^2 + sB^2 - 2 r sA sB) / sqrt(1007)), 1006), s = 0.0348 + 1.206 m - 1.1582 m^2
    assert.deepEqual([low.correlation, high.correlation], [0.7, 0.85]);
    close(low.falseClaim, 0.3161339688737801);
    close(high.falseClaim, 0.2492940568041869);
    close(low.pDifference, 2 * low.falseClaim);
    for (const pair of [low, high]) {
      assert.equal(pair.verdict, "cannot be told");
      close((pair.interval.low + pair.interval.high) / 2, 0.004);
      assert.ok(pair.interval.high > margin && pair.interval.measured === undefined);
    }
    assert.match(
      notes.join("\n"),
      /no standard deviation is known: taken from the mean m as 0\.0348 \+ 1\.206 m - 1\.1582 m\^2/,
    );
    assert.match(notes.join("\n"), /correlation .* not known: 0\.7 and 0\.85 assumed/);
  });

  it("takes given spreads and correlations, and shows equality where it is", () => {
    const given = jhh.map((each) => ({ ...each, sd: 0.1 }));
    const { structures, notes } = judgeMeans(given, { correlations: [0.5], margin: 0.02 });
    const [pair] = structures[0].pairs;
    close(pair.sdOfGain, 0.1);
    assert.equal(pair.verdict, "equal within the margin");
    assert.doesNotMatch(notes.join("\n"), /standard deviation/);
    const other = judgeMeans(
      [
        { model: "a", mean: 3, n: 20, sd: 1 },
        { model: "b", mean: 6, n: 20, sd: 2 },
      ],
      { metric: "hd95" },
    );
    assert.deepEqual([other.structures[0].pairs[0].first, other.margin], ["a", 1]);
  });

  it("takes Holm over structures and pairs, for each correlation by itself", () => {
    const means = ["liver", "spleen"].flatMap((structure) =>
      [0.9, 0.88, 0.7].map((mean, i) => ({ model: `m${i}`, structure, mean, n: 60 })),
    );
    const { structures, family } = judgeMeans(means, { allPairs: true });
    assert.deepEqual([family, structures[0].pairs.length], [6, 6]);
    const ofOne = structures.flatMap(({ pairs }) => pairs).filter(({ correlation }) => correlation === 0.7);
    assert.equal(ofOne.length, 6);
    const [least] = [...ofOne].sort((a, b) => a.pDifference - b.pDifference);
    close(least.adjustedDifference, 6 * least.pDifference);
    assert.equal(judgeMeans(means, { against: "m1" }).family, 4);
  });

  it("tells measured coverage of the intervals that it was measured on, and of no others", () => {
    const note = (options: object): string => judgeMeans(jhh, options).notes.join("\n");
    assert.match(note({}), /such 95 % intervals held .* with 0\.7 in 92 %.*, with 0\.85 in 82 %/);
    assert.doesNotMatch(note({}), /not measured/);
    const mixed = note({ correlations: [0.85, 0.3] });
    assert.match(
      mixed,
      /with 0\.85 in 82 %.*; how often such 95 % intervals hold with a correlation of 0\.3 was/,
    );
    assert.doesNotMatch(mixed, /with 0\.7 /);
    const wide = note({ alpha: 0.01 });
    assert.match(
      wide,
      /how often such 99 % intervals hold with a correlation of 0\.7 or 0\.85 was not measured/,
    );
    assert.doesNotMatch(wide, /held the true gain/);
  });

  it("says where a mean lies beyond what the polynomial was fitted to", () => {
    const { notes } = judgeMeans([
      { model: "a", mean: 0.99, n: 20 },
      { model: "b", mean: 0.9, n: 20 },
    ]);
    assert.match(notes.join("\n"), /a 0\.99: means beyond 0\.048 to 0\.942/);
  });

  it("gives no interval beyond what a metric can differ", () => {
    const two = (metric: "dice" | "hd95", mean: number) =>
      judgeMeans(
        [
          { model: "a", mean, n: 2, sd: 0.3 },
          { model: "b", mean: mean / 2, n: 2, sd: 0.3 },
        ],
        { metric },
      ).structures[0].pairs[0];
    const { interval, verdict } = two("dice", 0.9);
    assert.deepEqual([interval.low, interval.high, verdict], [-1, 1, "cannot be told"]);
    const free = two("hd95", 0.9).interval;
    assert.ok(free.low < -1 && free.high > 1);
  });

  it("claims nothing where no spread is left", () => {
    const { structures } = judgeMeans(
      [
        { model: "a", mean: 0.9, n: 20, sd: 0 },
        { model: "b", mean: 0.8, n: 20, sd: 0 },
      ],
      {},
    );
    const [pair] = structures[0].pairs;
    assert.ok(Number.isNaN(pair.falseClaim) && Number.isNaN(pair.pDifference));
    assert.equal(pair.verdict, "cannot be told");
  });

  it("refuses numbers that cannot be", () => {
    const change = (more: object) => () => judgeMeans([{ ...jhh[0], ...more }, jhh[1]]);
    assert.throws(
      change({ mean: 59.7 }),
      /found 59\.7, expected a dice from 0 to 1\. If these are percentages/,
    );
    assert.throws(change({ n: 1 }), /n: found 1, expected a whole number of at least 2 cases/);
    assert.throws(change({ n: 900 }), /n of 1,500 scans, all: found 1007, expected 900, as of 3,159 scans/);
    assert.throws(change({ sd: -1 }), /sd: found -1/);
    assert.throws(change({ model: "1,500 scans" }), /1,500 scans, all, twice.*each model once/);
    assert.throws(
      () => judgeMeans(jhh, { margin: 1 }),
      /margin: found 1, expected below 1.*One point is 0\.01/,
    );
    assert.throws(() => judgeMeans([...jhh, jhh[0]]), /3,159 scans, all, twice/);
    assert.throws(
      () => judgeMeans(jhh, { metric: "nsd" }),
      /sd: found "none".*Only that of Dice can be guessed/,
    );
    assert.throws(() => judgeMeans(jhh, { correlations: [1.2] }), /correlation: found 1\.2/);
    assert.throws(() => judgeMeans(jhh, { correlations: [] }), /correlations: found \[\]/);
    assert.throws(() => judgeMeans([], {}), /at least two models/);
  });
});

describe("readMeans", () => {
  let folder: TableFolder;
  before(() => {
    folder = new TableFolder();
  });
  after(() => folder.remove());

  it("reads a row per model and structure, with columns of several names", async () => {
    const path = folder.write("means.csv", [
      "Method;Organ;DSC;N;SD",
      "A;liver;95,1;30;4,2",
      "B;liver;93,0;30;",
    ]);
    assert.deepEqual(
      (await readMeans(path, { percent: true })).map(({ mean, sd, ...rest }) => ({
        ...rest,
        mean: +mean.toFixed(6),
        sd: sd && +sd.toFixed(6),
      })),
      [
        { model: "A", structure: "liver", mean: 0.951, sd: 0.042, n: 30 },
        { model: "B", structure: "liver", mean: 0.93, sd: undefined, n: 30 },
      ],
    );
    assert.deepEqual(parseMeans("name,score\nA,0.5\nB,0.4\n", "t.csv", { n: 9 }), [
      { model: "A", mean: 0.5, n: 9 },
      { model: "B", mean: 0.4, n: 9 },
    ]);
    assert.deepEqual(parseMeans("who,mine,k\nA,0.5,3\n", "t.csv", { columns: "model=who,mean=mine,n=k" }), [
      { model: "A", mean: 0.5, n: 3 },
    ]);
  });

  it("names what is wrong, and where", () => {
    const wrong: [text: string, options: object, message: RegExp][] = [
      ["model,mean\nA,0.5\n", {}, /t\.csv, header.*expected a column n.*--n/],
      ["mean,n\n0.5,3\n", {}, /a column that names the model/],
      ["model,n\nA,3\n", {}, /a column of means.*--columns/],
      ["model,mean,n\n", {}, /no row below the header/],
      ["model,mean,n\nA,x,3\n", {}, /t\.csv, row 1, mean: found "x"/],
      ["model,mean,n\nA,,3\n", {}, /t\.csv, row 1, mean: found "", expected a number/],
      ["model,mean,n\n,0.5,3\n", {}, /t\.csv, row 1: found "no name"/],
      [
        "model,mean,n\nA,0.5,3\n",
        { columns: "mean=DSC" },
        /columns: found "DSC", expected one of model, mean, n/,
      ],
      [
        "model,mean,n\nA,0.5,3\n",
        { columns: "dice=mean" },
        /columns: found "dice=mean", expected WHAT=COLUMN/,
      ],
      ["0.5,0.4\n0.1,0.2\n", {}, /header/],
      ["", {}, /t\.csv/],
    ];
    for (const [text, options, message] of wrong)
      assert.throws(() => parseMeans(text, "t.csv", options), message, JSON.stringify(text));
  });

  it("reads or refuses damaged tables, and never gives numbers that are none", () => {
    const whole = "model,structure,mean,n,sd\nA,liver,0.95,30,0.04\nB,liver,0.93,30,\nC,spleen,0.9,12,0.1\n";
    const stream = createKey(11).stream();
    const letters = [...',;"\n\t=.-0x\u{0}NaN eé'];
    let read = 0;
    for (let round = 0; round < 2000; round++) {
      const cells = [...whole];
      for (let hits = stream.integer(1, 4); hits > 0; hits--) {
        const at = stream.integer(0, cells.length - 1);
        if (stream.uniform() < 0.5) cells[at] = stream.choose(letters);
        else cells.splice(at, stream.integer(1, 8));
      }
      try {
        for (const { model, mean, n, sd } of parseMeans(cells.join(""), "t.csv", { n: 5 })) {
          assert.ok(model !== "" && !Number.isNaN(mean) && !Number.isNaN(n));
          assert.ok(sd === undefined || !Number.isNaN(sd));
        }
        read++;
      } catch (error) {
        assert.ok(error instanceof LabError, `${String(error)} of ${JSON.stringify(cells.join(""))}`);
      }
    }
    assert.ok(read > 100 && read < 1900, `${read}`);
  });
});
