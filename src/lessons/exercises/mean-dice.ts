import { describeValue } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

type Answer = (cases: Counts[]) => unknown;

export const meanDice: LessonExercise = defineExercise({
  id: "mean-dice",
  lesson: "03-per-organ-breakdown",
  kind: "function",
  title: "A mean with its rule",
  points: 3,
  answer: "meanDice",
  usual: {},
  prompt: () =>
    "Write meanDice(cases): the mean of 2 TP / (2 TP + FP + FN) over the cases, without those where the structure is in neither map.",
  test: (answer: Answer, _, key) => testMeanDice(answer, key),
  hints: () => [
    "What does the formula give for a case with tp, fp and fn all 0, and what should happen to that case?",
    "Keep the cases in which 2 TP + FP + FN is above 0, take the Dice of each, and divide their sum by how many were kept.",
  ],
});

interface Counts {
  tp: number;
  fp: number;
  fn: number;
}

/** Tries the function on studies with missed, made-up and rightly absent structures; says what kind of slip it is. */
function testMeanDice(answer: Answer, key: Key): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: meanDice itself, without brackets behind it.";
  const stream = key.stream();
  for (let i = 0; i < 20; i++) {
    const draw = (): number => stream.integer(1, 1000);
    const cases: Counts[] = [
      ...Array.from({ length: stream.integer(2, 5) }, () => ({ tp: draw(), fp: draw(), fn: draw() })),
      { tp: 0, fp: 0, fn: draw() },
      { tp: 0, fp: draw(), fn: 0 },
      // The first studies have every structure, so that slips in the formula show before those in its gaps.
      ...(i < 2 ? [] : [{ tp: 0, fp: 0, fn: 0 }]),
    ];
    const found = answer(cases.map((counts) => ({ ...counts })));
    if (typeof found !== "number") return `It returns ${describeValue(found)}; a number is asked for.`;
    const fault = findMeanSlip(found, cases);
    if (fault !== undefined) return fault;
  }
  return true;
}

function findMeanSlip(found: number, cases: readonly Counts[]): string | undefined {
  const diceOf = ({ tp, fp, fn }: Counts): number => (2 * tp) / (2 * tp + fp + fn);
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const is = (value: number): boolean => Math.abs(found - value) <= 1e-9;
  const present = cases.filter(({ tp, fp, fn }) => tp + fp + fn > 0);
  if (is(meanOf(present.map(diceOf)))) return undefined;
  if (Number.isNaN(found))
    return "It returns NaN for a study in which one structure is in neither map: 0 / 0.";
  const filled = (value: number): number =>
    meanOf(cases.map((each) => (present.includes(each) ? diceOf(each) : value)));
  if (is(filled(0)))
    return "A structure that is correctly absent counts as 0: that punishes a correct prediction.";
  if (is(filled(1)))
    return "A structure that is correctly absent counts as 1. Some tools do that. Here it must be left out.";
  if (is(meanOf(present.filter(({ tp }) => tp > 0).map(diceOf))))
    return "Missed and made-up structures are left out: a model could raise this mean by predicting nothing.";
  const sum = (pick: (counts: Counts) => number): number =>
    cases.reduce((total, each) => total + pick(each), 0);
  if (is(diceOf({ tp: sum(({ tp }) => tp), fp: sum(({ fp }) => fp), fn: sum(({ fn }) => fn) })))
    return "The voxels of all cases are counted together, so large structures decide. Take the mean of each case's own Dice.";
  if (is(meanOf(present.map(({ tp, fp, fn }) => tp / (tp + fp + fn)))))
    return "That is the mean IoU: Dice counts what both maps share twice.";
  return found > meanOf(present.map(diceOf))
    ? "For some studies it is too large."
    : "For some studies it is too small.";
}
