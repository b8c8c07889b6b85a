import { mapConcurrently } from "../../../core/map-concurrently.js";
import { resolve } from "../../../platform/paths.js";
import { checkSbatchOptions, type SlurmSettings, type SlurmWork, submitArrays } from "./job-array.js";
import { askPatiently } from "./patience.js";
import { readQueue } from "./queue.js";

/** What became of a submission. */
export interface SlurmSubmission {
  /** Numbers of the jobs, for squeue and scancel. */
  jobIds: string[];
  /** Indices of the tasks in them, rising. */
  submitted: number[];
  /** Tasks of an earlier submission that still wait or run: not submitted again. */
  queued: number[];
  /** Tasks that there was no room for under the limits of the cluster; absent where there are none. */
  left?: number[];
}

/** Results that are looked for together: on a cluster's disk each look is a journey. */
export const width = 16;

/** Whether a task has its result, by looking at the files. */
export type ResultCheck = (index: number) => Promise<boolean>;

/**
 * Submits those of the tasks that neither have a result nor wait or run from an earlier submission, as job arrays, and
 * returns. Where nothing is missing nothing is submitted.
 *
 * @param indices of all tasks that should have a result.
 * @throws LabError where Slurm is missing, refuses, or does not answer for `patienceMs`.
 */
export async function submitToSlurm(
  work: SlurmWork,
  indices: readonly number[],
  isDone: ResultCheck,
  settings: SlurmSettings = {},
): Promise<SlurmSubmission> {
  checkSbatchOptions(settings.sbatchOptions ?? []);
  // First the queue, then the results: a task that ends in between is found there.
  const { tasks: queue, jobNames } = await askPatiently(
    () => readQueue(work.name, settings.signal),
    settings,
  );
  const rising = [...indices].sort((a, b) => a - b);
  const done = await mapConcurrently(rising, width, isDone);
  const missing = rising.filter((_, at) => !done[at]);
  const queued = missing.filter((index) => queue.get(index)?.active);
  const asked = missing.filter((index) => !queue.get(index)?.active);
  const jobIds: string[] = [];
  const onSubmitted = (jobId: string): void => {
    jobIds.push(jobId);
    settings.onSubmitted?.(jobId);
  };
  const { left, refusal } = await submitArrays(
    { ...work, logFolder: resolve(work.logFolder) },
    asked,
    { ...settings, onSubmitted },
    jobNames.keys(),
  );
  const submitted = asked.slice(0, asked.length - left.length);
  if (left.length === 0) return { jobIds, submitted, queued };
  settings.onNotice?.(`${left.length} tasks are not submitted yet: ${refusal?.found}.`);
  return { jobIds, submitted, queued, left };
}
