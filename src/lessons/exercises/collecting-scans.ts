import { compareAnswer } from "../grade.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { tryFunction } from "./try-function.js";

interface Collection {
  scans: number;
  twice: number;
}

export const peopleCount: LessonExercise = defineExercise({
  id: "people-count",
  lesson: "02-many-scans",
  kind: "predict",
  title: "How many people?",
  points: 1,
  answer: "people",
  usual: { scans: 120, twice: 25 },
  draw: (key): Collection => {
    const stream = key.stream();
    const twice = stream.integer(10, 40);
    return { scans: 2 * twice + 5 * stream.integer(8, 40), twice };
  },
  prompt: ({ scans, twice }: Collection) =>
    `A collection has ${scans} scans. ${twice} patients were scanned twice, all others once. How many people are in it?`,
  test: (answer: unknown, { scans, twice }) => {
    if (answer === scans - 2 * twice)
      return "These are the people who were scanned once. The others are people too.";
    return compareAnswer(answer, scans - twice, 0) ?? true;
  },
  hints: () => [
    "How many of the scans are a second scan of somebody who was counted already?",
    "Everybody has one first scan. So subtract the second scans from all scans.",
  ],
});

interface Sizes {
  large: number;
  small: number;
}

export const ordersOfMagnitude: LessonExercise = defineExercise({
  id: "orders-of-magnitude",
  lesson: "02-many-scans",
  kind: "predict",
  title: "How many orders of magnitude?",
  points: 1,
  answer: "orders",
  usual: { large: 15130, small: 908 },
  draw: (key): Sizes => {
    const stream = key.stream();
    return { large: 10 * stream.integer(900, 4000), small: stream.integer(30, 1900) };
  },
  prompt: ({ large, small }: Sizes) =>
    `One set has ${large} tumors, another ${small}. By how many orders of magnitude is the first one larger? Two decimals will do.`,
  test: (answer: unknown, { large, small }) => {
    if (typeof answer === "number" && Math.abs(answer - large / small) < 0.01 * (large / small))
      return "That is how many times as large it is. How many factors of ten are in it?";
    if (typeof answer === "number" && Math.abs(answer - Math.log(large / small)) < 0.01)
      return "This counts factors of e, 2.718. An order of magnitude is a factor of ten.";
    return compareAnswer(answer, Math.log10(large / small), 0.01) ?? true;
  },
  hints: () => [
    "Ten times as large is one order, a hundred times two. What is 30 times?",
    "It is the logarithm to base 10 of the ratio: Math.log10.",
  ],
});

/** A scan of a split's list. */
interface ListedScan {
  scan: string;
  patient: string;
}
type Split = [training: ListedScan[], test: ListedScan[]];

const countLeaked = (training: ListedScan[], test: ListedScan[]): number =>
  test.filter(({ patient }) => training.some((other) => other.patient === patient)).length;

export const leakedScans: LessonExercise = defineExercise({
  id: "leaked-scans",
  lesson: "02-many-scans",
  kind: "function",
  title: "Who is in training and in test?",
  points: 2,
  answer: "leakedScans",
  usual: {},
  prompt: () =>
    "Write leakedScans(training, test): how many scans of the test set belong to a patient who is also in training. Both are lists of { scan, patient }.",
  test: (answer: unknown, _, key) => {
    const stream = key.stream();
    const draw = (count: number, from: number): ListedScan[] =>
      Array.from({ length: count }, (_each, i) => ({
        scan: `s${from + i}`,
        patient: `p${stream.integer(1, 30)}`,
      }));
    const inputs = Array.from({ length: 20 }, (): Split => {
      const training = draw(stream.integer(8, 30), 1);
      return [training, draw(stream.integer(8, 20), training.length + 1)];
    });
    // Somebody who is three times in the test set and once in training, an empty training set, and nobody twice.
    inputs.push(
      [[{ scan: "s1", patient: "p1" }], [2, 3, 4].map((i): ListedScan => ({ scan: `s${i}`, patient: "p1" }))],
      [[], draw(3, 1)],
      [[{ scan: "s1", patient: "p1" }], [{ scan: "s2", patient: "p11" }]],
    );
    const patientsOf = (scans: ListedScan[]): Set<string> => new Set(scans.map(({ patient }) => patient));
    return tryFunction(answer, {
      name: "leakedScans",
      inputs,
      right: countLeaked,
      slips: [
        {
          compute: (training, test) =>
            test.filter(({ scan }) => training.some((other) => other.scan === scan)).length,
          remark: "It looks for the same scan. A second scan of the same person leaks as well.",
        },
        {
          compute: (training, test) =>
            [...patientsOf(test)].filter((each) => patientsOf(training).has(each)).length,
          remark: "It counts patients. How many scans of the test set do they have?",
        },
        {
          compute: (training, test) => countLeaked(test, training),
          remark: "It counts scans of the training set. Which of the test set are to be left out?",
        },
        {
          compute: (training, test) =>
            training.flatMap((each) => test.filter((other) => other.patient === each.patient)).length,
          remark: "A scan of the test set is counted again for each scan of its patient in training.",
        },
      ],
    });
  },
  hints: () => [
    "Collect the patients of the training set first; a Set knows at once whether it has one.",
    "Keep the test scans whose patient is in that Set, and count them: test.filter(...).length.",
  ],
});
