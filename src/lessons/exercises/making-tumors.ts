import { describeValue } from "../../core/errors.js";
import { compareAnswer } from "../grade.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { askForFunction } from "./try-function.js";

interface Growth {
  fromMm: number;
  toMm: number;
}

export const grownVolume: LessonExercise = defineExercise({
  id: "grown-volume",
  lesson: "04-synthetic-tumors",
  kind: "predict",
  title: "A radius grows, and the volume?",
  points: 1,
  answer: "volumeFactor",
  usual: { fromMm: 5, toMm: 10 },
  draw: (key): Growth => {
    const stream = key.stream();
    const fromMm = stream.integer(4, 12);
    return { fromMm, toMm: fromMm + stream.integer(3, 12) };
  },
  prompt: ({ fromMm, toMm }: Growth) =>
    `A tumor grows from a radius of ${fromMm} mm to one of ${toMm} mm. By which factor does its volume grow?`,
  test: (answer: unknown, { fromMm, toMm }) => {
    const ratio = toMm / fromMm;
    const is = (value: number): boolean => typeof answer === "number" && Math.abs(answer / value - 1) < 0.01;
    if (is(ratio)) return "That is the factor of the radius.";
    if (is(ratio ** 2)) return "That is the factor of the surface. A volume has three directions.";
    return compareAnswer(answer, ratio ** 3, 0.01) ?? true;
  },
  hints: () => [
    "A ball twice as wide is also twice as high and twice as deep.",
    "The volume goes with the third power of the radius: cube the ratio of the two.",
  ],
});

export const mixedKinds: LessonExercise = defineExercise({
  id: "mixed-kinds",
  lesson: "04-synthetic-tumors",
  kind: "function",
  title: "How many of each kind?",
  points: 3,
  answer: "countsOf",
  usual: {},
  prompt: () =>
    "Write countsOf(total, weights): how many tumors of each kind a mix of these weights has, such as [4, 2, 1]. Whole numbers that add up to total, each less than 1 away from its share total * weight / sum of the weights.",
  test: (answer: unknown, _, key) => {
    if (typeof answer !== "function") return askForFunction("countsOf");
    const stream = key.stream();
    for (let i = 0; i < 40; i++) {
      const weights = Array.from({ length: stream.integer(2, 5) }, () => stream.integer(1, 9));
      const sum = weights.reduce((a, b) => a + b, 0);
      // At first only totals that divide, so that slips in the shares show before those in the rest.
      const total = i < 5 ? sum * stream.integer(1, 9) : stream.integer(1, 200);
      const slip = findSlip((answer as Mix)(total, [...weights]), total, weights, sum);
      if (slip !== undefined) return slip;
    }
    return true;
  },
  hints: () => [
    "The shares are usually not whole numbers. Round all of them down: how many tumors are left over?",
    "Fewer are left than there are kinds: give one each to the kinds whose shares lost most by rounding down.",
  ],
});

type Mix = (total: number, weights: number[]) => unknown;

function findSlip(
  found: unknown,
  total: number,
  weights: readonly number[],
  sum: number,
): string | undefined {
  if (!Array.isArray(found) || found.length !== weights.length)
    return `It returns ${describeValue(found)}; a list with a number for each weight is asked for.`;
  const counts = found as unknown[];
  if (!counts.every((each) => typeof each === "number"))
    return `It returns ${describeValue(found)}; numbers are asked for.`;
  const call = `countsOf(${total}, [${weights.join(", ")}])`;
  const numbers = counts;
  if (!numbers.every((each) => Number.isInteger(each) && each >= 0))
    return `${call} gives parts of tumors, or fewer than none.`;
  const all = numbers.reduce((a, b) => a + b, 0);
  if (all !== total) return `The numbers of ${call} add up to ${all < total ? "too few" : "too many"}.`;
  const far = numbers.some((each, i) => Math.abs(each - (total * weights[i]) / sum) >= 1 - 1e-9);
  return far ? `In ${call} a kind is 1 or more away from its share.` : undefined;
}
