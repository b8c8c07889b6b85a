import { readCell, readCells } from "../../core/cell-table.js";
import { LabError, requireThat } from "../../core/errors.js";
import { readText } from "../../core/files.js";
import type { Metric } from "../../metrics/metric.js";
import { keyNames } from "../tables/column-roles.js";
import { findField } from "../tables/score-fields.js";
import type { ReportedMean } from "./judge-means.js";

/** How a table of means is read. */
export interface ReadMeansOptions {
  /** Default `dice`; a column of this name holds the means where none is called mean. */
  metric?: Metric;
  /** Columns by what they hold: `model=Method,structure=Organ,mean=DSC,n=Cases,sd=SD`. */
  columns?: string;
  /** Cases of every mean, where the table has no such column. */
  n?: number;
  /** Means and standard deviations of a share are percentages. */
  percent?: boolean;
}

type Role = "model" | "structure" | "mean" | "n" | "sd";

const known: Readonly<Record<Role, readonly string[]>> = {
  model: [...keyNames.model, "name"],
  structure: keyNames.label,
  mean: ["mean", "average", "avg", "value", "score"],
  n: ["n", "cases", "patients", "scans", "count"],
  sd: ["sd", "std", "stdev", "standarddeviation"],
};
const roles = Object.keys(known) as Role[];

/**
 * Reads a table of means for `judgeMeans`: a CSV with a row per model and structure, and columns such as
 * `model,structure,mean,n,sd`. A table without a column of structures is of one, without `sd` the spread is guessed from the mean.
 *
 * @throws LabError for a file that is none, a column that is missing, and a cell that is no number.
 */
export async function readMeans(path: string, options: ReadMeansOptions = {}): Promise<ReportedMean[]> {
  return parseMeans(await readText(path, "a CSV of means"), path, options);
}

/** {@link readMeans} of a text; `name` is that of the table, for messages. */
export function parseMeans(text: string, name: string, options: ReadMeansOptions = {}): ReportedMean[] {
  const { metric = "dice", n, percent = false } = options;
  const table = readCells(text, name, "a table of means");
  requireThat(
    table.hasHeader,
    `${name}, header`,
    table.header.slice(1),
    "names of the columns, such as model,structure,mean,n",
  );
  const at = findColumns(table.header, name, metric, options.columns);
  const { model, mean } = at;
  requireThat(model !== undefined, `${name}, header`, table.header, "a column that names the model", advice);
  requireThat(mean !== undefined, `${name}, header`, table.header, "a column of means", advice);
  requireThat(
    at.n !== undefined || n !== undefined,
    `${name}, header`,
    table.header,
    "a column n with the cases of each mean",
    "Say it for all of them with --n (n in code)",
  );
  requireThat(table.rows.length > 0, name, "no row below the header", "a row per model", "", "bad-file");
  const scale = percent ? 0.01 : 1;
  return table.rows.map(({ cells, line }): ReportedMean => {
    const number = (column: number): number =>
      readCell(cells[column], `${name}, row ${line}, `, table.header[column]);
    const require = (column: number): number => {
      const value = number(column);
      requireThat(
        !Number.isNaN(value),
        `${name}, row ${line}, ${table.header[column]}`,
        cells[column],
        "a number",
        "",
        "bad-file",
      );
      return value;
    };
    const sd = at.sd === undefined ? NaN : number(at.sd);
    requireThat(
      cells[model] !== "",
      `${name}, row ${line}`,
      "no name",
      "the name of a model",
      "",
      "bad-file",
    );
    return {
      model: cells[model],
      ...(at.structure === undefined ? {} : { structure: cells[at.structure] }),
      mean: scale * require(mean),
      n: at.n === undefined ? n! : require(at.n),
      ...(Number.isNaN(sd) ? {} : { sd: scale * sd }),
    };
  });
}

const advice = "Say which it is with --columns, such as model=Method,mean=DSC (columns in code)";

function findColumns(
  header: readonly string[],
  name: string,
  metric: Metric,
  columns: string | undefined,
): Partial<Record<Role, number>> {
  const found: Partial<Record<Role, number>> = {};
  for (const part of columns === undefined || columns.trim() === "" ? [] : columns.split(",")) {
    const [, left, column] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(part) ?? [];
    const role = roles.find((each) => each === left);
    if (role === undefined) throw new LabError("columns", part, `WHAT=COLUMN with ${roles.join(", ")}`);
    const at = header.indexOf(column);
    requireThat(at >= 0, `${name}, columns`, column, `one of ${header.filter((each) => each).join(", ")}`);
    found[role] = at;
  }
  const plain = header.map((column) => column.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ""));
  const isFree = (at: number): boolean => at >= 0 && !Object.values(found).includes(at);
  for (const role of roles) {
    if (found[role] !== undefined) continue;
    const at = known[role].map((each) => plain.indexOf(each)).find(isFree);
    const ofMetric = header.findIndex((column, i) => isFree(i) && findField(column)?.field === metric);
    const column = at ?? (role === "mean" && ofMetric >= 0 ? ofMetric : undefined);
    if (column !== undefined) found[role] = column;
  }
  return found;
}
