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
}

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
  const missing: number[] = [];
  for (const index of [...indices].sort((a, b) => a - b)) if (!(await isDone(index))) missing.push(index);
  const queued = missing.filter((index) => queue.get(index)?.active);
  const submitted = missing.filter((index) => !queued.includes(index));
  const jobIds: string[] = [];
  const onSubmitted = (jobId: string): void => {
    jobIds.push(jobId);
    settings.onSubmitted?.(jobId);
  };
  await submitArrays(
    { ...work, logFolder: resolve(work.logFolder) },
    submitted,
    { ...settings, onSubmitted },
    jobNames.keys(),
  );
  return { jobIds, submitted, queued };
}
