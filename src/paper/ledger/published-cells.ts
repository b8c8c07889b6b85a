import { LabError } from "../../core/errors.js";
import { ownValue } from "../../core/own-value.js";
import { openPublished } from "../../data/published.js";
import type { PublishedColumn, PublishedRow, PublishedTable } from "../../data/published.js";

/** One published number, where it stands, and how far it can be trusted. */
export interface PublishedCell {
  /** Such as `jhh-scaling.dicePercent, row 4`. */
  place: string;
  value: number;
  /** Empty where the table gives none. */
  unit: string;
  /** The source in words, and whether it is the paper itself. */
  source: string;
  kind: "primary" | "secondary" | "calculated";
  /** Of its column: a key or a precision is not claimed by itself. */
  role: PublishedColumn["role"];
  /** Read off a plot and not printed. */
  estimate: boolean;
}

const selectorForm = /^(?<table>[a-z0-9-]+)\.(?<column>[A-Za-z0-9]+)(?:\[(?<words>.+)\])?$/u;

/**
 * Finds published numbers by a selector: `TABLE.COLUMN` for the whole column, `TABLE.COLUMN[WORD; WORD]` for the rows that have each
 * word as one of their values, `COLUMN=WORD` in that column, `!WORD` for those that do not. Such as `jhh-scaling.dicePercent[real; 1500]`.
 *
 * @param folder of the tables; default the ones that come with the project.
 * @returns the cells in the table's order; an empty cell (`null`) is left out.
 * @throws LabError where the selector has another form, names a column that is not there, or finds no number.
 */
export async function findPublishedCells(selector: string, folder?: string): Promise<PublishedCell[]> {
  const found = selectorForm.exec(selector)?.groups;
  if (!found)
    throw new LabError(
      "a selector of published numbers",
      selector,
      "TABLE.COLUMN or TABLE.COLUMN[WORD; !WORD]",
    );
  const table = await openPublished(found.table, folder);
  const { column } = found;
  if (!Object.hasOwn(table.columns, column))
    throw new LabError(`a column of ${table.name}`, column, Object.keys(table.columns).join(", "));
  const words = (found.words ?? "").split(";").map((word) => word.trim());
  const cells = listPublishedCells(
    table,
    (name, row) => name === column && words.every((word) => fits(row, word)),
  );
  if (cells.length === 0)
    throw new LabError("a selector of published numbers", selector, "at least one number");
  return cells;
}

/** All numbers of a table of which `isTaken` says so; those of its other columns are left out. */
export function listPublishedCells(
  table: PublishedTable,
  isTaken: (column: string, row: PublishedRow) => boolean = () => true,
): PublishedCell[] {
  const sources = new Map(table.sources.map((source) => [source.key, source]));
  return table.rows.flatMap((row, i) =>
    Object.entries(table.columns).flatMap(([column, { unit, role }]): PublishedCell[] => {
      const value = row[column];
      if (typeof value !== "number" || !isTaken(column, row)) return [];
      const source = sources.get(row.source);
      if (!source)
        throw new LabError(`${table.name}, row ${i + 1}, source`, row.source, [...sources.keys()].join(", "));
      const own = ownValue(row, "unit");
      return [
        {
          place: `${table.name}.${column}, row ${i + 1}`,
          value,
          unit: unit ?? (typeof own === "string" ? own : ""),
          source: source.what,
          kind: source.kind,
          role,
          estimate: row.estimate && role === undefined,
        },
      ];
    }),
  );
}

function fits(row: PublishedRow, word: string): boolean {
  if (word === "") return true;
  if (word.startsWith("!")) return !fits(row, word.slice(1));
  const [, column, sought = word] = /^([A-Za-z0-9]+)=(.+)$/u.exec(word) ?? [];
  return Object.entries(row).some(
    ([name, value]) =>
      typeof value !== "boolean" && String(value) === sought && (column === undefined || name === column),
  );
}
