import { requireThat } from "../core/errors.js";
import { isMissing, readSpelled } from "../core/missing.js";
import { ownValue } from "../core/own-value.js";
import { loadDanfo } from "./danfo.js";

/**
 * The part of danfo.js's DataFrame the notebooks use. Its own declarations bring those of all of TensorFlow.js, which
 * would be read anew in every notebook that imports this package.
 */
export interface DataFrame {
  readonly columns: string[];
  readonly index: (string | number)[];
  readonly shape: number[];
  readonly values: unknown;
  /** The first (default 5) rows. */
  head(rows?: number): DataFrame;
  /** Count, mean, standard deviation and quantiles of the number columns. */
  describe(): DataFrame;
  column(name: string): { readonly values: unknown };
  groupby(columns: string[]): DataFrameGroups;
  sortValues(column: string, options?: { ascending?: boolean }): DataFrame | undefined;
  print(): void;
}

/** Rows of a DataFrame put together by the values of some columns. */
export interface DataFrameGroups {
  /** Keeps some columns; the means and sums below take number columns only. */
  col(columns: string[]): DataFrameGroups;
  count(): DataFrame;
  mean(): DataFrame;
  std(): DataFrame;
  min(): DataFrame;
  max(): DataFrame;
  sum(): DataFrame;
  /** Several at once: a column and what is asked of it, such as `{ dice: ["mean", "median"] }`. */
  agg(figures: Record<string, string[] | string>): DataFrame;
}

/** A row of plain data: column name to value. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Rows as a danfo.js DataFrame, for grouping, joining and describing. danfo.js is loaded on the first call, which takes
 * one to two seconds. Columns are those of all rows in order of appearance.
 *
 * Missing values, be they `NaN`, `null` from JSON or a field that a row lacks, are `NaN` in number columns and `null` in
 * others, and are left out of every figure: `count` says how many there are. Infinity, also as `--json` spells it, is a
 * number.
 *
 * @throws LabError without rows: a DataFrame needs columns.
 */
export function toDataFrame(rows: readonly Row[]): DataFrame {
  requireThat(rows.length > 0, "rows", rows, "at least one row");
  const columns = columnsOf(rows);
  const lists = columns.map((column) => toColumn(rows.map((row) => ownValue(row, column))));
  const { DataFrame } = loadDanfo();
  return new DataFrame(
    rows.map((_, row) => lists.map(({ values }) => values[row])),
    { columns, dtypes: lists.map(({ dtype }) => dtype) },
  );
}

/** Values of a column with one spelling of what is missing, and danfo.js's name of what they are. */
function toColumn(values: readonly unknown[]): { values: unknown[]; dtype: string } {
  const numbers = values.map(readSpelled);
  if (numbers.every((value) => typeof value === "number")) {
    return { values: numbers, dtype: numbers.every(Number.isInteger) ? "int32" : "float32" };
  }
  const others = values.map((value) => (isMissing(value) ? null : value));
  return {
    values: others,
    dtype: others.every((value) => typeof value === "boolean") ? "boolean" : "string",
  };
}

/** Names of the columns of all rows, in order of appearance. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** Whether a value is a DataFrame, danfo.js's own or one like it. */
export function isDataFrame(value: unknown): value is DataFrame {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return (
    "columns" in value && Array.isArray(value.columns) && "values" in value && Array.isArray(value.values)
  );
}
