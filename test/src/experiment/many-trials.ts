import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TrialRecord } from "tumorlab/internal/contracts/run-record";
import { checkPlan } from "tumorlab/internal/experiment/plan/check-plan";
import {
  type ExperimentPlan,
  hashPlan,
  listTrials,
  type TrialSpec,
} from "tumorlab/internal/experiment/plan/plan";
import { testsOfTrial } from "tumorlab/internal/experiment/plan/tests";
import { experimentPaths, formatJson } from "tumorlab/internal/experiment/run/experiment-folder";
import { baselineNames, type TrialCase, type TrialResult } from "tumorlab/internal/experiment/run/result";
import { handMadeCase, handMadePlan } from "./hand-made-results.js";

/** A plan of 3,000 trials: fifteen sizes, a hundred seeds, two arms. */
export function createManyTrials(options: Partial<ExperimentPlan> = {}): ExperimentPlan {
  const { cohort } = handMadePlan();
  const count = (length: number): number[] => Array.from({ length }, (_, i) => i + 1);
  return checkPlan(
    handMadePlan({
      version: 2,
      name: "many",
      cohort: { ...cohort, patients: 15 } as ExperimentPlan["cohort"],
      organs: [{ organ: "kidney", sizes: count(15) }],
      seeds: count(100),
      ...options,
    }),
  );
}

/** How a trial is left in a folder, without being computed. */
export interface LeftTrial {
  /** Default `simd-fused`. */
  arithmetic?: string;
  /** Cases of each test; default one. */
  cases?: readonly TrialCase[];
}

/** Leaves the result of a trial with its record, as computing it would; returns the result's bytes. */
export function leaveTrial(
  plan: ExperimentPlan,
  folder: string,
  trial: TrialSpec,
  { arithmetic = "simd-fused", cases = [handMadeCase(trial.index, 0.5)] }: LeftTrial = {},
  planSha256 = hashPlan(plan),
): number {
  const { index } = trial;
  const result: TrialResult = {
    version: 1,
    planSha256,
    trial,
    realCases: [],
    syntheticCases: 0,
    weightsSha256: "0".repeat(64),
    arithmetic,
    history: { losses: [] },
    tests: testsOfTrial(plan, trial).map(({ name, distribution }) => ({
      name,
      distribution,
      cases: [...cases],
    })),
  };
  const { text, sha256 } = formatJson(result);
  const record: TrialRecord = {
    ...{
      index,
      planSha256,
      version: "0.1.0",
      commit: null,
      engine: "simd",
      arithmetic,
      threads: 1,
      attempts: 1,
    },
    ...{ finishedAt: "2026-01-02T03:04:05.678Z", seconds: 7, peakMemoryMb: 239, nodeVersion: "20.20.2" },
    ...{ cores: 2, memoryGiB: 23.5, resultSha256: sha256 },
  };
  writeFileSync(experimentPaths.record(folder, index), formatJson(record, 2).text);
  writeFileSync(experimentPaths.result(folder, index), text);
  return text.length;
}

/** Makes an experiment's folder with the results of some of its trials, and the baselines. */
export function leaveTrials(
  plan: ExperimentPlan,
  folder: string,
  trials: readonly TrialSpec[] = listTrials(plan),
  left: LeftTrial = {},
): void {
  for (const part of ["trials", "runs", "baselines"]) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(experimentPaths.plan(folder), formatJson(plan, 2).text);
  const planSha256 = hashPlan(plan);
  const tests = plan.tests.map(({ name, distribution }) => ({ name, distribution, cases: [] }));
  for (const { organ } of plan.organs) {
    const baselines = baselineNames.map((name) => ({ organ, name, tests }));
    writeFileSync(experimentPaths.baselines(folder, organ), formatJson({ planSha256, baselines }).text);
  }
  for (const trial of trials) leaveTrial(plan, folder, trial, left, planSha256);
}
