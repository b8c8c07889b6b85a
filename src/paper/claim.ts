import type { EstimateWithInterval } from "../scaling/curve-interval.js";

/**
 * What an experiment says of a claim. *Cannot be told*: it was asked, and the interval lies across what counts.
 * *Not tested here*: the claim speaks of sizes or of a quantity that the experiment does not have, so that no outcome of it
 * could have spoken for or against.
 */
export type Verdict = "holds" | "does not hold" | "cannot be told" | "not tested here";

/** A number of the paper that a claim rests on. */
export interface ClaimedNumber {
  value: number;
  unit: string;
  /** What it counts, in the words of its table. */
  what: string;
  /** Where it stands, as the table's source says. */
  source: string;
  /** Read off a plot and not printed. */
  estimate: boolean;
}

/** A claim of the paper beside what was measured here. */
export interface ClaimComparison {
  id: string;
  /** In this project's words. */
  claim: string;
  /** Where the sentence stands, where no number of {@link published} stands there. */
  sentence?: string;
  published: ClaimedNumber[];
  /** What is asked of the experiment in its place, and what counts as an answer. */
  rule: string;
  /** What was found, in one sentence; also where the claim is not tested by it. */
  found: string;
  /** The number that the rule judges, with its interval; `undefined` where there is none. */
  measured?: EstimateWithInterval;
  verdict: Verdict;
  /** Why that might be, why the claim is not tested, or what would decide. */
  because: string[];
}

/** A claim, before it is asked. */
export type ClaimBase = Pick<ClaimComparison, "id" | "claim" | "sentence" | "published" | "rule">;

/** Whether a loss is no more than a margin, two-sided: the whole interval below it, or the whole interval above. */
export function judgeEquality({ low, high }: EstimateWithInterval, margin: number): Verdict {
  return high < margin ? "holds" : low > margin ? "does not hold" : "cannot be told";
}

/** Whether there is a gain, two-sided: the whole interval above 0, or below the margin that a gain must reach to count. */
export function judgeRise({ low, high }: EstimateWithInterval, margin: number): Verdict {
  return low > 0 ? "holds" : high < margin ? "does not hold" : "cannot be told";
}

/** A difference of Dice with its interval, such as `+0.031 [-0.004, 0.066]`. */
export function spellDifference({ estimate, low, high }: EstimateWithInterval): string {
  return `${spellSigned(estimate ?? NaN)} [${spellSigned(low)}, ${spellSigned(high)}]`;
}

/** With three decimals, a sign, and a true minus; what rounds to 0 is `+0.000`. */
export function spellSigned(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  return `${value < 0 && Number(digits) !== 0 ? "\u2212" : "+"}${digits}`;
}

/** How an interval was found: its method, what it drew or left out, and degrees of freedom. */
export function spellMethod(measured: EstimateWithInterval): string {
  const { method, degrees } = measured;
  if (method !== "t") return method === "bca" ? "BCa bootstrap" : "percentile bootstrap";
  const counts = countUnits(measured).join(" and ");
  const freedom =
    degrees === undefined
      ? ""
      : `, ${degrees.toFixed(0)} ${degrees.toFixed(0) === "1" ? "degree" : "degrees"} of freedom`;
  return `Student's t${counts && ` over ${counts}`}${freedom}`;
}

/** {@link spellMethod} for the cell of a table, such as `t over 20 patients, 3 seeds`. */
export function spellMethodShort(measured: EstimateWithInterval): string {
  if (measured.method !== "t") return measured.method;
  const counts = countUnits(measured).join(", ");
  return counts === "" ? "t" : `t over ${counts}`;
}

/** What was left out one at a time, such as `20 patients`; patients of several test sets together. */
function countUnits({ parts = [] }: EstimateWithInterval): string[] {
  return [...new Set(parts.map(({ unit }) => unit))].map((unit) => {
    const own = parts.filter((part) => part.unit === unit);
    return `${own.reduce((sum, { count }) => sum + count, 0)} ${unit}`;
  });
}
