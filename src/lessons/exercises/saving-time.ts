import { compareAnswer } from "../grade.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";
import { tryFunction } from "./try-function.js";

interface Prices {
  judgeS: number;
  drawMin: number;
}

export const breakEven: LessonExercise = defineExercise({
  id: "break-even",
  lesson: "09-annotation",
  kind: "predict",
  title: "How many false alarms is a find worth?",
  points: 2,
  answer: "falseAlarms",
  usual: { judgeS: 10, drawMin: 4 },
  draw: (key): Prices => {
    const stream = key.stream();
    return { judgeS: stream.choose([4, 5, 6, 10, 12, 15]), drawMin: stream.integer(2, 8) };
  },
  prompt: ({ judgeS, drawMin }: Prices) =>
    `Judging a candidate takes ${judgeS} seconds, drawing a lesion ${drawMin} minutes. How many false alarms may come with each find before the detector saves nothing?`,
  test: (answer: unknown, { judgeS, drawMin }) => {
    const worth = (60 * drawMin) / judgeS;
    if (typeof answer === "number" && Math.abs(answer - worth) < 1e-6)
      return "Nearly: the find itself is a candidate too, and has to be judged.";
    if (typeof answer === "number" && Math.abs(answer - drawMin / judgeS) < 1e-6)
      return "Seconds and minutes are mixed up.";
    return compareAnswer(answer, worth - 1, 0.001) ?? true;
  },
  hints: () => [
    "What does a find save, in seconds? And what does each candidate cost, true or false?",
    "A find saves drawMin * 60 seconds. With f false alarms there are f + 1 candidates to judge. When are both the same?",
  ],
});

interface Point {
  threshold: number;
  found: number;
  falsePositives: number;
}
type Task = [points: Point[], prices: Prices];

const saved = ({ found, falsePositives }: Point, { judgeS, drawMin }: Prices): number =>
  found * drawMin - ((found + falsePositives) * judgeS) / 60;

function thresholdBy(points: readonly Point[], worth: (point: Point) => number): number {
  return points.reduce((best, each) => (worth(each) > worth(best) ? each : best)).threshold;
}

export const bestThreshold: LessonExercise = defineExercise({
  id: "best-threshold",
  lesson: "09-annotation",
  kind: "function",
  title: "Where to put the threshold",
  points: 3,
  answer: "bestThreshold",
  usual: {},
  prompt: () =>
    "Write bestThreshold(points, { judgeS, drawMin }): the threshold of the point that saves most time. Points are { threshold, found, falsePositives }; a find saves drawMin minutes, and each candidate, true or false, costs judgeS seconds.",
  test: (answer: unknown, _, key) => {
    const stream = key.stream();
    const inputs = Array.from({ length: 25 }, (): Task => {
      const [lesions, noise] = [stream.integer(20, 200), stream.integer(100, 4000)];
      const points = Array.from({ length: 9 }, (__, i): Point => {
        const threshold = (i + 1) / 10;
        const found = Math.round(lesions * (1 - threshold ** 2));
        return { threshold, found, falsePositives: Math.round(noise * Math.exp(-5 * threshold)) + 1 };
      });
      return [stream.shuffle(points), { judgeS: stream.integer(3, 30), drawMin: stream.integer(1, 8) }];
    });
    return tryFunction(answer, {
      name: "bestThreshold",
      inputs,
      right: (points, prices) => thresholdBy(points, (point) => saved(point, prices)),
      slips: [
        {
          compute: (points) => thresholdBy(points, ({ found }) => found),
          remark: "It finds most lesions, whatever the false alarms cost.",
        },
        {
          compute: (points) => thresholdBy(points, ({ falsePositives }) => -falsePositives),
          remark: "It has the fewest false alarms, whatever is missed.",
        },
        {
          compute: (points, prices) =>
            thresholdBy(
              points,
              ({ found, falsePositives }) =>
                found * prices.drawMin - (found + falsePositives) * prices.judgeS,
            ),
          remark: "Seconds and minutes are mixed up.",
        },
        {
          compute: (points, prices) => thresholdBy(points, (point) => -saved(point, prices)),
          remark: "It takes the worst of them: the sign is wrong.",
        },
        {
          compute: ([first]) => first.threshold,
          remark: "It always takes the first point, and points come in any order.",
        },
      ],
    });
  },
  hints: () => [
    "How many minutes does one point save? Write that first, as in the exercise before.",
    "Compute the minutes of every point, and keep the point with the most: points.reduce((best, each) => ...). Return its threshold.",
  ],
});
