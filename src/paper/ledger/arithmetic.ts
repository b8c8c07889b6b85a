import { LabError, requireThat } from "../../core/errors.js";
import { mean, median } from "../../stats/describe.js";
import type { LedgerFunction, LedgerValue } from "./expression.js";

const ofOne: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  log2: (x) => Math.log2(requireAbove("log2", x)),
  log10: (x) => Math.log10(requireAbove("log10", x)),
  sqrt: (x) => (x === 0 ? 0 : Math.sqrt(requireAbove("sqrt", x))),
};

const ofMany: Readonly<Record<string, (x: readonly number[]) => number>> = {
  count: (x) => x.length,
  sum: (x) => x.reduce((total, each) => total + each, 0),
  mean,
  median,
  min: (x) => Math.min(...x),
  max: (x) => Math.max(...x),
};

/**
 * Arithmetic of the ledger: `abs`, `log2`, `log10`, `sqrt` of one number, `round(x, digits)`, and `count`, `sum`, `mean`, `median`,
 * `min`, `max` of numbers and lists, and `above(list, x)`: how many of a list are at least x.
 */
export const arithmeticFunctions: Readonly<Record<string, LedgerFunction>> = {
  ...Object.fromEntries(
    Object.entries(ofOne).map(([name, of]) => [name, (x: LedgerValue) => of(takeNumber(name, x))]),
  ),
  ...Object.fromEntries(
    Object.entries(ofMany).map(([name, of]) => [name, (...x: LedgerValue[]) => of(takeNumbers(name, x))]),
  ),
  round: (x, digits = 0) => {
    const scale = 10 ** takeNumber("round", digits);
    return Math.round(takeNumber("round", x) * scale) / scale;
  },
  above: (list, x) => {
    const least = takeNumber("above", x);
    return takeNumbers("above", [list]).filter((each) => each >= least).length;
  },
};

function requireAbove(name: string, x: number): number {
  requireThat(
    !(x <= 0),
    `${name}() in the ledger`,
    x,
    name === "sqrt" ? "a number from 0" : "a number above 0",
  );
  return x;
}

/** A function's argument that must be a number. */
export function takeNumber(name: string, value: LedgerValue): number {
  requireThat(typeof value === "number", `${name}() in the ledger`, value, "a number");
  return value;
}

/** A function's argument that must be a text. */
export function takeText(name: string, value: LedgerValue): string {
  requireThat(typeof value === "string", `${name}() in the ledger`, value, "a text in quotation marks");
  return value;
}

function takeNumbers(name: string, values: readonly LedgerValue[]): number[] {
  const numbers = values.flatMap((value) => {
    if (typeof value === "number") return [value];
    if (typeof value === "object") return [...value];
    throw new LabError(`${name}() in the ledger`, value, "numbers and lists of numbers");
  });
  requireThat(
    numbers.length > 0 || name === "count",
    `${name}() in the ledger`,
    "nothing",
    "at least one number",
  );
  return numbers;
}
