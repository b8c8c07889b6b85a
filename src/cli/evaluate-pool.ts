import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { RunOptions } from "../progress.js";
import { runEvaluation } from "./evaluate-case.js";
import type { EvaluationResult, EvaluationSettings, EvaluationTask } from "./evaluate-case.js";

/**
 * Scores all pairs, one a worker thread at a time. Results come in the order of the tasks whatever finishes first; a
 * worker that dies fails its own case and is replaced.
 *
 * @param workers threads; 1 works in this thread.
 */
export async function evaluateAll(
  tasks: readonly EvaluationTask[],
  settings: EvaluationSettings,
  workers: number,
  { progress, signal }: RunOptions = {},
): Promise<EvaluationResult[]> {
  const results = new Array<EvaluationResult>(tasks.length);
  let next = 0;
  let done = 0;
  const finish = (index: number, result: EvaluationResult): void => {
    results[index] = result;
    done++;
    progress?.({ done, total: tasks.length, label: result.case });
  };
  if (workers <= 1 || tasks.length <= 1) {
    for (; next < tasks.length; next++) {
      signal?.throwIfAborted();
      finish(next, await runEvaluation(tasks[next], settings));
    }
    return results;
  }
  const lanes = Array.from({ length: Math.min(workers, tasks.length) }, async () => {
    let worker: Worker | undefined;
    try {
      while (next < tasks.length && !signal?.aborted) {
        const index = next++;
        worker ??= new Worker(join(__dirname, "evaluate-case.js"), { workerData: { evaluation: settings } });
        const result = await askWorker(worker, tasks[index], signal);
        const { died, ...answer } = result;
        if (died) worker = undefined;
        finish(index, answer);
      }
    } finally {
      await worker?.terminate();
    }
  });
  await Promise.all(lanes);
  signal?.throwIfAborted();
  return results;
}

type Answer = EvaluationResult & { died?: boolean };

function askWorker(worker: Worker, task: EvaluationTask, signal: AbortSignal | undefined): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
      signal?.removeEventListener("abort", onAbort);
      resolve(answer);
    };
    const onMessage = (answer: Answer): void => settle(answer);
    const onError = (error: Error): void => settle({ case: task.case, reason: error.message, died: true });
    const onExit = (code: number): void =>
      settle({ case: task.case, reason: `its worker ended with exit code ${code}`, died: true });
    const onAbort = (): void => settle({ case: task.case, reason: "interrupted", died: false });
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
    signal?.addEventListener("abort", onAbort);
    worker.postMessage(task);
  });
}
