import { describeValue } from "../../core/errors.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { askForFunction } from "./try-function.js";

export const nestedSubsets: LessonExercise = defineExercise({
  id: "nested-subsets",
  lesson: "06-jhh-in-small",
  kind: "function",
  title: "Subsets within subsets",
  points: 2,
  answer: "nestedSubsets",
  usual: {},
  prompt: () =>
    "Write nestedSubsets(patients, sizes): for each size a list of that many patients. The sizes rise, and each list must hold all patients of the list before.",
  test: (answer: unknown, _, key) => {
    if (typeof answer !== "function") return askForFunction("nestedSubsets");
    const stream = key.stream();
    for (let i = 0; i < 15; i++) {
      const patients = Array.from({ length: stream.integer(20, 60) }, (__, at) => `p${100 * i + at}`);
      const sizes = [1, 4, 9, 16].map((size) => size + stream.integer(0, 2));
      const slip = findSlip((answer as Subsets)(stream.shuffle(patients), [...sizes]), patients, sizes);
      if (slip !== undefined) return slip;
    }
    return true;
  },
  hints: () => [
    "If the order of the patients is fixed, which patients does the first subset take, and which more does the second?",
    "patients.slice(0, size) takes the first ones, and sizes.map makes a list for each size.",
  ],
});

type Subsets = (patients: string[], sizes: number[]) => unknown;

function findSlip(found: unknown, patients: readonly string[], sizes: readonly number[]): string | undefined {
  if (!Array.isArray(found) || found.length !== sizes.length || !found.every((each) => Array.isArray(each)))
    return `It returns ${describeValue(found)}; a list of patients for each size is asked for.`;
  const subsets = found as string[][];
  for (const [at, subset] of subsets.entries()) {
    if (!subset.every((each) => patients.includes(each)))
      return "A subset holds somebody who is not in the list of patients.";
    if (new Set(subset).size !== subset.length) return "A patient is in one subset twice.";
    if (subset.length !== sizes[at])
      return `A subset has too ${subset.length < sizes[at] ? "few" : "many"} patients.`;
    if (at > 0 && !subsets[at - 1].every((each) => subset.includes(each)))
      return "A larger subset lacks a patient of the smaller one: then two things change from one point of the curve to the next.";
  }
  return undefined;
}

interface Budget {
  hours: number;
  minutesPerTraining: number;
}

export const planBudget: LessonExercise = defineExercise({
  id: "plan-budget",
  lesson: "06-jhh-in-small",
  kind: "change",
  title: "A plan within a night",
  points: 2,
  answer: "plan",
  usual: { hours: 10, minutesPerTraining: 20 },
  draw: (key): Budget => {
    const stream = key.stream();
    const minutesPerTraining = stream.choose([10, 15, 20, 25]);
    // 24 trainings fit, and 32 may not.
    return { hours: (24 * minutesPerTraining) / 60 + stream.integer(0, 3), minutesPerTraining };
  },
  prompt: ({ hours, minutesPerTraining }: Budget) =>
    `A training takes ${minutesPerTraining} minutes, and you have ${hours} hours for two arms. Change { sizes: [10, 20], seeds: 20 } so that it fits: at least four rising sizes, the largest at least 8 times the smallest, and at least 3 seeds for each size.`,
  test: (answer: unknown, { hours, minutesPerTraining }) => {
    const { sizes, seeds } = (answer ?? {}) as { sizes?: unknown; seeds?: unknown };
    if (
      !Array.isArray(sizes) ||
      !sizes.every((each) => Number.isInteger(each) && each >= 1) ||
      !Number.isInteger(seeds)
    )
      return `This is ${describeValue(answer)}; { sizes, seeds } with whole numbers is asked for.`;
    const list = sizes as number[];
    if (list.some((size, at) => at > 0 && size <= list[at - 1])) return "The sizes do not rise.";
    if (list.length < 4)
      return "With fewer than four sizes you cannot tell one law with a floor from another.";
    if (list.at(-1)! < 8 * list[0]) return "The sizes lie too close together to show a curve.";
    if ((seeds as number) < 3) return "With fewer than 3 seeds nobody knows how much a training varies.";
    const needed = (2 * list.length * (seeds as number) * minutesPerTraining) / 60;
    return needed <= hours || `It takes ${needed.toFixed(1)} hours, more than you have.`;
  },
  hints: () => [
    "How many trainings is that: arms times sizes times seeds? And how many fit into your hours?",
    "With 3 seeds and two arms each size costs six trainings. Four sizes are 24 trainings; how long do they take?",
  ],
});
