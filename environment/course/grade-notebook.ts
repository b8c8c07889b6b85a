import { createKey } from "tumorlab/internal/core/random";
import { type LessonExercise, valuesOf } from "tumorlab/internal/lessons/exercises/exercise-spec";
import { lessonExercises } from "tumorlab/internal/lessons/exercises/list";
import { transpile } from "./cell-code.js";
import { findAnswer } from "./find-answer.js";
import type { Judge } from "./judge.js";
import { readSubmission, type SentCell } from "./read-submission.js";
import {
  startStudentProcess,
  type StudentLimits,
  type StudentProcess,
  StudentProcessEnd,
} from "./student-process.js";
import { toWire } from "./wire-value.js";

/**
 * - `right`, `wrong`: as the notebook's own check says, and with hidden tests these too
 * - `open`: as handed out, or without a value
 * - `failed`: it could not be run
 * - `missing`: no answer was found, or nothing was sent
 */
export type Outcome = "right" | "wrong" | "open" | "failed" | "missing";

/** What came of one answer. */
export interface ExerciseGrade {
  exercise: string;
  title: string;
  points: number;
  earned: number;
  outcome: Outcome;
  /** What can be said of the answer without giving the right one away. */
  remark: string;
  /** What was odd about it. */
  notes: string[];
  /** Whether hidden tests were run beside the notebook's own. */
  hidden: boolean;
  /** The student's code, for the feedback. */
  code: string;
}

/** What came of one notebook: its exercises, all of them, and why it could not be read, if so. */
export interface NotebookGrade {
  lesson: string;
  /** The file that was graded; empty where nothing was sent. */
  file: string;
  exercises: ExerciseGrade[];
  /** Empty for a notebook that was read. */
  reason: string;
  notes: string[];
}

/** With what a notebook is graded. */
export interface NotebookTask {
  root: string;
  lesson: string;
  /** The file; `undefined` where nothing was sent. */
  file: string | undefined;
  student: { id: string; seed: number };
  /** Present for hidden tests. */
  hiddenSeed?: number;
  /** The lesson as it was handed out; empty: all of its exercises are asked for. */
  released: readonly SentCell[];
  judge: Judge;
  limits?: StudentLimits;
}

/** Grades the answers of a notebook; never rejects for what it is or does. */
export async function gradeNotebook(task: NotebookTask): Promise<NotebookGrade> {
  const { lesson, file, student } = task;
  // Exercises that were not handed out are not asked for.
  const handedOut = new Set(task.released.map(({ exercise }) => exercise));
  const exercises = lessonExercises.filter(
    (each) => each.lesson === lesson && (task.released.length === 0 || handedOut.has(each.id)),
  );
  const grade: NotebookGrade = { lesson, file: file ?? "", exercises: [], reason: "", notes: [] };
  const sent = file === undefined ? { reason: "Nothing was sent." } : await readSubmission(file);
  if ("reason" in sent) {
    grade.reason = sent.reason;
    grade.exercises = exercises.map((each) => emptyGrade(each, "missing", sent.reason));
    return grade;
  }
  grade.notes.push(...sent.notes);
  if (sent.student !== "" && sent.student !== student.id)
    grade.notes.push(`This notebook was handed out to another student (${sent.student}).`);
  if (sent.lesson !== "" && sent.lesson !== lesson)
    grade.notes.push(`This notebook was handed out as another lesson (${sent.lesson}).`);
  const runner: Runner = { process: undefined };
  try {
    for (const exercise of exercises) {
      const found = findAnswer(sent, exercise, task.released);
      if ("reason" in found) grade.exercises.push(emptyGrade(exercise, "missing", found.reason));
      else grade.exercises.push(await gradeAnswerOf(exercise, found, task, runner));
    }
  } finally {
    runner.process?.end();
  }
  return grade;
}

interface Runner {
  process: StudentProcess | undefined;
}

type Found = Exclude<ReturnType<typeof findAnswer>, { reason: string }>;

async function gradeAnswerOf(
  exercise: LessonExercise,
  found: Found,
  task: NotebookTask,
  runner: Runner,
): Promise<ExerciseGrade> {
  const code = found.cells.at(-1)!;
  const grade = { ...emptyGrade(exercise, "failed", ""), notes: found.notes, code };
  if (found.isUntouched) return { ...grade, outcome: "open", remark: "It is as it was handed out." };
  const whole = transpile(found.cells.join("\n;\n"));
  if ("fault" in whole) {
    const own = transpile(code);
    return { ...grade, remark: `The code can't be read: ${"fault" in own ? own.fault : whole.fault}.` };
  }
  try {
    const student = openProcess(task, runner);
    const values = toWire(valuesOf(exercise, createKey(task.student.seed)));
    const answer = await student.ask({
      evaluate: { code: whole.code, variable: found.variable, exercise: exercise.id, values },
    });
    if (answer.kind === "fault") return { ...grade, remark: `The cell threw an error: ${answer.fault}` };
    const { judge, hiddenSeed } = task;
    const job = { exercise: exercise.id, seed: task.student.seed };
    let judged = await judge.judge(job, answer, student);
    let hidden = false;
    if (judged.grade.outcome === "right" && hiddenSeed !== undefined && exercise.kind === "function") {
      hidden = true;
      judged = await judge.judge({ ...job, hiddenSeed }, answer, student);
    }
    if (judged.end !== "") return { ...grade, hidden, remark: judged.end };
    const { outcome, remark } = judged.grade;
    const thrown = judged.fault === "" ? "" : ` It threw an error: ${judged.fault}`;
    const where =
      hidden && outcome === "wrong" ? "Right in the notebook's own tests, and not in the hidden ones. " : "";
    return {
      ...grade,
      hidden,
      outcome,
      earned: outcome === "right" ? exercise.points : 0,
      remark: `${where}${remark}${outcome === "right" ? "" : thrown}`.trim(),
    };
  } catch (error) {
    const words =
      error instanceof StudentProcessEnd ? error.message : `It could not be graded: ${String(error)}`;
    return { ...grade, remark: words };
  }
}

/** The process of this notebook; a fresh one after an answer has ended it. */
function openProcess({ root, limits }: NotebookTask, runner: Runner): StudentProcess {
  if (!runner.process?.isAlive) runner.process = startStudentProcess(root, limits);
  return runner.process;
}

function emptyGrade(exercise: LessonExercise, outcome: Outcome, remark: string): ExerciseGrade {
  const { id, title, points } = exercise;
  return { exercise: id, title, points, earned: 0, outcome, remark, notes: [], hidden: false, code: "" };
}
