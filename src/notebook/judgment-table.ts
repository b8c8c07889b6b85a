import { describeStructure } from "../anatomy/organs.js";
import { spellVerdict, unitOfGain } from "../evaluation/court/judgment.js";
import type { Judgment } from "../evaluation/court/judgment.js";
import type { Row } from "./data-frame.js";

/**
 * A judgment as rows for `showTable`, one row per pair: gain with its interval, the probability of a false claim, patients that would decide
 * (for a gain as seen, and to show that the two are equal), and the verdict in words. Of means alone there is a row for each
 * correlation that was assumed.
 */
export function judgmentTable({ metric, basis, structures }: Judgment): Row[] {
  const { unit, scale } = unitOfGain(metric);
  return structures.flatMap(({ name, pairs }) =>
    pairs.map((pair): Row => {
      const { interval, needed } = pair;
      return {
        ...(structures.length === 1 && name === "all"
          ? {}
          : { structure: describeStructure(name).displayName }),
        first: pair.first,
        second: pair.second,
        n: pair.n,
        ...(basis === "means" ? { "correlation taken": pair.correlation } : {}),
        [`first better by (${unit})`]: scale * pair.gain,
        [`${+(100 * interval.level).toFixed(4)} % from`]: scale * interval.low,
        to: scale * interval.high,
        "false claim (%)": 100 * pair.falseClaim,
        "p (Holm)": pair.adjustedDifference,
        "equal, p (Holm)": pair.adjustedEquivalence,
        "n to tell": needed.difference,
        "n to show equal": needed.equivalence,
        verdict: spellVerdict(pair),
      };
    }),
  );
}
