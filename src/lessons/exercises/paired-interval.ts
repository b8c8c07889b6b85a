import { describeValue } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import { sortNumbers } from "../../stats/describe.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

export const pairedInterval: LessonExercise = defineExercise({
  id: "paired-interval",
  lesson: "06-jhh-in-small",
  kind: "function",
  title: "Subtract first",
  points: 3,
  answer: "pairedInterval",
  usual: {},
  prompt: () =>
    "Write pairedInterval(real, mixed): the ends [low, high] of the middle 95 % of the gains, from draws in which draw i of both arms has the same patients and trainings.",
  test: (answer: Answer, _, key) => testPairedInterval(answer, key),
  hints: () => [
    "What is the gain in draw 0? In draw 1? Work with those before you look for any interval.",
    "Subtract draw by draw, real from mixed, and only then take the 2.5 % and 97.5 % quantiles: lab.stats.quantile(values, 0.025).",
  ],
});

type Answer = (real: number[], mixed: number[]) => unknown;

const draws = 2001;
/** With 2,001 draws the 2.5 % quantile is the value at place 50; other definitions of a quantile lie a place beside it. */
const [lowPlace, highPlace] = [50, 1950];

/** Tries the function on draws of two arms that rise and fall together; says what kind of slip it is. */
function testPairedInterval(answer: Answer, key: Key): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: pairedInterval itself, without brackets behind it.";
  const stream = key.stream();
  for (let i = 0; i < 8; i++) {
    const gain = stream.uniformBetween(0.05, 0.15);
    const hard = Array.from({ length: draws }, () => 0.05 * stream.normal());
    const real = hard.map((shared) => 0.4 + shared + 0.004 * stream.normal());
    const mixed = hard.map((shared) => 0.4 + gain + shared + 0.004 * stream.normal());
    const found = answer([...real], [...mixed]);
    if (!Array.isArray(found) || found.length !== 2 || !found.every((end) => typeof end === "number"))
      return `It returns ${describeValue(found)}; two numbers are asked for: [low, high].`;
    const fault = findSlip(found as [number, number], real, mixed);
    if (fault !== undefined) return fault;
  }
  return true;
}

function findSlip([low, high]: [number, number], real: number[], mixed: number[]): string | undefined {
  const gains = sortNumbers(mixed.map((dice, i) => dice - real[i]));
  const at = (sorted: ArrayLike<number>, place: number, found: number): boolean =>
    found >= sorted[place - 2] && found <= sorted[place + 2];
  const isInterval = (sorted: ArrayLike<number>): boolean =>
    at(sorted, lowPlace, low) && at(sorted, highPlace, high);
  if (isInterval(gains)) return undefined;
  if (Number.isNaN(low) || Number.isNaN(high)) return "It returns NaN: a step on the way is not a number.";
  if (low > high) return "The lower end lies above the upper one.";
  if (isInterval(sortNumbers(gains.map((gain) => -gain))))
    return "The sign is wrong: the gain is the mixed arm minus the real one.";
  if (isInterval(Float64Array.from(real).sort()) || isInterval(Float64Array.from(mixed).sort()))
    return "That is the interval of one arm; the difference of both is asked for.";
  const [a, b] = [sortNumbers(real), sortNumbers(mixed)];
  const width = gains[highPlace] - gains[lowPlace];
  const sortedGains = sortNumbers(b.map((dice, i) => dice - a[i]));
  if (isInterval(sortedGains))
    return "The arms were sorted before they were subtracted: draw i of one must meet draw i of the other.";
  if (high - low > 4 * width)
    return "It is far too wide: each arm varies by itself here, and what both have in common is not taken out.";
  const covered = gains.filter((gain) => gain >= low && gain <= high).length / gains.length;
  return covered < 0.95
    ? `Only ${Math.round(100 * covered)} % of the gains lie between its ends; 95 % are asked for.`
    : `${Math.round(100 * covered)} % of the gains lie between its ends, and not the middle 95 %.`;
}
