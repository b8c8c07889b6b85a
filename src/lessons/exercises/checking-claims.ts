import { describeValue } from "../../core/errors.js";
import { compareAnswer } from "../grade.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { askForFunction } from "./try-function.js";

interface Change {
  before: number;
  after: number;
}

export const relativeGain: LessonExercise = defineExercise({
  id: "relative-gain",
  lesson: "08-the-ledger",
  kind: "predict",
  title: "Points or percent?",
  points: 1,
  answer: "relativePercent",
  usual: { before: 40, after: 50 },
  draw: (key): Change => {
    const stream = key.stream();
    const before = stream.integer(25, 60);
    return { before, after: before + stream.integer(3, 20) };
  },
  prompt: ({ before, after }: Change) =>
    `A mean Dice rises from ${before} % to ${after} %. By how many percent is that, relative to what it was?`,
  test: (answer: unknown, { before, after }) => {
    const points = after - before;
    const is = (value: number): boolean => typeof answer === "number" && Math.abs(answer / value - 1) < 0.005;
    if (is(points)) return "Those are the points. Relative to what it was, the gain is larger.";
    if (is((100 * points) / after)) return "That is relative to what it became.";
    if (is((100 * after) / before))
      return "That is how much of the old value the new one is. What is the gain?";
    return compareAnswer(answer, (100 * points) / before, 0.005) ?? true;
  },
  hints: () => [
    "Two numbers could be meant by a gain in percent. How many points is it?",
    "Divide the points by what it was before, and multiply by 100.",
  ],
});

export const roundedRange: LessonExercise = defineExercise({
  id: "rounded-range",
  lesson: "08-the-ledger",
  kind: "function",
  title: "What a printed number may have been",
  points: 2,
  answer: "rangeOf",
  usual: {},
  prompt: () =>
    "Write rangeOf(value, digits): a number was rounded to value, with that many digits after the point. Return [low, high], the range it was in before. rangeOf(59.3, 1) is [59.25, 59.35].",
  test: (answer: unknown, _, key) => {
    if (typeof answer !== "function") return askForFunction("rangeOf");
    const stream = key.stream();
    for (let i = 0; i < 20; i++) {
      const digits = stream.integer(0, 3);
      const value = Number((100 * stream.uniform()).toFixed(digits));
      const found = (answer as (value: number, digits: number) => unknown)(value, digits);
      if (!Array.isArray(found) || found.length !== 2 || !found.every((each) => typeof each === "number"))
        return `It returns ${describeValue(found)}; two numbers are asked for: [low, high].`;
      const [low, high] = found as [number, number];
      const half = 0.5 * 10 ** -digits;
      const are = (from: number, to: number): boolean =>
        Math.abs(low - from) < 1e-9 && Math.abs(high - to) < 1e-9;
      if (are(value - half, value + half)) continue;
      if (Number.isNaN(low) || Number.isNaN(high))
        return "It returns NaN: a step on the way is not a number.";
      if (low > high) return "The lower end lies above the upper one.";
      if (are(value - 2 * half, value + 2 * half))
        return "It is twice too wide: rounding moves a number by half of its last digit at most.";
      if (are(value, value + 2 * half))
        return "That is the range if digits were cut off. Rounding goes up and down.";
      if (digits !== 1 && are(value - 0.05, value + 0.05)) return "It is right for one digit only.";
      return high - low > 2 * half
        ? "The range is too wide."
        : "The range is too narrow, or in the wrong place.";
    }
    return true;
  },
  hints: () => [
    "How far can a number be from 59.3 and still be printed as 59.3?",
    "By half of a unit of the last digit: 0.5 * 10 ** -digits, to both sides.",
  ],
});
