import assert from "node:assert/strict";
import { arithmeticFunctions } from "tumorlab/internal/paper/ledger/arithmetic";
import { evaluateExpression } from "tumorlab/internal/paper/ledger/expression";

const scope = {
  values: { n: 3, list: [1, 2, 6] },
  functions: { ...arithmeticFunctions, later: () => Promise.resolve(7) },
};
const evaluate = (text: string): Promise<unknown> => evaluateExpression(text, scope);

describe("evaluateExpression", () => {
  it("works out arithmetic, names, functions and comparisons", async () => {
    const right: [string, unknown][] = [
      ["1 + 2 * 3 - 4 / 8", 6.5],
      ["-(n - 5)", 2],
      ["mean(list) + max(list, 10) + count(list)", 16],
      ["median(4, 1, 3, 2)", 2.5],
      ["log10(1000) + log2(8) + sqrt(16) + abs(-2)", 12],
      ["round(2.345, 2) * 100", 235],
      ["above(list, 2)", 2],
      ["later() - n", 4],
      ["n == 3 && n < 4 || later() > 100", true],
      ["n > 3 || n >= 3 && 1 <= 0", false],
    ];
    for (const [text, value] of right) assert.equal(await evaluate(text), value, text);
  });

  it("does not run the second side of a comparison that is decided", async () => {
    assert.equal(await evaluate("n == 4 && missing()"), false);
    assert.equal(await evaluate("n == 3 || missing()"), true);
  });

  it("refuses what is no expression, what is not known, and what runs anything", async () => {
    const wrong: [string, RegExp][] = [
      ["1 +", /expression/],
      ["m + 1", /found "m".*n, list/],
      ["toString()", /found "toString", expected a function/],
      ["n.constructor", /MemberExpression/],
      ["constructor", /found "constructor"/],
      ["(() => 1)()", /ledger's expression/],
      ["n = 4", /ledger's expression/],
      ["[1, 2]", /ArrayExpression/],
      ["this", /ThisExpression/],
      ["!n", /found "!"/],
      ["null", /found "null"/],
      ["n % 2", /found "%".*an operator/],
      ["list + 1", /found \[1, 2, 6\].*a number on each side/],
      ["n && n == 3", /found 3.*a comparison on each side/],
      ['mean("a")', /mean\(\).*found "a"/],
      ["max()", /max\(\).*at least one number/],
      ["1; 2", /Compound/],
      ["n / (n - 3)", /found "3 \/ 0", expected no division by 0/],
      ["log10(n - 3)", /log10\(\).*found 0, expected a number above 0/],
      ["log2(-1)", /log2\(\).*found -1/],
      ["sqrt(0 - n)", /sqrt\(\).*found -3, expected a number from 0/],
    ];
    for (const [text, message] of wrong)
      await assert.rejects(evaluate(text), { name: "LabError", message }, text);
  });
});
