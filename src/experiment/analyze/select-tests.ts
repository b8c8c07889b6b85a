import type { ExperimentPlan } from "../plan/plan.js";
import { extentOf, type ScanExtent } from "../plan/tests.js";
import type { CollectedResults } from "../run/result.js";

/** What an analysis takes where nobody says: scans cut to their organ, where a plan has such tests. */
export function usualExtent({ tests }: Pick<ExperimentPlan, "tests">): ScanExtent {
  return tests.some((test) => extentOf(test) === "crop") ? "crop" : "whole";
}

/**
 * Results with the tests of one extent alone, cut to the organ or whole: scores of the two are never averaged. Trials without
 * such a test keep their place, with no test.
 */
export function selectTests(
  results: CollectedResults,
  extent: ScanExtent = usualExtent(results.plan),
): CollectedResults {
  const { plan, trials, baselines } = results;
  if (plan.tests.every((test) => extentOf(test) === extent)) return results;
  const names = new Set(plan.tests.filter((test) => extentOf(test) === extent).map(({ name }) => name));
  const select = <Tested extends { tests: { name: string }[] }>(each: Tested): Tested => ({
    ...each,
    tests: each.tests.filter(({ name }) => names.has(name)),
  });
  return { ...results, trials: trials.map(select), baselines: baselines.map(select) };
}
