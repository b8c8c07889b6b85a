import { countScans } from "tumorlab/internal/experiment/plan/count-scans";
import { createPlan } from "tumorlab/internal/experiment/plan/create-plan";
import {
  hashPlan,
  listTrials,
  type ExperimentPlan,
  type TrialSpec,
} from "tumorlab/internal/experiment/plan/plan";
import {
  baselineNames,
  type CollectedResults,
  type TrialCase,
} from "tumorlab/internal/experiment/run/result";

/** Where a score is asked for: a trial, or a baseline's name in its place. */
export interface Asked {
  trial?: TrialSpec;
  baseline?: string;
  organ: string;
  distribution: "in" | "out";
  /** 0, 1, ... in the test set. */
  patient: number;
}

/** One kidney, sizes 1, 2 and 4, two seeds, two test patients a set. */
export function handMadePlan(options: Partial<ExperimentPlan> = {}): ExperimentPlan {
  const { tests, ...plan } = createPlan("tiny");
  const organs = [{ organ: "kidney" as const, sizes: [1, 2, 4] }];
  return {
    ...plan,
    organs,
    seeds: [1, 2],
    tests: tests.map((test) => ({ ...test, patients: 2 })),
    ...options,
  };
}

/** A test case with one tumor of 8 mm, found where it has a Dice. */
export function handMadeCase(patient: number, tumorDice: number | null): TrialCase {
  const found = tumorDice !== null && tumorDice > 0;
  return {
    case: `case${patient}`,
    patient: `patient${patient}`,
    organDice: 0.9,
    tumorDice,
    tumorNsd: tumorDice,
    tumorVoxels: 100,
    foundVoxels: found ? 100 : 0,
    lesions: [{ radiusMm: 8, found, ...(found ? { dice: tumorDice } : {}) }],
    falsePositives: 0,
  };
}

/** Results whose scores a function gives; `change` may alter a case, such as into one without a tumor. */
export function handMadeResults(
  plan: ExperimentPlan,
  dice: (asked: Asked) => number | null,
  change: (each: TrialCase, asked: Asked) => TrialCase = (each) => each,
): CollectedResults {
  const planSha256 = hashPlan(plan);
  const testsOf = (asked: Omit<Asked, "distribution" | "patient">) =>
    plan.tests.map((test) => ({
      name: test.name,
      distribution: test.distribution,
      cases: Array.from({ length: countScans(test, plan.organs[0].organ).patients }, (_, patient) => {
        const here = { ...asked, distribution: test.distribution, patient };
        return change(handMadeCase(patient, dice(here)), here);
      }),
    }));
  return {
    version: 1,
    plan,
    planSha256,
    trials: listTrials(plan).map((trial) => ({
      version: 1,
      planSha256,
      trial,
      realCases: [],
      syntheticCases: 0,
      weightsSha256: "0".repeat(64),
      history: { losses: [] },
      tests: testsOf({ trial, organ: trial.organ }),
    })),
    baselines: plan.organs.flatMap(({ organ }) =>
      baselineNames.map((name) => ({
        organ,
        name,
        tests: testsOf({ baseline: name, organ }),
      })),
    ),
    missing: [],
  };
}

/** Leaves trials out of results, for a reason. */
export function withoutTrials(
  results: CollectedResults,
  isLeftOut: (trial: TrialSpec) => boolean,
  reason = "killed twice",
): CollectedResults {
  return {
    ...results,
    trials: results.trials.filter(({ trial }) => !isLeftOut(trial)),
    missing: results.trials
      .filter(({ trial }) => isLeftOut(trial))
      .map(({ trial }) => ({ index: trial.index, reason })),
  };
}
