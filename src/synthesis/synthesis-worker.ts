import { addClassNames } from "../anatomy/classes-file.js";
import type { RunOptions } from "../core/progress.js";
import { type PoolWork, runInWorkers } from "../core/worker-pool.js";
import { rm } from "../platform/files.js";
import { locateBuilt } from "../platform/locations.js";
import { parentPort, workerData } from "../platform/workers.js";
import { type HostCandidate, type SurveyedHost, surveyHost } from "./host-scans.js";
import {
  type LesionTask,
  partialLesionFolder,
  writeLesionCase,
  type WrittenLesion,
} from "./synthetic-case.js";

/** What a thread is asked: to look at a scan, or to make a case in a folder. */
export type SynthesisTask = { survey: HostCandidate } | { make: LesionTask; folder: string };

/** The answer, or why there is none. */
export type SynthesisReply = { host: SurveyedHost } | { written: WrittenLesion } | { reason: string };

/**
 * Looks at the labels of all candidates, `workers` at a time, in their order. One that cannot be read says why.
 */
export async function surveyHosts(
  candidates: readonly HostCandidate[],
  workers: number,
  options: RunOptions = {},
): Promise<{ hosts: SurveyedHost[]; failed: { case: string; reason: string }[] }> {
  const tasks = candidates.map((survey): SynthesisTask => ({ survey }));
  const answers = await runInWorkers(tasks, work(options.signal), workers, options);
  const failed = answers.flatMap((answer, i) =>
    "reason" in answer ? [{ case: candidates[i].case, reason: answer.reason }] : [],
  );
  return { hosts: answers.flatMap((answer) => ("host" in answer ? [answer.host] : [])), failed };
}

/** What became of a planned case. */
export type LesionOutcome = WrittenLesion | { name: string; reason: string };

/**
 * Makes cases and writes them under `folder`, `workers` at a time; outcomes come in the order of the tasks. A case that
 * fails leaves the others be, a complete one of an earlier run is kept.
 *
 * @throws the signal's reason when aborted; what is complete by then stays.
 */
export async function writeLesionCases(
  folder: string,
  tasks: readonly LesionTask[],
  workers: number,
  options: RunOptions = {},
): Promise<LesionOutcome[]> {
  const asked = tasks.map((make): SynthesisTask => ({ make, folder }));
  const clean = (names: readonly string[]): Promise<unknown> =>
    Promise.all(
      names.map((name) =>
        rm(partialLesionFolder(folder, name), { recursive: true, force: true }).catch(() => undefined),
      ),
    );
  let answers: SynthesisReply[];
  try {
    answers = await runInWorkers(asked, work(options.signal), workers, options);
  } catch (error) {
    // Threads were ended in the middle of a case.
    await clean(tasks.map(({ plan }) => plan.name));
    throw error;
  }
  await clean(answers.flatMap((answer, i) => ("reason" in answer ? [tasks[i].plan.name] : [])));
  return answers.map((answer, i) =>
    "written" in answer
      ? answer.written
      : { name: tasks[i].plan.name, reason: "reason" in answer ? answer.reason : "no answer" },
  );
}

/** Writes down which label values the lesions have that were made, beside those of their scans: see `addClassNames`. */
export async function writeLesionNames(folder: string, outcomes: readonly LesionOutcome[]): Promise<void> {
  const labels = outcomes.flatMap((each) => ("record" in each ? [each.record.lesionLabel] : []));
  if (labels.length === 0) return;
  await addClassNames(folder, Object.fromEntries(labels.map(({ value, name }) => [value, name])));
}

function work(signal: AbortSignal | undefined): PoolWork<SynthesisTask, SynthesisReply> {
  return {
    script: locateBuilt("synthesisWorker"),
    workerData: { synthesis: true },
    run: (task) => answerTask(task, signal),
    fail: (_, reason) => ({ reason }),
    labelOf: (task) => ("survey" in task ? task.survey.case : task.make.plan.name),
  };
}

async function answerTask(task: SynthesisTask, signal?: AbortSignal): Promise<SynthesisReply> {
  try {
    if ("survey" in task) return { host: await surveyHost(task.survey) };
    return { written: await writeLesionCase(task.folder, task.make, signal) };
  } catch (error) {
    if (signal?.aborted) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { reason: message.replaceAll(/\s*\n\s*/g, " ") };
  }
}

/** In a worker thread this file answers each task it is sent. */
if (parentPort && (workerData as { synthesis?: boolean } | undefined)?.synthesis) {
  const port = parentPort;
  port.on("message", (task: SynthesisTask) => {
    void answerTask(task).then((answer) => port.postMessage(answer));
  });
}
