import assert from "node:assert/strict";
import { compareTumorKinds } from "tumorlab/internal/synthesis/tumor-kinds";

describe("compareTumorKinds", () => {
  it("sets the phantom's kinds beside the generator's, each adding up to all tumors", () => {
    const kinds = compareTumorKinds();
    assert.equal(kinds.length, 6);
    const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0);
    for (const { organ, phantomShares, phantomHu, generatorShares, generatorKinds } of kinds) {
      assert.equal(sum(phantomShares), 100, organ);
      assert.equal(sum(generatorShares), 100, organ);
      assert.equal(phantomShares.length, phantomHu.length);
      assert.equal(generatorShares.length, generatorKinds.length);
    }
    const pancreas = kinds.find(({ organ }) => organ === "pancreas")!;
    assert.deepEqual(
      [pancreas.phantomShares, pancreas.generatorShares],
      [
        [80, 20],
        [80, 20],
      ],
    );
    const liver = kinds.find(({ organ }) => organ === "liver")!;
    assert.deepEqual(
      [liver.phantomShares, liver.generatorShares],
      [
        [75, 25],
        [80, 20],
      ],
    );
  });
});
