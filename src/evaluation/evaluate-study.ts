import { findLesion } from "../anatomy/organs.js";
import { throwIfAborted } from "../core/progress.js";
import type { RunOptions } from "../core/progress.js";
import type { PolicyName } from "../metrics/empty.js";
import { evaluatePair } from "../metrics/evaluate-pair.js";
import { applyPolicy, evaluateCase } from "../metrics/evaluate.js";
import type { EvaluateOptions, ScoreRow } from "../metrics/evaluate.js";
import { evaluateLesions } from "../metrics/lesions.js";
import type { LesionCase, LesionMatch } from "../metrics/lesions.js";
import { letOthersRun } from "../platform/wait.js";
import type { FailedCase } from "./pair-cases.js";
import type { Study } from "./study.js";

/** How a study is scored. */
export interface StudyOptions extends RunOptions {
  /** Tolerance of NSD in mm, for all labels or by label; defaults to 2. */
  toleranceMm?: EvaluateOptions["toleranceMm"];
  /** How empty masks are treated; defaults to *worst-case*. */
  policy?: PolicyName;
  /**
   * Label values that are lesions; defaults to those whose name is one of a lesion (`findLesion`) or says tumor, lesion or
   * cancer, as the Decathlon's names and classes over several organs do.
   */
  lesionLabels?: readonly number[];
  /** When a lesion counts as found; defaults to any overlap. */
  match?: LesionMatch;
}

/** Every number of a study, before anything is averaged. */
export interface StudyScores {
  /** A row a case and label. Every case has a row for every label that any case has. */
  rows: ScoreRow[];
  /** Lesions case by case; empty when no label is a lesion. */
  lesions: LesionCase[];
  /** Cases that could not be scored, and why. */
  failed: FailedCase[];
  /** What a reader should know of the cases' labels, with the cases. */
  notes: string[];
}

/**
 * Scores a study case by case; the label maps of one case at a time are in memory. A case that cannot be read or scored
 * is listed as failed with its reason, the others count.
 *
 * A label that no map of a case has still gets a row there when any other case of the study has it, because a policy may
 * count what is rightly absent. An empty study gives no rows.
 *
 * @throws what the signal was aborted with.
 */
export async function evaluateStudy(study: Study, options: StudyOptions = {}): Promise<StudyScores> {
  const { toleranceMm, policy, match, lesionLabels, progress, signal } = options;
  const failed = [...study.failed];
  const scored: { rows: ScoreRow[]; model: ScoreRow }[] = [];
  const lesions: LesionCase[] = [];
  const notes = new Map<string, string[]>();
  let done = 0;
  for (const each of study.cases) {
    // Scoring never waits by itself: an interrupt and the progress bar get their turn here.
    await letOthersRun();
    throwIfAborted(signal);
    try {
      const pair = await each.open();
      const { reference, prediction } = pair;
      for (const note of pair.notes ?? []) notes.set(note, [...(notes.get(note) ?? []), each.case]);
      const names: Record<number, string> = { ...prediction.names, ...reference.names };
      const name = { case: each.case, patient: each.patient };
      const rows = evaluatePair(pair, { ...name, toleranceMm, policy, signal });
      // Two empty maps have no row of their own to tell the size of the image by.
      const [model] =
        rows.length > 0 ? rows : evaluateCase(reference, prediction, { ...name, labels: [1], policy });
      scored.push({ rows, model });
      const labels =
        lesionLabels ??
        Object.keys(names)
          .map(Number)
          .filter((label) => isLesionName(names[label]));
      const chosen = Object.fromEntries(labels.map((label) => [label, names[label] ?? `label ${label}`]));
      if (labels.length > 0)
        lesions.push(evaluateLesions(reference, prediction, { ...name, labels: chosen, match }));
    } catch (error) {
      throwIfAborted(signal);
      const reason = error instanceof Error ? error.message : String(error);
      failed.push({ case: each.case, reason: reason.replaceAll(/\s+/g, " ") });
    }
    progress?.({ done: ++done, total: study.cases.length, label: each.case });
  }
  return { rows: completeRows(scored), lesions, failed, notes: tellCases(notes) };
}

/** Each sentence once, with the cases it is about. */
export function tellCases(notes: ReadonlyMap<string, readonly string[]>): string[] {
  return [...notes].map(([note, cases]) => {
    const where = cases.length === 1 ? cases[0] : `${cases.length} cases, the first ${cases[0]}`;
    return `${note} (${where})`;
  });
}

function isLesionName(name: string): boolean {
  return findLesion(name) !== undefined || /(^|[^a-z])(tumou?r|lesion|cancer)s?([^a-z]|$)/i.test(name);
}

/** Rows for the labels some case has: those of each case, and empty ones where a case lacks a label. */
function completeRows(scored: readonly { rows: ScoreRow[]; model: ScoreRow }[]): ScoreRow[] {
  const names = new Map<number, string>();
  for (const { rows } of scored)
    for (const { empty, label, name } of rows)
      if (empty !== "both" && !names.has(label)) names.set(label, name);
  const labels = [...names.keys()].sort((a, b) => a - b);
  return scored.flatMap(({ rows, model }) =>
    labels.map(
      (label) => rows.find((row) => row.label === label) ?? emptyRow(model, label, names.get(label)!),
    ),
  );
}

/** The row of a label that neither map of a case has. */
function emptyRow(model: ScoreRow, label: number, name: string): ScoreRow {
  const { surface: _surface, ...rest } = model;
  const tn = model.tp + model.fp + model.fn + model.tn;
  const counts = { tp: 0, fp: 0, fn: 0, tn, referenceMl: 0, predictionMl: 0 };
  return applyPolicy({ ...rest, ...counts, label, name, empty: "both" }, model.policy);
}
