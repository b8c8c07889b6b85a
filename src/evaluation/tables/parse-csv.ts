import { isNumber, readCell, readCells } from "../../core/cell-table.js";
import type { CellTable } from "../../core/cell-table.js";
import { requireThat } from "../../core/errors.js";
import { extname, basename } from "../../platform/paths.js";
import { caseOfCell, isSummaryName } from "./case-names.js";
import { findRoles } from "./column-roles.js";
import type { ColumnRoles, ScoreColumn } from "./column-roles.js";
import { isPanopticaHeader, parsePanoptica } from "./parse-panoptica.js";
import { findField, metricOfFile } from "./score-fields.js";
import type { ParsedTable, ParseOptions, TableEntry } from "./table-entry.js";

/**
 * Reads a table of cells: wide (one column per structure, of one metric), long (a column that names the structure, and columns
 * of metrics, or one metric and its value a row), columns of structure and metric together, or panoptica's.
 *
 * @throws LabError naming the row and column of what cannot be read.
 */
export function parseCsv(text: string, name: string, options: ParseOptions): ParsedTable {
  const table = readCells(text, name, "a table of scores");
  if (options.columns === undefined && isPanopticaHeader(table.header)) return parsePanoptica(table);
  const roles = findRoles(table.header, name, options.columns);
  const notes: string[] = [];
  if (!table.hasHeader)
    notes.push(`has no line of names: structures are called ${table.header.slice(1).join(", ")}`);
  const { rows } = table;
  const isCase = (row: { cells: string[] }): boolean => !isSummaryName(row.cells[roles.keys.case!]);
  const cases = rows.filter(isCase);
  const left = [...new Set(rows.filter((row) => !isCase(row)).map(({ cells }) => cells[roles.keys.case!]))];
  if (left.length > 0) notes.push(`rows that sum up others are not read: ${left.join(", ")}`);
  const own = { ...table, rows: cases };
  const parsed =
    roles.keys.metric !== undefined
      ? readByMetric(own, roles)
      : roles.scores.length > 0
        ? readByField(own, roles)
        : readWide(own, roles, options);
  return { ...parsed, notes: [...notes, ...parsed.notes, ...tellUnused(table, roles, parsed.read)] };
}

/** A table with the columns that were read beside those of the roles. */
type Read = ParsedTable & { read: readonly number[] };

/** A column names the metric, and one holds its value. */
function readByMetric({ header, rows, name }: CellTable, { keys }: ColumnRoles): Read {
  requireThat(
    keys.value !== undefined,
    `${name}, header`,
    header,
    "a column value beside the column of metrics",
    "Say which it is with --columns value=COLUMN (columns in code)",
  );
  const [unknown, value] = [new Set<string>(), keys.value];
  const entries = rows.flatMap(({ cells, line }): TableEntry[] => {
    const found = findField(cells[keys.metric!]);
    if (!found) unknown.add(cells[keys.metric!]);
    if (!found) return [];
    const number = found.factor * readCell(cells[value], `${name}, row ${line}, column ${header[value]}`);
    return [{ ...readKeys(cells, keys, line, name), values: { [found.field]: number } }];
  });
  const notes = unknown.size > 0 ? [`metrics that are not used: ${[...unknown].join(", ")}`] : [];
  return { format: "a table of one number a row", entries, notes, read: [] };
}

/** Columns name their metric, and their structure where the row does not. */
function readByField({ header, rows, name }: CellTable, { keys, scores }: ColumnRoles): Read {
  const ofRow = scores.filter(({ structure }) => structure === undefined);
  const structures = [...new Set(scores.map(({ structure }) => structure))].filter(
    (structure) => structure !== undefined,
  );
  // Beside columns of structures a plain one sums them up, unless a column says what a row is of.
  const groups: [string | undefined, ScoreColumn[]][] = structures.map((structure) => [
    structure,
    scores.filter((column) => column.structure === structure),
  ]);
  const isLong = keys.label !== undefined || groups.length === 0;
  if (isLong && ofRow.length > 0) groups.unshift([undefined, ofRow]);
  const entries = rows.flatMap(({ cells, line }) =>
    groups.map(([structure, columns]): TableEntry => {
      const base = readKeys(cells, keys, line, name);
      const values = Object.fromEntries(
        columns.map(({ at, field, factor }) => [
          field,
          factor * readCell(cells[at], `${name}, row ${line}, column ${header[at]}`),
        ]),
      );
      return { ...base, structure: structure ?? base.structure, values };
    }),
  );
  const notes =
    !isLong && ofRow.length > 0
      ? [`not used, since other columns name structures: ${ofRow.map(({ at }) => header[at]).join(", ")}`]
      : [];
  return { format: isLong ? "a long table" : "a wide table", entries, notes, read: [] };
}

