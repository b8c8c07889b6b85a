import { isBlank, readCells } from "../../core/cell-table.js";
import type { CellTable } from "../../core/cell-table.js";
import { parseDecimal } from "../../core/decimal.js";
import { LabError, requireThat } from "../../core/errors.js";
import { readText } from "../../core/files.js";
import { findScanColumns, scanRoles } from "./scan-columns.js";
import type { ScanColumns, ScanRole } from "./scan-columns.js";

type Triple = readonly [number, number, number];

/** What a table says of one scan without its image; what it does not say is absent. */
export interface ScanFacts {
  scan: string;
  /** Voxels along x, y and z. */
  shape: Triple;
  spacingMm: Triple;
  /** `"m"` or `"f"`, else as written in small letters. */
  sex?: string;
  age?: string;
  phase?: string;
  /** As written: the hospital, or several. */
  site?: string;
  hasLesion?: boolean;
  /** The part of the set it belongs to, in small letters, such as `"test"`. */
  split?: string;
}

/** A table of scans as it was read. */
export interface ScanTable {
  /** Which column, or columns, was taken for what. */
  columns: Partial<Record<ScanRole, string>>;
  scans: ScanFacts[];
  /** Rows without a shape or a spacing, which tell nothing here. */
  withoutGrid: number;
  notes: string[];
}

/** How a table of scans is read. */
export interface ScanTableOptions {
  /** Which column holds what, where names do not tell: `scan=Subject,shape=nx+ny+nz`. */
  columns?: string;
  /** A file with the ids of the test scans, one a line or as a column; all others are training. Replaces a column of splits. */
  testIds?: string;
}

const form = "a table of scans with a line of names: scan, shape, spacing and what else is known";

/**
 * Reads what a table says of scans: CSV, TSV or semicolons with a line of names. Shape and spacing stand in one cell, as in
 * `(512, 512, 130)` or `0.8x0.8x5`, or in a column an axis. Cells that are empty or say `NA` tell nothing.
 *
 * @throws LabError naming file, row, column and value for what cannot be read, and for a scan listed twice.
 */
