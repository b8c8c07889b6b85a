import { createRequire } from "node:module";
import { requireThat } from "../errors.js";

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
}

/** A row of plain data: column name to value. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Rows as a danfo.js DataFrame, for grouping, joining and describing. danfo.js is loaded on the first call, which takes
 * one to two seconds. Columns are those of all rows in order of appearance; what a row lacks is `undefined` there.
 *
 * @throws LabError without rows: a DataFrame needs columns.
 */
export function toDataFrame(rows: readonly Row[]): DataFrame {
  requireThat(rows.length > 0, "rows", rows, "at least one row");
  const columns = columnsOf(rows);
  const danfo = createRequire(__filename)("danfojs-node") as {
    DataFrame: new (rows: unknown[][], options: { columns: string[] }) => DataFrame;
  };
  return new danfo.DataFrame(
    rows.map((row) => columns.map((column) => row[column])),
    { columns },
  );
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
