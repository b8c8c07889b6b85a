import assert from "node:assert/strict";
import { findRegions, withRegions } from "tumorlab/internal/anatomy/regions";

describe("findRegions", () => {
  const kits = { 1: "kidney", 2: "kidney_tumor", 3: "kidney_cyst" };

  it("takes an organ with its lesions, as LiTS and the Decathlon name them", () => {
    for (const lesion of ["liver_tumor", "liver_lesion", "tumor", "cancer"])
      assert.deepEqual(findRegions({ 1: "liver", 2: lesion }), [
        { value: 1, name: "liver with lesions", parts: [1, 2], inPlaceOf: [1] },
      ]);
  });

  it("takes a kidney with masses, and the masses, as KiTS does", () => {
    assert.deepEqual(findRegions(kits), [
      { value: 1, name: "kidney with lesions", parts: [1, 2, 3], inPlaceOf: [1] },
      { value: 3, name: "kidney lesions and cysts", parts: [2, 3], inPlaceOf: [3] },
    ]);
    assert.deepEqual(withRegions(kits), {
      1: "kidney with lesions",
      2: "kidney_tumor",
      3: "kidney lesions and cysts",
    });
  });

  it("takes both sides as one, since a lesion has no side, and leaves other structures alone", () => {
    const names = { 3: "kidney_left", 4: "kidney_right", 8: "spleen", 29: "kidney_lesion", 5: "liver" };
    assert.deepEqual(findRegions(names), [
      { value: 3, name: "kidney with lesions", parts: [3, 4, 29], inPlaceOf: [3, 4] },
    ]);
    assert.deepEqual(withRegions(names), {
      3: "kidney with lesions",
      5: "liver",
      8: "spleen",
      29: "kidney_lesion",
    });
  });

  it("finds none without lesions, and none for a tumor of nobody knows which organ", () => {
    assert.deepEqual(findRegions({ 1: "liver", 2: "spleen" }), []);
    assert.deepEqual(findRegions({ 1: "liver", 2: "pancreas", 3: "tumor" }), []);
    assert.deepEqual([findRegions({}), withRegions({})], [[], {}]);
  });
});
