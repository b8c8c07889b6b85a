import { describeValue } from "../../core/errors.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { tryFunction } from "./try-function.js";

type Pair = [probabilities: number[], labels: number[]];

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const shared = (p: readonly number[], y: readonly number[]): number => sumOf(p.map((each, i) => each * y[i]));

export const softDice: LessonExercise = defineExercise({
  id: "soft-dice",
  lesson: "05-train-and-segment",
  kind: "function",
  title: "A Dice that can be learned from",
  points: 2,
  answer: "diceLoss",
  usual: {},
  prompt: () =>
    "Write diceLoss(probabilities, labels): 1 - 2 sum(p y) / (sum(p) + sum(y)), for probabilities p between 0 and 1 and labels y that are 0 or 1.",
  test: (answer: unknown, _, key) => {
    const stream = key.stream();
    const inputs = Array.from({ length: 20 }, (): Pair => {
      const labels = Array.from({ length: stream.integer(5, 30) }, (__, i) =>
        i === 0 ? 1 : stream.integer(0, 1),
      );
      return [labels.map(() => stream.uniform()), labels];
    });
    const dice = (p: readonly number[], y: readonly number[]): number =>
      (2 * shared(p, y)) / (sumOf(p) + sumOf(y));
    const cut = (p: readonly number[]): number[] => p.map((each) => (each >= 0.5 ? 1 : 0));
    return tryFunction(answer, {
      name: "diceLoss",
      inputs,
      right: (p, y) => 1 - dice(p, y),
      slips: [
        { compute: dice, remark: "This is the Dice. A loss is small where the Dice is large." },
        {
          compute: (p, y) => 1 - dice(p, y) / 2,
          remark: "The factor 2 is missing: a perfect prediction should have a loss of 0.",
        },
        {
          compute: (p, y) => 1 - dice(cut(p), y),
          remark:
            "The probabilities are cut at 0.5 first. Then a small change changes nothing, and nothing is learned.",
        },
        {
          compute: (p, y) => 1 - shared(p, y) / (sumOf(p) + sumOf(y) - shared(p, y)),
          remark: "That is made of the IoU, not of the Dice.",
        },
      ],
    });
  },
  hints: () => [
    "Three sums are needed: of the products, of the probabilities, of the labels.",
    "probabilities.reduce((sum, p, i) => sum + p * labels[i], 0) is the first of them. Double it, divide it by the sum of the other two, and subtract the result from 1.",
  ],
});

interface Budget {
  voxels: number;
  windows: number;
}

export const windowBudget: LessonExercise = defineExercise({
  id: "window-budget",
  lesson: "05-train-and-segment",
  kind: "change",
  title: "Windows within a budget",
  points: 2,
  answer: "windows",
  usual: { voxels: 160, windows: 5 },
  draw: (key): Budget => {
    const stream = key.stream();
    return { voxels: 16 * stream.integer(8, 20), windows: stream.integer(4, 7) };
  },
  prompt: ({ voxels, windows }: Budget) =>
    `Along an axis of ${voxels} voxels, change { size: 32, step: 32 } so that windows overlap by half or more (step at most size / 2), size is a multiple of 8 and at most ${voxels / 2}, and at most ${windows} windows cover the axis.`,
  test: (answer: unknown, { voxels, windows }) => {
    const { size, step } = (answer ?? {}) as { size?: unknown; step?: unknown };
    if (typeof size !== "number" || typeof step !== "number" || !(step >= 1) || !Number.isInteger(step))
      return `This is ${describeValue(answer)}; { size, step } in whole voxels is asked for.`;
    if (size % 8 !== 0 || size <= 0)
      return "The size is not a multiple of 8: the network halves it three times.";
    if (size > voxels / 2) return "The windows are larger than half of the axis.";
    if (step > size / 2) return "The windows overlap by less than half.";
    const count = Math.ceil((voxels - size) / step) + 1;
    return count <= windows || `It takes ${count} windows, more than the budget.`;
  },
  hints: ({ windows }) => [
    "Larger windows need fewer steps. How many voxels do the first window and its steps cover together?",
    `With step = size / 2, ${windows} windows cover size * ${(windows + 1) / 2} voxels. Which size is enough?`,
  ],
});
