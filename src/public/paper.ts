/**
 * What the paper published: its tables, curves and claims, beside what is computed here.
 * @module
 */

export { openPublished, publishedColumn } from "../data/published.js";
export type { PublishedColumn, PublishedRow, PublishedSource, PublishedTable } from "../data/published.js";
export { claimsMarkdown, findingsMarkdown } from "../notebook/experiment-table.js";
export { openPublishedCurves } from "../notebook/learning-curves.js";
export type { PublishedCurves } from "../notebook/learning-curves.js";
export { compareWithPaper } from "../paper/claims.js";
export type { ClaimComparison, ClaimedNumber, Verdict } from "../paper/claim.js";
export { listFindings } from "../paper/findings.js";
export type { Finding } from "../paper/findings.js";
export { publishedLines } from "../plot/realism.js";
export type { PublishedLine } from "../plot/realism.js";
