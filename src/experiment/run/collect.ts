import type { TrialRecord } from "../../contracts/run-record.js";
import { fileError, LabError } from "../../core/errors.js";
import { decodeText, writeFileWhole } from "../../core/files.js";
import { encodeText } from "../../platform/bytes.js";
import { readFileNow, stat } from "../../platform/files.js";
import { sha256 } from "../../platform/hash.js";
import { join } from "../../platform/paths.js";
import type { TrialSpec } from "../plan/plan.js";
import {
  type Experiment,
  experimentPaths,
  formatJson,
  readBaselines,
  readFailure,
  writeJson,
} from "./experiment-folder.js";
import { type DamagedFile, describeDamage, parseResult } from "./inspect-trial.js";
import { requireOneArithmetic } from "./one-arithmetic.js";
import type { CollectedRecords, CollectedResults, TrialResult } from "./result.js";
import { lookAtTrials, type TrialState } from "./trial-index.js";

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
  const looked = await lookAtTrials(experiment);
  const status: ExperimentStatus = {
    name: plan.name,
    planSha256,
    total: looked.length,
    done: [],
    failed: [],
    started: [],
    waiting: [],
    secondsPerTrial: undefined,
  };
  let seconds = 0;
  for (const { trial, state } of looked) {
    const { hasResult, damaged, record } = state;
    if (hasResult && !damaged) {
      status.done.push(trial);
      seconds += record?.seconds ?? 0;
      if (record?.reused) status.reused = (status.reused ?? 0) + 1;
      continue;
    }
    const failure = await readFailure(experiment, trial.index);
    const started = await stat(experimentPaths.starts(folder, trial.index)).catch(() => undefined);
    if (failure) status.failed.push({ trial, reason: failure.reason });
    else if (damaged) (status.damaged ??= []).push({ trial, ...damaged });
    else if (started) status.started.push(trial);
    else status.waiting.push(trial);
  }
  if (status.done.length > 0) status.secondsPerTrial = seconds / status.done.length;
  return status;
}

/** What {@link writeCollected} wrote. */
export interface CollectedFiles {
  /** Trials with a result. */
  trials: TrialSpec[];
  missing: CollectedResults["missing"];
  /** Files that are damaged. A trial whose result or record is damaged is among the missing. */
  damaged: DamagedFile[];
  records: CollectedRecords;
  baselines: CollectedResults["baselines"];
}

/**
 * Brings the results of an experiment together, those that are there, and writes `collected.json`, the same bytes for the
 * same trials however they were run, and `collected.run.json`, how each ran. One result is held in memory at a time.
 *
 * @param onResult is handed each result as it is written.
 * @throws LabError naming two trials that were computed with different arithmetic; nothing is written then.
 */
export async function writeCollected(
  experiment: Experiment,
  onResult?: (result: TrialResult) => void,
): Promise<CollectedFiles> {
  const { folder, plan, planSha256 } = experiment;
  const missing: CollectedResults["missing"] = [];
  const damaged: DamagedFile[] = [];
  const found: { trial: TrialSpec; state: TrialState }[] = [];
  for (const { trial, state } of await lookAtTrials(experiment)) {
    if (state.damaged) damaged.push(state.damaged);
    if (state.hasResult) {
      found.push({ trial, state });
      continue;
    }
    const reason = state.damaged ? describeDamage(state.damaged) : "not run";
    const failure = await readFailure(experiment, trial.index);
    missing.push({ index: trial.index, reason: failure?.reason ?? reason });
  }
  requireOneArithmetic(
    folder,
    found.map(({ trial, state }) => ({ index: trial.index, arithmetic: state.arithmetic! })),
  );
  const baselines: CollectedResults["baselines"] = [];
  for (const { organ } of plan.organs) baselines.push(...((await readBaselines(experiment, organ)) ?? []));
  const records = { version: 1 as const, planSha256, records: found.map(({ state }) => state.record!) };
  const frame: CollectedResults = { version: 1, plan, planSha256, trials: [], baselines, missing };
  await writeJson(join(folder, "collected.run.json"), records, 1);
  await writeFileWhole(join(folder, "collected.json"), joinTrials(frame, folder, records.records, onResult));
  return { trials: found.map(({ trial }) => trial), missing, damaged, records, baselines };
}

/**
 * Brings the results of an experiment together, those that are there, and writes `collected.json`, the same bytes for the same
 * trials however they were run, and `collected.run.json`, how each ran; all results are in memory then.
 *
 * @returns what was written, and files that are damaged.
 */
export async function collectExperiment(
  experiment: Experiment,
): Promise<{ results: CollectedResults; records: CollectedRecords; damaged: DamagedFile[] }> {
  const { plan, planSha256 } = experiment;
  const trials: TrialResult[] = [];
  const { missing, damaged, records, baselines } = await writeCollected(experiment, (result) =>
    trials.push(result),
  );
  const results: CollectedResults = { version: 1, plan, planSha256, trials, baselines, missing };
  return { results, records, damaged };
}

/** How the text of results without trials ends, their fields in alphabetical order. */
const noTrials = `"trials":[],"version":1}\n`;

/** The bytes of collected results: each result's file stands in them as it is. */
function* joinTrials(
  frame: CollectedResults,
  folder: string,
  records: readonly TrialRecord[],
  onResult?: (result: TrialResult) => void,
): Generator<Uint8Array, void, undefined> {
  const { text } = formatJson(frame);
  const [before, after] = [text.length - noTrials.length, `],"version":1}\n`];
  yield encodeText(`${text.slice(0, before)}"trials":[`);
  let isFirst = true;
  for (const { index, resultSha256 } of records) {
    const path = experimentPaths.result(folder, index);
    const own = readNow(path);
    if (resultSha256 !== undefined && sha256(own) !== resultSha256)
      throw new LabError(
        path,
        "other bytes than a moment ago",
        "a result that stays as it is",
        "Collect again",
      );
    // What was written without its sha256 may have been formatted since.
    const kept = resultSha256 === undefined ? formatJson(parseResult(own)).text : own;
    onResult?.(parseResult(kept));
    yield encodeText(`${isFirst ? "" : ","}${kept.trimEnd()}`);
    isFirst = false;
  }
  yield encodeText(after);
}

function readNow(path: string): string {
  try {
    return decodeText(readFileNow(path));
  } catch (error) {
    throw fileError(path, error, "the result that was there a moment ago", "Collect again");
  }
}
