import { LabError, requireThat } from "../../core/errors.js";
import { isThere, readJson } from "../../core/files.js";
import { readChecked, requireChecked } from "../../core/read-checked.js";
import { sha256 as hashText } from "../../platform/hash.js";
import { checkPlan } from "../plan/check-plan.js";
import { canonicalJson, hashPlan, listTrials } from "../plan/plan.js";
import { testsOfTrial } from "../plan/tests.js";
import {
  checkCondensed,
  condensedFormat,
  type CondensedResults,
  expandResults,
} from "./condensed-results.js";
import { formatJson } from "./experiment-folder.js";
import { recordedArithmetic, requireOneArithmetic } from "./one-arithmetic.js";
import { checkCollected } from "./result-schema.js";
import type { CollectedRecords, CollectedResults, TrialResult } from "./result.js";

const form = "collected results of an experiment as JSON";

/**
 * Opens the collected results of an experiment, such as `results/jhh-in-small.json`; the path is relative to the notebook
 * or the folder of the command. They are of one plan, whose hash they carry, account for each of its trials once, and were
 * computed with one arithmetic. Where the records lie beside them, each trial is as it was when its record was written.
 * Condensed results open as the others do, without what was left out of them: see `expandResults`.
 *
 * @throws LabError naming what does not fit: another plan's trials, a hash that is not the plan's, trials that are not in
 *   the plan, twice there or unaccounted for, test sets that are not the plan's, a trial that was changed since it was
 *   recorded, two trials of different arithmetic, records of another plan.
 */
export async function readExperimentResults(path: string): Promise<CollectedResults> {
  const value = await readJson(path, form);
  const condensed =
    (value as Partial<CondensedResults> | null)?.format === condensedFormat
      ? requireChecked<CondensedResults>(path, checkCondensed, value, form)
      : undefined;
  const read = condensed ?? requireChecked<CollectedResults>(path, checkCollected.results, value, form);
  const plan = checkPlan(read.plan);
  const results = "format" in read ? expandResults(path, read) : read;
  const sha256 = hashPlan(plan);
  requireThat(
    results.planSha256 === sha256,
    `${path}, planSha256`,
    results.planSha256,
    `${sha256}, the hash of its plan`,
    "The plan was changed after the trials ran.",
  );
  const planned = listTrials(plan);
  const seen = new Set<number>();
  const account = (index: number, name: string): void => {
    requireThat(!seen.has(index), `${path}, ${name}`, index, "each trial once");
    requireThat(index in planned, `${path}, ${name}`, index, `a trial from 0 to ${planned.length - 1}`);
    seen.add(index);
  };
  const listTests = (tests: readonly { name: string; distribution: string }[]): string =>
    canonicalJson(tests.map(({ name, distribution }) => ({ name, distribution })));
  const checkTests = (
    name: string,
    found: readonly { name: string; distribution: string }[],
    asked: readonly { name: string; distribution: string }[],
  ): void =>
    requireThat(
      listTests(found) === listTests(asked),
      `${path}, ${name}.tests`,
      found.map((test) => test.name),
      "the test sets of the plan, in their order",
    );
  results.trials.forEach(({ planSha256, trial, tests }, i) => {
    const name = `trials[${i}]`;
    requireThat(planSha256 === sha256, `${path}, ${name}.planSha256`, planSha256, `${sha256}, as the others`);
    account(trial.index, `${name}.trial.index`);
    const expected = planned[trial.index];
    requireThat(
      canonicalJson(trial) === canonicalJson(expected),
      `${path}, ${name}.trial`,
      trial,
      canonicalJson(expected),
    );
    checkTests(name, tests, testsOfTrial(plan, expected));
  });
  results.baselines.forEach(({ tests }, i) => checkTests(`baselines[${i}]`, tests, plan.tests));
  results.missing.forEach(({ index }, i) => account(index, `missing[${i}].index`));
  if (seen.size < planned.length)
    throw new LabError(
      path,
      `${seen.size} trials with a result or a reason for none`,
      `all ${planned.length} of the plan`,
      "Collect the experiment again with tumorlab experiment collect.",
    );
  await checkRecords(path, results, condensed);
  return results;
}

/**
 * Condensed results as their file has them, checked as {@link readExperimentResults} checks them.
 *
 * @throws LabError as that, and for results that are not condensed.
 */
export async function readCondensed(path: string): Promise<CondensedResults> {
  await readExperimentResults(path);
  const value = await readJson(path, form);
  return requireChecked<CondensedResults>(path, checkCondensed, value, "condensed results as JSON");
}

/** Holds results against the records beside them, where there are any, and against one arithmetic. */
async function checkRecords(
  path: string,
  results: CollectedResults,
  condensed: CondensedResults | undefined,
): Promise<void> {
  const beside = recordsPath(path);
  const records = (await isThere(beside)) ? (await readExperimentRecords(path, results)).records : [];
  const byIndex = new Map(records.map((record) => [record.index, record]));
  for (const [at, result] of results.trials.entries()) {
    const { index } = result.trial;
    const expected = byIndex.get(index)?.resultSha256;
    const sha256 = condensed ? condensed.trials[at].sha256 : hashResult(result, expected);
    requireThat(
      expected === undefined || sha256 === expected,
      `${path}, trial ${index}`,
      `sha256 ${sha256}`,
      `${expected}, that of its record in ${beside}`,
      "The result was changed after it was written. Collect the experiment again with tumorlab experiment collect.",
      "bad-file",
    );
  }
  requireOneArithmetic(
    path,
    results.trials.map((result) => {
      const { index } = result.trial;
      return { index, arithmetic: recordedArithmetic(result, byIndex.get(index)) };
    }),
  );
}

/** sha256 of a result's own file: its fields in the order they were read in, where that is how it was written. */
function hashResult(result: TrialResult, expected: string | undefined): string {
  const asRead = hashText(`${JSON.stringify(result)}\n`);
  return asRead === expected ? asRead : formatJson(result).sha256;
}

/** Where the records of results lie: beside them, as `NAME.run.json`. */
export function recordsPath(path: string): string {
  return path.replace(/(\.json)?$/, ".run.json");
}

/**
 * Opens the records of an experiment's trials (when, where, how long, at which commit): the file `NAME.run.json` beside the
 * results `NAME.json`.
 *
 * @throws LabError when they are not of the plan of these results.
 */
export async function readExperimentRecords(
  path: string,
  results: Pick<CollectedResults, "planSha256">,
): Promise<CollectedRecords> {
  const beside = recordsPath(path);
  const records = await readChecked<CollectedRecords>(beside, checkCollected.records, form);
  for (const { planSha256 } of [records, ...records.records])
    requireThat(
      planSha256 === results.planSha256,
      `${beside}, planSha256`,
      planSha256,
      `${results.planSha256}, the plan of the results`,
    );
  return records;
}
