import type { EstimateWithInterval } from "./curve-interval.js";
import type { DataMultiplier } from "./efficiency.js";

/** A number as text, such as with four digits. */
type Spell = (value: number) => string;

/** Equivalent scans in words: a number, "more than 40", "fewer than 5", or "never". */
export function spellScans(row: DataMultiplier, spell: Spell): string {
  if (row.equivalentScans !== undefined) return spell(row.equivalentScans);
  return row.bound === undefined ? "never" : `${row.basis.replace("-", " ")} ${spell(row.bound)}`;
}

/** The same as a multiple of the other arm's scans: "2.4", "> 2", "< 0.5", or "never". */
export function spellMultiplier(row: DataMultiplier, spell: Spell): string {
  if (row.multiplier !== undefined) return spell(row.multiplier);
  if (row.bound === undefined) return "never";
  return `${row.basis === "more-than" ? ">" : "<"} ${spell(row.bound / row.n)}`;
}

/** The same less the other arm's scans: "24", "> 20", "< -3", or "never". */
export function spellScansSaved(row: DataMultiplier, spell: Spell): string {
  if (row.scansSaved !== undefined) return spell(row.scansSaved);
  if (row.bound === undefined) return "never";
  return `${row.basis === "more-than" ? ">" : "<"} ${spell(row.bound - row.n)}`;
}

/** What a number of scans was read off, in words. */
export function spellBasis({ basis }: DataMultiplier): string {
  const words = {
    measured: "the measured curve",
    extrapolated: "the law, beyond the sizes",
    law: "the law",
    "more-than": "beyond the sizes",
    "fewer-than": "below the sizes",
    never: "the law",
  };
  return words[basis];
}

/**
 * An interval of scans, or of what is counted from them, in brackets. Ends without a number are written as the bound that
 * they are beyond: "> 2" or "< 0.5".
 *
 * @param bounds value that the smallest and the largest size have in the interval's unit; none where a law was read everywhere.
 */
export function spellInterval(
  { low, high }: Pick<EstimateWithInterval, "low" | "high">,
  spell: Spell,
  bounds?: readonly [number, number],
): string {
  const from = bounds && low < bounds[0] ? `< ${spell(bounds[0])}` : spell(low);
  const to = bounds && high === Infinity ? `> ${spell(bounds[1])}` : spell(high);
  return `[${from}, ${to}]`;
}
