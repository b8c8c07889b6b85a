import type { ScoreRow } from "../metrics/evaluate.js";

/** A case and label as it is printed and written. */
export type ScoredCase = Pick<
  ScoreRow,
  | ("case" | "patient" | "label" | "name")
  | ("dice" | "iou" | "sensitivity" | "precision" | "nsd" | "hd95" | "hd" | "assd")
  | ("tp" | "fp" | "fn" | "referenceMl" | "predictionMl" | "diagonalMm")
>;

/** Fields of {@link ScoredCase}, in the order of the columns. */
export const scoreColumns: readonly (keyof ScoredCase)[] = [
  ...(["case", "patient", "label", "name"] as const),
  ...(["dice", "iou", "sensitivity", "precision", "nsd", "hd95", "hd", "assd"] as const),
  ...(["tp", "fp", "fn", "referenceMl", "predictionMl", "diagonalMm"] as const),
];

/** Rows as they are printed and written: {@link scoreColumns} alone. */
export function scoreRows(rows: readonly ScoreRow[]): ScoredCase[] {
  return rows.map(
    (row) => Object.fromEntries(scoreColumns.map((name) => [name, row[name]])) as unknown as ScoredCase,
  );
}
