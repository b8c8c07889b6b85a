import { realpath } from "../../platform/files.js";
import { sha256 } from "../../platform/hash.js";
import { monotonicMs } from "../../platform/machine.js";
import { join } from "../../platform/paths.js";
import type { TrialSpec } from "../plan/plan.js";
import { type ExperimentStatus, readStatus } from "./collect.js";
import { type Experiment, readFailure, recordFailure } from "./experiment-folder.js";
import type { LocalRunOptions, RunnerEvent } from "./local-runner.js";
import type { SlurmSettings, SlurmWork } from "./slurm/job-array.js";
import { runOnSlurm, type SlurmRunOptions } from "./slurm/run-on-slurm.js";
import { type ResultCheck, type SlurmSubmission, submitToSlurm } from "./slurm/submit.js";
import { isTrialDone, openTrialIndex } from "./trial-index.js";
import { wordsOfScans, wordsOfTrials } from "./trial-words.js";

/** How an experiment is run on a cluster. `threads` of each trial are 1 by default: ask for as many processors. */
export type ClusterRunOptions = Omit<LocalRunOptions, "workers"> &
  Pick<SlurmSettings, "sbatchOptions" | "maxRunning"> &
  Pick<SlurmRunOptions, "pollMs" | "patienceMs">;

/**
 * Submits the trials of an experiment that have no result and do not wait or run already to Slurm, and returns: a job
 * that draws the scans they share, then job arrays with a task a trial. The nodes must see the folder, this package and
 * this Node under the same paths.
 *
 * @throws LabError where Slurm is missing, does not answer or refuses.
 */
export async function submitExperiment(
  experiment: Experiment,
  options: ClusterRunOptions = {},
): Promise<SlurmSubmission> {
  const { work, indices, isDone } = await describeWork(experiment, options);
  const { onEvent } = options;
  return submitToSlurm(work, indices, isDone, {
    ...options,
    onNotice: (text) => onEvent?.({ kind: "notice", text }),
  });
}

/**
 * Runs an experiment on Slurm as {@link submitExperiment} does, and waits. A trial that fails or is killed is submitted
 * once more, then reported as failed with the end of its log; the others go on. Aborting cancels what was submitted
 * here; whatever is killed, running again ends with the same results.
 *
 * @returns what there is when all trials have had their turn.
 * @throws LabError as above; the signal's reason when aborted.
 */
export async function runExperimentOnSlurm(
  experiment: Experiment,
  options: ClusterRunOptions = {},
): Promise<ExperimentStatus> {
  const { work, indices, isDone } = await describeWork(experiment, options);
  const { failed } = await runOnSlurm(work, indices, isDone, {
    ...options,
    ...translateEvents(openTrialIndex(experiment).trials, options.onEvent ?? (() => undefined)),
  });
  for (const { index, reason, logTail } of failed) {
    // What the trial itself said of its failure says more.
    if (await readFailure(experiment, index)) continue;
    const said = logTail === "" ? "" : `: ${logTail.replaceAll(/\s+/g, " ")}`;
    await recordFailure(experiment, index, `${reason}${said}`);
  }
  return readStatus(experiment);
}

async function describeWork(
  experiment: Experiment,
  { threads = 1, engine }: ClusterRunOptions,
): Promise<{ work: SlurmWork; indices: number[]; isDone: ResultCheck }> {
  const folder = await realpath(experiment.folder);
  const { trials } = openTrialIndex(experiment);
  // The plan's and the folder's, so that no task of another experiment is taken for one of these.
  const hash = sha256(`${experiment.planSha256} ${folder}`);
  return {
    work: {
      name: `tumorlab-${hash.slice(0, 12)}`,
      command: wordsOfTrials(folder, threads, engine),
      first: wordsOfScans(folder, threads),
      logFolder: join(folder, "slurm"),
    },
    indices: trials.map(({ index }) => index),
    isDone: (index) => isTrialDone(experiment, trials[index]),
  };
}

/** What a cluster tells, in the words of every runner. */
function translateEvents(
  trials: readonly TrialSpec[],
  onEvent: (event: RunnerEvent) => void,
): Pick<SlurmRunOptions, "onTask" | "onNotice" | "progress"> {
  const attempts = new Map<number, number>();
  const startedMs = new Map<number, number>();
  let queue = "";
  return {
    onTask(index, kind, reason = "") {
      const trial = trials[index];
      const nowMs = monotonicMs();
      if (kind === "running") {
        attempts.set(index, (attempts.get(index) ?? 0) + 1);
        startedMs.set(index, nowMs);
        onEvent({ kind: "start", trial, attempt: attempts.get(index)!, pid: undefined });
      } else if (kind === "done")
        onEvent({ kind, trial, seconds: (nowMs - (startedMs.get(index) ?? nowMs)) / 1000 });
      else onEvent({ kind, trial, reason });
    },
    onNotice: (text) => onEvent({ kind: "notice", text }),
    progress({ label = "", values }) {
      const pending = values?.pending ?? 0;
      if (`${pending} ${label}` === queue) return;
      queue = `${pending} ${label}`;
      onEvent({ kind: "queue", pending, reason: label });
    },
  };
}
