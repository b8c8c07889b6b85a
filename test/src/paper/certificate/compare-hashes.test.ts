import assert from "node:assert/strict";
import type { HashedStep } from "tumorlab/internal/paper/certificate/certificate-hashes";
import { compareHashes, describeComparison } from "tumorlab/internal/paper/certificate/compare-hashes";

const hash = (digit: string): string => digit.repeat(64);
const step = (id: string, output: string, read = "0", arithmetic = "javascript"): HashedStep => ({
  id,
  arithmetic: arithmetic as HashedStep["arithmetic"],
  after: [],
  reads: [{ name: "data-manifests/a.json", sha256: hash(read) }],
  outputs: [{ name: `outputs/${id}.json`, sha256: hash(output) }],
});
const steps = [step("one", "1"), step("two", "2"), step("three", "3", "0", "simd-fused")];

describe("compareHashes", () => {
  it("finds nothing where all is the same", () => {
    const same = compareHashes(steps, steps);
    assert.equal(same.first, undefined);
    assert.equal(describeComparison(same), "3 of 3 steps as expected");
  });

  it("says where a difference begins, and what it is", () => {
    const expected = [step("one", "1"), step("two", "f"), step("three", "f", "0", "simd-fused")];
    const { first, steps: compared } = compareHashes(steps, expected);
    assert.deepEqual(
      compared.map(({ state }) => state),
      ["same", "differs", "differs"],
    );
    assert.deepEqual(first, {
      index: 1,
      id: "two",
      arithmetic: "javascript",
      state: "differs",
      files: [{ name: "outputs/two.json", found: hash("2"), expected: hash("f") }],
    });
    assert.equal(
      describeComparison(compareHashes(steps, expected)),
      "differs from step 2 on: two has another outputs/two.json",
    );
  });

  it("tells another input from another result", () => {
    const changed = compareHashes(steps, [step("one", "1", "e"), ...steps.slice(1)]);
    assert.equal(changed.first, undefined);
    assert.equal(changed.steps[0].state, "other inputs");
    assert.equal(
      describeComparison(changed),
      "2 of 3 steps as expected; one not compared: it reads another data-manifests/a.json",
    );
  });

  it("compares no step whose arithmetic is not known, and says so", () => {
    const other = compareHashes(steps, [steps[0], steps[1], step("three", "9", "0", "simd-unfused")]);
    assert.equal(other.first, undefined);
    assert.equal(
      describeComparison(other),
      "2 of 3 steps as expected; 1 not compared: no hashes are known for simd-fused",
    );
    assert.match(
      describeComparison(compareHashes(steps, [])),
      /^0 of 3 .* known for javascript, simd-fused$/,
    );
  });

  it("misses files and steps that are not there", () => {
    const more = { ...steps[0], outputs: [...steps[0].outputs, { name: "b", sha256: hash("b") }] };
    const { first } = compareHashes([more, steps[1]], steps);
    assert.deepEqual(first?.files, [{ name: "b", found: hash("b"), expected: undefined }]);
    const short = compareHashes(steps.slice(0, 2), steps);
    assert.equal(short.first?.id, "three");
    assert.equal(short.first?.index, 2);
  });
});
