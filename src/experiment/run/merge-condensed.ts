import { LabError, requireThat } from "../../core/errors.js";
import { canonicalJson, listTrials } from "../plan/plan.js";
import type { CondensedResults } from "./condensed-results.js";
import { requireOneArithmetic } from "./one-arithmetic.js";
import type { ArmFroc, CollectedRecords } from "./result.js";

/**
 * Condensed results of one plan whose trials were run in two places, or before and after its folder was lost, as one: every trial
 * that either has. Of free-response curves, which are made of a folder's own trials, the one of the larger size is kept, of equal
 * sizes the one of more seeds; how many they are stands with them.
 *
 * @param places what messages call the two.
 * @throws LabError for results of another plan, tests on other cases, a trial that differs between the two, and trials of
 *   different arithmetic.
 */
export function mergeCondensed(
  [first, second]: readonly [CondensedResults, CondensedResults],
  places: readonly [string, string],
): CondensedResults {
  const [here, there] = places;
  requireThat(
    second.planSha256 === first.planSha256,
    `${there}, planSha256`,
    second.planSha256,
    `${first.planSha256}, the plan of ${here}`,
  );
  const trials = mergeBy(first.trials, second.trials, ({ index }) => `trial ${index}`, places);
  trials.sort((a, b) => a.index - b.index);
  requireOneArithmetic(
    `${here} and ${there}`,
    trials.flatMap(({ index, arithmetic }) => (arithmetic === undefined ? [] : [{ index, arithmetic }])),
  );
  const done = new Set(trials.map(({ index }) => index));
  const reasons = new Map([...second.missing, ...first.missing].map((each) => [each.index, each]));
  return {
    ...first,
    sets: mergeBy(first.sets, second.sets, ({ organ, name }) => `cases of ${name}, ${organ}`, places),
    trials,
    baselines: mergeBy(
      first.baselines,
      second.baselines,
      ({ organ, name }) => `baseline ${name}, ${organ}`,
      places,
    ),
    missing: listTrials(first.plan)
      .filter(({ index }) => !done.has(index))
      .map(({ index }) => reasons.get(index) ?? { index, reason: "not run" }),
    froc: mergeCurves(first.froc, second.froc),
  };
}

/** The records of both, each trial's once. */
export function mergeRecords(first: CollectedRecords, second: CollectedRecords): CollectedRecords {
  const own = new Set(first.records.map(({ index }) => index));
  const records = [...first.records, ...second.records.filter(({ index }) => !own.has(index))];
  return { ...first, records: records.sort((a, b) => a.index - b.index) };
}

/** What either list has; what both have must be the same. */
function mergeBy<T>(
  first: readonly T[],
  second: readonly T[],
  nameOf: (each: T) => string,
  [here, there]: readonly [string, string],
): T[] {
  const known = new Map(first.map((each) => [nameOf(each), canonicalJson(each)]));
  const added = second.filter((each) => {
    const own = known.get(nameOf(each));
    if (own !== undefined && own !== canonicalJson(each))
      throw new LabError(
        `${there}, ${nameOf(each)}`,
        `other numbers than in ${here}`,
        "the same, since both are of one plan",
        "One of the two was changed, or made by other code: run that trial again.",
        { kind: "bad-file" },
      );
    return own === undefined;
  });
  return [...first, ...added];
}

function mergeCurves(first: readonly ArmFroc[], second: readonly ArmFroc[]): ArmFroc[] {
  const keyOf = ({ organ, arm, distribution, scan }: ArmFroc): string =>
    [organ, arm, distribution, scan].join(" | ");
  const kept = new Map<string, ArmFroc>();
  for (const each of [...first, ...second]) {
    const own = kept.get(keyOf(each));
    if (!own || each.size > own.size || (each.size === own.size && each.seeds > own.seeds))
      kept.set(keyOf(each), each);
  }
  return [...kept.values()];
}
