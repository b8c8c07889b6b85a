import { listTrials } from "../plan/plan.js";
import { findStage, stageOf } from "../plan/stages.js";
import type { CollectedResults } from "../run/result.js";

/**
 * Results of a plan's stages up to one of them: what was there when it was looked at. The plan stays whole; curves that condensed
 * results keep are of all stages, and left out.
 *
 * @param name of the stage; default all, as they are.
 * @throws LabError for a name that the plan does not have.
 */
export function selectStage(results: CollectedResults, name?: string): CollectedResults {
  if (name === undefined) return results;
  const { plan, trials, missing } = results;
  const last = findStage(plan, name);
  if (last === plan.stages!.length - 1) return results;
  const planned = listTrials(plan);
  const { froc: _all, ...rest } = results;
  return {
    ...rest,
    trials: trials.filter(({ trial }) => stageOf(plan, trial) <= last),
    // What is not in the plan is refused where results are read.
    missing: missing.filter(({ index }) => index in planned && stageOf(plan, planned[index]) <= last),
  };
}
