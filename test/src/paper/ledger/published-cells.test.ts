import assert from "node:assert/strict";
import { findPublishedCells } from "tumorlab/internal/paper/ledger/published-cells";

const valuesOf = async (selector: string): Promise<number[]> =>
  (await findPublishedCells(selector)).map(({ value }) => value);

describe("findPublishedCells", () => {
  it("takes a column, rows that have all words, and rows that have not", async () => {
    assert.deepEqual(await valuesOf("early-tumors.tumors"), [5709, 850, 4638]);
    assert.deepEqual(await valuesOf("jhh-scaling.dicePercent[real; 1500]"), [59.3]);
    assert.deepEqual(await valuesOf("early-tumors.tumors[!liver]"), [850, 4638]);
    assert.deepEqual(await valuesOf("jhh-scaling.dicePercent[arm=real; !1500; !60; !278]"), [54, 59.7]);
  });

  it("knows the unit, the source and what was read off a plot, and passes over empty cells", async () => {
    const [cell] = await findPublishedCells("jhh-scaling.dicePercent[real; 500]");
    assert.deepEqual([cell.unit, cell.kind, cell.estimate], ["%", "secondary", true]);
    const [size] = await findPublishedCells("jhh-scaling.n[real; 500]");
    assert.deepEqual([size.role, size.estimate], ["key", false]);
    assert.deepEqual(await valuesOf("size-classes.upToRadiusMm"), [5, 10, 20]);
    assert.equal((await findPublishedCells("annotation.value[working days saved]"))[0].unit, "days");
  });

  it("refuses what selects nothing, and says what there is", async () => {
    const wrong: [string, RegExp][] = [
      ["jhh-scaling", /TABLE\.COLUMN/],
      ["jhh-scaling.dice", /found "dice".*dicePercent/],
      ["jhh.dicePercent", /found "jhh".*jhh-scaling/],
      ["jhh-scaling.dicePercent[real; 501]", /at least one number/],
      ["jhh-scaling.arm", /at least one number/],
      ["jhh-scaling.dicePercent[n=real]", /at least one number/],
    ];
    for (const [selector, message] of wrong)
      await assert.rejects(findPublishedCells(selector), { name: "LabError", message }, selector);
  });
});
