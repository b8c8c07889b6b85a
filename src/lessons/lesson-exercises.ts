import { requireThat } from "../core/errors.js";
import { escapeMarkdown } from "../core/escape.js";
import { markdown } from "../notebook/markdown.js";
import { displayBundle } from "../notebook/session.js";
import { showTable } from "../notebook/table.js";
import { showVerdict } from "./exercise.js";
import { type LessonExercise, valuesOf } from "./exercises/exercise-spec.js";
import { judgeExercise } from "./exercises/judge.js";
import { findExercise, lessonExercises } from "./exercises/list.js";
import { changeProgress, countTry, type ExerciseProgress, readProgress } from "./progress/progress.js";
import { findReader } from "./progress/reader.js";
import { readSolution } from "./solution.js";

/** An exercise that a reader has opened. */
export interface ExerciseTask<Values> {
  readonly id: string;
  readonly title: string;
  /** What is asked, with the reader's own values in it. */
  readonly prompt: string;
  /** The reader's own values: the same each time, and others for somebody else. */
  readonly values: Values;
  /** Judges an answer, shows the verdict with a hint that goes further with each wrong one, and counts the try. */
  check(answer: unknown): Promise<void>;
  /** Shows a hint: first a nudge, from the second time on nearly the way. */
  hint(): Promise<void>;
  /** Shows a solution once an answer was tried, right or wrong; before that it says so. */
  showSolution(): Promise<void>;
}

/**
 * Opens an exercise of a lesson: shows what is asked, with the reader's own values ({@link setReader}), and gives them.
 *
 * @throws LabError when there is no exercise of that name, and for a damaged `course.json`.
 */
export async function openExercise<Values = Record<string, number>>(
  id: string,
): Promise<ExerciseTask<Values>> {
  const exercise = findExercise(id, "openExercise");
  const { name, key, course } = await findReader();
  const values = valuesOf(exercise, key);
  const prompt = exercise.prompt(values);
  const whose =
    name !== ""
      ? `The values are those of ${name}.`
      : exercise.draw
        ? 'These values are everybody\'s: `await lessons.setReader("your name")` gives you your own.'
        : "";
  const noted = name === "" ? whose : escapeMarkdown(whose);
  const points = course ? ` (${exercise.points} ${exercise.points === 1 ? "point" : "points"})` : "";
  const hidden =
    course && exercise.kind === "function"
      ? "There may be hidden tests: in the course the function may also be tried on what the check here does not show."
      : "";
  showText(
    [`**${exercise.title}**${points}`, escapeMarkdown(prompt), noted, hidden],
    [`${exercise.title}${points}`, prompt, whose, hidden],
  );
  return {
    id,
    title: exercise.title,
    prompt,
    values: values as Values,
    check: (answer) => checkExercise(id, answer),
    hint: () => showHint(exercise),
    showSolution: () => showSolution(exercise),
  };
}

/**
 * Judges the answer to an exercise of a notebook, shows the verdict with a hint that goes further each time, and counts the
 * try in the reader's progress, which outlives the kernel. The right answer is never shown. The short form of
 * `(await openExercise(name)).check(answer)`.
 *
 * @throws LabError when there is no exercise of that name, and for a damaged `course.json`.
 */
export async function checkExercise(name: string, answer: unknown): Promise<void> {
  const exercise = findExercise(name, "checkExercise");
  const reader = await findReader();
  const { key } = reader;
  const wrong = (await readProgress(reader))[name]?.wrong ?? 0;
  const grade = await judgeExercise(exercise, answer, { reader: key, attempt: wrong + 1 });
  if (grade.outcome !== "open")
    await changeProgress(reader, name, (before) => countTry(before, grade.outcome === "right"));
  showVerdict(grade, exercise.prompt(valuesOf(exercise, key)));
}

async function showHint(exercise: LessonExercise): Promise<void> {
  const reader = await findReader();
  const hints = exercise.hints(valuesOf(exercise, reader.key));
  const { hints: asked } = await changeProgress(reader, exercise.id, (before) => ({
    ...before,
    hints: before.hints + 1,
  }));
  const place = Math.min(asked, hints.length);
  const head = `Hint ${place} of ${hints.length}.`;
  showText([`**${head}** ${escapeMarkdown(hints[place - 1])}`], [`${head} ${hints[place - 1]}`]);
}

/** Shows paragraphs of Markdown, and the same in plain text. */
function showText(paragraphs: readonly string[], plain: readonly string[]): void {
  const [rich, poor] = [paragraphs, plain].map((texts) => texts.filter(Boolean).join("\n\n"));
  displayBundle({ "text/markdown": rich, "text/plain": poor });
}

async function showSolution(exercise: LessonExercise): Promise<void> {
  const reader = await findReader();
  if (reader.course?.solutions === false) {
    markdown("In this course the solutions come from your teacher.");
    return;
  }
  const tries = (await readProgress(reader))[exercise.id]?.tries ?? 0;
  if (tries === 0) {
    markdown("Try an answer first, even a wrong one: `await task.check(answer)`. Then the solution is here.");
    return;
  }
  const code = await readSolution(exercise);
  await changeProgress(reader, exercise.id, (before) =>
    before.solution === "no" ? { ...before, solution: before.solved ? "after" : "before" } : before,
  );
  markdown(`**A solution**\n\n\`\`\`ts\n${code.trimEnd()}\n\`\`\``);
}

/**
 * Shows the reader's progress: each exercise of each lesson, or of one, with tries and state.
 *
 * @param lesson such as `01-one-scan`; default all.
 * @throws LabError for a lesson without exercises.
 */
export async function showProgress(lesson?: string): Promise<void> {
  const listed = lessonExercises.filter((each) => lesson === undefined || each.lesson === lesson);
  const names = [...new Set(lessonExercises.map((each) => each.lesson))];
  requireThat(listed.length > 0, "showProgress", lesson, names.join(", "));
  const reader = await findReader();
  const progress = await readProgress(reader);
  const rows = listed.map((each) => ({
    lesson: each.lesson,
    exercise: each.id,
    title: each.title,
    kind: each.kind,
    tries: progress[each.id]?.tries ?? 0,
    state: describeState(progress[each.id]),
  }));
  const solved = listed.filter(({ id }) => progress[id]?.solved).length;
  const whose = reader.name === "" ? "" : `${reader.name}: `;
  showTable(rows, { title: `${whose}${solved} of ${listed.length} exercises solved`, maxRows: 200 });
}

function describeState(progress: ExerciseProgress | undefined): string {
  if (!progress) return "not begun";
  const state = progress.solved ? "solved" : progress.tries > 0 ? "tried" : "opened";
  return progress.solution === "before" ? `${state}, after a look at the solution` : state;
}
