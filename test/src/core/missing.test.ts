import assert from "node:assert/strict";
import {
  formatCsv,
  fromJson,
  isMissing,
  readSpelled,
  toFullJson,
  toJson,
} from "tumorlab/internal/core/missing";

describe("a missing number", () => {
  it("is null in JSON and empty in CSV; infinity is neither", () => {
    const row = { dice: NaN, hd95: Infinity, gain: -Infinity, n: 0, note: null, why: undefined };
    assert.equal(toJson(row), '{"dice":null,"hd95":"Infinity","gain":"-Infinity","n":0,"note":null}');
    assert.match(toFullJson(row), /"note":null,"why":null}$/);
    assert.equal(
      formatCsv(["dice", "hd95", "gain", "n", "note", "why"], [row]),
      "dice,hd95,gain,n,note,why\n,Infinity,-Infinity,0,,\n",
    );
  });

  it("is read back for what it was, deep in the value too", () => {
    const deep = { list: [{ hd95: [Infinity, -Infinity, 1e308] }], name: "to Infinity" };
    assert.deepEqual(fromJson(toJson(deep)), deep);
    assert.deepEqual([null, undefined, NaN, "Infinity", "-Infinity", 0, "x", ""].map(readSpelled), [
      NaN,
      NaN,
      NaN,
      Infinity,
      -Infinity,
      0,
      "x",
      "",
    ]);
    assert.deepEqual([null, undefined, NaN, 0, "", false, Infinity].map(isMissing), [
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    assert.throws(() => fromJson("{"), SyntaxError);
  });
});
