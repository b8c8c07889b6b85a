/**
 * What the paper published: its tables, curves and claims, beside what is computed here.
 * @module
 */

export { openPublished, publishedColumn } from "../data/published.js";
export type { PublishedColumn, PublishedRow, PublishedSource, PublishedTable } from "../data/published.js";
export { claimsMarkdown, findingsMarkdown } from "../notebook/experiment-table.js";
export { compareWithPaper } from "../paper/claims.js";
export type { ClaimComparison, ClaimedNumber, Verdict } from "../paper/claim.js";
export { openPublishedCurves } from "../paper/published-curves.js";
export type { PublishedCurves } from "../paper/published-curves.js";
export { computeLedger } from "../paper/ledger/compute-ledger.js";
export { countVerdicts, filterLedger } from "../paper/ledger/ledger-counts.js";
export type { LedgerFilter } from "../paper/ledger/ledger-counts.js";
export type { LedgerFolders } from "../paper/ledger/ledger-functions.js";
export { claimMarkdown, figuresMarkdown } from "../paper/ledger/ledger-markdown.js";
export { ledgerPage } from "../paper/ledger/ledger-page.js";
export { ledgerVerdicts } from "../paper/ledger/ledger-row.js";
export type {
  LedgerClaimed,
  LedgerEntry,
  LedgerExpression,
  LedgerNumber,
  LedgerRow,
  LedgerVerdict,
} from "../paper/ledger/ledger-row.js";
export { openLedger } from "../paper/ledger/open-ledger.js";
export type { LedgerFigure, LedgerFile } from "../paper/ledger/open-ledger.js";
export type { PublishedCell } from "../paper/ledger/published-cells.js";
export { listUncovered } from "../paper/ledger/uncovered.js";
export { ledgerTable } from "../notebook/ledger-table.js";
export { listFindings } from "../paper/findings.js";
export type { Finding } from "../paper/findings.js";
export { judgePublished } from "../paper/own-court.js";
export type { PublishedComparison, PublishedJudgment } from "../paper/own-court.js";
export { publishedLines } from "../plot/realism.js";
export type { PublishedLine } from "../plot/realism.js";
