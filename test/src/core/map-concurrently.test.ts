import assert from "node:assert/strict";
import { mapConcurrently } from "tumorlab/internal/core/map-concurrently";

describe("mapConcurrently", () => {
  it("keeps the order and never does more than so many at a time", async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently([30, 1, 20, 1, 10], 2, async (ms) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, ms));
      running--;
      return ms;
    });
    assert.deepEqual(results, [30, 1, 20, 1, 10]);
    assert.equal(most, 2);
    assert.deepEqual(await mapConcurrently([], 2, () => Promise.resolve(1)), []);
  });

  it("begins nothing more once one has failed", async () => {
    const begun: number[] = [];
    const work = mapConcurrently([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (item === 1) throw new Error("item 1");
    });
    await assert.rejects(work, /item 1/);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.ok(begun.length <= 3, begun.join());
  });
});
