import type { LedgerRow } from "../paper/ledger/ledger-row.js";
import {
  spellClaimed,
  spellComputed,
  spellLedgerDifference,
  spellLedgerVerdict,
} from "../paper/ledger/spell-ledger.js";
import type { Row } from "./data-frame.js";

/** The ledger for `showTable`: one row per claim, with what the paper says, what is computed here, and the verdict. */
export function ledgerTable(rows: readonly LedgerRow[]): Row[] {
  return rows.map((row) => ({
    claim: row.claim,
    paper: spellClaimed(row),
    "computed here": spellComputed(row),
    difference: spellLedgerDifference(row),
    verdict: spellLedgerVerdict(row),
    id: row.id,
  }));
}
