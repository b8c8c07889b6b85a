import assert from "node:assert/strict";
import { tellAbsentLabels } from "tumorlab/internal/evaluation/absent-labels";
import type { ScoreRow } from "tumorlab/internal/metrics/evaluate";

describe("tellAbsentLabels", () => {
  const row = (label: number, name: string, empty: ScoreRow["empty"]): ScoreRow =>
    ({ label, name, empty }) as ScoreRow;
  const cases = [
    { rows: [row(1, "liver", "none"), row(2, "tumor", "both"), row(9, "label 9", "both")] },
    { rows: [row(1, "liver", "both"), row(2, "tumor", "prediction"), row(9, "label 9", "both")] },
  ];
  const asked = { 1: "liver", 2: "tumor", 9: "label 9" };

  it("names the labels that no case has, beside those that there are", () => {
    assert.deepEqual(tellAbsentLabels(asked, cases), [
      "--labels: no label map has label 9, neither of the references nor of the predictions; there are 1 liver, 2 tumor",
    ]);
    assert.deepEqual(
      tellAbsentLabels(asked, [{ rows: [row(1, "liver", "both"), row(9, "label 9", "both")] }]),
      ["--labels: no label map has 1 liver, label 9, neither of the references nor of the predictions"],
    );
  });

  it("says nothing where each label is on one side of one case, nobody chose, or nothing was scored", () => {
    assert.deepEqual(tellAbsentLabels({ 1: "liver", 2: "tumor" }, cases), []);
    assert.deepEqual(tellAbsentLabels(undefined, cases), []);
    assert.deepEqual(tellAbsentLabels(asked, []), []);
  });

  it("does not look for what a region stands in place of", () => {
    // The right kidney has no row: the kidney's region has the value of the left one.
    const region = [{ rows: [row(3, "kidney with lesions", "none")] }];
    assert.deepEqual(tellAbsentLabels({ 3: "kidney_left", 4: "kidney_right" }, region), []);
  });
});