/** Each column of numbers is a structure; the file's name says of what metric, or the caller. */
function readWide({ header, rows, name }: CellTable, { keys, others }: ColumnRoles, how: ParseOptions): Read {
  const columns = others.filter((at) => {
    const filled = rows.map(({ cells }) => cells[at]).filter((cell) => cell !== "");
    return !isSummaryName(header[at]) && filled.filter(isNumber).length >= Math.max(1, filled.length / 2);
  });
  const empty = others.filter((at) => rows.every(({ cells }) => cells[at] === ""));
  const structures = [...columns, ...empty].sort((a, b) => a - b);
  requireThat(
    columns.length > 0,
    `${name}, header`,
    header,
    "a column of numbers: a metric such as dice, or a structure such as liver",
    "Say which columns hold what with --columns, such as case=Subject,label=Organ,dice=DSC (columns in code)",
  );
  const byName = metricOfFile(basename(name, extname(name)));
  const metric = byName ?? how.metric;
  requireThat(
    metric !== undefined,
    name,
    `columns ${structures.map((at) => header[at]).join(", ")}, none of which is named after a metric`,
    "to know what the numbers are",
    "Name the file after it, such as dice.csv, or name it with --metric (metric in code)",
  );
  const entries = rows.flatMap(({ cells, line }): TableEntry[] => {
    const base = readKeys(cells, keys, line, name);
    const place = `${name}, row ${line}, column `;
    return structures.map((at) => ({
      case: base.case,
      patient: base.patient,
      model: base.model,
      structure: header[at],
      where: base.where,
      values: { [metric]: readCell(cells[at], place, header[at]) },
    }));
  });
  const from = byName ? "as the file's name says" : "since neither its columns nor its name say otherwise";
  const few = structures.slice(0, 12).map((at) => header[at]);
  const list = few.length < structures.length ? `${few.join(", ")}, ...` : few.join(", ");
  const notes = [`columns taken for structures: ${list}; every number is a ${metric}, ${from}`];
  return { format: "a wide table", entries, notes, read: structures };
}

function readKeys(
  cells: readonly string[],
  keys: ColumnRoles["keys"],
  line: number,
  name: string,
): Omit<TableEntry, "values"> {
  const cell = (at: number | undefined): string | undefined => (at === undefined ? undefined : cells[at]);
  const [found, patient, model] = [cell(keys.case)!, cell(keys.patient), cell(keys.model)];
  requireThat(found !== "", `${name}, row ${line}`, cells, "the name of a case", "", "bad-file");
  const structure = cell(keys.label) ?? "structure";
  requireThat(structure !== "", `${name}, row ${line}`, cells, "the name of a structure", "", "bad-file");
  return {
    case: caseOfCell(found),
    ...(patient ? { patient } : {}),
    ...(model ? { model } : {}),
    structure,
    where: `row ${line}`,
  };
}

/** Columns of which nothing is made, a sentence each kind. */
function tellUnused(
  { header }: CellTable,
  { others, unused, ignored }: ColumnRoles,
  read: readonly number[],
): string[] {
  const names = (columns: readonly number[]): string => columns.map((at) => header[at]).join(", ");
  const left = [...others.filter((at) => !read.includes(at)), ...ignored];
  return [
    ...(unused.length > 0
      ? [
          `weights, spreads and intervals of single rows are not used: ${names(unused)}; every row counts once, and intervals are over patients`,
        ]
      : []),
    ...(left.length > 0 ? [`columns that are not used: ${names(left)}`] : []),
  ];
}
