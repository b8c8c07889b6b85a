import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRange } from "#environment/server/http/ranges.js";

describe("parseRange", () => {
  it("reads the three forms of one range", () => {
    assert.deepEqual(parseRange("bytes=2-5", 10), { start: 2, end: 5 });
    assert.deepEqual(parseRange("bytes=7-", 10), { start: 7, end: 9 });
    assert.deepEqual(parseRange("bytes=-3", 10), { start: 7, end: 9 });
  });
  it("cuts what reaches over the end", () => {
    assert.deepEqual(parseRange("bytes=8-99", 10), { start: 8, end: 9 });
    assert.deepEqual(parseRange("bytes=-99", 10), { start: 0, end: 9 });
  });
  it("says when nothing of the file is meant", () => {
    for (const header of ["bytes=10-", "bytes=10-20", "bytes=-0"])
      assert.equal(parseRange(header, 10), "unsatisfiable");
    assert.equal(parseRange("bytes=0-", 0), "unsatisfiable");
  });
  it("sends all for what it doesn't understand", () => {
    for (const header of [
      undefined,
      "",
      "bytes=",
      "bytes=-",
      "bytes=5-2",
      "bytes=0-1,4-5",
      "lines=1-2",
      "bytes=a-b",
    ])
      assert.equal(parseRange(header, 10), "all");
  });
  it("never leaves the file", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.option(fc.nat(60)), fc.option(fc.nat(60)), (size, first, last) => {
        const range = parseRange(`bytes=${first ?? ""}-${last ?? ""}`, size);
        if (typeof range === "string") return;
        assert.ok(0 <= range.start && range.start <= range.end && range.end < size);
      }),
    );
  });
});
