import { LabError, requireThat } from "../../../core/errors.js";
import { mkdir } from "../../../platform/files.js";
import { nameArray } from "./array-name.js";
import { askPatiently, type Patience } from "./patience.js";
import { isFull, runSlurm } from "./program.js";
import { readQueue } from "./queue.js";

/** Tasks of one kind, told apart by an index from 0. */
export interface SlurmWork {
  /** Letters, digits and dashes; the same for the same work, so that a second run finds the tasks of the first. */
  name: string;
  /** Program and words that do a task; its index is appended as the last word. */
  command: readonly string[];
  /** Where the tasks' logs go, as `JOB_TASK.log`; made when missing. */
  logFolder: string;
  /** Program and words of a job that several tasks of a submission wait for, however it ends; its log is `JOB.log`. */
  first?: readonly string[];
}

/** How tasks are submitted. */
export interface SlurmSettings extends Patience {
  /** Options for sbatch, one per word: `["--partition=long", "--time=02:00:00"]`. Default none. */
  sbatchOptions?: readonly string[];
  /** Most tasks at a time; default what the cluster gives. */
  maxRunning?: number;
  /** Called with the number of each job array as soon as the cluster has taken it. */
  onSubmitted?: (jobId: string) => void;
  /** Called with the number of a first job that was cancelled because no tasks came to wait for it. */
  onCancelled?: (jobId: string) => void;
  /** Aborting submits no further array. */
  signal?: AbortSignal;
}

/** Options of sbatch that are set here, with their short forms. */
const ownOptions = [
  "--array",
  "--error",
  "--job-name",
  "--output",
  "--parsable",
  "--test-only",
  "--wait",
  "--wrap",
];
const ownLetters = ["-a", "-e", "-J", "-o", "-W"];

/** Throws a LabError for an option of sbatch that is set here, or for a word that is none. */
export function checkSbatchOptions(options: readonly string[]): void {
  for (const option of options) {
    requireThat(
      option.startsWith("-"),
      "sbatch option",
      option,
      "one that begins with a dash, as in --time=01:00:00",
    );
    const name = option.split("=")[0];
    // getopt takes the beginning of a long option for the whole.
    const longName = name.startsWith("--")
      ? ownOptions.some((each) => each.startsWith(name))
      : ownLetters.includes(name.slice(0, 2));
    requireThat(!longName, "sbatch option", option, "one that is not set by the runner itself");
  }
}

/** Tasks that the queue had no room for, and what it said; no tasks where it took all. */
export interface LeftTasks {
  left: number[];
  refusal?: LabError;
}

/**
 * Submits tasks as job arrays: one for each stretch of indices that the cluster's MaxArraySize has room for, and smaller ones where
 * the user's limit of submitted tasks (MaxSubmit) refuses so many at once.
 *
 * @param indices rising.
 * A controller that does not answer is asked again for `patienceMs`. It may have taken the job all the same: before
 * another try the queue is looked through for it.
 *
 * @param known numbers of jobs that were in the queue before, by which a new one of the same name is told from them.
 * @returns the last of the tasks, where the limit had room for the first alone.
 * @throws LabError when the cluster refuses, or has no room for a single one; arrays that it took before go on, a first job without
 *   any is cancelled.
 */
