import { mixedArmOf, type PlanArm, realArmOf } from "../plan/arms.js";
import { listTrials } from "../plan/plan.js";
import type { TrialSpec } from "../plan/plan.js";
import { type Preregistration, preregistrationOf } from "../plan/preregistration.js";
import { findStage, stageOf } from "../plan/stages.js";
import type { ScanExtent } from "../plan/tests.js";
import type { CollectedResults } from "../run/result.js";
import { analyzeOrgan } from "./analyze-organ.js";
import type { AnalysisOptions, OrganAnalysis } from "./analyze-organ.js";
import { selectStage } from "./select-stage.js";
import { usualExtent } from "./select-tests.js";

/** What an experiment's results say. */
export interface ExperimentAnalysis {
  name: string;
  planSha256: string;
  /** Of all intervals, such as 0.95. */
  level: number;
  resamples: number;
  /** Largest difference of Dice that counts as none. */
  margin: number;
  /** The plan's. */
  arms: PlanArm[];
  /** The arms that the comparison with the paper reads; `undefined` where the plan has none. */
  realArm: string | undefined;
  mixedArm: string | undefined;
  /** What the tests looked at show: scans cut to the organ, or whole ones. */
  scan: ScanExtent;
  /** Of a plan with stages the last that was looked at, with those before it. */
  stage?: string;
  /** What was asked beforehand, and which questions are the primary ones; absent where the plan has none. */
  preregistration?: Preregistration;
  trials: { planned: number; done: number; missing: { trial: TrialSpec | undefined; reason: string }[] };
  organs: OrganAnalysis[];
}

/**
 * Analyses collected results organ by organ: mean tumor Dice over patients with a tumor against real training scans, for
 * each arm, in and out of distribution; intervals of Student's t over patients (set by set) and seeds, both independent
 * draws, all arms together; gains, gaps, laws, saturation, scans saved, lesions found by size, and baselines. What cannot be worked
 * out (too few sizes, a missing arm, scores that are all 0) is said in words and has no number. Of a plan with stages `stage` gives the
 * first alone, which no look came before, or each with all before it; by default all.
 */
export function analyzeExperiment(all: CollectedResults, options: AnalysisOptions = {}): ExperimentAnalysis {
  const { resamples = 2000, level = 0.95, margin = 0.01 } = options;
  const { plan, planSha256 } = all;
  const stage = options.stage ?? plan.stages?.[plan.stages.length - 1].name;
  const results = selectStage(all, stage);
  const trials = listTrials(plan);
  const last = stage === undefined ? 0 : findStage(plan, stage);
  const asked = preregistrationOf(plan);
  return {
    name: plan.name,
    planSha256,
    level,
    resamples,
    margin,
    arms: plan.arms,
    realArm: realArmOf(plan),
    mixedArm: mixedArmOf(plan),
    scan: options.scan ?? usualExtent(plan),
    ...(stage === undefined ? {} : { stage }),
    ...(asked === undefined ? {} : { preregistration: asked }),
    trials: {
      planned: trials.filter((trial) => stageOf(plan, trial) <= last).length,
      done: results.trials.length,
      missing: results.missing.map(({ index, reason }) => ({
        trial: trials.find((trial) => trial.index === index),
        reason,
      })),
    },
    organs: plan.organs.map(({ organ }) => analyzeOrgan(results, organ, options)),
  };
}