export async function readScanTable(path: string, options: ScanTableOptions = {}): Promise<ScanTable> {
  const table = readCells(await readText(path, form), path, form);
  requireThat(table.hasHeader, path, table.rows[0]?.cells ?? [], form, "", "bad-file");
  const columns = findScanColumns(table.header, path, options.columns);
  const scans: ScanFacts[] = [];
  const seen = new Set<string>();
  let withoutGrid = 0;
  for (const { cells, line } of table.rows) {
    const scan = cells[columns.scan![0]];
    requireThat(scan !== "", `${path}, row ${line}`, cells, "the name of a scan", "", "bad-file");
    requireThat(!seen.has(scan), `${path}, row ${line}`, scan, "each scan once", "", "bad-file");
    seen.add(scan);
    const shape = readTriple(table, cells, line, columns.shape!, wholeNumbers);
    const spacingMm = readTriple(table, cells, line, columns.spacing!, millimetres);
    if (shape && spacingMm) scans.push({ scan, shape, spacingMm, ...readFacts(table, cells, line, columns) });
    else withoutGrid++;
  }
  requireThat(
    scans.length > 0,
    path,
    table.rows.length === 0
      ? "no row below the header"
      : `no shape and spacing in ${countOf(withoutGrid, "row")}`,
    "a scan with both",
    "",
    "bad-file",
  );
  const notes: string[] = [];
  if (options.testIds !== undefined) {
    const { found, unknown } = await readIds(options.testIds, seen);
    for (const each of scans) each.split = found.has(each.scan) ? "test" : "training";
    if (unknown > 0) notes.push(`${options.testIds}: ${countOf(unknown, "id")} that the table does not have`);
  }
  const named = scanRoles.flatMap((role) => {
    const places = columns[role];
    return places ? [[role, places.map((at) => table.header[at]).join(" + ")] as const] : [];
  });
  if (withoutGrid > 0)
    notes.push(`left out for want of a shape or a spacing: ${countOf(withoutGrid, "row")}`);
  return { columns: Object.fromEntries(named), scans, withoutGrid, notes };
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** What a row says beside its grid. */
function readFacts(
  table: CellTable,
  cells: readonly string[],
  line: number,
  columns: ScanColumns,
): Omit<ScanFacts, "scan" | "shape" | "spacingMm"> {
  const text = (role: ScanRole): string | undefined => {
    const at = columns[role]?.[0];
    if (at === undefined || isBlank(cells[at]) || /^(unknown|not known|\?)$/i.test(cells[at]))
      return undefined;
    return cells[at].replaceAll(/\s+/g, " ");
  };
  const [sex, age, phase, site, split] = (["sex", "age", "phase", "site", "split"] as const).map(text);
  const lesions = text("lesions");
  const count = /^(y|yes|true)$/i.test(lesions ?? "")
    ? 1
    : /^(n|no|false)$/i.test(lesions ?? "")
      ? 0
      : parseDecimal(lesions ?? "");
  requireThat(
    lesions === undefined || count >= 0,
    `${table.name}, row ${line}, column ${table.header[columns.lesions?.[0] ?? 0]}`,
    lesions,
    "a number of lesions, Y, N or an empty cell",
    "Say which column it is with --columns lesions=COLUMN (columns in code)",
    "bad-file",
  );
  return {
    ...(sex === undefined
      ? {}
      : { sex: /^(m|f)(ale|emale)?$/i.exec(sex)?.[1].toLowerCase() ?? sex.toLowerCase() }),
    // 065Y as in DICOM, 65.0 as of a table program, and 65 are one age.
    ...(age === undefined ? {} : { age: age.toLowerCase().replace(/^0+(?=\d)|y$|\.0+$/g, "") }),
    ...(phase === undefined ? {} : { phase: phase.toLowerCase() }),
    ...(site === undefined ? {} : { site }),
    ...(lesions === undefined ? {} : { hasLesion: count > 0 }),
    ...(split === undefined ? {} : { split: split.toLowerCase() }),
  };
}

/** What three numbers have to be. */
interface TripleForm {
  accept: (value: number) => boolean;
  expected: string;
}

const wholeNumbers: TripleForm = {
  accept: Number.isInteger,
  expected: "three whole numbers above 0, such as (512, 512, 130)",
};
const millimetres: TripleForm = {
  accept: () => true,
  expected: "three numbers above 0, in mm, such as (0.8, 0.8, 2.5)",
};

/** Three numbers above 0; `undefined` where the cells are empty. */
function readTriple(
  { name, header }: CellTable,
  cells: readonly string[],
  line: number,
  places: readonly number[],
  { accept, expected }: TripleForm,
): Triple | undefined {
  const texts = places.map((at) => cells[at]);
  if (texts.every(isBlank)) return undefined;
  const parts =
    texts.length === 3 ? texts : texts[0].replace(/^[[(]\s*|\s*[\])]$/g, "").split(/\s*[,;x×\s]\s*/);
  const [x, y, z, ...rest] = parts.map(parseDecimal);
  const isRead = rest.length === 0 && [x, y, z].every((value) => value > 0 && accept(value));
  if (isRead) return [x, y, z];
  throw new LabError(
    `${name}, row ${line}, column ${places.map((at) => header[at]).join(" + ")}`,
    texts.join(" "),
    expected,
    "",
    { kind: "bad-file" },
  );
}

/** Ids of a file that the table knows: of the column that has most of them. */
async function readIds(
  path: string,
  known: ReadonlySet<string>,
): Promise<{ found: Set<string>; unknown: number }> {
  const lines = (await readText(path, "a list of scans, one a line")).replace(/^\uFEFF/, "").split(/\r?\n/);
  const rows = lines
    .map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")))
    .filter((cells) => cells.some((cell) => cell !== ""));
  const widest = Math.max(0, ...rows.map((cells) => cells.length));
  const counts = Array.from({ length: widest }, (_, k) => rows.filter((cells) => known.has(cells[k])).length);
  const at = counts.indexOf(Math.max(...counts));
  requireThat(
    widest > 0 && counts[at] > 0,
    path,
    rows.slice(0, 2).map((cells) => cells.join(",")),
    "ids of scans as the table has them, one a line or as a column",
    "",
    "bad-file",
  );
  const found = new Set(rows.map((cells) => cells[at]).filter((id) => known.has(id)));
  // A first line that is no id of the table is a line of names; one with a digit is an id that is misspelt.
  const isHeading = !known.has(rows[0][at]) && !/\d/.test(rows[0][at]);
  const others = rows.slice(isHeading ? 1 : 0).filter((cells) => !known.has(cells[at]));
  return { found, unknown: others.length };
}
