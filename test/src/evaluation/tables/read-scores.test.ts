import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { formatCsv } from "tumorlab/internal/core/missing";
import { readScores } from "tumorlab/internal/evaluation/tables/read-scores";
import type { ReadScoresOptions } from "tumorlab/internal/evaluation/tables/read-scores";
import { applyPolicy } from "tumorlab/internal/metrics/evaluate";
import type { ScoreRow } from "tumorlab/internal/metrics/evaluate";
import type { Metric } from "tumorlab/internal/metrics/metric";
import { slabRow } from "../../metrics/rows.js";
import { TableFolder, wideTable } from "./tables.js";

/** What two tables of the same scores must agree in. */
const brief = (rows: readonly ScoreRow[], metric: Metric = "dice") =>
  rows.map((row) => [row.case, row.patient, row.name, row[metric]]);

describe("readScores", () => {
  let folder: TableFolder;
  before(() => (folder = new TableFolder()));
  after(() => folder.remove());
  const read = async (path: string, options?: ReadScoresOptions) => {
    const { models, tables, notes } = await readScores([path], options);
    const [[name, rows]] = Object.entries(models);
    return { name, rows, format: tables[0].format, notes };
  };

  it("reads nnU-Net's summary.json of version 2, with the counts of voxels and NaN as Python writes it", async () => {
    mkdirSync(folder.at("second"));
    const metrics = (tp: number, fp: number, fn: number) => {
      const dice = tp + fp + fn === 0 ? "NaN" : (2 * tp) / (2 * tp + fp + fn);
      return `{"Dice": ${dice}, "IoU": NaN, "TP": ${tp}, "FP": ${fp}, "FN": ${fn}, "TN": 5, "n_pred": ${tp + fp}, "n_ref": ${tp + fn}}`;
    };
    const one = (name: string, first: string, second: string) =>
      `{"metrics": {"1": ${first}, "(1, 2)": ${second}}, "prediction_file": "/p/${name}.nii.gz", "reference_file": "/r/${name}.nii.gz"}`;
    const cases = [
      one("case_1", metrics(8, 2, 2), metrics(5, 0, 5)),
      one("case_2", metrics(0, 0, 0), metrics(0, 3, 0)),
    ];
    const path = folder.write(
      "second/summary.json",
      `{"foreground_mean": {"Dice": NaN}, "mean": {}, "metric_per_case": [${cases.join(", ")}]}`,
    );
    folder.write(
      "second/dataset.json",
      `{"labels": {"background": 0, "liver": 1, "cancer": 2}, "file_ending": ".nii.gz"}`,
    );
    const { rows, format } = await read(`mine=${path}`, { labels: "1=liver,1+2=whole liver" });
    assert.equal(format, "nnU-Net's summary.json, version 2");
    assert.deepEqual(brief(rows), [
      ["case_1", "case_1", "liver", 0.8],
      ["case_1", "case_1", "whole_liver", 2 / 3],
      ["case_2", "case_2", "liver", NaN],
      ["case_2", "case_2", "whole_liver", 0],
    ]);
    assert.deepEqual(
      rows.map(({ tp, fp, fn, empty, policy }) => [tp, fp, fn, empty, policy]),
      [
        [8, 2, 2, "none", "as given"],
        [5, 0, 5, "none", "as given"],
        [0, 0, 0, "both", "as given"],
        [0, 3, 0, "reference", "as given"],
      ],
    );
    // Without names given those of the dataset.json beside it count.
    const named = await read(path);
    assert.deepEqual([...new Set(named.rows.map((row) => row.name))], ["liver", "liver+tumor"]);
  });

  it("names the regions of nnU-Net by its dataset.json", async () => {
    mkdirSync(folder.at("regions"));
    folder.write(
      "regions/dataset.json",
      JSON.stringify({ labels: { background: 0, "whole tumor": [1, 2, 3], core: [2, 3], enhancing: 3 } }),
    );
    const metrics = {
      "(1, 2, 3)": { Dice: 0.9 },
      "(2, 3)": { Dice: 0.8 },
      3: { Dice: 0.7 },
      "(1, 3)": { Dice: 0.6 },
    };
    folder.write(
      "regions/summary.json",
      JSON.stringify({ metric_per_case: [{ metrics, reference_file: "a.nii.gz" }] }),
    );
    const { rows } = await read(folder.at("regions"));
    const found = Object.fromEntries(rows.map((row) => [row.name, row.dice]));
    assert.deepEqual(found, { whole_tumor: 0.9, core: 0.8, enhancing: 0.7, "label 1+enhancing": 0.6 });
    // Structures are asked for by these names or by the values in the table.
    const asked = await read(folder.at("regions"), { labels: "core=middle,3=inner" });
    assert.deepEqual(
      asked.rows.map((row) => [row.name, row.dice]),
      [
        ["inner", 0.7],
        ["middle", 0.8],
      ],
    );
    // The value counts before the name: one region, not two of one name.
    const byValue = await read(folder.at("regions"), { labels: "1+2+3=core,core" });
    assert.deepEqual(
      byValue.rows.map((row) => [row.name, row.dice]),
      [["core", 0.9]],
    );
    await assert.rejects(
      read(folder.at("regions"), { labels: "liver" }),
      /found \["enhancing", "whole_tumor", "core", "label 1\+enhancing"\], expected one of .*: liver/,
    );
  });

  it("reads nnU-Net's summary.json of version 1, whose counts follow from the sums of voxels", async () => {
    const label = {
      Dice: 0.75,
      Jaccard: 0.6,
      "Hausdorff Distance 95": 4.5,
      "Avg. Symmetric Surface Distance": 1.25,
      "Total Positives Reference": 10,
      "Total Positives Test": 6,
    };
    const all = [
      { 0: label, 1: label, reference: "C:\\data\\gt\\liver_3.nii.gz", test: "C:\\p\\liver_3.nii.gz" },
    ];
    const path = folder.write(
      "old.json",
      JSON.stringify({ author: "x", results: { all, mean: {} }, task: "T" }),
    );
    const { rows, notes } = await read(path);
    // 2 TP = 0.75 (10 + 6)
    const [{ tp, fp, fn, dice, iou, hd95, assd, case: name, name: structure }] = rows;
    assert.deepEqual([tp, fp, fn, dice, iou, hd95, assd], [6, 0, 4, 0.75, 0.6, 4.5, 1.25]);
    assert.deepEqual([name, structure, rows.length], ["liver_3", "label 1", 1]);
    assert.ok(notes.some((note) => note.includes("label 0 is the background")));
  });

  it("reads MONAI's CSV with and without a line of names", async () => {
    const withNames = folder.write("val_mean_dice_raw.csv", [
      "filename\tclass0\tclass1\tmean",
      "/data/img_1.nii.gz\t0.9\tnan\t0.9",
      "/data/img_2.nii.gz\t0.8\t0.7\t0.75",
    ]);
    const expected = [
      ["img_1", "img_1", "class0", 0.9],
      ["img_1", "img_1", "class1", NaN],
      ["img_2", "img_2", "class0", 0.8],
      ["img_2", "img_2", "class1", 0.7],
    ];
    const { rows, notes } = await read(withNames);
    assert.deepEqual(brief(rows), expected);
    assert.ok(notes.some((note) => note.includes("not used: mean")));
    // CSVSaver writes no line of names.
    const without = folder.write("predictions.csv", [
      "/data/img_1.nii.gz,0.9,nan",
      "/data/img_2.nii.gz,0.8,0.7",
    ]);
    assert.deepEqual(brief((await read(without, { metric: "dice" })).rows), expected);
    await assert.rejects(read(without), /predictions\.csv: found .*, expected to know what the numbers are/);
    const means = folder.write("dice.csv", ["image,class0", "a,0.5", "b,0.7", "mean,0.6"]);
    assert.deepEqual((await read(means)).rows.length, 2);
  });

  it("reads panoptica's table and lines: scores of voxels, and none of lesions", async () => {
    const tsv = folder.write("panoptica.tsv", [
      "subject_name\tliver-tumor-n_ref_instances\tliver-tumor-tp\tliver-tumor-rq\tliver-tumor-sq_dsc\tliver-tumor-global_bin_dsc\tliver-tumor-global_bin_rvd",
      "s1\t2\t1\t0.67\t0.9\t0.8\t-0.25",
      "s2\t0\t0\t\t\t\t",
    ]);
    const { rows, notes } = await read(tsv);
    assert.deepEqual(
      brief(rows).map(([, , name, value]) => [name, value]),
      [
        ["liver_lesion", 0.8],
        ["liver_lesion", NaN],
      ],
    );
    assert.equal(rows[0].volumeErrorPercent, -25);
    // tp counts lesions there.
    assert.deepEqual([rows[0].tp, rows[0].empty], [NaN, "unknown"]);
    assert.ok(notes.some((note) => note.includes("scores of lesions (rq, sq, pq) are not used")));
    const lines = folder.write("panoptica.jsonl", [
      `{"subject_name": "s1", "groups": {"liver-tumor": {"tp": 1, "rq": 0.67, "global_bin_dsc": 0.8, "global_bin_rvd": -0.25}}}`,
      `{"subject_name": "s2", "groups": {"liver-tumor": {"tp": 0, "rq": null, "global_bin_dsc": null, "global_bin_rvd": null}}}`,
    ]);
    assert.deepEqual((await read(lines)).rows, rows);
    const only = folder.write("only.tsv", ["subject_name\tx-rq\tx-sq", "s1\t1\t1"]);
    await assert.rejects(read(only), /run panoptica with global_metrics/);
  });

  it("reads wide, long and mixed CSV of the same scores into the same rows", async () => {
    const wide = brief((await read(folder.write("dsc.csv", wideTable("a")))).rows);
    const cases = wideTable("a")
      .slice(1)
      .map((line) => line.split(","));
    const long = folder.write("long.csv", [
      "Case;Organ;DSC;weight",
      ...cases.flatMap(([name, liver, spleen]) => [
        `${name};Liver;${liver.replace(".", ",")};2`,
        `${name};Spleen;${spleen.replace(".", ",")};3`,
      ]),
    ]);
    const found = await read(long);
    assert.deepEqual(brief(found.rows), wide);
    assert.ok(found.notes.some((note) => /not used: weight; every row counts once/.test(note)));
    const mixed = folder.write("mixed.csv", [
      "subject,liver_dice,dice_spleen,dice_mean,comment",
      ...cases.map(([name, liver, spleen]) => `${name},${liver},${spleen},0.5,fine`),
    ]);
    assert.deepEqual(brief((await read(mixed)).rows), wide);
    const tidy = folder.write("tidy.csv", [
      "case,label,metric,value",
      ...cases.flatMap(([name, liver, spleen]) => [
        `${name},liver,Dice,${liver}`,
        `${name},liver,HD95,3`,
        `${name},spleen,Dice,${spleen}`,
        `${name},spleen,time_s,3`,
      ]),
    ]);
    const tidied = await read(tidy);
    assert.deepEqual(brief(tidied.rows), wide);
    assert.equal(tidied.rows[0].hd95, 3);
    const mapped = folder.write("mapped.csv", [
      "Pat,Fall,L,S",
      ...cases.map(([name, liver, spleen], k) => `p${k % 2},${name},${liver},${spleen}`),
    ]);
    const columns = "case=Fall,patient=Pat,dice:liver=L,dice:spleen=S";
    const { rows } = await read(mapped, { columns });
    assert.deepEqual(
      rows.map((row) => row.dice),
      wide.map(([, , , value]) => value),
    );
    assert.deepEqual([...new Set(rows.map((row) => row.patient))], ["p0", "p1"]);
  });

  it("reads what tumorlab evaluate writes back into the rows that it had", async () => {
    const own = [
      slabRow("x", 10, 8, { patient: "p" }),
      slabRow("y", 10, 0, { patient: "p" }),
      slabRow("z", 0, 0),
    ];
    const columns = [
      "case",
      "patient",
      "label",
      "name",
      "dice",
      "nsd",
      "hd95",
      "tp",
      "fp",
      "fn",
      "referenceMl",
      "predictionMl",
      "diagonalMm",
    ] as const;
    const path = folder.write("own.csv", formatCsv(columns, own));
    const { rows } = await read(path);
    // What the table has no column for follows from its counts and volumes.
    const follows = ["iou", "sensitivity", "precision", "volumeErrorMl", "volumeErrorPercent"] as const;
    for (const [k, row] of rows.entries())
      for (const column of [
        ...columns.filter((each) => each !== "name" && each !== "label"),
        ...follows,
        "empty",
      ] as const)
        assert.deepEqual(row[column], own[k][column], `${column} of ${row.case}`);
    // Another rule for empty masks has what it needs, the image's diagonal among it.
    for (const policy of ["exclude", "worst-case"] as const)
      assert.deepEqual(
        brief(
          rows.map((row) => applyPolicy(row, policy)),
          "hd95",
        ).map(([, , , value]) => value),
        own.map((row) => applyPolicy(row, policy).hd95),
      );
    assert.ok(own[1].hd95 > 0 && own[1].hd95 === own[1].diagonalMm);
  });

  it("works out what follows from counts or volumes, and nothing of masks that are not counted", async () => {
    const counted = folder.write("counted.json", [
      JSON.stringify({
        metric_per_case: [
          { reference_file: "a.nii.gz", metrics: { 1: { Dice: 0.6, TP: 3, FP: 1, FN: 3 } } },
          { reference_file: "b.nii.gz", metrics: { 1: { Dice: 0, TP: 0, FP: 0, FN: 4 } } },
        ],
      }),
    ]);
    const { rows } = await read(counted);
    // By hand: 3 of 6, 3 of 4, and (4 - 6) / 6; a structure that was missed has none of it. No voxel size, no ml.
    const numbers = ({ sensitivity, precision, volumeErrorPercent, volumeErrorMl }: ScoreRow) => [
      ...[sensitivity, precision, volumeErrorPercent, volumeErrorMl],
    ];
    assert.deepEqual(rows.map(numbers), [
      [0.5, 0.75, -200 / 6, NaN],
      [0, 0, -100, NaN],
    ]);
    const volumes = folder.write("volumes.csv", [
      "case,organ,dice,referenceMl,predictionMl",
      "a,liver,0.8,8,10",
    ]);
    assert.deepEqual((await read(volumes)).rows.map(numbers), [[NaN, NaN, 25, 2]]);
  });

  it("takes a folder for its tables together, and names models by what differs", async () => {
    for (const model of ["a", "b"]) {
      mkdirSync(folder.at(model));
      folder.write(`${model}/dsc.csv`, wideTable(model));
      folder.write(`${model}/nsd.csv`, wideTable("c"));
    }
    const paths = ["a", "b"].map((model) => folder.at(model));
    const both = await readScores(paths);
    assert.deepEqual(Object.keys(both.models), ["a", "b"]);
    assert.deepEqual([both.models.a[0].dice, both.models.a[0].nsd], [0.951, 0.8]);
    const files = await readScores(paths.map((path) => `${path}/dsc.csv`));
    assert.deepEqual(Object.keys(files.models), ["a", "b"]);
    assert.ok(Number.isNaN(files.models.a[0].nsd));
    const named = await readScores([`first=${paths[0]}/dsc.csv`, `second=${paths[1]}/nsd.csv`]);
    assert.deepEqual(Object.keys(named.models), ["first", "second"]);
    await assert.rejects(
      readScores([`x=${paths[0]}`, `x=${paths[1]}`]),
      /found "x", expected each model once/,
    );
  });

  it("reads several models of one table, and percentages where they are said to be some", async () => {
    const path = folder.write("all.csv", [
      "case,organ,method,dice",
      "1,liver,A,91.5",
      "1,liver,B,80",
      "2,liver,A,0.5",
    ]);
    await assert.rejects(read(path), /row 1, liver: found 91.5, expected a dice from 0 to 1.*--percent/);
    const { models, notes } = await readScores([path], { percent: true });
    assert.deepEqual([models.A[0].dice, models.B[0].dice], [0.915, 0.8]);
    assert.ok(notes.some((note) => note.includes("dice is in percent and was divided by 100")));
    // A model of which no value is above 1 % is in percent like the others of its table.
    const poor = folder.write("poor.csv", ["case,organ,method,dice", "1,liver,A,91.5", "1,liver,B,0.5"]);
    const both = await readScores([poor], { percent: true });
    assert.deepEqual([both.models.A[0].dice, both.models.B[0].dice], [0.915, 0.005]);
    assert.ok(!both.notes.some((note) => note.includes("read as shares")));
    const shares = await readScores([folder.write("dice.csv", wideTable("a"))], { percent: true });
    assert.equal(shares.models.dice[0].dice, 0.951);
    assert.ok(shares.notes.some((note) => note.includes("read as shares, not as percentages")));
  });

  it("takes patients from the table or from a list, and says where it has none", async () => {
    const path = folder.write("dice.csv", ["case,liver", "x1,0.9", "x2,0.8", "y1,0.7"]);
    assert.ok((await read(path)).notes.some((note) => note.includes("each counts as a patient of its own")));
    const metadata = folder.write("metadata.csv", ["case,patient", "x1,x", "x2,x"]);
    const { rows, notes } = await read(path, { metadata });
    assert.deepEqual(
      rows.map((row) => row.patient),
      ["x", "x", "y1"],
    );
    assert.ok(notes.some((note) => note.includes("1 of 3 cases, whose patient nothing says")));
    assert.ok(notes.some((note) => note.endsWith("metadata.csv names the patient of 2 of 3 cases")));
    const other = folder.write("other.csv", ["case,patient,organ,dice", "x1,p,liver,0.9"]);
    const third = folder.write("third.csv", ["case,patient,organ,dice", "x1,q,liver,0.9"]);
    await assert.rejects(readScores([other, third]), /found "patient q", expected patient p, as in other/);
  });

  const damaged: [what: string, file: string, text: string, error: RegExp][] = [
    ["nothing", "dice.csv", "", /found "nothing", expected a table of scores/],
    ["one column", "dice.csv", "name\na\n", /expected columns between commas/],
    ["no case", "dice.csv", "x,liver\n1,0.5\n", /expected a column that names the case/],
    [
      "a case twice",
      "dice.csv",
      "case,liver\na,0.5\na,0.6\n",
      /found "dice of case a, liver in row 1 and in row 2", expected each case and structure once/,
    ],
    [
      "a column twice",
      "dice.csv",
      "case,liver,liver\na,0.5,0.5\n",
      /header: found "liver", expected each column once/,
    ],
    [
      "a short row",
      "dice.csv",
      "case,liver,spleen\na,0.5\n",
      /dice\.csv: found "Invalid Record Length.*expected a table with as many cells/,
    ],
    [
      "a letter in a score",
      "dice.csv",
      "case,liver\na,0.9O\nb,0.8\nc,0.7\n",
      /row 1, column liver: found "0.9O", expected a number or an empty cell/,
    ],
    ["no number at all", "dice.csv", "case,comment\na,fine\n", /expected a column of numbers/],
    [
      "a negative Dice",
      "dice.csv",
      "case,liver\na,-0.1\n",
      /row 1, liver: found -0.1, expected a dice from 0 to 1/,
    ],
    ["no name of a case", "dice.csv", "case,liver\n,0.5\n", /row 1: found .*, expected the name of a case/],
    [
      "a weight among organs",
      "dice.csv",
      "case,liver,weightKg\na,0.9,300\n",
      /row 1, weightKg: found 300, expected a dice from 0 to 1.*--labels/,
    ],
    ["cut JSON", "summary.json", `{"metric_per_case": [{"metrics": {"1"`, /expected sound JSON/],
    ["other JSON", "summary.json", `{"labels": {}}`, /found \["labels"\], expected nnU-Net's summary.json/],
    [
      "JSON without files",
      "summary.json",
      `{"metric_per_case": [{"metrics": {}}]}`,
      /case 1: .*the path of its reference or prediction/,
    ],
    [
      "text in JSON",
      "summary.json",
      `{"metric_per_case": [{"metrics": {"1": {"Dice": "high"}}, "reference_file": "a"}]}`,
      /label 1, Dice: found "high", expected a number or null/,
    ],
    ["a metric without values", "long.csv", "case,metric,organ\na,dice,liver\n", /expected a column value/],
    ["a cut line", "lines.jsonl", `{"subject_name": "a", "gro`, /line 1: .*expected sound JSON/],
  ];
  for (const [what, file, text, error] of damaged)
    it(`refuses a table with ${what}`, async () => {
      await assert.rejects(read(folder.write(file, text)), error);
    });

  it("tells what it took for structures, and passes over facts of a case", async () => {
    const path = folder.write("facts-dice.csv", ["case,fold,liver,age", "a,0,0.9,50", "b,1,0.8,60"]);
    const { rows, notes } = await read(path);
    assert.equal(rows.length, 2);
    assert.ok(notes.some((note) => note.includes("taken for structures: liver; every number is a dice")));
    assert.ok(notes.some((note) => note.includes("columns that are not used: fold, age")));
    const summary = folder.write("mean_dice_summary.csv", ["class\tmean\tmedian", "class0\t0.9\t0.8"]);
    await assert.rejects(read(summary), /give the one with a row per case, of MONAI \.\.\._raw\.csv/);
  });

  it("refuses what is not there, and columns that are not", async () => {
    await assert.rejects(
      read(folder.at("none.csv")),
      /none\.csv: found "nothing there", expected a table of scores/,
    );
    await assert.rejects(
      read(folder.write("a.nii.gz", "x")),
      /a\.nii\.gz: found "an image", expected a table of scores.*evaluate --out/,
    );
    mkdirSync(folder.at("maps"));
    folder.write("maps/metadata.csv", ["case,patient", "a,p"]);
    folder.write("maps/a.nii.gz", "x");
    await assert.rejects(read(folder.at("maps")), /found "a folder of images".*evaluate --out/);
    mkdirSync(folder.at("empty"));
    await assert.rejects(read(folder.at("empty")), /summary\.json or \*\.csv/);
    const path = folder.write("dice.csv", ["case,liver", "a,0.5"]);
    await assert.rejects(
      read(path, { columns: "case=Subject" }),
      /columns: found "Subject", expected one of case, liver/,
    );
    await assert.rejects(read(path, { columns: "organ" }), /columns: found "organ", expected WHAT=COLUMN/);
    await assert.rejects(
      read(path, { labels: "spleen" }),
      /found \["liver"\], expected one of the structures asked for: spleen/,
    );
  });
});