export async function submitArrays(
  work: SlurmWork,
  indices: readonly number[],
  settings: SlurmSettings = {},
  known: Iterable<string> = [],
): Promise<LeftTasks> {
  const { sbatchOptions = [], maxRunning, onSubmitted, onCancelled, onNotice, signal } = settings;
  checkSbatchOptions(sbatchOptions);
  if (indices.length === 0) return { left: [] };
  await mkdir(work.logFolder, { recursive: true });
  const size = await askPatiently(() => readMaxArraySize(signal), settings);
  const stretches = cutUp(indices, size);
  // As refusals have shown.
  let most = size;
  // The limit of an array is its own: arrays that run side by side share ours.
  const limitOf = (): string => {
    const arrays = Math.max(stretches.length, Math.ceil(indices.length / most));
    return maxRunning === undefined ? "" : `%${Math.max(1, Math.floor(maxRunning / arrays))}`;
  };
  // A percent sign begins a field there.
  const logs = `--output=${work.logFolder.replaceAll("%", "%%")}`;
  const former = new Set(known);
  const submit = async (name: string, ...words: string[]): Promise<string> => {
    let isAsked = false;
    const jobId = await askPatiently(async () => {
      signal?.throwIfAborted();
      const taken = isAsked ? await findJob(name, former, signal) : undefined;
      if (taken !== undefined) return taken;
      isAsked = true;
      // Not to be broken off: a job that was taken has a number that must be known.
      const printed = await runSlurm("sbatch", [
        "--parsable",
        `--job-name=${name}`,
        ...words,
        ...sbatchOptions,
      ]);
      // "12" or, with several clusters, "12;name"; a site may have words of its own before it.
      const number = /^(\d+)(;.*)?$/.exec(printed.trim().split("\n").at(-1)!)?.[1];
      if (number === undefined) throw new LabError("sbatch", printed, "the number of a job");
      return number;
    }, settings);
    former.add(jobId);
    onSubmitted?.(jobId);
    return jobId;
  };
  const dependency: string[] = [];
  let firstId: string | undefined;
  if (work.first && indices.length > 1) {
    firstId = await submit(
      `${work.name}.first`,
      `${logs}/%j.log`,
      `--wrap=exec ${work.first.map(quote).join(" ")}`,
    );
    dependency.push(`--dependency=afterany:${firstId}`);
  }
  const submitTasks = async (base: number, tasks: readonly number[]): Promise<void> => {
    const index = base === 0 ? "$SLURM_ARRAY_TASK_ID" : `$((SLURM_ARRAY_TASK_ID + ${base}))`;
    await submit(
      nameArray(work.name, base),
      `--array=${formatStretches(tasks)}${limitOf()}`,
      `${logs}/%A_%a.log`,
      ...dependency,
      `--wrap=exec ${work.command.map(quote).join(" ")} "${index}"`,
    );
    firstId = undefined;
  };
  let taken = 0;
  try {
    for (const { base, tasks } of stretches)
      for (let from = 0; from < tasks.length;) {
        const part = tasks.slice(from, from + most);
        try {
          await submitTasks(base, part);
          from += part.length;
          taken += part.length;
        } catch (error) {
          if (!isFull(error)) throw error;
          if (part.length > 1) most = Math.floor(part.length / 2);
          else if (taken === 0) throw error;
          else return { left: indices.slice(taken), refusal: error };
        }
      }
    return { left: [] };
  } catch (error) {
    const alone = firstId;
    if (alone !== undefined)
      await runSlurm("scancel", [alone]).then(
        () => {
          onCancelled?.(alone);
          onNotice?.(`Job ${alone} cancelled: the tasks that it was for were not taken.`);
        },
        // Who watches says that it goes on.
        () => undefined,
      );
    throw error;
  }
}

/** Number of a job of that name that is not one of the earlier ones. */
async function findJob(
  name: string,
  former: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { jobNames } = await readQueue(name, signal);
  return [...jobNames].find(([jobId, each]) => each === name && !former.has(jobId))?.[0];
}

/** Rising indices by the arrays that they fit into: what is added to the numbers of each array's tasks, and these. */
function cutUp(indices: readonly number[], size: number): { base: number; tasks: number[] }[] {
  const found: { base: number; tasks: number[] }[] = [];
  for (const index of indices) {
    const base = index - (index % size);
    if (found.at(-1)?.base !== base) found.push({ base, tasks: [] });
    found.at(-1)!.tasks.push(index - base);
  }
  return found;
}

/** Numbers as Slurm writes them, such as `0-3,7`. */
function formatStretches(tasks: readonly number[]): string {
  const stretches: [number, number][] = [];
  for (const task of tasks) {
    const last = stretches.at(-1);
    if (last?.[1] === task - 1) last[1] = task;
    else stretches.push([task, task]);
  }
  return stretches.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

/** How many tasks an array may count from 0. */
async function readMaxArraySize(signal?: AbortSignal): Promise<number> {
  const config = await runSlurm("scontrol", ["show", "config"], signal);
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(config)?.[1] ?? 1001);
  requireThat(size > 0, "MaxArraySize", size, "a cluster that takes job arrays", "Ask its administrators");
  return size;
}

/** A word for the shell, whatever is in it. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
