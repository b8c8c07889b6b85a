import type { TrialRecord } from "../../contracts/run-record.js";
import { stat } from "../../platform/files.js";
import { join } from "../../platform/paths.js";
import { listTrials, type TrialSpec } from "../plan/plan.js";
import {
  type Experiment,
  experimentPaths,
  readBaselines,
  readFailure,
  readRecord,
  writeJson,
} from "./experiment-folder.js";
import { type DamagedFile, describeDamage, inspectTrial } from "./inspect-trial.js";
import { recordedArithmetic, requireOneArithmetic } from "./one-arithmetic.js";
import type { CollectedRecords, CollectedResults, TrialBaseline } from "./result.js";

/** How far an experiment is, as its files tell. */
export interface ExperimentStatus {
  name: string;
  planSha256: string;
  total: number;
  done: TrialSpec[];
  /** Tried, and given up. */
  failed: { trial: TrialSpec; reason: string }[];
  /** Finished, with a file that cannot be used: made again when the experiment runs. Absent where there is none. */
  damaged?: ({ trial: TrialSpec } & DamagedFile)[];
  /** Started and not finished: running, or killed on the way. */
  started: TrialSpec[];
  /** Never started. */
  waiting: TrialSpec[];
  /** Of those that are done, how many were taken over from another plan's; absent where none was. */
  reused?: number;
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
    const { result, damaged } = await inspectTrial(experiment, trial);
    if (result && !damaged) {
      status.done.push(trial);
      const record = await readRecord(experiment, index);
      seconds += record?.seconds ?? 0;
      if (record?.reused) status.reused = (status.reused ?? 0) + 1;
      continue;
    }
    const failure = await readFailure(experiment, index);
    const started = await stat(experimentPaths.starts(folder, index)).catch(() => undefined);
    if (failure) status.failed.push({ trial, reason: failure.reason });
    else if (damaged) (status.damaged ??= []).push({ trial, ...damaged });
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
 * @returns what was written, and files that are damaged. A trial whose result or record is damaged is among the missing.
 * @throws LabError naming two trials that were computed with different arithmetic; nothing is written then.
 */
export async function collectExperiment(
  experiment: Experiment,
): Promise<{ results: CollectedResults; records: CollectedRecords; damaged: DamagedFile[] }> {
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
  const computed: { index: number; arithmetic: string }[] = [];
  const allDamaged: DamagedFile[] = [];
  for (const trial of listTrials(plan)) {
    const { index } = trial;
    const { result, damaged } = await inspectTrial(experiment, trial);
    if (damaged) allDamaged.push(damaged);
    if (!result) {
      const failure = await readFailure(experiment, index);
      const reason = damaged ? describeDamage(damaged) : "not run";
      results.missing.push({ index, reason: failure?.reason ?? reason });
      continue;
    }
    results.trials.push(result);
    const record = await readRecord(experiment, index);
    if (record) records.push(record);
    computed.push({ index, arithmetic: recordedArithmetic(result, record) });
  }
  requireOneArithmetic(folder, computed);
  for (const { organ } of plan.organs) {
    const found: TrialBaseline[] = (await readBaselines(experiment, organ)) ?? [];
    results.baselines.push(...found);
  }
  const collected = { version: 1 as const, planSha256, records };
  await writeJson(join(folder, "collected.run.json"), collected, 1);
  await writeJson(join(folder, "collected.json"), results);
  return { results, records: collected, damaged: allDamaged };
}
