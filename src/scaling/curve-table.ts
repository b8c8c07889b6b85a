import { parse } from "csv-parse/sync";
import { parseDecimal } from "../core/decimal.js";
import { LabError } from "../core/errors.js";
import { readRowWeights, warnOfUnread, weightColumns } from "./row-weights.js";

/** One score of one trained model, as a row of a researcher's CSV file. */
export interface CurveScore {
  /** Real training scans. */
  n: number;
  /** Score on [0, 1], or a loss when the table was read as one. */
  score: number;
  /** Which training data; `real` when the file does not say. */
  arm: string;
  /** Training run; empty when the file does not say. */
  seed: string;
  /** Test patient; empty when the scores are means over patients. */
  patient: string;
  /** Test set, such as `id` or `ood`; empty when the file does not say. */
  split: string;
  /** Relative trust in a mean, 1 on average over the table; absent where the file does not say. */
  weight?: number;
  /** Line of the file, counted from 1 with the header. */
  line: number;
}

/** A checked table of scores. */
export interface CurveTable {
  rows: CurveScore[];
  arms: string[];
  /** True when lower is better and values may exceed 1. */
  isLoss: boolean;
  /** What a reader should know before trusting a fit, each with its line. */
  warnings: string[];
}

const keyColumns = ["arm", "seed", "patient", "split"] as const;

/**
 * Reads scores from CSV. Long form has the columns `n,score` and any of `arm,seed,patient,split`, and for means without
 * patients `weight`, `se`, or `sd` and `count` (see `readRowWeights`); a column of another name is not read, and a warning
 * says so. Wide form has `n`, any of `seed,patient,split`, and a column of scores for each arm, whose empty cells are left
 * out.
 *
 * @param name what to call the file in messages.
 * @param options.loss values are losses (lower is better, 0 or more) and not scores on [0, 1].
 * @throws LabError naming the line for: a missing column, n that is not above 0, a score that is no number, not on
 *   [0, 1] or in percent, a row that repeats another, no arm with two different n. An arm with one n is taken: it can be
 *   valued by the law of another, though it has none of its own.
 */
export function parseCurveTable(text: string, name = "scores", options: { loss?: boolean } = {}): CurveTable {
  const records = readRecords(text, name);
  const header = records.length > 0 ? [...records[0].record.keys()] : [];
  if (!header.includes("n"))
    throw new LabError(
      name,
      header.join(",") || "no header",
      "a column n",
      "Name the column of training-set sizes n.",
    );
  const arms = header.includes("score")
    ? undefined
    : header.filter((column) => column !== "n" && !(keyColumns as readonly string[]).includes(column));
  if (arms?.length === 0)
    throw new LabError(name, header.join(","), "a column score, or a column of scores for each arm");
  if (arms && header.includes("arm"))
    throw new LabError(name, header.join(","), "a column score beside the column arm");
  const ofMeans = weightColumns.filter((column) => arms?.includes(column));
  if (ofMeans.length > 0)
    throw new LabError(
      `${name}, header`,
      ofMeans.join(","),
      "columns of scores, one an arm",
      "Write the table with the columns n,score,arm to say how far each score is to be trusted.",
    );
  const weights = arms ? undefined : readRowWeights(header, records, name);
  if (weights && records.some(({ record }) => record.get("patient")))
    throw new LabError(
      `${name}, header`,
      header.join(","),
      "no weights beside patients",
      "Scores of single patients need none: the draws of patients tell how far a mean is to be trusted.",
    );

  const isLoss = options.loss ?? false;
  const rows = records.flatMap(({ record, line }, i) => {
    const n = readNumber(record.get("n"), `${name}, line ${line}: n`);
    if (!(Number.isSafeInteger(n) && n > 0))
      throw new LabError(`${name}, line ${line}: n`, n, "a whole number of scans above 0");
    const keys = {
      seed: record.get("seed") ?? "",
      patient: record.get("patient") ?? "",
      split: record.get("split") ?? "",
    };
    const cells = arms
      ? arms.map((arm) => [arm, record.get(arm)!]).filter(([, cell]) => cell !== "")
      : [[record.get("arm") ?? "real", record.get("score")!]];
    return cells.map(([arm, cell]): CurveScore => {
      if (arm === "") throw new LabError(`${name}, line ${line}: arm`, "", "a name, such as real");
      const score = readNumber(cell, `${name}, line ${line}: ${arms ? arm : "score"}`);
      checkScore(score, `${name}, line ${line}`, isLoss);
      return { n, score, arm, ...keys, ...(weights && { weight: weights[i] }), line };
    });
  });
  refuseRepeats(rows, name);
  const found = [...new Set(rows.map((row) => row.arm))];
  const sizes = found.map((arm) => new Set(rows.filter((row) => row.arm === arm).map((row) => row.n)).size);
  if (!sizes.some((count) => count > 1)) throw refuseOneSize(`${name}, arm ${found.join(", arm ")}`);
  const unread = arms ? [] : warnOfUnread(header, ["n", "score", ...keyColumns, ...weightColumns]);
  return { rows, arms: found, isLoss, warnings: [...unread, ...warnAboutRises(rows, found, isLoss)] };
}

/**
 * Requires that an arm gets better with more data somewhere: that some size beats the smallest one, on the mean over
 * its rows. Every law falls, so the least squares of one that does not is a straight line, and no finding.
 *
 * @throws LabError naming the line of the smallest size and its mean, or the arm that has one size only.
 */
