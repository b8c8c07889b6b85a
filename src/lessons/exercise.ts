import { requireThat } from "../core/errors.js";
import { escapeXml } from "../core/escape.js";
import { displayBundle } from "../notebook/session.js";
import { palette } from "../plot/theme.js";
import { type AnswerKey, type Grade, gradeAnswer } from "./grade.js";

/** An exercise with its key. */
export interface ExerciseKey<T = unknown> extends AnswerKey<T> {
  /** What is asked, in a sentence or two; shown above the verdict. */
  prompt?: string;
}

/** An exercise of a notebook. The key is kept out of reach: printing the exercise does not show it. */
export interface Exercise<T = unknown> {
  readonly id: string;
  /** Judges an answer and shows the verdict with the hint for this attempt. */
  check(answer: T): Promise<void>;
}

/** Wrong answers given to each exercise since the kernel started. */
const wrongAnswers = new Map<string, number>();

/**
 * An exercise: `exercise("liver-volume", { prompt, test, hints }).check(answer)`.
 *
 * @param id tells exercises of a notebook apart; wrong answers are counted under it and open one hint after the other.
 */
export function exercise<T = unknown>(id: string, key: ExerciseKey<T>): Exercise<T> {
  requireThat(id.trim() !== "", "id", id, "a name for the exercise");
  return { id, check: (answer) => checkAnswer({ ...key, id, answer }) };
}

/**
 * Judges an answer and shows the verdict, in words as well as in colour, with a hint that goes further with each
 * wrong answer. The right answer is never shown. Returns nothing, so that it may end a cell.
 *
 * @throws LabError when the key has neither `expected` nor `test`, or both.
 */
export async function checkAnswer<T>(task: ExerciseKey<T> & { id: string; answer: T }): Promise<void> {
  const { id, answer, prompt = "", ...key } = task;
  const attempt = (wrongAnswers.get(id) ?? 0) + 1;
  const grade = await gradeAnswer(answer, key, attempt);
  if (grade.outcome === "wrong") wrongAnswers.set(id, attempt);
  if (grade.outcome === "right") wrongAnswers.delete(id);
  showVerdict(grade, prompt);
}

/** Shows how an answer was judged, in words as well as in colour. */
export function showVerdict(grade: Grade, prompt: string): void {
  displayBundle(verdictBundle(grade, prompt));
}

const verdicts: Readonly<Record<Grade["outcome"], { sign: string; word: string; color: string }>> = {
  right: { sign: "\u2714", word: "Right", color: palette.good },
  wrong: { sign: "\u2718", word: "Not yet", color: palette.bad },
  open: { sign: "\u270e", word: "Your turn", color: palette.muted },
};

/** The MIME bundle of a verdict. */
function verdictBundle(grade: Grade, prompt: string): Record<string, string> {
  const { sign, word, color } = verdicts[grade.outcome];
  const lines = [prompt, grade.remark, grade.hint === "" ? "" : `Hint: ${grade.hint}`].filter(Boolean);
  const html = [
    `<div style="border-left: 4px solid ${color}; padding: 4px 12px">`,
    `<strong style="color: ${color}">${sign} ${word}</strong>`,
    ...lines.map((line) => `<div>${escapeXml(line)}</div>`),
    "</div>",
  ].join("\n");
  return { "text/html": html, "text/plain": [`${sign} ${word}`, ...lines].join("\n") };
}
