import assert from "node:assert/strict";
import fc from "fast-check";
import { findJsonFault } from "#environment/server/contents/json-error.js";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findJsonFault", () => {
  it("names line, column and what is wrong", () => {
    const cases: [string, number, number, RegExp][] = [
      ['{\n "a": 1\n "b": 2\n}', 3, 2, /found "\\"" where "," or "}"/],
      ['{"a": [1, 2,]}', 1, 13, /found "]" where a value/],
      ['{"a": 1,}', 1, 9, /found "}" where a name/],
      ["{'a': 1}", 1, 2, /where a name in quotes/],
      ['{"a" 1}', 1, 6, /where ":"/],
      ['{"a": "b', 1, 7, /a string doesn't end/],
      ['{"a": 1', 1, 8, /the text ends/],
      ["{}\n{}", 2, 1, /behind the end/],
      ['{\n<<<<<<< HEAD\n "a": 1\n}', 2, 1, /unresolved merge/],
      ["nul", 1, 1, /found "nul"/],
      ["", 1, 1, /the text ends/],
    ];
    for (const [text, line, column, reason] of cases) {
      const fault = findJsonFault(text);
      assert.deepEqual([fault?.line, fault?.column], [line, column], text);
      assert.match(fault?.reason ?? "", reason, text);
    }
  });
  it("finds nothing in what is JSON, and something in all else, as JSON.parse does", () => {
    fc.assert(fc.property(fc.json(), (text) => findJsonFault(text) === undefined));
    const broken = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", "{", "}", "[", "]", ",", '"', ":", "\\", "1", "e", "-", " ", "\n", "\u0001"),
    );
    fc.assert(
      fc.property(broken, ([text, at, sign]) => {
        const position = at % (text.length + 1);
        const changed = text.slice(0, position) + sign + text.slice(position + 1);
        assert.equal(findJsonFault(changed) === undefined, isJson(changed), changed);
      }),
      { numRuns: 2000 },
    );
  });
});
