import type { TumorOrgan } from "../../anatomy/organs.js";
import type { CurveScore, CurveTable } from "../../scaling/curve-table.js";
import { median } from "../../stats/describe.js";
import { listTrials } from "../plan/plan.js";
import { patientsTestOf } from "../plan/tests.js";
import type { CollectedResults, TrialTest } from "../run/result.js";

/** Test patients of the hospital that trained (`in`), or of others (`out`). */
export type Distribution = "in" | "out";

/** Both, in the order of tables and figures. */
export const distributions: readonly Distribution[] = ["in", "out"];

/** For people. */
export const distributionNames: Readonly<Record<Distribution, string>> = {
  in: "in distribution",
  out: "out of distribution",
};

/** What did not count, and why. */
export interface ScoreExclusion {
  reason: string;
  count: number;
  /** What was counted. */
  of: "trials" | "patients" | "scores";
}

/** Test patients of one distribution. */
export interface PatientCount {
  distribution: Distribution;
  /** Names of the test sets. */
  tests: string[];
  withTumor: number;
  withoutTumor: number;
  /** Of the patients with a tumor, each by the largest: radius of a ball of its volume, in mm; `NaN` without any. */
  medianRadiusMm: number;
}

/** Tumor Dice of one organ's trials as a table that `bootstrapCurves` draws from, and what is not in it. */
export interface ExperimentScores {
  /** An arm is an arm of the plan, or a baseline, on one distribution: `curveName`. */
  table: CurveTable;
  patients: PatientCount[];
  excluded: ScoreExclusion[];
}

/** Name of a curve in {@link ExperimentScores}' table: an arm or a baseline on one distribution. */
export function curveName(arm: string, distribution: Distribution): string {
  return `${arm} | ${distribution}`;
}

/**
 * Name of a test patient in {@link ExperimentScores}' table: two sets may both have a patient 1. Whoever is in two tests,
 * such as at two hospitals, has one name in both, so that the tests are compared patient by patient.
 */
export function patientName(
  { plan }: Pick<CollectedResults, "plan">,
  test: TrialTest,
  patient: string,
): string {
  const at = plan.tests.findIndex(({ name }) => name === test.name);
  const root = at < 0 ? at : plan.tests.indexOf(patientsTestOf(plan.tests, plan.tests[at]));
  return `${root}/${patient}`;
}

/** Test set of a patient of that name, to draw patients set by set. */
export function testSetOf(patient: string): string {
  return patient.slice(0, patient.indexOf("/"));
}

/** Which Dice of a trial: of the tumors, or of the organ with its tumors. */
export type ExperimentScore = "tumorDice" | "organDice";

/**
 * Puts the tumor Dice of one organ's trials and baselines into a table. Only patients with a tumor count: the score of the
 * others is that of a false alarm, which depends on the rule for empty masks. A baseline has no size of its own and stands
 * at the largest one. No results give an empty table.
 *
 * @param score what to take in its place, such as the organ's Dice, for the same patients.
 */
export function tabulateScores(
  results: CollectedResults,
  organ: TumorOrgan,
  score: ExperimentScore = "tumorDice",
): ExperimentScores {
  const rows: CurveScore[] = [];
  const withTumor = new Map<string, boolean>();
  const largestMm = new Map<string, number>();
  const sets = new Map<Distribution, Set<string>>();
  let unscored = 0;
  const add = (arm: string, n: number, seed: string, tests: readonly TrialTest[]): void => {
    for (const test of tests) {
      const { name, distribution, cases } = test;
      sets.set(distribution, (sets.get(distribution) ?? new Set()).add(name));
      for (const each of cases) {
        const patient = patientName(results, test, each.patient);
        const hasTumor = each.tumorVoxels > 0;
        const key = `${distribution} ${patient}`;
        withTumor.set(key, hasTumor || (withTumor.get(key) ?? false));
        if (!hasTumor) continue;
        largestMm.set(
          key,
          Math.max(largestMm.get(key) ?? 0, ...each.lesions.map(({ radiusMm }) => radiusMm)),
        );
        const value = each[score];
        if (value === null) unscored++;
        else
          rows.push({
            n,
            score: value,
            arm: curveName(arm, distribution),
            seed,
            patient,
            split: "",
            line: rows.length + 1,
          });
      }
    }
  };
  for (const { trial, tests } of results.trials)
    if (trial.organ === organ) add(trial.arm, trial.size, String(trial.seed), tests);
  const largest = Math.max(...(results.plan.organs.find((entry) => entry.organ === organ)?.sizes ?? [1]));
  for (const baseline of results.baselines)
    if (baseline.organ === organ) add(baseline.name, largest, "", baseline.tests);

  const patients = distributions
    .filter((distribution) => sets.has(distribution))
    .map((distribution): PatientCount => {
      const isOwn = ([key]: [string, unknown]): boolean => key.startsWith(`${distribution} `);
      const patientsOfTest = [...withTumor].filter(isOwn);
      const medianRadiusMm = median([...largestMm].filter(isOwn).map(([, radiusMm]) => radiusMm));
      const count = patientsOfTest.filter(([, has]) => has).length;
      const tests = [...sets.get(distribution)!];
      return {
        distribution,
        tests,
        withTumor: count,
        withoutTumor: patientsOfTest.length - count,
        medianRadiusMm,
      };
    });
  return {
    table: { rows, arms: [...new Set(rows.map(({ arm }) => arm))], isLoss: false, warnings: [] },
    patients,
    excluded: listExclusions(results, organ, patients, unscored),
  };
}

function listExclusions(
  results: CollectedResults,
  organ: TumorOrgan,
  patients: readonly PatientCount[],
  unscored: number,
): ScoreExclusion[] {
  const trials = new Map(listTrials(results.plan).map((trial) => [trial.index, trial]));
  const reasons = new Map<string, number>();
  for (const { index, reason } of results.missing)
    if (trials.get(index)?.organ === organ) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const healthy = patients.reduce((sum, { withoutTumor }) => sum + withoutTumor, 0);
  return [
    ...[...reasons].map(([reason, count]): ScoreExclusion => ({ reason, count, of: "trials" })),
    ...(healthy > 0
      ? [{ reason: "no tumor in the reference", count: healthy, of: "patients" } as const]
      : []),
    ...(unscored > 0 ? [{ reason: "no Dice in the result", count: unscored, of: "scores" } as const] : []),
  ];
}
