import { describeValue, requireThat } from "../core/errors.js";
import { escapeXml } from "../core/escape.js";
import { groupThousands } from "../core/group-thousands.js";
import { ownValue } from "../core/own-value.js";
import { columnsOf, type DataFrame, isDataFrame, type Row } from "./data-frame.js";
import { displayBundle } from "./session.js";

/** How a table is shown. */
export interface TableOptions {
  /** Line above the table. */
  title?: string;
  /** Columns to show, in this order; default all. Units belong in their names: `"volume (ml)"`. */
  columns?: readonly string[];
  /** Rows shown; a line below says how many are left out. Default 30. */
  maxRows?: number;
  /** Significant digits of numbers that are not whole; default 4. */
  digits?: number;
}

/**
 * Shows rows or a danfo.js DataFrame as a table in the notebook, and as aligned text in a terminal. All of it is text:
 * markup in the data is shown, not followed. Numbers are aligned at the right; missing ones are a dash.
 *
 * @throws LabError when a column asked for is not there.
 */
export function showTable(table: readonly Row[] | DataFrame, options: TableOptions = {}): void {
  displayBundle(tableBundle(table, options));
}

/** The MIME bundle {@link showTable} sends. */
export function tableBundle(
  table: readonly Row[] | DataFrame,
  options: TableOptions = {},
): Record<string, string> {
  const { title = "", maxRows = 30, digits = 4 } = options;
  requireThat(maxRows >= 1, "maxRows", maxRows, "at least 1 row");
  requireThat(Number.isInteger(digits) && digits >= 1 && digits <= 15, "digits", digits, "1 to 15");
  const { columns, rows } = isDataFrame(table) ? readFrame(table) : readRows(table, options.columns);
  const picked = options.columns ?? columns;
  const places = picked.map((column) => {
    const place = columns.indexOf(column);
    requireThat(place >= 0 || rows.length === 0, "columns", column, columns.join(", "));
    return place;
  });
  const cells = rows
    .slice(0, maxRows)
    .map((row) => places.map((place) => formatCell(row[place], digits, isYear(columns[place]))));
  const isNumber = places.map((place) => rows.some((row) => typeof row[place] === "number"));
  const left = rows.length - cells.length;
  const note = left > 0 ? `${left} more row${left === 1 ? "" : "s"}` : rows.length === 0 ? "no rows" : "";
  const content = { title, columns: [...picked], cells, isNumber, note };
  return { "text/html": toHtml(content), "text/plain": toText(content) };
}

interface Content {
  title: string;
  columns: string[];
  cells: string[][];
  isNumber: boolean[];
  note: string;
}

function readFrame(frame: DataFrame): { columns: string[]; rows: unknown[][] } {
  const rows = (frame.values as unknown[]).map((row) => (Array.isArray(row) ? (row as unknown[]) : [row]));
  // A DataFrame that describes has names instead of numbers as its index, and they are its first column.
  const named = frame.index.some((name) => typeof name === "string");
  if (!named) return { columns: frame.columns, rows };
  return { columns: ["", ...frame.columns], rows: rows.map((row, i) => [frame.index[i], ...row]) };
}

function readRows(
  rows: readonly Row[],
  asked: readonly string[] | undefined,
): { columns: string[]; rows: unknown[][] } {
  const isList: boolean = Array.isArray(rows);
  requireThat(isList, "table", rows, "a list of rows or a DataFrame");
  const columns = rows.length > 0 ? columnsOf(rows) : [...(asked ?? [])];
  return { columns, rows: rows.map((row) => columns.map((column) => ownValue(row, column))) };
}

/** Years are numbers whose thousands nobody tells apart. */
function isYear(column: string): boolean {
  return /(^|[^a-z])years?([^a-z]|$)/i.test(column);
}

function formatCell(value: unknown, digits: number, isPlain: boolean): string {
  if (value === undefined || value === null || (typeof value === "number" && Number.isNaN(value))) return "–";
  if (typeof value === "number")
    return isPlain ? formatNumber(value, digits) : groupThousands(formatNumber(value, digits));
  if (typeof value === "string") return value.length > 300 ? `${value.slice(0, 299)}…` : value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value instanceof Date ? value.toISOString() : describeValue(value);
}

function formatNumber(value: number, digits: number): string {
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "\u2212");
}

function toHtml({ title, columns, cells, isNumber, note }: Content): string {
  const look = (i: number) => `style="text-align: ${isNumber[i] ? "right" : "left"}"`;
  const row = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text, i) => `<${tag} ${look(i)}>${escapeXml(text)}</${tag}>`).join("")}</tr>`;
  return [
    "<table>",
    ...(title ? [`<caption style="text-align: left; font-weight: bold">${escapeXml(title)}</caption>`] : []),
    `<thead>${row("th", columns)}</thead>`,
    `<tbody>${cells.map((texts) => row("td", texts)).join("\n")}</tbody>`,
    "</table>",
    ...(note ? [`<p>${escapeXml(note)}</p>`] : []),
  ].join("\n");
}

function toText({ title, columns, cells, isNumber, note }: Content): string {
  const flat = [columns, ...cells].map((row) => row.map((text) => text.replaceAll(/\s+/g, " ")));
  const widths = columns.map((_, i) => Math.max(...flat.map((row) => row[i].length)));
  const lines = flat.map((row) =>
    row
      .map((text, i) => (isNumber[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join("  ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [...(title ? [title] : []), lines[0], rule, ...lines.slice(1), ...(note ? [note] : [])].join("\n");
}
