import type { TrialRecord } from "../../contracts/run-record.js";
import { describeCode } from "../../core/code-version.js";
import { isHeldByParent, lockFile } from "../../core/file-lock.js";
import { appendText, readText } from "../../core/files.js";
import { throwIfAborted } from "../../core/progress.js";
import { openEngine } from "../../model/engines.js";
import { rm } from "../../platform/files.js";
import { currentTime, describeMachine, monotonicMs, peakMemoryBytes } from "../../platform/machine.js";
import type { TrialSpec } from "../plan/plan.js";
import {
  type Experiment,
  experimentPaths,
  formatJson,
  readBaselines,
  recordFailure,
  writeJson,
} from "./experiment-folder.js";
import { readResult } from "./inspect-trial.js";
import { listInputs } from "./list-inputs.js";
import { isTrialDone, openTrialIndex } from "./trial-index.js";
import { findTrial, runBaselines, runTrial, type TrialOptions } from "./trial.js";

/**
 * Runs a trial of an experiment and writes its result, whole or not at all; one that is there is kept. The first trial of
 * an organ also makes the organ's baselines. Where another process computes the trial it is waited for. An error is left
 * in the folder for `status`, then thrown.
 */
export async function runExperimentTrial(
  experiment: Experiment,
  index: number,
  options: Omit<TrialOptions, "scans"> = {},
): Promise<"made" | "kept"> {
  const { folder, plan } = experiment;
  const trial = findTrial(plan, index);
  if (await isTrialDone(experiment, trial)) return "kept";
  const { signal, progress } = options;
  const path = experimentPaths.lock(folder, index);
  const onWait = (holder: string): void => progress?.({ done: 0, label: `waiting for ${holder}` });
  // A runner locks the trials of its processes.
  const lock = (await isHeldByParent(path)) ? undefined : await lockFile(path, { signal, onWait });
  try {
    if (await isTrialDone(experiment, trial)) return "kept";
    await makeTrial(experiment, trial, options);
    return "made";
  } catch (error) {
    throwIfAborted(signal);
    const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
    // On a full disk not even that can be written.
    await recordFailure(experiment, index, reason).catch(() => undefined);
    throw error;
  } finally {
    await lock?.release();
  }
}

async function makeTrial(
  experiment: Experiment,
  trial: TrialSpec,
  options: Omit<TrialOptions, "scans">,
): Promise<void> {
  const { folder, plan, planSha256 } = experiment;
  const { index, organ } = trial;
  const startMs = monotonicMs();
  const { engine, threads = 1 } = options;
  await appendText(experimentPaths.starts(folder, index), ".");
  await rm(experimentPaths.failure(folder, index), { force: true });
  const running = { ...options, scans: experimentPaths.scans(folder) };
  if (openTrialIndex(experiment).isFirstOfOrgan(trial) && !(await readBaselines(experiment, organ))) {
    const baselines = await runBaselines(plan, organ, running);
    await writeJson(experimentPaths.baselines(folder, organ), { planSha256, baselines });
  }
  // Its baselines alone were missing: the record stays that of the run that computed the trial.
  if (await readResult(experiment, trial)) return;
  const result = await runTrial(plan, index, running);
  const { name, arithmetic } = await openEngine({ engine, threads });
  const inputs = listInputs(plan, trial);
  const starts = await readText(experimentPaths.starts(folder, index), "one letter for each start");
  const record: TrialRecord = {
    index,
    planSha256,
    resultSha256: formatJson(result).sha256,
    ...(await describeCode()),
    engine: name,
    arithmetic,
    threads,
    finishedAt: currentTime(),
    seconds: Number(((monotonicMs() - startMs) / 1000).toFixed(2)),
    peakMemoryMb: Math.ceil(peakMemoryBytes() / 1e6),
    ...describeMachine(),
    attempts: starts.length,
    ...(inputs ? { inputs } : {}),
  };
  // The record first: a result has always one.
  await writeJson(experimentPaths.record(folder, index), record, 2);
  await writeJson(experimentPaths.result(folder, index), result);
}
