import { appendFile, mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { describeCode } from "../code-version.js";
import { currentTime, describeMachine, monotonicMs, peakMemoryBytes } from "../env.js";
import { LabError, locateErrors, requireThat } from "../errors.js";
import { readText, writeFileWhole } from "../files.js";
import { openEngine } from "../model/engines.js";
import { throwIfAborted } from "../progress.js";
import { checkPlan } from "./check-plan.js";
import { canonicalJson, type ExperimentPlan, hashPlan, listTrials, type TrialSpec } from "./plan.js";
import type { TrialBaseline, TrialRecord, TrialResult } from "./result.js";
import { findTrial, runBaselines, runTrial, type TrialOptions } from "./trial.js";

/** An experiment in a folder. */
export interface Experiment {
  folder: string;
  plan: ExperimentPlan;
  planSha256: string;
}

/** Why a trial has no result, where it was tried. */
export interface TrialFailure {
  index: number;
  planSha256: string;
  reason: string;
}

const number = (index: number): string => String(index).padStart(4, "0");

/** Where the files of an experiment lie in its folder. */
export const experimentPaths = {
  plan: (folder: string): string => join(folder, "plan.json"),
  /** Scans that all trials share. */
  scans: (folder: string): string => join(folder, "scans"),
  result: (folder: string, index: number): string => join(folder, "trials", `${number(index)}.json`),
  record: (folder: string, index: number): string => join(folder, "runs", `${number(index)}.json`),
  /** A dot for each time the trial was started. */
  starts: (folder: string, index: number): string => join(folder, "runs", `${number(index)}.starts`),
  failure: (folder: string, index: number): string => join(folder, "runs", `${number(index)}.failure.json`),
  baselines: (folder: string, organ: string): string => join(folder, "baselines", `${organ}.json`),
} as const;

/** Reads a plan from a JSON file. Throws a LabError naming the file, and the field that cannot be. */
export async function readPlan(path: string): Promise<ExperimentPlan> {
  const text = await readText(path, "a plan of an experiment");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new LabError(path, (error as Error).message, "a plan of an experiment as JSON", "", {
      cause: error,
    });
  }
  return locateErrors(
    (field) => `${path}, ${field}`,
    () => checkPlan(parsed),
  );
}

/**
 * Opens an experiment's folder for a plan, or makes it.
 *
 * @throws LabError when the folder holds the experiment of another plan, or cannot be written.
 */
export async function createExperiment(plan: ExperimentPlan, folder: string): Promise<Experiment> {
  checkPlan(plan);
  const path = experimentPaths.plan(folder);
  if (await stat(path).catch(() => undefined)) {
    const found = await openExperiment(folder);
    requireThat(
      found.planSha256 === hashPlan(plan),
      path,
      `plan ${found.plan.name} ${found.planSha256.slice(0, 12)}`,
      `the same plan, ${plan.name} ${hashPlan(plan).slice(0, 12)}`,
      "The folder holds another experiment: choose another folder",
    );
    return found;
  }
  await writeJson(path, plan, 2);
  return { folder, plan, planSha256: hashPlan(plan) };
}

/** Opens the experiment in a folder. Throws a LabError where there is none. */
export async function openExperiment(folder: string): Promise<Experiment> {
  const plan = await readPlan(experimentPaths.plan(folder));
  return { folder, plan, planSha256: hashPlan(plan) };
}

/**
 * Runs a trial of an experiment and writes its result, whole or not at all; one that is there is kept. The first trial of
 * an organ also makes the organ's baselines. An error is left in the folder for `status`, then thrown.
 */
