import { compareAnswer } from "../grade.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { tryFunction } from "./try-function.js";

interface Counts {
  tp: number;
  fp: number;
  fn: number;
}

export const diceOfCounts: LessonExercise = defineExercise({
  id: "dice-of-counts",
  lesson: "03-per-organ-breakdown",
  kind: "predict",
  title: "A Dice by hand",
  points: 1,
  answer: "dice",
  usual: { tp: 80, fp: 10, fn: 30 },
  draw: (key): Counts => {
    const stream = key.stream();
    return { tp: 10 * stream.integer(3, 20), fp: 5 * stream.integer(1, 20), fn: 5 * stream.integer(1, 20) };
  },
  prompt: ({ tp, fp, fn }: Counts) =>
    `A prediction shares ${tp} voxels with the reference, has ${fp} more that the reference does not have, and misses ${fn} of the reference. What is its Dice, from 0 to 1?`,
  test: (answer: unknown, { tp, fp, fn }) => {
    const is = (value: number): boolean => typeof answer === "number" && Math.abs(answer / value - 1) < 0.005;
    const right = (2 * tp) / (2 * tp + fp + fn);
    if (is(100 * right)) return "That is in percent; 0 to 1 is asked for.";
    if (is(tp / (tp + fp + fn))) return "That is the IoU. Dice counts what is shared twice, above and below.";
    if (is(tp / (tp + fn)) && fp !== fn)
      return "That is the sensitivity: extra voxels of the prediction do not count.";
    if (is(tp / (tp + fp)) && fp !== fn)
      return "That is the precision: voxels that the prediction misses do not count.";
    return compareAnswer(answer, right, 0.005) ?? true;
  },
  hints: () => [
    "Dice is twice what both share, divided by the sizes of both together. How large are the two?",
    "The reference has the shared and the missed voxels, the prediction the shared and the extra ones. So 2 TP / (2 TP + FP + FN).",
  ],
});

export const iouOfDice: LessonExercise = defineExercise({
  id: "iou-of-dice",
  lesson: "03-per-organ-breakdown",
  kind: "function",
  title: "From Dice to IoU",
  points: 2,
  answer: "iouOf",
  usual: {},
  prompt: () =>
    "Write iouOf(dice): the IoU, TP / (TP + FP + FN), of a prediction with this Dice, 2 TP / (2 TP + FP + FN). Both from 0 to 1.",
  test: (answer: unknown, _, key) => {
    const stream = key.stream();
    const inputs = [[0], [1], ...Array.from({ length: 20 }, () => [stream.uniformBetween(0.05, 0.95)])].map(
      ([dice]): [number] => [dice],
    );
    return tryFunction(answer, {
      name: "iouOf",
      inputs,
      right: (dice) => dice / (2 - dice),
      slips: [
        {
          compute: (dice) => (2 * dice) / (1 + dice),
          remark: "This makes a Dice of an IoU. The other way is asked for.",
        },
        { compute: (dice) => dice / 2, remark: "A perfect Dice of 1 should give a perfect IoU of 1." },
        { compute: (dice) => dice, remark: "They are the same only at 0 and at 1." },
        {
          compute: (dice) => dice / (1 - dice),
          remark: "At a Dice of 1 this is infinite; an IoU is at most 1.",
        },
      ],
    });
  },
  hints: () => [
    "Call TP 1, and FP + FN together e. What are both scores then?",
    "Dice = 2 / (2 + e), so e = 2 / Dice - 2. Put that into IoU = 1 / (1 + e).",
  ],
});
