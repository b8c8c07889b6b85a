import assert from "node:assert/strict";
import { caseTable, policyTable, summaryTable } from "tumorlab/internal/notebook/score-table";
import { emptyStudy, slabRow } from "../metrics/rows.js";

describe("tables of scores", () => {
  it("has one row per structure with units, n, patients and reasons", () => {
    const [row, overall] = summaryTable(emptyStudy(), "hd95");
    assert.equal(row.structure, "Label 1");
    assert.equal(overall.structure, "all labels");
    assert.deepEqual([row.n, row.patients, row["left out"]], [3, 3, "1: both masks are empty"]);
    assert.ok("mean HD95 (mm)" in row && "95 % from" in row && "to" in row);
    assert.deepEqual(summaryTable([], "dice"), []);
  });

  it("has one row per policy: the same four predictions, found at Dice 2/3, missed, made up, rightly absent", () => {
    const table = policyTable(emptyStudy(), ["dice"]);
    const of = (policy: string) => table.find((row) => row.policy === policy)!;
    const near = (policy: string, mean: number, n: number) => {
      assert.ok(Math.abs((of(policy)["mean Dice"] as number) - mean) < 1e-12, policy);
      assert.equal(of(policy)["n of Dice"], n, policy);
    };
    near("worst-case", 2 / 9, 3);
    near("exclude", 2 / 3, 1);
    near("monai", 1 / 3, 2);
    near("kits23", 5 / 12, 4);
  });

  it("has one row per case with both volumes", () => {
    const [row] = caseTable([slabRow("a", 4, 2)], ["dice", "hd95"]);
    // Slabs of 10 x 10 voxels of 1 x 2 x 2 mm.
    assert.deepEqual(
      [row.case, row.structure, row["reference (ml)"], row["prediction (ml)"], row["HD95 (mm)"]],
      ["a", "Label 1", 1.6, 0.8, 4],
    );
  });
});
