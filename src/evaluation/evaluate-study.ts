import { withRegions } from "../anatomy/regions.js";
import { describeError } from "../core/errors.js";
import { throwIfAborted } from "../core/progress.js";
import type { RunOptions } from "../core/progress.js";
import { type PoolWork, runInWorkers } from "../core/worker-pool.js";
import { emptyRow } from "../metrics/evaluate.js";
import type { ScoreRow } from "../metrics/evaluate.js";
import type { LesionCase } from "../metrics/lesions.js";
import type { LibraryRow } from "../metrics/libraries/compare-libraries.js";
import { locateBuilt } from "../platform/locations.js";
import { letOthersRun } from "../platform/wait.js";
import { tellAbsentLabels } from "./absent-labels.js";
import type { EvaluationResult, EvaluationTask } from "./evaluation-worker.js";
import type { FailedCase } from "./pair-cases.js";
import { type CaseScores, scoreCase, type ScoringOptions } from "./score-case.js";
import type { Study, StudyCase } from "./study.js";

/** How a study is scored. */
export interface StudyOptions extends ScoringOptions, RunOptions {
  /** Cases read and scored at the same time, each in a thread; only where the study is of files. Default 1: this thread. */
  workers?: number;
}

/** Every number of a study, before anything is averaged. */
export interface StudyScores {
  /** One row per case and label. Every case has a row for every label that any case has. */
  rows: ScoreRow[];
  /** Lesions case by case; empty when no label is a lesion. */
  lesions: LesionCase[];
  /** What other libraries print for the same pairs, as far as they were asked for. */
  libraries: LibraryRow[];
  /** Cases that could not be scored, and why, by name. */
  failed: FailedCase[];
  /** What a reader should know of the cases' labels, with the cases, and labels asked for that no case has. */
  notes: string[];
}

/**
 * Scores a study case by case; the label maps of one case per thread are in memory. A case that cannot be read or scored
 * is listed as failed with its reason, the others count.
 *
 * A label that no map of a case has still gets a row there when any other case of the study has it, because a policy may
 * count what is rightly absent; labels that the study names itself have a row in every case. An empty study gives no rows.
 *
 * @throws what the signal was aborted with.
 */
export async function evaluateStudy(study: Study, options: StudyOptions = {}): Promise<StudyScores> {
  const { workers = 1, progress, signal, ...how } = options;
  const scoring = { ...how, labels: study.labels };
  const { files } = study;
  const here = async (each: StudyCase): Promise<EvaluationResult> => {
    // Scoring never waits by itself: an interrupt and the progress bar get their turn here.
    await letOthersRun();
    throwIfAborted(signal);
    try {
      return scoreCase(await each.open(), each, { ...scoring, signal });
    } catch (error) {
      throwIfAborted(signal);
      return { case: each.case, reason: describeError(error) };
    }
  };
  // Without files, and so in this thread alone, a task is no more than its case.
  const tasks = study.cases.map(({ case: name, patient }, index) => ({
    case: name,
    index,
    ...(files ? ({ patient, files: files.pairs[index] } satisfies EvaluationTask) : {}),
  }));
  type Task = (typeof tasks)[number];
  const work: PoolWork<Task, EvaluationResult> = {
    script: locateBuilt("evaluationWorker"),
    workerData: { evaluation: { names: files?.names, scoring } },
    run: ({ index }) => here(study.cases[index]),
    fail: ({ case: name }, reason) => ({ case: name, reason }),
    labelOf: ({ case: name }) => name,
  };
  const results = await runInWorkers(tasks, work, files ? workers : 1, { progress, signal });
  const scored = results.filter((result): result is CaseScores => "rows" in result);
  const failed = results.filter((result): result is FailedCase => "reason" in result);
  return {
    rows: completeRows(scored, scoring),
    lesions: scored.flatMap(({ lesions }) => lesions ?? []),
    libraries: scored.flatMap(({ libraries }) => libraries),
    failed: [...study.failed, ...failed].sort((a, b) => (a.case < b.case ? -1 : a.case > b.case ? 1 : 0)),
    notes: [...tellAbsentLabels(study.labels, scored), ...gatherNotes(scored)],
  };
}

/** Each sentence once, with the cases it is about. */
function gatherNotes(scored: readonly CaseScores[]): string[] {
  const cases = new Map<string, string[]>();
  for (const each of scored)
    for (const note of each.notes) cases.set(note, [...(cases.get(note) ?? []), each.case]);
  return [...cases].map(([note, names]) => {
    const where = names.length === 1 ? names[0] : `${names.length} cases, the first ${names[0]}`;
    return `${note} (${where})`;
  });
}

/** Rows for the labels some case has, or that were asked for: those of each case, and empty ones where a case has none. */
function completeRows(
  scored: readonly CaseScores[],
  options: ScoringOptions & { labels?: Readonly<Record<number, string>> },
): ScoreRow[] {
  const asked = options.regions ? withRegions(options.labels ?? {}) : (options.labels ?? {});
  const names = new Map(Object.entries(asked).map(([label, name]) => [Number(label), name]));
  for (const { rows } of scored)
    for (const { empty, label, name } of rows)
      if (empty !== "both" && !names.has(label)) names.set(label, name);
  const labels = [...names].sort(([a], [b]) => a - b);
  return scored.flatMap(({ rows, grid, case: name, patient }) =>
    labels.map(
      ([label, labelName]) =>
        rows.find((row) => row.label === label) ??
        emptyRow(grid, { ...options, case: name, patient, label, name: labelName }),
    ),
  );
}
