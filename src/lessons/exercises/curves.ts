import { compareAnswer } from "../grade.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { tryFunction } from "./try-function.js";

interface Exponent {
  b: number;
}

export const halvedError: LessonExercise = defineExercise({
  id: "halved-error",
  lesson: "07-scaling-analysis",
  kind: "predict",
  title: "What half the error costs",
  points: 2,
  answer: "factor",
  usual: { b: 0.5 },
  draw: (key): Exponent => ({ b: key.stream().choose([0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8]) }),
  prompt: ({ b }: Exponent) =>
    `A law without a floor: error = a n^-${b}. By which factor must the number of scans n grow to halve the error?`,
  test: (answer: unknown, { b }) => {
    if (typeof answer === "number" && Math.abs(answer / 2 ** b - 1) < 0.01)
      return "This is the factor of the error when n doubles. The question is the other way round.";
    return compareAnswer(answer, 2 ** (1 / b), 0.01) ?? true;
  },
  hints: () => [
    "If n grows by a factor f, by which factor does the error fall?",
    "The error falls by f^-b, and that should be 1/2. Solve f^b = 2 for f.",
  ],
});

type TwoPoints = [n1: number, error1: number, n2: number, error2: number];

export const exponentOfTwo: LessonExercise = defineExercise({
  id: "exponent-of-two",
  lesson: "07-scaling-analysis",
  kind: "function",
  title: "An exponent from two points",
  points: 2,
  answer: "exponentOf",
  usual: {},
  prompt: () =>
    "Write exponentOf(n1, error1, n2, error2): the b of the law error = a n^-b that goes through both points.",
  test: (answer: unknown, _, key) => {
    const stream = key.stream();
    const inputs = Array.from({ length: 20 }, (): TwoPoints => {
      const [a, b] = [stream.uniformBetween(0.5, 4), stream.uniformBetween(0.1, 1)];
      const [n1, n2] = [stream.integer(10, 100), stream.integer(200, 5000)];
      return [n1, a * n1 ** -b, n2, a * n2 ** -b];
    });
    return tryFunction(answer, {
      name: "exponentOf",
      inputs,
      tolerance: 1e-6,
      right: (n1, error1, n2, error2) => Math.log(error1 / error2) / Math.log(n2 / n1),
      slips: [
        {
          compute: (n1, error1, n2, error2) => Math.log(error2 / error1) / Math.log(n2 / n1),
          remark: "The sign is wrong: the law has -b in it, so b is above 0 if the error falls.",
        },
        {
          compute: (n1, error1, n2, error2) => (error1 - error2) / (n2 - n1),
          remark: "That is the slope of a straight line. On which paper is a power law straight?",
        },
        {
          compute: (n1, error1, n2, error2) => Math.log(n2 / n1) / Math.log(error1 / error2),
          remark: "It is upside down: how much does the error fall for each step of n?",
        },
        {
          compute: (n1, error1, n2, error2) => Math.log(error1 / error2) / (n2 - n1),
          remark: "You took the logarithm of the error, but not of n. That would be an exponential law.",
        },
      ],
    });
  },
  hints: () => [
    "On paper with a logarithm on both axes the law is a straight line. What is its slope?",
    "Divide one equation by the other: a falls out. error1 / error2 = (n2 / n1)^b; take the logarithm of both sides.",
  ],
});
