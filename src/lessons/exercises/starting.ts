import { compareAnswer } from "../grade.js";
import { testChoice } from "./choice.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

interface Reading {
  scans: number;
  seconds: number;
  cores: number;
}

export const readingHours: LessonExercise = defineExercise({
  id: "reading-hours",
  lesson: "00-start-here",
  kind: "predict",
  title: "How long does it take to read them all?",
  points: 1,
  answer: "hours",
  usual: { scans: 9000, seconds: 4, cores: 2 },
  draw: (key): Reading => {
    const stream = key.stream();
    return {
      scans: 500 * stream.integer(4, 24),
      seconds: stream.integer(2, 9),
      cores: stream.choose([2, 4, 8]),
    };
  },
  prompt: ({ scans, seconds, cores }: Reading) =>
    `A scan takes ${seconds} seconds to read. How many hours do ${scans} scans take on ${cores} cores that share the work?`,
  test: (answer: unknown, { scans, seconds, cores }) =>
    compareAnswer(answer, (scans * seconds) / cores / 3600, 0.01) ?? true,
  hints: () => [
    "How many seconds does it take on one core? And how many if several cores read at the same time?",
    "Scans times seconds, divided by the cores. An hour has 3600 seconds.",
  ],
});

export const sameSeed: LessonExercise = defineExercise({
  id: "same-seed",
  lesson: "00-start-here",
  kind: "predict",
  title: "The same numbers?",
  points: 1,
  answer: "sameNumbers",
  usual: {},
  prompt: () =>
    'You draw five numbers from lab.createKey(7).split("noise").stream(). A friend on another computer first draws a hundred from lab.createKey(7).split("tumor").stream(), and then five as you did. Are your five the same? (a) yes, (b) no, the hundred come first, (c) only on the same computer. Answer { choice, reason }.',
  test: (answer: unknown) =>
    testChoice(answer, "a", {
      b: "Each name has its own numbers. What was drawn under another name makes no difference.",
      c: "The numbers are computed only from the seed and the names. Does the computer matter?",
    }),
  hints: () => [
    "What do the five numbers depend on: on what ran before, or on the seed and the name?",
    "split gives a separate key, and its stream always begins at the start, whatever was drawn before.",
  ],
});
