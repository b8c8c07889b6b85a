import { requireThat } from "../core/errors.js";
import { scansForError } from "./efficiency.js";
import { predictError } from "./fit.js";
import type { LawFit } from "./fit.js";

/** What to buy next. */
export interface PurchaseOption {
  name: string;
  /** Predicted error after it. */
  error: number;
  /** Gain in score over now. */
  gain: number;
  /** In the currency of the prices. */
  cost: number;
  /** Gain per unit of cost; `Infinity` when it is free and helps. */
  gainPerCost: number;
}

/** The surface that a planner asks: error at n real and s synthetic scans. */
export type DataSurface = (real: number, synthetic: number) => number;

/**
 * "The next 500 real scans or 5,000 synthetic ones?" Ranks both and doing nothing by gain per cost.
 *
 * @param surface predicted error by real and synthetic scans.
 * @param now what is at hand.
 * @param choices scans to add and the price of one, in any one currency (hours, money).
 */
export function rankPurchases(
  surface: DataSurface,
  now: { real: number; synthetic: number },
  choices: readonly {
    name: string;
    real: number;
    synthetic: number;
    costPerReal: number;
    costPerSynthetic: number;
  }[],
): PurchaseOption[] {
  requireThat(
    now.real > 0 && now.synthetic >= 0,
    "now",
    now,
    "more than 0 real and at least 0 synthetic scans",
  );
  const current = surface(now.real, now.synthetic);
  return choices
    .map(({ name, real, synthetic, costPerReal, costPerSynthetic }) => {
      const error = surface(now.real + real, now.synthetic + synthetic);
      const cost = real * costPerReal + synthetic * costPerSynthetic;
      const gain = current - error;
      return { name, error, gain, cost, gainPerCost: cost > 0 ? gain / cost : gain > 0 ? Infinity : 0 };
    })
    .sort((a, b) => b.gainPerCost - a.gainPerCost);
}

/**
 * Scans a fitted law needs for a target score, and what the last of them bring.
 *
 * @param targetScore between 0 and 1.
 * @returns `n` undefined when the law's asymptote lies below the target.
 */
export function planForScore(
  fit: LawFit,
  targetScore: number,
): { n: number | undefined; asymptoteScore: number; gainOfLastDoubling: number | undefined } {
  requireThat(targetScore > 0 && targetScore < 1, "targetScore", targetScore, "a score between 0 and 1");
  const n = scansForError(fit, 1 - targetScore);
  return {
    n,
    asymptoteScore: 1 - fit.law.asymptote(fit.parameters),
    gainOfLastDoubling: n === undefined ? undefined : predictError(fit, n / 2) - predictError(fit, n),
  };
}
