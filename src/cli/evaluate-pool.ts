import type { RunOptions } from "../core/progress.js";
import { runInWorkers } from "../core/worker-pool.js";
import { locateBuilt } from "../platform/locations.js";
import { runEvaluation } from "./evaluate-case.js";
import type { EvaluationResult, EvaluationSettings, EvaluationTask } from "./evaluate-case.js";

/**
 * Scores all pairs, one a worker thread at a time, in the order of the tasks; a thread that dies fails its own case.
 *
 * @param workers threads; 1 works in this thread.
 */
export async function evaluateAll(
  tasks: readonly EvaluationTask[],
  settings: EvaluationSettings,
  workers: number,
  options: RunOptions = {},
): Promise<EvaluationResult[]> {
  const work = {
    script: locateBuilt("evaluateCaseWorker"),
    workerData: { evaluation: settings },
    run: (task: EvaluationTask) => runEvaluation(task, settings),
    fail: (task: EvaluationTask, reason: string): EvaluationResult => ({ case: task.case, reason }),
    labelOf: (task: EvaluationTask) => task.case,
  };
  return runInWorkers(tasks, work, workers, options);
}
