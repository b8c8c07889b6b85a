import { describeValue } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

export const withinNoise: LessonExercise = defineExercise({
  id: "within-noise",
  lesson: "08-the-ledger",
  kind: "function",
  title: "Within the noise of two means",
  points: 3,
  answer: "isWithinNoise",
  usual: {},
  prompt: () =>
    "Write isWithinNoise(a, b, n, sd): true if two means over n patients each are so close that their difference is within the range of 95 % of the differences between two methods that do not differ.",
  test: (answer: IsWithinNoise, _, key) => testWithinNoise(answer, key),
  hints: () => [
    "How far does one mean over n patients move from study to study? That is its standard error, sd / sqrt(n).",
    "Variances of two independent means add up, so the standard error of their difference is sqrt(2) times that of one. 95 % lie within 1.96 of them.",
  ],
});

/** What a wrong answer may have reckoned with in place of the noise of two means, and what to say to it. */
const slips: readonly { halfWidth: (n: number, sd: number) => number; remark: string }[] = [
  {
    halfWidth: (n, sd) => (1.96 * sd) / Math.sqrt(n),
    remark: "This is the noise of one mean. Both means come from a sample, and both vary.",
  },
  {
    halfWidth: (_, sd) => 1.96 * sd * Math.SQRT2,
    remark: "This is the spread between two patients. A mean over n patients moves less.",
  },
  {
    halfWidth: (n, sd) => (sd * Math.SQRT2) / Math.sqrt(n),
    remark: "Only two of three differences lie within one standard error, not 95 %.",
  },
  {
    halfWidth: (n, sd) => (2 * 1.96 * sd) / Math.sqrt(n),
    remark: "Two means are not twice as noisy as one: variances add up, not standard deviations.",
  },
  { halfWidth: () => 0, remark: "Two means of samples are hardly ever the same to the last digit." },
];

type IsWithinNoise = (a: number, b: number, n: number, sd: number) => unknown;

/** Tries the function on means that lie just inside and just outside of the noise; says what kind of slip it is. */
function testWithinNoise(answer: IsWithinNoise, key: Key): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: isWithinNoise itself, without brackets behind it.";
  const stream = key.stream();
  const studies = Array.from({ length: 40 }, (_, i) => {
    const [n, sd] = [stream.integer(10, 5000), stream.uniformBetween(5, 40)];
    const halfWidth = (1.96 * sd * Math.SQRT2) / Math.sqrt(n);
    const distance =
      halfWidth * (i % 2 === 0 ? stream.uniformBetween(0, 0.99) : stream.uniformBetween(1.01, 3));
    const a = stream.uniformBetween(40, 60);
    return { a, b: i % 4 < 2 ? a + distance : a - distance, n, sd, isWithin: i % 2 === 0 };
  });
  const found = studies.map(({ a, b, n, sd }) => answer(a, b, n, sd));
  const odd = found.find((each) => typeof each !== "boolean");
  if (odd !== undefined) return `It returns ${describeValue(odd)}; true or false is asked for.`;
  if (studies.every(({ isWithin }, i) => found[i] === isWithin)) return true;
  if (studies.every(({ isWithin }, i) => found[i] !== isWithin)) return "It is the other way round.";
  const slip = slips.find(({ halfWidth }) =>
    studies.every(({ a, b, n, sd }, i) => found[i] === Math.abs(a - b) < halfWidth(n, sd)),
  );
  if (slip) return slip.remark;
  const isOneSided = (sign: 1 | -1): boolean =>
    studies.every(({ a, b, isWithin }, i) => found[i] === (isWithin || sign * (a - b) < 0));
  if (isOneSided(1) || isOneSided(-1))
    return "It depends on which mean comes first. A difference has two signs.";
  const missed = studies.filter(({ isWithin }, i) => isWithin && found[i] === false).length;
  return missed > 0
    ? "Some means that are close enough count as apart."
    : "Some means that are apart count as close.";
}
