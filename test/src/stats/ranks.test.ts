import assert from "node:assert/strict";
import { rankNumbers, tieSizes } from "tumorlab/internal/stats/ranks";

describe("rankNumbers", () => {
  it("shares the places of equal values", () => {
    assert.deepEqual([...rankNumbers([30, 10, 20, 10, 30, 30])], [5, 1.5, 3, 1.5, 5, 5]);
    assert.deepEqual([...rankNumbers([])], []);
    assert.throws(() => rankNumbers([1, NaN]), /numbers only/);
  });

  it("lists how many share a value", () => {
    assert.deepEqual(tieSizes([30, 10, 20, 10, 30, 30]), [3, 2]);
    assert.deepEqual(tieSizes([1, 2, 3]), []);
  });
});
