import { readText } from "../../../core/files.js";
import { mapConcurrently } from "../../../core/map-concurrently.js";
import type { RunOptions } from "../../../core/progress.js";
import { monotonicMs } from "../../../platform/machine.js";
import { join } from "../../../platform/paths.js";
import { sleep } from "../../../platform/wait.js";
import { type SlurmSettings, type SlurmWork, submitArrays } from "./job-array.js";
import { createPatience, defaultPatienceMs, listPauses } from "./patience.js";
import { isFull, runSlurm } from "./program.js";
import { type QueuedTask, readQueue } from "./queue.js";
import { adviseOnStuck } from "./stuck.js";
import { type ResultCheck, type SlurmSubmission, submitToSlurm, width } from "./submit.js";

/** How {@link runOnSlurm} waits. */
export interface SlurmRunOptions extends SlurmSettings, RunOptions {
  /** Times a task that failed or was killed is submitted again; default 1. One that was cancelled is not. */
  retries?: number;
  /** A result may come into sight that long after its task ended well, where folders are shared; default a minute. */
  settleMs?: number;
  /** Called when a task is seen to run, has its result, goes once more or has failed, the last two with the reason. */
  onTask?: (index: number, event: "running" | "done" | "retry" | "failed", reason?: string) => void;
}

/** A task that has no result. */
export interface SlurmFailure {
  index: number;
  /** Times it was submitted. */
  attempts: number;
  /** In words, with the state that Slurm gave it. */
  reason: string;
  /** Last lines of its log; empty where there is none. */
  logTail: string;
}

/** What {@link runOnSlurm} gives, indices rising. */
export interface SlurmOutcome extends SlurmSubmission {
  done: number[];
  failed: SlurmFailure[];
}

/**
 * Does tasks on a Slurm cluster: submits what is missing, waits until every task has its result or has failed, and
 * submits one that failed again. Results are looked for by `isDone` alone; the queue says only which tasks will not have
 * one. A controller that does not answer for a while is waited for. A task that only people can set going, such as one that
 * is held, is told of with what to do, and given up after `patienceMs`; one that ran out of time is not tried again. Tasks beyond
 * the limit of what may be submitted are submitted as others end.
 *
 * Progress tells in `values` how many tasks are running, pending and failed, in `label` what the pending ones wait for.
 * Aborting cancels the tasks submitted here and throws the signal's reason. A killed run loses nothing: its tasks go on,
 * and the next run waits for them.
 *
 * @throws LabError where Slurm is missing, refuses, or does not answer for `patienceMs`.
 */
export async function runOnSlurm(
  work: SlurmWork,
  indices: readonly number[],
  isDone: ResultCheck,
  options: SlurmRunOptions = {},
): Promise<SlurmOutcome> {
  const jobIds: string[] = [];
  const onSubmitted = (jobId: string): void => {
    jobIds.push(jobId);
    options.onSubmitted?.(jobId);
  };
  const onCancelled = (jobId: string): void => {
    jobIds.splice(jobIds.indexOf(jobId), 1);
    options.onCancelled?.(jobId);
  };
  const settings = { ...options, onSubmitted, onCancelled };
  try {
    const { left = [], ...submission } = await submitToSlurm(work, indices, isDone, settings);
    const open = new Map(
      [...submission.submitted, ...submission.queued].map((index) => [index, { attempts: 1 }]),
    );
    const failed = await waitForTasks(work, indices.length, open, left, isDone, settings);
    const lost = new Set(failed.map(({ index }) => index));
    return { ...submission, jobIds, failed, done: indices.filter((index) => !lost.has(index)) };
  } catch (error) {
    const { signal, onNotice } = options;
    const jobs = `Job ${jobIds.join(", ")}`;
    if (jobIds.length > 0 && signal?.aborted)
      await runSlurm("scancel", jobIds).then(
        () => onNotice?.(`${jobs} cancelled.`),
        (fault: Error) => onNotice?.(`${jobs} goes on: ${fault.message}.`),
      );
    else if (jobIds.length > 0) onNotice?.(`${jobs} goes on without being watched.`);
    throw signal?.aborted ? signal.reason : error;
  }
}

/** A task without a result so far. */
interface OpenTask {
  attempts: number;
  /** It was seen to run. */
  running?: boolean;
  /** When it was first seen to have ended, on the monotonic clock. */
  endedMs?: number;
  /** When it was first seen to be stuck. */
  stuckMs?: number;
}

