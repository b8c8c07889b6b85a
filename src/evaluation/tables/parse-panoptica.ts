import { readCell } from "../../core/cell-table.js";
import type { CellTable } from "../../core/cell-table.js";
import { requireThat } from "../../core/errors.js";
import { caseOfCell } from "./case-names.js";
import { readFields, readPythonJson } from "./parse-summary.js";
import { findField, isMetric } from "./score-fields.js";
import type { ParsedTable, TableEntry } from "./table-entry.js";

const advice =
  "Scores of lesions (rq, sq, pq) are none of voxels: run panoptica with global_metrics, such as DSC, for global_bin_dsc";

/** Whether a header is that of panoptica's table: columns `GROUP-METRIC`, among them counts of instances. */
export function isPanopticaHeader(header: readonly string[]): boolean {
  return header.some((column) => /-(n|num)_(ref|pred)_instances$|-(rq|pq|sq)$/.test(column));
}

/**
 * Reads panoptica's TSV: `subject_name` and columns `GROUP-METRIC`. What is scored voxel by voxel is read, `global_bin_...`;
 * what is scored lesion by lesion (rq, sq, pq and counts of instances) is no metric of a row and said to be unused.
 *
 * @throws LabError where no column holds a score of voxels.
 */
export function parsePanoptica({ header, rows, name }: CellTable): ParsedTable {
  const columns = header.flatMap((column, at) => {
    const cut = column.lastIndexOf("-");
    const metric = column.slice(cut + 1);
    const found = cut > 0 && metric.startsWith("global_bin_") ? findField(metric) : undefined;
    return found ? [{ at, structure: column.slice(0, cut), ...found }] : [];
  });
  requireScores(columns.length, name, header.slice(1));
  const structures = [...new Set(columns.map(({ structure }) => structure))];
  const entries = rows.flatMap(({ cells, line }): TableEntry[] =>
    structures.map((structure) => ({
      case: caseOfCell(cells[0]),
      structure,
      where: `row ${line}`,
      values: Object.fromEntries(
        columns
          .filter((column) => column.structure === structure)
          .map(({ at, field, factor }) => [
            field,
            factor * readCell(cells[at], `${name}, row ${line}, column ${header[at]}`),
          ]),
      ),
    })),
  );
  return describe(entries);
}

/** Reads panoptica's JSON lines: `{"subject_name", "groups": {GROUP: {METRIC: value}}}`, one subject a line. */
export function parsePanopticaLines(text: string, name: string): ParsedTable {
  const seen = new Set<string>();
  const entries = text.split(/\r?\n/).flatMap((line, at): TableEntry[] => {
    if (line.trim() === "") return [];
    const where = `line ${at + 1}`;
    const { subject_name: subject, groups } = readPythonJson(line, `${name}, ${where}`);
    requireThat(
      typeof subject === "string" && typeof groups === "object" && groups !== null,
      `${name}, ${where}`,
      line,
      "panoptica's subject_name and groups",
      "",
      "bad-file",
    );
    return Object.entries(groups as Record<string, Record<string, unknown>>).map(([structure, numbers]) => {
      const voxels = Object.entries(numbers ?? {}).filter(([key]) => key.startsWith("global_bin_"));
      Object.keys(numbers ?? {}).forEach((key) => seen.add(key));
      const place = `${name}, ${where}, ${structure}`;
      return {
        case: caseOfCell(subject),
        structure,
        where,
        values: readFields(Object.fromEntries(voxels), place),
      };
    });
  });
  requireScores(entries.filter(({ values }) => Object.keys(values).length > 0).length, name, [...seen]);
  return describe(entries);
}

function describe(entries: TableEntry[]): ParsedTable {
  const metrics = new Set(entries.flatMap(({ values }) => Object.keys(values) as (keyof typeof values)[]));
  return {
    format: "panoptica's table",
    entries,
    notes: [
      `read are ${[...metrics].filter(isMetric).join(", ")} of voxels (global_bin_...); counts and scores of lesions (rq, sq, pq) are not used`,
    ],
  };
}

function requireScores(count: number, name: string, found: readonly string[]): void {
  requireThat(count > 0, name, found, "columns GROUP-global_bin_dsc or another score of voxels", advice);
}
