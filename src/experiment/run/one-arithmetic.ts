import type { TrialRecord } from "../../contracts/run-record.js";
import { LabError } from "../../core/errors.js";
import type { TrialResult } from "./result.js";

/** A trial and what computed it. */
export interface ComputedTrial {
  index: number;
  arithmetic: string;
}

/**
 * The arithmetic of a trial as its result says it, else its record, else as far as the record of an earlier version tells:
 * that named the engine, and of `simd` not how it rounds.
 */
export function recordedArithmetic(
  { arithmetic }: Pick<TrialResult, "arithmetic">,
  record: Pick<TrialRecord, "arithmetic" | "engine"> | undefined,
): string {
  const known = arithmetic ?? record?.arithmetic;
  if (known !== undefined) return known;
  return !record || record.engine === "simd" ? "an arithmetic that was not recorded" : record.engine;
}

/**
 * Refuses trials of different arithmetic in one collection: rounding alone moves the mean of a training by a point or so, which
 * would be taken for an effect of arms and sizes.
 *
 * @param place the file or folder that they lie in.
 * @throws LabError naming two trials that differ and what to do; none, one or all alike pass.
 */
export function requireOneArithmetic(place: string, trials: readonly ComputedTrial[]): void {
  const byArithmetic = new Map<string, ComputedTrial[]>();
  for (const trial of trials)
    byArithmetic.set(trial.arithmetic, [...(byArithmetic.get(trial.arithmetic) ?? []), trial]);
  if (byArithmetic.size <= 1) return;
  const [most, next] = [...byArithmetic.values()].sort((a, b) => b.length - a.length);
  const describe = ([{ index, arithmetic }]: readonly ComputedTrial[]): string =>
    `trial ${index} by ${arithmetic}`;
  const others = trials.length - most.length;
  throw new LabError(
    place,
    `${describe(most)} and ${describe(next)}`,
    "trials of one arithmetic: processors that round products and sums differently train other networks",
    `Remove the results of the ${others} that are not by ${most[0].arithmetic} (such as trials/${String(
      next[0].index,
    ).padStart(
      4,
      "0",
    )}.json in the experiment's folder) and run the experiment again where that arithmetic is computed, ` +
      "or run all of it in a new folder on machines of one kind",
  );
}
