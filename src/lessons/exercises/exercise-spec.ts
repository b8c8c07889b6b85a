import { createKey, type Key } from "../../core/random.js";

/**
 * - `predict`: say a number, or a choice with a reason, before you look
 * - `function`: write a function
 * - `change`: change the experiment, and say what you changed
 */
export type ExerciseKind = "predict" | "function" | "change";

/** An exercise of a lesson as plain data. `Values` are the reader's own numbers in it, plain data too. */
export interface ExerciseSpec<Values = unknown, Answer = unknown> {
  /** Names the exercise everywhere: in notebooks (`metadata.tumorlab.exercise`), progress and grades. Never changed. */
  id: string;
  /** The notebook it belongs to, without `.ipynb`. */
  lesson: string;
  kind: ExerciseKind;
  title: string;
  /** What a right answer counts in a course, above 0. */
  points: number;
  /** Name of the variable that holds the answer in the notebook. */
  answer: string;
  /** The values of a reader without a name, which the notebook's own text uses. */
  usual: Values;
  /** Values of a reader, drawn from a key of reader and exercise. Left out where everybody has the usual ones. */
  draw?(key: Key): Values;
  /** What is asked, in a sentence or three. */
  prompt(values: Values): string;
  /**
   * True for right, or words on what is wrong that never hold the right answer. Whatever it draws to try a function
   * on comes from `key`: a course's hidden tests call it with another one.
   */
  test(answer: Answer, values: Values, key: Key): boolean | string | Promise<boolean | string>;
  /** A nudge, and nearly the way. */
  hints(values: Values): readonly [string, string];
}

/** An exercise among others, whose values and answer only its own functions know. */
export type LessonExercise = ExerciseSpec;

/** Takes an exercise up among the others. */
export function defineExercise<Values, Answer>(spec: ExerciseSpec<Values, Answer>): LessonExercise {
  return spec;
}

/** Values of an exercise: the reader's own, or the usual ones for a reader without a key. */
export function valuesOf(exercise: LessonExercise, reader: Key | undefined): unknown {
  return reader && exercise.draw ? exercise.draw(reader.split(exercise.id).split("values")) : exercise.usual;
}

/** What the notebook's check tries a function on. */
export function triesOf(exercise: LessonExercise, reader: Key | undefined): Key {
  return (reader ?? createKey(0)).split(exercise.id).split("tries");
}