export function requireGain(table: CurveTable, arm: string, split?: string): void {
  const [first, ...larger] = meanErrors(selectRows(table, arm, split), table.isLoss);
  if (larger.length === 0) throw refuseOneSize(`line ${first.line}, arm ${arm}`);
  if (larger.some(({ error }) => error < first.error)) return;
  const kind = table.isLoss ? "loss" : "score";
  const mean = Number((table.isLoss ? first.error : 1 - first.error).toPrecision(4));
  throw new LabError(
    `line ${first.line}, arm ${arm}`,
    `no n with a better ${kind} than ${mean}, that of n = ${first.n}`,
    `a ${kind} that gets better with n at least once`,
    table.isLoss ? "" : "If lower is better, pass loss: true (--loss).",
  );
}

/** Rows of one arm and, if given, one split. Throws naming what there is when nothing is left. */
export function selectRows(table: CurveTable, arm: string, split?: string): CurveScore[] {
  if (!table.arms.includes(arm)) throw new LabError("arm", arm, `one of ${table.arms.join(", ")}`);
  const rows = table.rows.filter((row) => row.arm === arm && (split === undefined || row.split === split));
  if (rows.length === 0) {
    const splits = [...new Set(table.rows.map((row) => row.split))].map((each) => each || "(none)");
    throw new LabError("split", split, `one of ${splits.join(", ")}`);
  }
  return rows;
}

/** Error of a row: `1 - score`, or the loss itself. */
export function errorOfRow(row: CurveScore, isLoss: boolean): number {
  return isLoss ? row.score : 1 - row.score;
}

function refuseOneSize(where: string): LabError {
  return new LabError(where, "1 training-set size", "at least two different n");
}

/** Cells by column, in a Map: a column may have any name, also one that every object has. */
function readRecords(text: string, name: string): { record: Map<string, string>; line: number }[] {
  type Parsed = { record: string[]; info: { lines: number } };
  const heading = text.split(/\r?\n/).find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  if (/[;\t]/.test(heading) && !heading.includes(","))
    throw new LabError(
      `${name}, header`,
      heading,
      "cells separated by commas",
      "Save the table with commas between cells and points in numbers.",
    );
  let parsed: Parsed[];
  try {
    parsed = parse(text, {
      info: true,
      skip_empty_lines: true,
      trim: true,
      bom: true,
      comment: "#",
    }) as unknown as Parsed[];
  } catch (error) {
    throw new LabError(
      name,
      (error as Error).message,
      "a CSV file with a header and as many cells in each row",
      "",
      { cause: error },
    );
  }
  if (parsed.length < 2) throw new LabError(name, "no rows", "a header and at least two rows");
  const [{ record: header }, ...rest] = parsed;
  const repeated = header.find((column, i) => header.indexOf(column) !== i);
  if (repeated !== undefined)
    throw new LabError(
      `${name}, header`,
      header.join(","),
      `one column ${repeated}`,
      "Name each column once.",
    );
  return rest.map(({ record, info }) => ({
    record: new Map(header.map((column, i) => [column, record[i]])),
    line: info.lines,
  }));
}

function readNumber(cell: string | undefined, input: string): number {
  const value = parseDecimal(cell ?? "");
  if (!Number.isFinite(value))
    throw new LabError(input, cell ?? "", "a number", "Leave the row out if the score is not known.");
  return value;
}

function checkScore(score: number, input: string, isLoss: boolean): void {
  if (isLoss) {
    if (score < 0) throw new LabError(input, score, "a loss of 0 or more");
    return;
  }
  if (score >= 0 && score <= 1) return;
  const advice =
    score > 1 && score <= 100
      ? "If the scores are in percent, divide all of them by 100."
      : "Pass loss: true (--loss) if lower is better.";
  throw new LabError(input, score, "a score between 0 and 1", advice);
}

function refuseRepeats(rows: readonly CurveScore[], name: string): void {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const key = JSON.stringify([row.n, row.arm, row.seed, row.patient, row.split]);
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      const what = `n = ${row.n}, arm ${row.arm}${row.seed && `, seed ${row.seed}`}${row.patient && `, patient ${row.patient}`}`;
      throw new LabError(
        `${name}, line ${row.line}`,
        what,
        `a row that line ${earlier} does not already have`,
        "Add a column seed or patient if these are repeats.",
      );
    }
    seen.set(key, row.line);
  }
}

function warnAboutRises(rows: readonly CurveScore[], arms: readonly string[], isLoss: boolean): string[] {
  const warnings: string[] = [];
  for (const arm of arms) {
    for (const split of new Set(rows.filter((row) => row.arm === arm).map((row) => row.split))) {
      const sorted = meanErrors(
        rows.filter((row) => row.arm === arm && row.split === split),
        isLoss,
      );
      for (let i = 1; i < sorted.length; i++) {
        if (sorted[i].error <= sorted[i - 1].error) continue;
        const where = `line ${sorted[i].line}: arm ${arm}${split && `, split ${split}`}`;
        warnings.push(
          `${where} gets worse from n = ${sorted[i - 1].n} to n = ${sorted[i].n}; the laws cannot follow that`,
        );
      }
    }
  }
  return warnings;
}

/** Mean error of each size, ascending, with the first line it is on. */
function meanErrors(
  rows: readonly CurveScore[],
  isLoss: boolean,
): { n: number; error: number; line: number }[] {
  const sums = new Map<number, { sum: number; count: number; line: number }>();
  for (const row of rows) {
    const { sum, count, line } = sums.get(row.n) ?? { sum: 0, count: 0, line: row.line };
    sums.set(row.n, { sum: sum + errorOfRow(row, isLoss), count: count + 1, line });
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([n, { sum, count, line }]) => ({ n, error: sum / count, line }));
}
