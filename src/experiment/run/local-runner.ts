import { requireThat } from "../../core/errors.js";
import { lockFile } from "../../core/file-lock.js";
import type { ProgressUpdate, RunOptions } from "../../core/progress.js";
import type { EngineOptions } from "../../model/engines.js";
import { describeMachine, monotonicMs } from "../../platform/machine.js";
import { type ChildProcess, spawn } from "../../platform/processes.js";
import { startTimer } from "../../platform/wait.js";
import type { TrialSpec } from "../plan/plan.js";
import { type ExperimentStatus, readStatus } from "./collect.js";
import { type Experiment, experimentPaths, readFailure, recordFailure } from "./experiment-folder.js";
import { prepareExperimentScans } from "./scans/prepare-scans.js";
import { isTrialDone, listOpenTrials } from "./trial-index.js";
import { createTrialQueue } from "./trial-queue.js";
import { wordsOfTrials } from "./trial-words.js";

/** What happens while an experiment runs. */
export type RunnerEvent =
  | { kind: "scans"; done: number; total: number }
  | { kind: "queue"; pending: number; reason: string }
  | { kind: "notice"; text: string }
  | { kind: "start"; trial: TrialSpec; attempt: number; pid: number | undefined }
  | { kind: "progress"; trial: TrialSpec; update: ProgressUpdate }
  | { kind: "done"; trial: TrialSpec; seconds: number }
  | { kind: "retry"; trial: TrialSpec; reason: string }
  | { kind: "failed"; trial: TrialSpec; reason: string };

/** How an experiment is run on this machine. */
export interface LocalRunOptions extends Pick<RunOptions, "signal"> {
  /** Trials at once, each a process of its own; default one per core. */
  workers?: number;
  /** Threads of each trial's engine; default the cores shared out among the workers. */
  threads?: number;
  engine?: EngineOptions["engine"];
  onEvent?: (event: RunnerEvent) => void;
}

const maxAttempts = 2;
/** How long an interrupted trial may take to end by itself. */
const graceMs = 5000;

/**
 * Runs the trials of an experiment that have no result yet, each in a process of its own. A trial that fails or is killed
 * is tried once more, then reported as failed; the others go on. Whatever is killed at any moment, running again ends with
 * the same results. Aborting ends the trials under way.
 *
 * Several runners may share a folder, on one machine or more: each takes trials that no other computes, and all end when
 * all trials had their turn.
 *
 * @returns what there is when all trials have had their turn.
 * @throws LabError when the scans cannot be drawn or the folder cannot be written; the signal's reason when aborted.
 */
export async function runExperiment(
  experiment: Experiment,
  options: LocalRunOptions = {},
): Promise<ExperimentStatus> {
  const { cores } = describeMachine();
  const { workers = cores, onEvent } = options;
  requireThat(Number.isInteger(workers) && workers >= 1, "workers", workers, "a whole number from 1");
  const threads = options.threads ?? Math.max(1, Math.floor(cores / workers));
  // A fault of the folder stops all lanes.
  const fault = new AbortController();
  const signal = AbortSignal.any([fault.signal, ...(options.signal ? [options.signal] : [])]);
  const waiting = await makeScans(experiment, workers, { signal, onEvent });
  const queue = createTrialQueue(experiment, waiting, { signal, onEvent });

  const lane = async (): Promise<void> => {
    for (let next = await queue.next(); next; next = await queue.next()) {
      const { trial, lock } = next;
      try {
        await runWithRetry(experiment, trial, { ...options, signal, threads });
      } finally {
        await lock.release();
      }
    }
  };
  const lanes = Array.from({ length: Math.min(workers, waiting.length) }, () =>
    lane().catch((error: unknown) => fault.abort(error)),
  );
  await Promise.all(lanes);
  signal.throwIfAborted();
  return readStatus(experiment);
}

/**
 * Draws the scans that the trials without a result share, in `workers` threads; those that are there are kept. Where
 * another process draws them it is waited for.
 *
 * @returns those trials.
 * @throws LabError when a scan cannot be drawn; the signal's reason when aborted.
 */
export async function makeScans(
  experiment: Experiment,
  workers: number,
  { signal, onEvent }: Pick<LocalRunOptions, "signal" | "onEvent"> = {},
): Promise<TrialSpec[]> {
  const { plan, folder } = experiment;
  const waiting = await listOpenTrials(experiment);
  if (waiting.length === 0) return [];
  const organs = [...new Set(waiting.map(({ organ }) => organ))];
  const lock = await lockFile(experimentPaths.scansLock(folder), {
    signal,
    onWait: (holder) => onEvent?.({ kind: "notice", text: `${holder} makes the scans: waiting for it` }),
  });
  try {
    await prepareExperimentScans(plan, experimentPaths.scans(folder), organs, workers, {
      signal,
      progress: ({ done, total = done }) => onEvent?.({ kind: "scans", done, total }),
    });
  } finally {
    await lock.release();
  }
  return waiting;
}

async function runWithRetry(
  experiment: Experiment,
  trial: TrialSpec,
  options: LocalRunOptions & { threads: number },
): Promise<void> {
  const { signal, onEvent } = options;
  for (let attempt = 1; ; attempt++) {
    const startMs = monotonicMs();
    const ending = await runTrialProcess(experiment, trial, options, (pid) =>
      onEvent?.({ kind: "start", trial, attempt, pid }),
    );
    if (await isTrialDone(experiment, trial)) {
      onEvent?.({ kind: "done", trial, seconds: (monotonicMs() - startMs) / 1000 });
      return;
    }
    if (signal?.aborted) return;
    const reason = (await readFailure(experiment, trial.index))?.reason ?? ending;
    if (attempt >= maxAttempts) {
      await recordFailure(experiment, trial.index, reason);
      onEvent?.({ kind: "failed", trial, reason });
      return;
    }
    onEvent?.({ kind: "retry", trial, reason });
  }
}

/** Runs a trial in a process of its own, and says how it ended. */
function runTrialProcess(
  { folder }: Experiment,
  trial: TrialSpec,
  { threads, engine, signal, onEvent }: LocalRunOptions & { threads: number },
  onStart: (pid: number | undefined) => void,
): Promise<string> {
  const [program, ...words] = [...wordsOfTrials(folder, threads, engine), String(trial.index)];
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    onStart(child.pid);
    let said = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2000)));
    child.on("message", (update: ProgressUpdate) => onEvent?.({ kind: "progress", trial, update }));
    const stop = (): void => endChild(child);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    const settle = (ending: string): void => {
      signal?.removeEventListener("abort", stop);
      resolve(ending);
    };
    child.once("error", (error) => settle(error.message));
    child.once("close", (code, killedBy) => {
      const lines = said.trim().split("\n");
      const last = lines[lines.length - 1];
      settle(killedBy ? `its process was ended by ${killedBy}` : last || `exit code ${code}`);
    });
  });
}

function endChild(child: ChildProcess): void {
  child.kill("SIGTERM");
  const timer = startTimer(() => child.kill("SIGKILL"), graceMs);
  child.once("close", () => clearTimeout(timer));
}
