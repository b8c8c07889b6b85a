import { type FileLock, tryLock, watchLocks } from "../../core/file-lock.js";
import { sleep } from "../../platform/wait.js";
import type { TrialSpec } from "../plan/plan.js";
import { type Experiment, experimentPaths, readRecord } from "./experiment-folder.js";
import type { LocalRunOptions } from "./local-runner.js";
import { isTrialDone } from "./trial-index.js";

/** A trial that this process has locked. */
export interface LockedTrial {
  trial: TrialSpec;
  lock: FileLock;
}

/** Trials to be run, for lanes that take one at a time. */
export interface TrialQueue {
  /**
   * Locks the first trial without a result that no other process computes; waits where others compute all that are left.
   * `undefined` when none is left, or when aborted.
   */
  next(): Promise<LockedTrial | undefined>;
}

const pauseMs = 1000;

/** A queue of trials; those that other processes finish are told as done. */
export function createTrialQueue(
  experiment: Experiment,
  trials: readonly TrialSpec[],
  { signal, onEvent }: Pick<LocalRunOptions, "signal" | "onEvent">,
): TrialQueue {
  const waiting = [...trials];
  const watch = watchLocks();
  let told = false;
  const drop = (trial: TrialSpec): void => {
    const at = waiting.indexOf(trial);
    if (at >= 0) waiting.splice(at, 1);
  };
  const tell = (holder: string): void => {
    if (!told) onEvent?.({ kind: "notice", text: `${holder} computes trials of this experiment too` });
    told = true;
  };
  /** Locks a trial; `undefined` where another has it, or has just finished it. */
  const take = async (trial: TrialSpec): Promise<LockedTrial | undefined> => {
    // Before anything is awaited: two lanes never take the same.
    drop(trial);
    if (!(await isTrialDone(experiment, trial))) {
      const lock = await tryLock(experimentPaths.lock(experiment.folder, trial.index), watch);
      if (typeof lock === "string") {
        tell(lock);
        waiting.push(trial);
        return undefined;
      }
      if (!(await isTrialDone(experiment, trial))) return { trial, lock };
      await lock.release();
    }
    const { seconds = 0 } = (await readRecord(experiment, trial.index)) ?? {};
    onEvent?.({ kind: "done", trial, seconds });
    return undefined;
  };
  return {
    async next() {
      while (waiting.length > 0 && !signal?.aborted) {
        for (const trial of [...waiting]) {
          if (signal?.aborted) return undefined;
          const taken = waiting.includes(trial) ? await take(trial) : undefined;
          if (taken) return taken;
        }
        if (waiting.length > 0) await sleep(pauseMs, { signal }).catch(() => undefined);
      }
      return undefined;
    },
  };
}
