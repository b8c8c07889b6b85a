import type { TrialRecord } from "../../contracts/run-record.js";
import { stat } from "../../platform/files.js";
import { join } from "../../platform/paths.js";
import { listTrials, type TrialSpec } from "../plan/plan.js";
import {
  type Experiment,
  experimentPaths,
  isTrialDone,
  readBaselines,
  readFailure,
  readRecord,
  readResult,
  writeJson,
} from "./experiment-folder.js";
import type { CollectedRecords, CollectedResults, TrialBaseline } from "./result.js";

/** How far an experiment is, as its files tell. */
export interface ExperimentStatus {
  name: string;
  planSha256: string;
  total: number;
  done: TrialSpec[];
  /** Tried, and given up. */
  failed: { trial: TrialSpec; reason: string }[];
  /** Started and not finished: running, or killed on the way. */
  started: TrialSpec[];
  /** Never started. */
  waiting: TrialSpec[];
  /** Mean of the trials that are done; `undefined` before the first. */
  secondsPerTrial: number | undefined;
}

/** Reads how far an experiment is from its files. */
export async function readStatus(experiment: Experiment): Promise<ExperimentStatus> {
  const { folder, plan, planSha256 } = experiment;
  const trials = listTrials(plan);
  const status: ExperimentStatus = {
    name: plan.name,
    planSha256,
    total: trials.length,
    done: [],
    failed: [],
    started: [],
    waiting: [],
    secondsPerTrial: undefined,
  };
  let seconds = 0;
  for (const trial of trials) {
    const { index } = trial;
    if (await isTrialDone(experiment, trial)) {
      status.done.push(trial);
      seconds += (await readRecord(experiment, index))?.seconds ?? 0;
      continue;
    }
    const failure = await readFailure(experiment, index);
    const started = await stat(experimentPaths.starts(folder, index)).catch(() => undefined);
    if (failure) status.failed.push({ trial, reason: failure.reason });
    else if (started) status.started.push(trial);
    else status.waiting.push(trial);
  }
  if (status.done.length > 0) status.secondsPerTrial = seconds / status.done.length;
  return status;
}

/**
 * Brings the results of an experiment together, those that are there, and writes `collected.json`, the same bytes for the
 * same trials however they were run, and `collected.run.json`, how each ran.
 *
 * @returns what was written.
 */
export async function collectExperiment(
  experiment: Experiment,
): Promise<{ results: CollectedResults; records: CollectedRecords }> {
  const { folder, plan, planSha256 } = experiment;
  const results: CollectedResults = {
    version: 1,
    plan,
    planSha256,
    trials: [],
    baselines: [],
    missing: [],
  };
  const records: TrialRecord[] = [];
  for (const { index } of listTrials(plan)) {
    const result = await readResult(experiment, index);
    if (!result) {
      const failure = await readFailure(experiment, index);
      const isThere = await stat(experimentPaths.result(folder, index)).catch(() => undefined);
      const reason = isThere ? "its result is damaged, was changed or is of another plan" : "not run";
      results.missing.push({ index, reason: failure?.reason ?? reason });
      continue;
    }
    results.trials.push(result);
    const record = await readRecord(experiment, index);
    if (record) records.push(record);
  }
  for (const { organ } of plan.organs) {
    const found: TrialBaseline[] = (await readBaselines(experiment, organ)) ?? [];
    results.baselines.push(...found);
  }
  const collected = { version: 1 as const, planSha256, records };
  await writeJson(join(folder, "collected.run.json"), collected, 1);
  await writeJson(join(folder, "collected.json"), results);
  return { results, records: collected };
}
