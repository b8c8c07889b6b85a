import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ScoreComparison } from "tumorlab/internal/evaluation/tables/compare-scores";
import { TableFolder, wideTable } from "../evaluation/tables/tables.js";
import { run } from "./run.js";

describe("tumorlab compare", () => {
  let folder: TableFolder;
  let paths: string[];
  before(() => {
    folder = new TableFolder();
    paths = ["a", "b", "c"].map((model) => folder.write(`${model}.csv`, wideTable(model)));
  });
  after(() => folder.remove());

  it("prints ranks, tests and winners, and what it took the numbers for", async () => {
    const { code, out, err } = await run("compare", ...paths, "--resamples", "50");
    assert.equal(code, 0);
    assert.match(out, /^Dice: 3 models on 8 cases of 8 patients\n/);
    assert.match(out, /Spleen: 7 cases of 7 patients, 1 without a value left out/);
    assert.match(out, /1 +a +0\.940/);
    assert.match(out, /2 +b +0\.908 .* 0\.0311 .*0\.0234 +0\.944\n/);
    assert.match(out, /1 of 2 winners can be told from every other model/);
    assert.match(err, /every number is a dice, since neither its columns nor its name say otherwise/);
    const pairs = await run("compare", ...paths, "--resamples", "50", "--all-pairs");
    assert.match(pairs.out, /b +c +0\.101 /);
  });

  it("gives the same as JSON and as a table of pairs", async () => {
    const out = folder.at("pairs.csv");
    const found = await run("compare", ...paths, "--resamples", "50", "--json", "--out", out);
    const comparison = JSON.parse(found.out) as ScoreComparison;
    assert.deepEqual(
      comparison.structures.map(({ winner, isSeparable }) => [winner, isSeparable]),
      [
        ["a", true],
        ["a", false],
      ],
    );
    const [header, first, ...rest] = readFileSync(out, "utf8").trim().split("\n");
    assert.match(header, /^structure,metric,better,worse,n,patients,/);
    assert.match(first, /^liver,dice,a,b,8,8,/);
    assert.equal(rest.length, 5);
    const again = await run("compare", ...paths, "--out", out);
    assert.equal(again.code, 1);
    assert.match(again.err, /pairs\.csv.*--force/);
  });

  it("says what is wrong with the words and the tables", async () => {
    const wrong: [args: string[], code: number, message: RegExp][] = [
      [[], 2, /no table of scores given/],
      [[...paths, "--metric", "accuracy"], 2, /--metric is accuracy, expected one of dice, iou/],
      [[...paths, "--alpha", "5"], 2, /--alpha: found "5", expected between 0 and 1/],
      [paths.slice(1, 2), 1, /models: found \["b"\], expected at least two/],
      [[paths[0], paths[0]], 1, /expected each model once. Give it a name of its own: NAME=PATH/],
      [[paths[0], folder.at("none.csv")], 1, /none\.csv: found "nothing there"/],
    ];
    for (const [args, code, message] of wrong) {
      const found = await run("compare", ...args);
      assert.equal(found.code, code, found.err);
      assert.match(found.err, message);
    }
  });
});
