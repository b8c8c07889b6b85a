import assert from "node:assert/strict";
import { fillWith } from "tumorlab/internal/core/fill-with";

describe("fillWith", () => {
  it("gives what the array's own `from` gives, in the array it was handed", () => {
    const source = Float32Array.of(3, -1, 250.5, NaN);
    const rule = (value: number, index: number): number => 2 * value + index;
    const bytes = new Uint8Array(source.length);
    assert.equal(fillWith(bytes, source, rule), bytes);
    assert.deepEqual(bytes, Uint8Array.from(source, rule));
    assert.deepEqual(fillWith(new Float64Array(4), source, rule), Float64Array.from(source, rule));
  });
});
