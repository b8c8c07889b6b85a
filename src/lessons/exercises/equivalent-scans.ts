import { describeValue } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

export const equivalentScans: LessonExercise = defineExercise({
  id: "equivalent-scans",
  lesson: "07-scaling-analysis",
  kind: "function",
  title: "A law, read backwards",
  points: 3,
  answer: "equivalentScans",
  usual: {},
  prompt: () =>
    "Write equivalentScans(dicePercent, { c, a, b }): the n at which the law error = c + a n^-b reaches this Dice, or Infinity if it never does.",
  test: (answer: Answer, _, key) => testEquivalentScans(answer, key),
  hints: () => [
    "The law speaks of the error, 1 - Dice, with Dice between 0 and 1. Which error belongs to 48.2 %?",
    "Solve error = c + a n^-b for n: bring c to the left, divide by a, and undo the power -b. When is there nothing to undo?",
  ],
});

interface FloorLaw {
  c: number;
  a: number;
  b: number;
}

type Answer = (dicePercent: number, law: FloorLaw) => unknown;

/** Tries the function on many laws and scores, some of them out of reach; says what kind of slip it is. */
function testEquivalentScans(answer: Answer, key: Key): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: equivalentScans itself, without brackets behind it.";
  const stream = key.stream();
  for (let i = 0; i < 30; i++) {
    const law = {
      c: stream.uniformBetween(0.1, 0.4),
      a: stream.uniformBetween(0.5, 3),
      b: stream.uniformBetween(0.2, 1),
    };
    const isReached = i % 3 < 2;
    const expected = Math.exp(stream.uniformBetween(Math.log(60), Math.log(5000)));
    const error = isReached ? law.c + law.a * expected ** -law.b : law.c * stream.uniformBetween(0.3, 0.9);
    const found = answer(100 * (1 - error), { ...law });
    if (typeof found !== "number") return `It returns ${describeValue(found)}; a number is asked for.`;
    if (!isReached) {
      if (found === Infinity) continue;
      if (Number.isNaN(found))
        return "A Dice beyond the law's limit gives NaN: no number of scans reaches it.";
      return "A Dice beyond the law's limit is never reached; how do you say that with a number?";
    }
    if (Math.abs(found / expected - 1) <= 1e-6) continue;
    return describeInverse(found, expected, error, law);
  }
  return true;
}

function describeInverse(found: number, expected: number, error: number, law: FloorLaw): string {
  const is = (value: number): boolean => Math.abs(found / value - 1) <= 1e-6;
  /** The inverse for some reading of the error and the floor, and the same upside down. */
  const inverts = (reducible: number): boolean => {
    const n = (reducible / law.a) ** (-1 / law.b);
    return is(n) || is(1 / n);
  };
  if (is(1 / expected)) return "It is one over what it should be: the exponent of n is -b.";
  if (inverts(1 - error - law.c)) return "Dice and error are mixed up: the law gives the error, 1 - Dice.";
  if (inverts(error)) return "The floor c is left out: only the error above it falls with n.";
  const isPercent = inverts(100 * error - law.c) || inverts(100 * (1 - error) - law.c);
  if (isPercent || Number.isNaN(found))
    return "Percent and shares are mixed up: c and a are shares, the Dice comes in percent.";
  return found > expected ? "It asks for too many scans." : "It asks for too few scans.";
}
