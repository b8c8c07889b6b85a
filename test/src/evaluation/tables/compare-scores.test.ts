import assert from "node:assert/strict";
import fc from "fast-check";
import { compareScores, compareTables } from "tumorlab/internal/evaluation/tables/compare-scores";
import { comparisonRows } from "tumorlab/internal/evaluation/tables/comparison-rows";
import { readScores } from "tumorlab/internal/evaluation/tables/read-scores";
import { slabRow } from "../../metrics/rows.js";
import { TableFolder, wideTable } from "./tables.js";

const near = (value: number, expected: number): void =>
  assert.ok(Math.abs(value - expected) < 1e-12, `${value}`);

describe("compareScores", () => {
  let folder: TableFolder;
  let paths: string[];
  before(() => {
    folder = new TableFolder();
    paths = ["a", "b", "c"].map((model) => `${model}=${folder.write(`${model}-dice.csv`, wideTable(model))}`);
  });
  after(() => folder.remove());
  const quick = { resamples: 50 };

  it("ranks and tests as scipy does, structure by structure", async () => {
    const found = await compareTables(paths, quick);
    assert.deepEqual([found.models, found.cases, found.patients], [["a", "b", "c"], 8, 8]);
    /**
     * Of scipy 1.17.1 and numpy on the numbers of tables.ts, `x` and `y` without the fourth case for the spleen:
     * `d = x - y; d.mean(); wilcoxon(d).pvalue; r = rankdata(abs(d)); (r[d > 0].sum() - r[d < 0].sum()) / r.sum()`.
     * The last p is by hand: Holm takes the smallest three times, the next twice or as the one before, the largest as it is.
     */
    const golden = [
      ["liver", "a", "b", 0.031125, 0.015625, 0.9444444444444444, 0.0234375],
      ["liver", "a", "c", 0.132, 0.0078125, 1, 0.0234375],
      ["liver", "b", "c", 0.100875, 0.0078125, 1, 0.0234375],
      ["spleen", "a", "b", 0.012571428571428582, 0.578125, 0.2857142857142857, 0.578125],
      ["spleen", "a", "c", 0.1638571428571429, 0.015625, 1, 0.046875],
      ["spleen", "b", "c", 0.15128571428571427, 0.015625, 1, 0.046875],
    ] as const;
    const rows = comparisonRows(found);
    assert.equal(rows.length, golden.length);
    for (const [k, [structure, better, worse, ...numbers]] of golden.entries()) {
      const row = rows[k];
      assert.deepEqual([row.structure, row.better, row.worse], [structure, better, worse]);
      [row.difference, row.pValue, row.rankBiserial, row.adjusted].forEach((value, i) =>
        near(value, numbers[i]),
      );
    }
    near(found.structures[1].ranking.models[0].mean, 0.8795714285714284);
    assert.equal(found.structures[1].ranking.excluded, 1);
  });

  it("counts winners that can be told from every other model", async () => {
    const { structures, separable, separableOverAll } = await compareTables(paths, quick);
    assert.deepEqual(
      structures.map(({ winner, isSeparable, notTold }) => [winner, isSeparable, notTold]),
      [
        ["a", true, []],
        ["a", false, ["b"]],
      ],
    );
    // Six tests together: the liver's a v b has 4 x 0.015625 = 0.0625.
    assert.deepEqual([separable, separableOverAll], [1, 0]);
    const strict = await compareTables(paths, { ...quick, alpha: 0.01 });
    assert.equal(strict.separable, 0);
  });

  it("does not tell a winner by the mean from a model that the ranks prefer", () => {
    // One failure of eleven makes the mean of `steady` the lower one, though it is better in all other cases.
    const thick = (failed: number, other: number) =>
      Array.from({ length: 11 }, (_, k) => slabRow(`${k}`, 10, k === 0 ? failed : other));
    const { structures } = compareScores({ steady: thick(0, 8), safe: thick(7, 7) }, quick);
    assert.deepEqual([structures[0].winner, structures[0].isSeparable], ["safe", false]);
    assert.ok(structures[0].ranking.pairs[0].rankBiserial < 0);
  });

  it("compares what all have, and says what it left out and whom that flatters", async () => {
    const short = folder.write(
      "short-dice.csv",
      wideTable("b")
        .slice(0, 6)
        .map((line) => line.replace("s2,0.92", "s2,")),
    );
    const more = folder.write("more-dice.csv", wideTable("a", ["Liver", "aorta"]));
    const { cases, structures, notes } = await compareTables([`a=${more}`, `b=${short}`], quick);
    assert.deepEqual([cases, structures.length, structures[0].ranking.n], [5, 1, 4]);
    const all = notes.join("\n");
    assert.match(all, /3 of 8 cases are not in every table and are left out: b lacks 3, such as s5/);
    assert.match(
      all,
      /2 of 3 structures are not in every table and are left out: a lacks 1, such as spleen; b lacks 1, such as aorta/,
    );
    assert.match(
      all,
      /rows without a dice from one model that another has are left out for all: b 1\. .*flatters the model/,
    );
  });

  it("counts a false alarm against the model that raised it, beside one that was rightly silent", async () => {
    const summary = (name: string, fp: number) => {
      const counts = (tp: number, more: number, ref: number) => ({ TP: tp, FP: more, FN: ref - tp });
      const one = (k: number, tp: number, more: number, ref: number) => ({
        metrics: { 1: { Dice: (2 * tp) / (tp + more + ref) || null, ...counts(tp, more, ref) } },
        reference_file: `${k}.nii.gz`,
      });
      const metric_per_case = [one(1, 8, 0, 10), one(2, 0, fp, 0)];
      return folder.write(`${name}.json`, JSON.stringify({ metric_per_case }));
    };
    const found = await compareTables([summary("silent", 0), summary("loud", 5)], quick);
    const means = found.structures[0].ranking.models.map(({ model, mean }) => [model, mean]);
    // Dice 16 / 18 in both for the first case, and 1 against 0 for the second.
    assert.deepEqual(means, [
      ["silent", (16 / 18 + 1) / 2],
      ["loud", 16 / 18 / 2],
    ]);
    assert.ok(!found.notes.some((note) => note.includes("left out for all")));
  });

  it("refuses models that share nothing, lack the metric, or were scored against other references", async () => {
    await assert.rejects(compareTables([paths[0]]), /models: found \["a"\], expected at least two/);
    const other = folder.write("x-dice.csv", ["case,liver", "q1,0.9"]);
    await assert.rejects(
      compareTables([paths[0], other]),
      /no case that all have: a has s0, s1, s2, .* has q1/,
    );
    const organ = folder.write("y-dice.csv", ["case,class0", "s1,0.9"]);
    await assert.rejects(compareTables([paths[0], organ]), /no structure that all have.*--labels/);
    await assert.rejects(
      compareTables(paths, { metric: "nsd" }),
      /a: found "values of dice", expected values of nsd/,
    );
    assert.throws(
      () => compareScores({ a: [slabRow("x", 10, 5)], b: [slabRow("x", 9, 5)] }),
      /b, case x, .*found "a reference of 900 voxels", expected 1000 voxels, as in a/,
    );
    assert.throws(() => compareScores({ a: [], b: [] }), /found "no value of any metric"/);
  });

  it("counts patients and not scans", async () => {
    const metadata = folder.write("whose.csv", [
      "case,patient",
      ...Array.from({ length: 8 }, (_, k) => `s${k},p${k % 4}`),
    ]);
    const { patients, structures } = await compareTables(paths, { ...quick, metadata });
    assert.equal(patients, 4);
    // By hand: the means of four patients are all on the side of a, and two-sided the sign of all four has p = 2 / 2^4.
    assert.equal(structures[0].ranking.pairs[1].pValue, 0.125);
  });

  it("gives means by size of the reference where tables have volumes", async () => {
    const volumes = [1, 2, 3, 4, 5, 6, 7, 8];
    const table = (name: string, organ: string, shift: number) =>
      folder.write(name, [
        "case,organ,dice,referenceMl,predictionMl",
        ...volumes.map((ml, k) => `${k},${organ},${0.1 * (k + 1) + shift},${ml},${ml * 1.5}`),
      ]);
    const organs = [table("o1.csv", "spleen", 0), table("o2.csv", "spleen", 0.01)];
    const { strata, volumes: agreements } = await compareTables(organs, quick);
    // numpy.quantile([1..8], [1/3, 2/3]) is 3.33 and 5.67.
    assert.deepEqual(
      strata.map(({ stratum, from, to, n, unit, models: [first] }) => [
        stratum,
        from,
        to,
        n,
        unit,
        first.mean.toFixed(3),
      ]),
      [
        ["smallest third", 1, 3, 3, "ml", "0.200"],
        ["middle third", 4, 5, 2, "ml", "0.450"],
        ["largest third", 6, 8, 3, "ml", "0.700"],
      ],
    );
    assert.equal(agreements[0].agreement.bias.value, 2.25);
    // Balls of 4/3 pi r^3 with r of 6.2 to 12.4 mm.
    const lesions = await compareTables(
      [table("l1.csv", "liver tumor", 0), table("l2.csv", "liver tumor", 0.01)],
      quick,
    );
    assert.deepEqual(
      lesions.strata.map(({ stratum, n }) => [stratum, n]),
      [
        ["small (5 < r <= 10 mm)", 4],
        ["medium (10 < r <= 20 mm)", 4],
      ],
    );
    assert.deepEqual((await compareTables(paths, quick)).strata, []);
  });

  it("does not depend on the order of rows or models", async () => {
    const { models } = await readScores(paths);
    const sorted = comparisonRows(compareScores(models, quick))
      .map((row) => JSON.stringify(row))
      .sort();
    fc.assert(
      fc.property(fc.shuffledSubarray(["a", "b", "c"], { minLength: 3 }), fc.nat(15), (names, shift) => {
        const moved = Object.fromEntries(
          names.map((name) => [
            name,
            [...models[name].slice(shift), ...models[name].slice(0, shift)].reverse(),
          ]),
        );
        const rows = comparisonRows(compareScores(moved, quick));
        const again = rows.map(({ difference, low, high, betterMean, worseMean, ...row }) => {
          assert.ok([difference, low, high, betterMean, worseMean].every(Number.isFinite));
          return JSON.stringify([
            row.structure,
            row.better,
            row.worse,
            row.n,
            row.pValue,
            row.adjusted,
            row.rankBiserial,
          ]);
        });
        const before = sorted.map((text) => {
          const row = JSON.parse(text) as ReturnType<typeof comparisonRows>[number];
          return JSON.stringify([
            row.structure,
            row.better,
            row.worse,
            row.n,
            row.pValue,
            row.adjusted,
            row.rankBiserial,
          ]);
        });
        assert.deepEqual(again.sort(), before.sort());
      }),
      { numRuns: 10 },
    );
  });
});
