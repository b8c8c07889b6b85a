import { mkdir } from "node:fs/promises";
import { LabError, requireThat } from "../../errors.js";
import { runSlurm } from "./program.js";

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
export interface SlurmSettings {
  /** Options for sbatch, one a word: `["--partition=long", "--time=02:00:00"]`. Default none. */
  sbatchOptions?: readonly string[];
  /** Most tasks at a time; default what the cluster gives. */
  maxRunning?: number;
  /** Called with the number of each job array as soon as the cluster has taken it. */
  onSubmitted?: (jobId: string) => void;
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
    const own = name.startsWith("--")
      ? ownOptions.some((each) => each.startsWith(name))
      : ownLetters.includes(name.slice(0, 2));
    requireThat(!own, "sbatch option", option, "one that is not set by the runner itself");
  }
}

/**
 * Submits tasks as job arrays: one for each stretch of indices that the cluster's MaxArraySize has room for.
 *
 * @param indices rising.
 * @throws LabError when the cluster refuses; what it took before goes on.
 */
export async function submitArrays(
  work: SlurmWork,
  indices: readonly number[],
  { sbatchOptions = [], maxRunning, onSubmitted, signal }: SlurmSettings = {},
): Promise<void> {
  checkSbatchOptions(sbatchOptions);
  if (indices.length === 0) return;
  await mkdir(work.logFolder, { recursive: true });
  const size = await readMaxArraySize(signal);
  const bases = [...new Set(indices.map((index) => index - (index % size)))];
  // The limit of an array is its own: arrays that run side by side share ours.
  const limit = maxRunning === undefined ? "" : `%${Math.max(1, Math.floor(maxRunning / bases.length))}`;
  // A percent sign begins a field there.
  const logs = `--output=${work.logFolder.replaceAll("%", "%%")}`;
  const submit = async (...words: string[]): Promise<string> => {
    signal?.throwIfAborted();
    // Not to be broken off: a job that was taken has a number that must be known.
    const printed = await runSlurm("sbatch", ["--parsable", ...words, ...sbatchOptions]);
    // "12" or, with several clusters, "12;name"; a site may have words of its own before it.
    const jobId = /^(\d+)(;.*)?$/.exec(printed.trim().split("\n").at(-1)!)?.[1];
    if (jobId === undefined) throw new LabError("sbatch", printed, "the number of a job");
    onSubmitted?.(jobId);
    return jobId;
  };
  const dependency: string[] = [];
  if (work.first && indices.length > 1) {
    const name = `--job-name=${work.name}.first`;
    const jobId = await submit(name, `${logs}/%j.log`, `--wrap=exec ${work.first.map(quote).join(" ")}`);
    dependency.push(`--dependency=afterany:${jobId}`);
  }
  for (const base of bases) {
    const tasks = indices.map((index) => index - base).filter((task) => task >= 0 && task < size);
    const index = base === 0 ? "$SLURM_ARRAY_TASK_ID" : `$((SLURM_ARRAY_TASK_ID + ${base}))`;
    await submit(
      `--job-name=${nameArray(work.name, base)}`,
      `--array=${formatStretches(tasks)}${limit}`,
      `${logs}/%A_%a.log`,
      ...dependency,
      `--wrap=exec ${work.command.map(quote).join(" ")} "${index}"`,
    );
  }
}

/** The name of an array in the queue, from which {@link readArrayName} has the base again. */
function nameArray(name: string, base: number): string {
  return base === 0 ? name : `${name}+${base}`;
}

/** What is added to the numbers of an array's tasks; `undefined` for a name of other work. */
export function readArrayName(text: string, name: string): number | undefined {
  if (text === name) return 0;
  const base = text.startsWith(`${name}+`) ? Number(text.slice(name.length + 1)) : NaN;
  return Number.isInteger(base) ? base : undefined;
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
