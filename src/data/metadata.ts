import { parse } from "csv-parse/sync";
import { findLesion, tumorOrgans } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import { parseDecimal } from "../core/decimal.js";
import { LabError, requireThat } from "../core/errors.js";
import { readText } from "../core/files.js";

/** What a table says of one scan; what it does not say is absent. */
export interface CaseFacts {
  case: string;
  /** Whose scan it is; scans of one patient are not independent. */
  patient?: string;
  phase?: string;
  hospital?: string;
  /** Whether the scan shows a tumor at all. */
  tumor?: boolean;
  /** Whether it shows a tumor of that organ. */
  tumors: Readonly<Partial<Record<TumorOrgan, boolean>>>;
}

const columnNames = {
  case: ["case", "bdmap id", "bdmap_id", "pants id", "image_id", "scan", "id"],
  patient: ["patient", "patient id", "patient_id", "subject"],
  phase: ["phase", "ct phase", "contrast_phase"],
  hospital: ["hospital", "institute", "center"],
  tumor: ["tumor?", "tumor", "has_tumor"],
  tumors: ["tumors"],
  tumorOrgan: ["tumororgan", "tumor organ", "tumor_organ"],
} as const;

const answers: Readonly<Record<string, boolean>> = {
  y: true,
  yes: true,
  true: true,
  1: true,
  n: false,
  no: false,
  false: false,
  0: false,
};

/**
 * Reads a table of scans: CSV with a header line. Known columns, whatever their case: `case` (or `BDMAP ID`, `PanTS ID`,
 * `image_id`), `patient`, `phase`, `hospital`, `tumor` (or `tumor?`), and one per tumor organ (`liver`, `liver_tumor` or
 * `liver_lesion`) with Y/N, yes/no, true/false or 1/0; `tumors` with their number and `tumorOrgan` with the organ they
 * are in, as a phantom's table has them. A blank says nothing. Other columns are passed over.
 *
 * @returns facts by case; a table without lines gives none.
 * @throws LabError naming the file, the line and the value for a table without a case column, an answer that is none,
 *   or a case listed twice.
 */
export async function readCohortMetadata(path: string): Promise<Map<string, CaseFacts>> {
  const form = "a readable CSV table with a header line";
  const text = await readText(path, form);
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new LabError(path, (error as Error).message, form, "", { cause: error });
  }
  const header = (rows[0] ?? []).map((name) => name.toLowerCase());
  const columnOf = (names: readonly string[]): number => header.findIndex((name) => names.includes(name));
  const places = {
    case: columnOf(columnNames.case),
    patient: columnOf(columnNames.patient),
    phase: columnOf(columnNames.phase),
    hospital: columnOf(columnNames.hospital),
    tumor: columnOf(columnNames.tumor),
    tumors: columnOf(columnNames.tumors),
    tumorOrgan: columnOf(columnNames.tumorOrgan),
  };
  requireThat(places.case >= 0, path, rows[0] ?? [], `a column ${columnNames.case.join(", ")}`);
  const organPlaces = header.flatMap((name, column) => {
    const organ = tumorOrgans.find((each) => each === name) ?? findLesion(name)?.tumorOrgan;
    return organ ? [{ organ, column }] : [];
  });

  const facts = new Map<string, CaseFacts>();
  rows.slice(1).forEach((row, k) => {
    const name = row[places.case];
    requireThat(name !== "", `${path}, row ${k + 1}`, row, "the name of a case");
    requireThat(!facts.has(name), `${path}, row ${k + 1}`, name, "each case once");
    const text = (column: number): string | undefined => (column < 0 ? undefined : row[column] || undefined);
    const answer = (column: number): boolean | undefined => {
      const found = text(column)?.toLowerCase();
      if (found === undefined) return undefined;
      requireThat(
        Object.hasOwn(answers, found),
        `${path}, row ${k + 1}, column ${rows[0][column]}`,
        row[column],
        "Y, N, yes, no, true, false, 1, 0 or a blank",
      );
      return answers[found];
    };
    const tumors: Partial<Record<TumorOrgan, boolean>> = {};
    for (const { organ, column } of organPlaces) {
      const has = answer(column);
      if (has !== undefined) tumors[organ] = has || tumors[organ] === true;
    }
    const [patient, phase, hospital] = [text(places.patient), text(places.phase), text(places.hospital)];
    const organName = text(places.tumorOrgan);
    if (organName !== undefined) {
      const organ = tumorOrgans.find((each) => each === organName.toLowerCase());
      const where = `${path}, row ${k + 1}, column ${rows[0][places.tumorOrgan]}`;
      requireThat(organ !== undefined, where, organName, tumorOrgans.join(", "));
      tumors[organ] = true;
    }
    const countText = text(places.tumors);
    const count = parseDecimal(countText ?? "");
    requireThat(
      countText === undefined || (Number.isInteger(count) && count >= 0),
      `${path}, row ${k + 1}, column ${rows[0][places.tumors]}`,
      countText,
      "a number of tumors or a blank",
    );
    const tumor = answer(places.tumor) ?? (countText === undefined ? undefined : count > 0);
    facts.set(name, {
      case: name,
      ...(patient === undefined ? {} : { patient }),
      ...(phase === undefined ? {} : { phase }),
      ...(hospital === undefined ? {} : { hospital }),
      ...(tumor === undefined ? {} : { tumor }),
      tumors,
    });
  });
  return facts;
}
