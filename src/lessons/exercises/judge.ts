import type { Key } from "../../core/random.js";
import { type Grade, gradeAnswer } from "../grade.js";
import { type LessonExercise, triesOf, valuesOf } from "./exercise-spec.js";

/** With what an exercise is judged. */
export interface JudgeOptions {
  /** The reader's key; `undefined` for the usual values. */
  reader: Key | undefined;
  /** Which wrong answer this would be, from 1. */
  attempt?: number;
  /** Where the tries of a function come from; default: those of the notebook. */
  tries?: Key;
}

/** Judges an answer with the reader's own values, the same in a notebook and in a course. */
export function judgeExercise(
  exercise: LessonExercise,
  answer: unknown,
  { reader, attempt = 1, tries }: JudgeOptions,
): Promise<Grade> {
  const values = valuesOf(exercise, reader);
  const key = tries ?? triesOf(exercise, reader);
  return gradeAnswer(
    answer,
    { test: (each) => exercise.test(each, values, key), hints: exercise.hints(values) },
    attempt,
  );
}
