import { parentPort, workerData } from "node:worker_threads";
import type { PairedFiles } from "../evaluation/pair-cases.js";
import { type PairNames, readPair } from "../evaluation/read-pair.js";
import type { PolicyName } from "../metrics/empty.js";
import { evaluatePair } from "../metrics/evaluate-pair.js";
import type { ScoreRow } from "../metrics/evaluate.js";
import { oneLine } from "./command.js";

/** One pair to score. */
export type EvaluationTask = PairedFiles;

/** What holds for all pairs. */
export interface EvaluationSettings extends PairNames {
  /** Labels to score; absent for every label found. */
  labels?: Readonly<Record<number, string>>;
  toleranceMm: number;
  policy: PolicyName;
}

/** A scored pair, or why it could not be scored. */
export type EvaluationResult =
  { case: string; rows: ScoreRow[]; notes: string[] } | { case: string; reason: string };

/** Reads and scores one pair; what goes wrong becomes the reason. */
export async function runEvaluation(
  task: EvaluationTask,
  settings: EvaluationSettings,
): Promise<EvaluationResult> {
  try {
    const pair = await readPair(task, settings);
    const { labels, toleranceMm, policy } = settings;
    const rows = evaluatePair(pair, { case: task.case, labels, toleranceMm, policy });
    return { case: task.case, rows, notes: pair.notes };
  } catch (error) {
    return { case: task.case, reason: oneLine(error) };
  }
}

/** In a worker thread this file answers each task it is sent. */
if (parentPort && (workerData as { evaluation?: EvaluationSettings } | undefined)?.evaluation) {
  const port = parentPort;
  const { evaluation } = workerData as { evaluation: EvaluationSettings };
  port.on("message", (task: EvaluationTask) => {
    void runEvaluation(task, evaluation).then((result) => port.postMessage(result));
  });
}
