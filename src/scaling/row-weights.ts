import { parseDecimal } from "../core/decimal.js";
import { LabError } from "../core/errors.js";

/** Columns of a table of scores that say how far a mean is to be trusted. */
export const weightColumns = ["weight", "se", "sd", "count"] as const;

type Row = { record: ReadonlyMap<string, string>; line: number };

/**
 * Relative trust in the rows of a table of means, 1 on average: from a column `weight`; from `se`, the standard error of
 * the score, as `1 / se^2`; or from `sd` and `count`, whose standard error is `sd / sqrt(count)`.
 *
 * @returns one per row; `undefined` where no column says.
 * @throws LabError naming the line of a cell that is not a number above 0, or columns that say it twice.
 */
export function readRowWeights(
  header: readonly string[],
  rows: readonly Row[],
  name: string,
): number[] | undefined {
  const has = (column: string): boolean => header.includes(column);
  const ways = [has("weight") && "weight", has("se") && "se", has("sd") && has("count") && "sd and count"];
  const told = ways.filter((way) => way !== false);
  if (told.length === 0) return undefined;
  if (told.length > 1)
    throw new LabError(`${name}, header`, told.join(" beside "), "one of weight, se, or sd and count");
  const read = ({ record, line }: Row, column: string): number => {
    const cell = record.get(column)!;
    const value = parseDecimal(cell);
    if (value > 0 && Number.isFinite(value)) return value;
    throw new LabError(`${name}, line ${line}: ${column}`, cell, "a number above 0");
  };
  const raw = rows.map((row) => {
    if (has("weight")) return read(row, "weight");
    return has("se") ? read(row, "se") ** -2 : read(row, "count") / read(row, "sd") ** 2;
  });
  const mean = raw.reduce((sum, value) => sum + value, 0) / raw.length;
  return raw.map((value) => value / mean);
}

/** Columns that nothing reads, as a warning; empty where each is read. */
export function warnOfUnread(header: readonly string[], read: readonly string[]): string[] {
  const isWeighed = header.includes("sd") && header.includes("count");
  const spare = (column: string): boolean => (column === "sd" || column === "count") && !isWeighed;
  const unread = header.filter((column) => !read.includes(column) || spare(column));
  if (unread.length === 0) return [];
  const names = unread.map((column) => column || "(no name)").join(", ");
  const hint = unread.some(spare) ? "; sd and count are read together" : "";
  return [`header: not read: ${names}${hint}`];
}
