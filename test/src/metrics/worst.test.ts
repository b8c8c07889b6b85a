import assert from "node:assert/strict";
import { LabError } from "tumorlab/internal/core/errors";
import { worstRows } from "tumorlab/internal/metrics/worst";
import { emptyStudy, slabRow } from "./rows.js";

describe("worstRows", () => {
  const rows = [slabRow("half", 4, 2), slabRow("equal", 4, 4), slabRow("more", 4, 6)];
  const names = (...args: Parameters<typeof worstRows>) => worstRows(...args).map((row) => row.case);

  it("knows which way each metric is better", () => {
    assert.deepEqual(names(rows), ["half", "more", "equal"]);
    assert.deepEqual(names(rows, { metric: "hd95", count: 2 }).sort(), ["half", "more"]);
    assert.deepEqual(names(rows, { metric: "volumeErrorMl", count: 3 })[2], "equal");
  });

  it("puts the larger of equal ones first, leaves out what has no value and keeps its input", () => {
    const study = [slabRow("small", 2, 0), ...emptyStudy()];
    const before = study.map((row) => row.case);
    assert.deepEqual(names(study), ["missed", "small", "made up", "found"]);
    assert.deepEqual(
      study.map((row) => row.case),
      before,
    );
    assert.deepEqual(names([]), []);
  });

  it("refuses a metric that does not exist and a count below 0", () => {
    assert.throws(() => worstRows(rows, { metric: "size" as "dice" }), LabError);
    assert.throws(() => worstRows(rows, { count: -1 }), LabError);
  });
});
