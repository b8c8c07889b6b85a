import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Judgment } from "tumorlab/internal/evaluation/court/judgment";
import { TableFolder, wideTable } from "../evaluation/tables/tables.js";
import { run } from "./run.js";

describe("tumorlab judge", () => {
  let folder: TableFolder;
  let paths: string[];
  let means: string;
  before(() => {
    folder = new TableFolder();
    paths = ["a", "b", "c"].map((model) => folder.write(`${model}.csv`, wideTable(model)));
    means = folder.write("means.csv", ["method,organ,dice,n", "A,liver,0.826,70", "B,liver,0.794,70"]);
  });
  after(() => folder.remove());

  it("prints gains with intervals, false claims, needed patients and verdicts, and what the words mean", async () => {
    const { code, out, err } = await run("judge", ...paths, "--resamples", "50");
    assert.equal(code, 0, err);
    assert.match(out, /^Dice: 3 models, scores case by case; margin 1 point\n/);
    assert.match(out, /Spleen: 7 cases of 7 patients, 1 without a value left out; a is first in \d+/);
    assert.match(
      out,
      /first +second +mean +mean +better by points +95 % interval +false claim % +p \(Holm\) /,
    );
    assert.match(out, /a +b +94 +90\.8 +3\.11 +-?[\d.]+ to [\d.]+ .*cannot be told\n/);
    assert.match(out, /Holm over 6 comparisons at most 0\.05\. "Cannot be told" does not mean equal\./);
    assert.match(
      out,
      /Intervals: Gaffke's bound over 7 patients, nothing drawn; measured on Dice at n = 6 and 10: held/,
    );
    assert.match(err, /every number is a dice/);
    const all = await run("judge", ...paths, "--resamples", "50", "--all-pairs", "--margin", "20");
    assert.match(all.out, /margin 20 points/);
    assert.match(all.out, /b +c +90\.8 +80\.8 /);
    const against = await run("judge", ...paths, "--resamples", "50", "--against", "c");
    assert.match(against.out, /Holm over 4 comparisons/);
  });

  it("judges means by themselves, from a table or from the command line", async () => {
    const { code, out, err } = await run("judge", "--means", means);
    assert.equal(code, 0, err);
    assert.match(out, /^Dice: means alone; margin 1 point\n\nLiver: 70 cases each, as stated\n/);
    assert.match(out, /A +B +82\.6 +79\.4 +0\.7 +3\.2 +-1\.47 to 7\.87 +8\.8 /);
    assert.match(err, /no standard deviation is known: taken from the mean/);
    const words = await run(
      "judge",
      "A=59.7",
      "B=59.3",
      "--n",
      "1007",
      "--percent",
      "--correlation",
      "0.9",
      "--margin",
      "2",
    );
    assert.match(words.out, /A and B are equal within the margin\nwithin the margin: less than 2 points/);
    assert.match(words.err, /not known: 0\.9 assumed/);
  });

  it("says of a pair what every correlation taken says, where they differ", async () => {
    const means = ["A=0.8", "B=0.75", "C=0.7", "--n", "60", "--correlation", "0.5,0.95"];
    const { out, err } = await run("judge", ...means);
    assert.match(out, /A +B +.* +0\.5 +.*cannot be told\n.*A +B +.* +0\.95 +.*A is better\n/);
    assert.match(out, /\nA and B, with every correlation taken: cannot be told\n/);
    assert.match(
      err,
      /how often such 95 % intervals hold with a correlation of 0\.5 or 0\.95 was not measured/,
    );
    const agreed = await run("judge", "A=0.9", "B=0.5", "--n", "60");
    assert.doesNotMatch(agreed.out, /every correlation/);
  });

  it("gives the same as JSON and as a table of pairs", async () => {
    const out = folder.at("judged.csv");
    const found = await run("judge", ...paths, "--resamples", "50", "--json", "--out", out);
    const { structures, basis } = JSON.parse(found.out) as Judgment;
    assert.deepEqual([basis, structures.length, structures[0].pairs.length], ["cases", 2, 2]);
    const [header, first, ...rest] = readFileSync(out, "utf8").trim().split("\n");
    assert.match(header, /^structure,metric,first,second,n,firstMean,/);
    assert.match(first, /^liver,dice,a,b,8,.*,cannot be told$/);
    assert.equal(rest.length, 3);
    const again = await run("judge", "A=0.9", "B=0.8", "--n", "9", "--out", out);
    assert.equal(again.code, 1);
    assert.match(again.err, /judged\.csv.*--force/);
    assert.equal(JSON.parse((await run("judge", "A=0.9", "B=0.8", "--n", "9", "--json")).out).basis, "means");
  });

  it("says of nothing that it is nothing", async () => {
    const [a, b] = ["one", "other"].map((model, i) =>
      folder.write(`${model}.csv`, [
        "case,liver,spleen",
        `s1,${0.9 - i / 10},${i === 0 ? "" : 0.5}`,
        "s2,,0.5",
      ]),
    );
    const { code, out } = await run("judge", a, b, "--resamples", "50");
    assert.equal(code, 0);
    assert.match(
      out,
      /Liver: 1 case of 1 patient, 1 without a value left out\n.*\none +other +90 +80 +10 +- +- +- +- +- +- +- +cannot be told\n/,
    );
    assert.doesNotMatch(out, /NaN|- to -|Intervals:/);
  });

  it("says what is wrong with the words and the tables", async () => {
    const wrong: [args: string[], code: number, message: RegExp][] = [
      [[], 2, /nothing to judge: give tables of scores, --means FILE\.csv, or NAME=MEAN and --n/],
      [["A=0.5", "B=0.4"], 2, /--n is missing/],
      [["A=0.5", "B=0.4", "--n", "1"], 2, /--n: found "1", expected a whole number from 2/],
      [["A=59", "B=58", "--n", "20"], 1, /found 59, expected a dice from 0 to 1\. If these are percentages/],
      [["A=0.5", "--n", "20"], 1, /at least two models/],
      [["A=0.5", "A=0.4", "--n", "20"], 1, /means: found "A, all, twice", expected each model once/],
      [
        [...paths, "--margin", "100"],
        1,
        /margin: found 1, expected below 1, which is all that Dice can differ/,
      ],
      [["A=0.5", "B=0.4", "--n", "20", "--correlation", "1"], 2, /--correlation: found "1"/],
      [
        ["A=0.5", "B=0.4", "--n", "20", "--seed", "1"],
        2,
        /--seed is for scores case by case, and these are means/,
      ],
      [[...paths, "--n", "8"], 2, /--n is for means alone, NAME=MEAN, and .*a\.csv is none/],
      [[paths[0], "B=0.4", "--n", "20"], 2, /--n is for means alone, NAME=MEAN, and .*a\.csv is none/],
      [["--means", means, paths[0]], 2, /--means is judged alone, found/],
      [["--means", folder.at("none.csv")], 1, /none\.csv/],
      [[...paths, "--margin", "0"], 2, /--margin: found "0", expected a number above 0/],
      [[...paths, "--metric", "accuracy"], 2, /--metric is accuracy, expected one of dice, iou/],
      [[...paths, "--against", "z"], 1, /against: found "z", expected one of the models: a, b, c/],
      [[paths[0]], 1, /at least two/],
    ];
    for (const [args, code, message] of wrong) {
      const found = await run("judge", ...args);
      assert.equal(found.code, code, `${args.join(" ")}: ${found.err}`);
      assert.match(found.err, message);
      assert.equal(found.out, "");
    }
  });
});