/** Waits until no task is open or `late`, not submitted yet for want of room, any more; returns those that failed, in order. */
async function waitForTasks(
  work: SlurmWork,
  total: number,
  open: Map<number, OpenTask>,
  late: readonly number[],
  isDone: ResultCheck,
  options: SlurmRunOptions,
): Promise<SlurmFailure[]> {
  const { signal, onTask, onNotice } = options;
  const told = new Set<string>();
  const failed: SlurmFailure[] = [];
  const forgive = createPatience(options);
  /** With how often each was submitted before: those that had no room, and those that failed. */
  const unsubmitted = new Map(late.map((index) => [index, 0]));
  let openAtRefusal = late.length > 0 ? open.size : Infinity;
  const noteSubmitted = (index: number): void => {
    open.set(index, { attempts: unsubmitted.get(index)! + 1 });
    unsubmitted.delete(index);
  };
  for (const pauseMs of listPauses(options)) {
    const found = await readQueue(work.name, signal).catch((error: unknown) => error as Error);
    signal?.throwIfAborted();
    const waiting = [...open.keys(), ...unsubmitted.keys()];
    const done = await mapConcurrently(waiting, width, isDone);
    for (const [at, index] of waiting.entries()) {
      if (!done[at]) continue;
      open.delete(index);
      unsubmitted.delete(index);
      onTask?.(index, "done");
    }
    if (found instanceof Error) {
      if (open.size > 0) forgive(found);
    } else {
      const queue = found.tasks;
      // A try whose answer was lost may have been taken.
      for (const index of unsubmitted.keys()) if (queue.get(index)?.active) noteSubmitted(index);
      for (const [index, task] of open) {
        const queued = queue.get(index);
        if (queued?.active && queued.state !== "PENDING" && !task.running) {
          task.running = true;
          onTask?.(index, "running");
        }
        const advice = queued && adviseOnStuck(queued);
        const sentence = advice && `Job ${queued.jobId} waits (${queued.reason}). ${advice}.`;
        if (sentence && !told.has(sentence)) {
          told.add(sentence);
          onNotice?.(sentence);
        }
        const failure = await judgeTask(work, index, task, queued, options);
        if (!failure) continue;
        const isLast = task.attempts > (options.retries ?? 1) || (queued && isFinal(queued));
        onTask?.(index, isLast ? "failed" : "retry", failure.reason);
        open.delete(index);
        if (isLast) failed.push(failure);
        else unsubmitted.set(index, task.attempts);
      }
      // What had no room has some as soon as another has ended.
      const hasRoom = open.size < openAtRefusal || open.size === 0;
      const asked = hasRoom ? [...unsubmitted.keys()].sort((a, b) => a - b) : [];
      const outcome = await submitArrays(
        { ...work, first: undefined },
        asked,
        // The next round sees what became of a try without an answer.
        { ...options, patienceMs: 0 },
        found.jobNames.keys(),
      ).catch((error: unknown) => error as Error);
      signal?.throwIfAborted();
      const isRefused = outcome instanceof Error;
      const isWithoutRoom = isRefused ? isFull(outcome) : outcome.left.length > 0;
      openAtRefusal = isWithoutRoom ? open.size : hasRoom ? Infinity : openAtRefusal;
      // With tasks of ours under way there will be room.
      forgive(isRefused && !(isWithoutRoom && open.size > 0) ? outcome : undefined);
      if (!isRefused) asked.slice(0, asked.length - outcome.left.length).forEach(noteSubmitted);
      report(total, open, unsubmitted.size, failed.length, queue, options);
    }
    if (open.size === 0 && unsubmitted.size === 0) return failed.sort((a, b) => a.index - b.index);
    await sleep(pauseMs, { signal });
  }
  throw new Error("unreachable");
}

/** Whether another try would end the same way: it waits for people, was cancelled by them, or had too little time. */
function isFinal({ active, state }: QueuedTask): boolean {
  return active || ["CANCELLED", "DEADLINE", "TIMEOUT"].includes(state);
}

/** Why an open task will have no result; `undefined` while it may still have one. */
async function judgeTask(
  work: SlurmWork,
  index: number,
  open: OpenTask,
  task: QueuedTask | undefined,
  { settleMs = 60_000, patienceMs = defaultPatienceMs }: SlurmRunOptions,
): Promise<SlurmFailure | undefined> {
  if (task?.active) {
    open.endedMs = undefined;
    const advice = adviseOnStuck(task);
    open.stuckMs = advice === undefined ? undefined : (open.stuckMs ?? monotonicMs());
    if (open.stuckMs === undefined || monotonicMs() - open.stuckMs < patienceMs) return undefined;
    return { index, attempts: open.attempts, reason: `waits (${task.reason}). ${advice}`, logTail: "" };
  }
  open.endedMs ??= monotonicMs();
  const mayAppear = task === undefined || task.state === "COMPLETED";
  if (mayAppear && monotonicMs() - open.endedMs < settleMs) return undefined;
  const { attempts } = open;
  if (!task) return { index, attempts, reason: "left the queue without a result", logTail: "" };
  const why = task.reason === "None" ? "" : `, ${task.reason}`;
  const advice = task.state === "TIMEOUT" ? ". Run the same command again with a longer --time" : "";
  const log = await readText(join(work.logFolder, `${task.jobId}_${task.task}.log`), "a log").catch(() => "");
  return {
    index,
    attempts,
    reason: task.state === "COMPLETED" ? "ended without a result" : `ended as ${task.state}${why}${advice}`,
    logTail: log.trimEnd().split("\n").slice(-8).join("\n"),
  };
}

function report(
  total: number,
  open: ReadonlyMap<number, OpenTask>,
  late: number,
  failed: number,
  queue: ReadonlyMap<number, QueuedTask>,
  { progress }: SlurmRunOptions,
): void {
  const active = [...open.keys()].map((index) => queue.get(index)).filter((task) => task?.active);
  const pending = active.filter((task) => task!.state === "PENDING");
  const reasons = new Set(pending.map((task) => task!.reason).filter((reason) => reason !== "None"));
  progress?.({
    done: total - open.size - late - failed,
    total,
    label: [...reasons].join(", "),
    values: { running: active.length - pending.length, pending: pending.length + late, failed },
  });
}
