import { readArrayName } from "./array-name.js";
import { runSlurm } from "./program.js";

/** A task as the controller knows it. */
export interface QueuedTask {
  index: number;
  jobId: string;
  /** Its number in the array of that job. */
  task: number;
  /** Still to come or under way; otherwise it has ended. */
  active: boolean;
  /** In Slurm's words, such as `RUNNING` or `OUT_OF_MEMORY`. */
  state: string;
  /** Why it waits or how it ended, in Slurm's words; `None` for nothing to say. */
  reason: string;
}

/** States that nothing follows. The rest, some of them rare, lead to one of these. */
const ended = new Set([
  "BOOT_FAIL",
  "CANCELLED",
  "COMPLETED",
  "DEADLINE",
  "FAILED",
  "NODE_FAIL",
  "OUT_OF_MEMORY",
  "PREEMPTED",
  "REVOKED",
  "TIMEOUT",
]);

/** What the controller knows of some work. */
export interface WorkQueue {
  /** By index, the last submitted of each. */
  tasks: Map<number, QueuedTask>;
  /** Names of all of the user's jobs by number, first jobs too. */
  jobNames: Map<string, string>;
}

/**
 * The tasks of some work by index, the last submitted of each. Needs no accounting: the controller itself knows of tasks
 * that have ended for some minutes.
 *
 * @param name of the work, see `SlurmWork`.
 */
export async function readQueue(name: string, signal?: AbortSignal): Promise<WorkQueue> {
  const format = "%F|%K|%T|%r|%j";
  const text = await runSlurm(
    "squeue",
    ["--me", "--array", "--states=all", "--noheader", `--format=${format}`],
    signal,
  );
  const tasks = new Map<number, QueuedTask>();
  const jobNames = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [jobId, task, state, reason, ...words] = line.split("|");
    if (words.length > 0) jobNames.set(jobId, words.join("|"));
    const base = readArrayName(words.join("|"), name);
    if (base === undefined || !/^\d+$/.test(task)) continue;
    const index = base + Number(task);
    const former = tasks.get(index);
    if (former && Number(former.jobId) > Number(jobId)) continue;
    tasks.set(index, { index, jobId, task: Number(task), active: !ended.has(state), state, reason });
  }
  return { tasks, jobNames };
}