export async function runExperimentTrial(
  experiment: Experiment,
  index: number,
  options: Omit<TrialOptions, "scans"> = {},
): Promise<"made" | "kept"> {
  const { folder, plan, planSha256 } = experiment;
  const trial = findTrial(plan, index);
  if (await isTrialDone(experiment, trial)) return "kept";
  const startMs = monotonicMs();
  const { engine, threads = 1, signal } = options;
  await mkdir(join(folder, "runs"), { recursive: true });
  await appendFile(experimentPaths.starts(folder, index), ".");
  await rm(experimentPaths.failure(folder, index), { force: true });
  try {
    const running = { ...options, scans: experimentPaths.scans(folder) };
    if (isFirstOfOrgan(plan, trial) && !(await readBaselines(experiment, trial.organ))) {
      const baselines = await runBaselines(plan, trial.organ, running);
      await writeJson(experimentPaths.baselines(folder, trial.organ), { planSha256, baselines });
    }
    const result = (await readResult(experiment, index)) ?? (await runTrial(plan, index, running));
    const { name } = await openEngine({ engine, threads });
    const starts = await readFile(experimentPaths.starts(folder, index), "utf8");
    const record: TrialRecord = {
      index,
      planSha256,
      ...(await describeCode()),
      engine: name,
      threads,
      finishedAt: currentTime(),
      seconds: Number(((monotonicMs() - startMs) / 1000).toFixed(2)),
      peakMemoryMb: Math.ceil(peakMemoryBytes() / 1e6),
      ...describeMachine(),
      attempts: starts.length,
    };
    // The record first: a result has always one.
    await writeJson(experimentPaths.record(folder, index), record, 2);
    await writeJson(experimentPaths.result(folder, index), result);
    return "made";
  } catch (error) {
    throwIfAborted(signal);
    const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
    await recordFailure(experiment, index, reason);
    throw error;
  }
}

/** Leaves word of why a trial has no result. */
export async function recordFailure(
  { folder, planSha256 }: Experiment,
  index: number,
  reason: string,
): Promise<void> {
  await writeJson(experimentPaths.failure(folder, index), {
    index,
    planSha256,
    reason,
  } satisfies TrialFailure);
}

/** Whether a trial has its result, and its organ's baselines where it makes them. */
export async function isTrialDone(experiment: Experiment, trial: TrialSpec): Promise<boolean> {
  if (!(await readResult(experiment, trial.index))) return false;
  return (
    !isFirstOfOrgan(experiment.plan, trial) || (await readBaselines(experiment, trial.organ)) !== undefined
  );
}

/** The result of a trial, `undefined` where there is none of this plan. */
export async function readResult(
  { folder, planSha256 }: Experiment,
  index: number,
): Promise<TrialResult | undefined> {
  const found = await readJson<TrialResult>(experimentPaths.result(folder, index));
  return found?.planSha256 === planSha256 && found.trial.index === index ? found : undefined;
}

/** The record of how a trial ran, `undefined` where there is none of this plan. */
export async function readRecord(
  { folder, planSha256 }: Experiment,
  index: number,
): Promise<TrialRecord | undefined> {
  const found = await readJson<TrialRecord>(experimentPaths.record(folder, index));
  return found?.planSha256 === planSha256 ? found : undefined;
}

/** Why a trial failed when it was last tried, `undefined` where it did not. */
export async function readFailure(
  { folder, planSha256 }: Experiment,
  index: number,
): Promise<TrialFailure | undefined> {
  const found = await readJson<TrialFailure>(experimentPaths.failure(folder, index));
  return found?.planSha256 === planSha256 ? found : undefined;
}

/** The baselines of an organ, `undefined` where there are none of this plan. */
export async function readBaselines(
  { folder, planSha256 }: Experiment,
  organ: string,
): Promise<TrialBaseline[] | undefined> {
  const path = experimentPaths.baselines(folder, organ);
  const found = await readJson<{ planSha256: string; baselines: TrialBaseline[] }>(path);
  return found?.planSha256 === planSha256 ? found.baselines : undefined;
}

/** Writes JSON with its fields in alphabetical order, whole or not at all: the same value, the same bytes. */
export async function writeJson(path: string, value: unknown, indent?: number): Promise<void> {
  const text = JSON.stringify(JSON.parse(canonicalJson(value)), undefined, indent);
  await writeFileWhole(path, [Buffer.from(`${text}\n`)]);
}

function isFirstOfOrgan(plan: ExperimentPlan, { organ, index }: TrialSpec): boolean {
  return listTrials(plan).find((each) => each.organ === organ)?.index === index;
}

/** What a file holds; a missing or damaged one holds nothing and is made again. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw new LabError(path, code, "a file that can be read", "", { cause: error });
  }
}
