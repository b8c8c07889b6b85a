import { parse } from "csv-parse/sync";
import { parseDecimal } from "./decimal.js";
import { LabError, requireThat } from "./errors.js";

/** Cells of a text table. */
export interface CellTable {
  /** What to call it in messages. */
  name: string;
  /** Names of the columns; made up (`class0`, ...) where the file has no line of names. */
  header: string[];
  hasHeader: boolean;
  /** Other rows, each with as many cells, and its place among the rows below the header, from 1. */
  rows: { cells: string[]; line: number }[];
}

const missing = new Set(["", "nan", "na", "n/a", "null", "none", "-", "undefined", "<na>"]);
const infinite: Readonly<Record<string, number>> = {
  inf: 1,
  "+inf": 1,
  infinity: 1,
  "-inf": -1,
  "-infinity": -1,
};

/**
 * Takes a text table apart: cells between commas, semicolons or tabs, whichever the first line has most of. A first line whose
 * cells but the first are all numbers is no header, as in the files of MONAI's CSVSaver.
 *
 * @param name of the table, for messages.
 * @param what it should be, for messages, such as `"a table of scores"`.
 * @throws LabError for an empty file, rows of another length, and columns of one name.
 */
export function readCells(text: string, name: string, what: string): CellTable {
  const heading = text.split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  const counts = [",", ";", "\t"].map((delimiter) => ({ delimiter, n: heading.split(delimiter).length }));
  const { delimiter } = counts.reduce((a, b) => (b.n > a.n ? b : a));
  let records: string[][];
  try {
    records = parse(text, { delimiter, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new LabError(name, (error as Error).message, "a table with as many cells in each row", "", {
      cause: error,
      kind: "bad-file",
    });
  }
  requireThat(records.length > 0, name, "nothing", what, "", "bad-file");
  const [first] = records;
  requireThat(
    first.length >= 2,
    name,
    heading,
    "columns between commas, semicolons or tabs",
    "One row per case, with a column that names it",
    "bad-file",
  );
  const hasHeader = !first.slice(1).every((cell) => cell !== "" && isNumber(cell.replace(",", ".")));
  const header = hasHeader ? first : ["filename", ...first.slice(1).map((_, k) => `class${k}`)];
  const twice = header.find((column, at) => column !== "" && header.indexOf(column) !== at);
  requireThat(twice === undefined, `${name}, header`, twice, "each column once", "Name each column once");
  // A comma in a number is a decimal sign where it does not part cells; between commas it may part thousands.
  const toPoint = (cell: string): string =>
    delimiter !== "," && /^[+-]?\d+,\d+$/.test(cell) ? cell.replace(",", ".") : cell;
  const rows = records
    .slice(hasHeader ? 1 : 0)
    .map((cells, at) => ({ cells: delimiter === "," ? cells : cells.map(toPoint), line: at + 1 }));
  return { name, header, hasHeader, rows };
}

/** Whether a cell says nothing: empty, or a word such as `NA`, `nan` or `none`. */
export function isBlank(cell: string): boolean {
  return missing.has(cell.toLowerCase());
}

/** Whether a cell holds a number, or stands for a missing one. */
export function isNumber(cell: string): boolean {
  return !Number.isNaN(parseDecimal(cell)) || isBlank(cell) || Object.hasOwn(infinite, cell.toLowerCase());
}

/**
 * The number of a cell: `NaN` where it is empty or says so. Throws a LabError naming `place`, and the column where that is
 * given apart, for another text.
 */
export function readCell(cell: string, place: string, column = ""): number {
  if (cell === "") return NaN;
  const number = parseDecimal(cell);
  if (!Number.isNaN(number)) return number;
  if (isBlank(cell)) return NaN;
  const text = cell.toLowerCase();
  if (Object.hasOwn(infinite, text)) return infinite[text] * Infinity;
  throw new LabError(`${place}${column}`, cell, "a number or an empty cell", "", { kind: "bad-file" });
}
