import type { TumorOrgan } from "../../anatomy/organs.js";
import { sha256 } from "../../platform/hash.js";
import { learnedName } from "../../tumor/synthesizers.js";
import { armOf, generatorOf, hostsPerReal, isOnTheFly, type PlanArm, stepsOfArm } from "./arms.js";
import { countScans, poolOf } from "./count-scans.js";
import { isFolderSet } from "./folder-scans.js";
import { generatorStepsOf } from "./plan-synthesis.js";
import {
  canonicalJson,
  type ExperimentPlan,
  listTrials,
  type PhantomTest,
  type PlanTest,
  type TrialSpec,
  withoutPlace,
} from "./plan.js";
import { extentOf, patientsTestOf, testsOfTrial } from "./tests.js";

/** All of a plan that decides a trial, or an organ's baselines; plain data, defaults spelled out. */
export interface TrialInputs {
  version: ExperimentPlan["version"];
  organ: TumorOrgan;
  size: number;
  seed: number;
  /** Whose scans are learned from, and the grid of all scans of phantoms. */
  cohort: object;
  arm?: object;
  /** Of an arm that puts a generator's tumors into hosts. */
  synthesis?: object;
  recipe: object;
  tests: object[];
  metrics: ExperimentPlan["metrics"];
}

/**
 * Everything of its plan that a trial depends on, and nothing else: two trials with the same inputs, of whatever plans, are the
 * same function and give the same result but for the plan's sha256 and the trial's place and arm's name in it.
 *
 * So other organs, arms, sizes and seeds take no part, nor do names of plan and arms, preregistration and stages, where a folder of
 * scans lies, tests that the trial is not put to, and of an arm's fields what it leaves at the default. The order of a seed's
 * patients depends on all of the pool they are taken from, so that the pool is part of the inputs of an arm with real scans, and
 * the number of healthy scans is of an arm with hosts. The code is no part: records name its commit.
 */
export function describeTrialInputs(plan: ExperimentPlan, trial: TrialSpec): TrialInputs {
  const { version, synthesis, recipe, metrics } = plan;
  const { organ, size, seed } = trial;
  const arm = armOf(plan, trial);
  const { realPerCase, syntheticPerReal, healthyPerReal = 0, tumorsOf = "synthesis" } = arm;
  const { mix, counts = {}, radiiMm = {} } = synthesis;
  const generator = generatorOf(plan, arm);
  return {
    version,
    organ,
    size,
    seed,
    cohort: describeCohort(plan, organ, arm),
    arm: { realPerCase, syntheticPerReal, healthyPerReal, tumorsOf },
    ...(generator !== undefined
      ? {
          synthesis: {
            generator,
            mix,
            counts,
            radiiMm,
            cases: isOnTheFly(plan, arm) ? "on-the-fly" : "stored",
            ...(generator === learnedName ? { steps: generatorStepsOf(synthesis) } : {}),
          },
        }
      : {}),
    recipe: { ...recipe, steps: stepsOfArm(plan, arm) },
    tests: testsOfTrial(plan, trial).map((test) => describeTest(plan, test)),
    metrics,
  };
}

/**
 * Everything that the baselines of an organ depend on, as in {@link describeTrialInputs}: all tests, the seed of the organ's
 * first trial, whose first weights are tested, and its largest size, to whose real scans thresholds are fitted.
 */
export function describeBaselineInputs(plan: ExperimentPlan, organ: TumorOrgan): TrialInputs {
  const { version, recipe, metrics, tests } = plan;
  const { seed } = listTrials(plan).find((trial) => trial.organ === organ)!;
  const { sizes } = plan.organs.find((each) => each.organ === organ)!;
  return {
    version,
    organ,
    size: sizes[sizes.length - 1],
    seed,
    cohort: describeCohort(plan, organ, { name: "real", realPerCase: 1, syntheticPerReal: 0 }),
    // First weights are the same after however many steps.
    recipe: { ...recipe, steps: 0 },
    tests: tests.map((test) => describeTest(plan, test)),
    metrics,
  };
}

/** sha256 of the canonical JSON of some inputs. */
export function hashInputs(inputs: TrialInputs): string {
  return sha256(canonicalJson(inputs));
}

/** Fields of the inputs in which no trial of one list is like any of another: why none of them is the same function. */
export function findDifferences(some: readonly TrialInputs[], others: readonly TrialInputs[]): string[] {
  const names = [...new Set([...some, ...others].flatMap((inputs) => Object.keys(inputs)))];
  const collect = (list: readonly TrialInputs[], name: string): Set<string> =>
    new Set(list.map((inputs) => canonicalJson({ value: inputs[name as keyof TrialInputs] })));
  return names.filter((name) => {
    const known = collect(others, name);
    return [...collect(some, name)].every((value) => !known.has(value));
  });
}

function describeCohort(plan: ExperimentPlan, organ: TumorOrgan, arm: PlanArm): object {
  const { cohort } = plan;
  const usesHosts = hostsPerReal(arm) > 0;
  const entry = plan.organs.find((each) => each.organ === organ)!;
  // A generator that learns does so from the real scans, also where the network does not.
  const usesReal = arm.realPerCase === 1 || generatorOf(plan, arm) === learnedName;
  const pool = usesReal ? { pool: poolOf(plan, entry) } : {};
  // Which of a folder's scans serve follows from the list of them all.
  if (isFolderSet(cohort)) return { ...withoutPlace(cohort), ...pool };
  const { patients: _patients, healthy: _healthy, ...rest } = cohort;
  return { ...rest, ...pool, ...(usesHosts ? { healthy: countScans(cohort, organ).healthy } : {}) };
}

/** A test without the sizes that are put to it, and of patients of another test whose they are in place of that test's name. */
function describeTest(plan: ExperimentPlan, test: PlanTest): object {
  const { sizes: _sizes, patientsOf: _patientsOf, controls = 0, ...rest } = test;
  const said = { ...rest, controls, scan: extentOf(test) };
  if (!isFolderSet(test)) {
    const { hospital } = patientsTestOf(plan.tests, test) as PhantomTest;
    return { ...said, patientsOf: hospital };
  }
  const { folder: _folder, acknowledgement: _reason, ...known } = said as Partial<typeof test>;
  return known;
}
