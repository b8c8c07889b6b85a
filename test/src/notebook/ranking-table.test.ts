import assert from "node:assert/strict";
import { rankModels } from "tumorlab/internal/metrics/rank-models";
import { rankedPairTable, rankingTable } from "tumorlab/internal/notebook/ranking-table";
import { slabRow } from "../metrics/rows.js";

describe("tables of a ranking", () => {
  const model = (slices: readonly number[]) => slices.map((thick, k) => slabRow(`${k}`, 10, thick));
  const ranking = rankModels(
    { weak: model([5, 4, 6, 5]), strong: model([10, 9, 10, 9]) },
    { metric: "hd95", resamples: 100 },
  );

  it("have the best model first, with its unit and how sure its place is", () => {
    const [first, second] = rankingTable(ranking);
    assert.deepEqual([first.model, first.place, first["best in (%)"]], ["strong", 1, 100]);
    assert.deepEqual([second.model, second["95 % of places from"], second.to], ["weak", 2, 2]);
    assert.ok(Number(first["mean HD95 (mm)"]) < Number(second["mean HD95 (mm)"]));
  });

  it("name the method of a difference's interval", () => {
    const [pair] = rankedPairTable(ranking);
    assert.deepEqual([pair.better, pair.worse], ["strong", "weak"]);
    assert.ok(Number(pair["difference of HD95 (mm)"]) < 0 && Number(pair["false claim (%)"]) < 5);
    assert.match(String(pair.by), /bootstrap|Student's t/);
    assert.ok(Number(pair["p (Holm)"]) > 0.05, "four patients give no p value below 1/8");
  });
});
