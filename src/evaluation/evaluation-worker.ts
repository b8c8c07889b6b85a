import { describeError } from "../core/errors.js";
import { parentPort, workerData } from "../platform/workers.js";
import type { PairedFiles } from "./pair-cases.js";
import { type PairNames, readPair } from "./read-pair.js";
import { type CaseScores, scoreCase, type ScoringOptions } from "./score-case.js";

/** What holds for all cases. */
export interface EvaluationSettings {
  names: PairNames;
  scoring: ScoringOptions & { labels?: Readonly<Record<number, string>> };
}

/** One case to read and score. */
export interface EvaluationTask {
  patient: string;
  files: PairedFiles;
}

/** A scored case, or why it could not be scored. */
export type EvaluationResult = CaseScores | { case: string; reason: string };

/** In a worker thread this file answers each task it is sent. */
const settings = (workerData as { evaluation?: EvaluationSettings } | undefined)?.evaluation;
if (parentPort && settings) {
  const port = parentPort;
  port.on("message", (task: EvaluationTask) => {
    void scoreFiles(task, settings).then((result) => port.postMessage(result));
  });
}

async function scoreFiles(
  { patient, files }: EvaluationTask,
  { names, scoring }: EvaluationSettings,
): Promise<EvaluationResult> {
  try {
    return scoreCase(await readPair(files, names), { case: files.case, patient }, scoring);
  } catch (error) {
    return { case: files.case, reason: describeError(error) };
  }
}
