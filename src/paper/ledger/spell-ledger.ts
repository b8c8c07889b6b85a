import { groupThousands } from "../../core/group-thousands.js";
import type { LedgerRow } from "./ledger-row.js";
import type { PublishedCell } from "./published-cells.js";

/** Published numbers of a claim in words, such as `10,135 scans; 15,130 tumors`; `~` before what was read off a plot. */
export function spellClaimed({ paper, sentence }: LedgerRow): string {
  const lists = paper.map(({ cells }) => spellCells(cells));
  return lists.length > 0 ? lists.join("; ") : `no number (${sentence ?? "a sentence"})`;
}

/** Sources of a claim, each once. */
export function spellSources({ paper, sentence }: LedgerRow): string {
  const sources = paper.flatMap(({ cells }) => cells.map(({ source, kind }) => `${source} (${kind})`));
  return [...new Set([...(sentence === undefined ? [] : [sentence]), ...sources])].join("; ");
}

/** Computed numbers in words, such as `tumors against the next set: 1.22 orders of magnitude`. */
export function spellComputed({ computed }: LedgerRow): string {
  return computed.map(({ what, ...number }) => `${what}: ${spellNumber(number)}`).join("; ");
}

/** The difference with its sign, such as `+2.3 points`; empty where there is none. */
export function spellLedgerDifference({ difference }: LedgerRow): string {
  if (!difference) return "";
  const text = spellNumber({ ...difference, value: Math.abs(difference.value) });
  const isNothing = Number(difference.value.toFixed(difference.digits ?? 0)) === 0;
  return isNothing ? text : `${difference.value < 0 ? "\u2212" : "+"}${text}`;
}

/** The verdict, and a warning where what it rests on is no longer so. */
export function spellLedgerVerdict({ verdict, stands }: Pick<LedgerRow, "verdict" | "stands">): string {
  return stands === false ? `${verdict}: NO LONGER SO` : verdict;
}

/** More numbers than this are counted, not listed. */
const mostListed = 12;

function spellCells(cells: readonly PublishedCell[]): string {
  if (cells.length > mostListed) return `${cells.length} numbers of ${cells[0].place.split(".")[0]}`;
  const numbers = cells.map(({ value, estimate }) => `${estimate ? "~" : ""}${spellValue(value)}`);
  const units = [...new Set(cells.map(({ unit }) => unit))];
  if (units.length === 1) return joinUnit(numbers.join(", "), units[0]);
  return cells.map(({ unit }, i) => joinUnit(numbers[i], unit)).join(", ");
}

function spellNumber({ value, unit, digits = 0 }: { value: number; unit: string; digits?: number }): string {
  if (Number.isNaN(value)) return "not determined";
  const text = Number.isFinite(value) ? spellValue(Number(value.toFixed(digits)), digits) : "never reached";
  return Number.isFinite(value) ? joinUnit(text, unit) : text;
}

function spellValue(value: number, digits?: number): string {
  const text = digits === undefined ? String(value) : value.toFixed(digits);
  return groupThousands(text).replace("-", "\u2212");
}

function joinUnit(text: string, unit: string): string {
  return unit === "" || unit === "1" ? text : unit === "%" ? `${text} %` : `${text} ${unit}`;
}
