import type { PublishedCell } from "./published-cells.js";

/**
 * What the ledger says of a claim of the paper.
 * - *reproduced*: computed from the published numbers, it comes out as printed, within rounding.
 * - *consistent*: no contradiction within what is uncertain.
 * - *inconsistent*: it does not come out as printed.
 * - *contradicted by its own source*: the same publication's other numbers say otherwise.
 * - *depends on definition*: it holds under one reading of its words and not under another.
 * - *not derivable*: the numbers that it follows from were not published.
 * - *not tested here*: it could be tested, and was not.
 */
export const ledgerVerdicts = [
  "reproduced",
  "consistent",
  "inconsistent",
  "contradicted by its own source",
  "depends on definition",
  "not derivable",
  "not tested here",
] as const;

/** One of the seven. */
export type LedgerVerdict = (typeof ledgerVerdicts)[number];

/** A number that this project works out, as it stands in `data-manifests/ledger.json`. */
export interface LedgerExpression {
  /** A name that later expressions of the row can use. */
  name: string;
  /** What it is, in words. */
  what: string;
  expression: string;
  unit: string;
  /** Decimals shown; default 0. */
  digits?: number;
}

/** One claim as it stands in `data-manifests/ledger.json`. */
export interface LedgerEntry {
  id: string;
  topic: string;
  /** The paper's claim, shortened in this project's words. */
  claim: string;
  /** Where a claim without a number stands. */
  sentence?: string;
  /** Published numbers that the claim is made of, by name: selectors as `findPublishedCells` takes them. */
  paper: Readonly<Record<string, string>>;
  computed: readonly LedgerExpression[];
  /** What is computed less what is published, in the unit of the claim. */
  difference?: Omit<LedgerExpression, "name" | "what">;
  verdict: LedgerVerdict;
  /** A comparison that must be true for the verdict to stand; with `not derivable` and `not tested here` it may be absent. */
  standsWhile?: string;
  reason: string;
  /** Cells of notebooks that show it: `07-scaling-analysis#saturation-read`. */
  where: readonly string[];
}

/** A computed number with what it came out as. */
export interface LedgerNumber extends LedgerExpression {
  value: number;
}

/** A published number of a claim. */
export interface LedgerClaimed {
  /** Under which expressions know it; a selector of several numbers gives a list. */
  name: string;
  /** What the rows were selected by. */
  selector: string;
  cells: readonly PublishedCell[];
}

/** One claim beside what was computed. */
export interface LedgerRow extends Omit<LedgerEntry, "paper" | "computed" | "difference"> {
  paper: readonly LedgerClaimed[];
  computed: readonly LedgerNumber[];
  difference?: Omit<LedgerNumber, "name" | "what">;
  /** Whether what the verdict rests on is still so; `undefined` where it rests on nothing that is computed. */
  stands: boolean | undefined;
}
