import assert from "node:assert/strict";
import { summarizeLesions } from "tumorlab/internal/metrics/lesion-summary";
import { evaluateLesions } from "tumorlab/internal/metrics/lesions";
import { compareLibraries } from "tumorlab/internal/metrics/libraries/compare-libraries";
import { summarizePatients } from "tumorlab/internal/metrics/patient-summary";
import {
  lesionScoreTable,
  libraryTable,
  patientScoreTable,
} from "tumorlab/internal/notebook/detection-score-table";
import { draw } from "../metrics/masks.js";

describe("tables of detection", () => {
  const [two, one, none] = ["11.11.", "11....", "......"].map((row) => draw([[row]]));
  const cases = (rule: "overlap" | "greedy") => {
    const match = rule === "overlap" ? ({ rule } as const) : ({ rule, threshold: 0.5 } as const);
    const labels = { 1: "liver_lesion" };
    return [
      evaluateLesions(two, one, { labels, match, case: "a" }),
      evaluateLesions(none, one, { labels, match, case: "b" }),
    ];
  };

  it("have one row per label and one for all, with panoptic quality where lesions are paired", () => {
    const [row, all] = lesionScoreTable(summarizeLesions(cases("greedy")));
    assert.deepEqual([row.lesions, all.lesions], ["Liver lesion", "all lesions"]);
    assert.deepEqual(
      [row["in reference"], row.found, row.sensitivity, row.precision, row.F1, row["early found"]],
      [2, 1, 0.5, 0.5, 0.5, "1 of 2"],
    );
    assert.deepEqual([row["false positives per scan"], row.PQ, row.SQ], [0.5, 0.5, 1]);
    assert.ok("95 % from" in row && "to" in row);
    assert.ok(!("PQ" in lesionScoreTable(summarizeLesions(cases("overlap")))[0]));
    assert.deepEqual(lesionScoreTable([]), []);
  });

  it("judge patients by sensitivity and specificity", () => {
    const [row] = patientScoreTable(summarizePatients(cases("overlap")));
    assert.deepEqual(
      [row["with lesion"], row.called, row.sensitivity, row["without lesion"], row["falsely called"]],
      [1, 1, 1, 1, 1],
    );
    assert.equal(row.specificity, 0);
    assert.ok((row["specificity to"] as number) < 0.8);
  });

  it("lay libraries beside each other", () => {
    const table = libraryTable(compareLibraries(none, none, { label: 1, name: "liver", case: "a" }));
    assert.deepEqual(
      table.map(({ structure, library, Dice, "distances in": unit }) => [structure, library, Dice, unit]),
      [
        ["Liver", "monai", NaN, "mm"],
        ["Liver", "surface-distance", NaN, "mm"],
        ["Liver", "panoptica", NaN, "voxels"],
        ["Liver", "metrics-reloaded", 1, "mm"],
      ],
    );
  });
});
