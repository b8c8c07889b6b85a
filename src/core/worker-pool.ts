import { Worker } from "../platform/workers.js";
import type { RunOptions } from "./progress.js";

/** What a pool of worker threads needs to know of its work. */
export interface PoolWork<Task, Result> {
  /** Compiled file the threads run; it answers each message (a task) with one message (its result). */
  script: string;
  /** Handed to every thread as its `workerData`. */
  workerData: unknown;
  /** The same work in this thread, for a pool of one. */
  run(task: Task): Promise<Result>;
  /** The result of a task whose thread died, with the reason in words. */
  fail(task: Task, reason: string): Result;
  /** What progress calls a task. */
  labelOf(task: Task): string;
  /** Always in threads, also one at a time: the work does not pause, and an interrupt must be heard meanwhile. */
  apart?: boolean;
  /** Removes what a task left behind whose thread died or was ended. */
  cleanUp?(task: Task): Promise<void>;
}

/**
 * Does all tasks, one a worker thread at a time. Results come in the order of the tasks whatever finishes first; a
 * thread that dies fails its own task and is replaced. Aborting ends the threads in the middle of their tasks.
 *
 * @param workers threads; 1 works in this thread. No tasks give no results.
 */
export async function runInWorkers<Task, Result>(
  tasks: readonly Task[],
  work: PoolWork<Task, Result>,
  workers: number,
  { progress, signal }: RunOptions = {},
): Promise<Result[]> {
  const results = new Array<Result>(tasks.length);
  let next = 0;
  let done = 0;
  const finish = (index: number, result: Result): void => {
    results[index] = result;
    done++;
    progress?.({ done, total: tasks.length, label: work.labelOf(tasks[index]) });
  };
  if (!work.apart && (workers <= 1 || tasks.length <= 1)) {
    for (; next < tasks.length; next++) {
      signal?.throwIfAborted();
      finish(next, await work.run(tasks[next]));
    }
    return results;
  }
  const lanes = Array.from({ length: Math.min(Math.max(1, workers), tasks.length) }, async () => {
    let worker: Worker | undefined;
    try {
      while (next < tasks.length && !signal?.aborted) {
        const index = next++;
        worker ??= new Worker(work.script, { workerData: work.workerData });
        const answer = await askWorker<Task, Result>(worker, tasks[index], signal);
        if ("result" in answer) finish(index, answer.result);
        else {
          if (answer.died || work.cleanUp) {
            await worker.terminate();
            worker = undefined;
            await work.cleanUp?.(tasks[index]);
          }
          finish(index, work.fail(tasks[index], answer.reason));
        }
      }
    } finally {
      await worker?.terminate();
    }
  });
  await Promise.all(lanes);
  signal?.throwIfAborted();
  return results;
}

type Answer<Result> = { result: Result } | { reason: string; died: boolean };

function askWorker<Task, Result>(
  worker: Worker,
  task: Task,
  signal: AbortSignal | undefined,
): Promise<Answer<Result>> {
  return new Promise((resolve) => {
    const settle = (answer: Answer<Result>): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
      signal?.removeEventListener("abort", onAbort);
      resolve(answer);
    };
    const onMessage = (result: Result): void => settle({ result });
    const onError = (error: Error): void => settle({ reason: error.message, died: true });
    const onExit = (code: number): void =>
      settle({ reason: `its worker ended with exit code ${code}`, died: true });
    const onAbort = (): void => settle({ reason: "interrupted", died: false });
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
    signal?.addEventListener("abort", onAbort);
    worker.postMessage(task);
  });
}
