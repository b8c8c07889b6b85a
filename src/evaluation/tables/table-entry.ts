import type { Metric } from "../../metrics/metric.js";

/** What a table may hold of a case and structure, beside its names: fields of a `ScoreRow`. */
export type ScoreField = Metric | "tp" | "fp" | "fn" | "tn" | "referenceMl" | "predictionMl" | "diagonalMm";

/** One case and structure of a table as it was read; names as the table spells them. */
export interface TableEntry {
  /** Whose prediction it is, where one table holds several models. */
  model?: string | undefined;
  case: string;
  patient?: string | undefined;
  structure: string;
  /** Where it stands in the file, for messages: `row 12` or `case 3`. */
  where: string;
  /** Numbers that the table has; `NaN` for an empty cell. A field that the table lacks is absent. */
  values: Partial<Record<ScoreField, number>>;
}

/** A table as it was read, before names and numbers are checked. */
export interface ParsedTable {
  /** What kind of table it was taken for, in words for a reader. */
  format: string;
  entries: TableEntry[];
  /** What a reader should know: columns that are not used, rows that are no cases. */
  notes: string[];
}

/** How tables are read. */
export interface ParseOptions {
  /** Columns by what they hold, such as `case=Subject,label=Organ,dice=DSC`; see `parseColumns`. */
  columns?: string;
  /** What a table of one column per structure holds, where neither it nor its name says so. */
  metric?: Metric;
}
