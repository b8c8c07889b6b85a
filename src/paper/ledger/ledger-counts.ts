import { ledgerVerdicts } from "./ledger-row.js";
import type { LedgerRow, LedgerVerdict } from "./ledger-row.js";

/** How many claims have each verdict, in the order of `ledgerVerdicts`; verdicts that no claim has are 0. */
export function countVerdicts(rows: readonly Pick<LedgerRow, "verdict">[]): Record<LedgerVerdict, number> {
  return Object.fromEntries(
    ledgerVerdicts.map((verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length]),
  ) as Record<LedgerVerdict, number>;
}

/** Which rows are meant. */
export interface LedgerFilter {
  topic?: string;
  verdict?: LedgerVerdict;
  /** Found in claim, reason or id, whatever the case. */
  words?: string;
}

/** Rows that fit all parts of a filter, in their order. */
export function filterLedger<Row extends Pick<LedgerRow, "id" | "topic" | "claim" | "reason" | "verdict">>(
  rows: readonly Row[],
  { topic, verdict, words }: LedgerFilter,
): Row[] {
  const sought = words?.toLowerCase() ?? "";
  return rows.filter(
    (row) =>
      (topic === undefined || row.topic === topic) &&
      (verdict === undefined || row.verdict === verdict) &&
      [row.id, row.claim, row.reason].some((text) => text.toLowerCase().includes(sought)),
  );
}
