import { describeValue } from "../../core/errors.js";
import type { Key } from "../../core/random.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

export const savedMinutes: LessonExercise = defineExercise({
  id: "saved-minutes",
  lesson: "09-annotation",
  kind: "function",
  title: "Minutes saved",
  points: 3,
  answer: "savedMinutes",
  usual: {},
  prompt: () =>
    "Write savedMinutes({ found, falsePositives, lesions }, { judgeS, drawMin }): the minutes that a detector saves a reader who judges every candidate and draws every missed lesion.",
  test: (answer: Reckoning, _, key) => testSavedMinutes(answer, key),
  hints: () => [
    "How long does it take without a model, when every lesion is drawn? And with one, when candidates are judged and only the missed lesions drawn?",
    "Without: lesions * drawMin. With: (found + falsePositives) * judgeS / 60 + (lesions - found) * drawMin. Subtract.",
  ],
});

interface Counts {
  found: number;
  falsePositives: number;
  lesions: number;
}

interface Prices {
  judgeS: number;
  drawMin: number;
}

type Reckoning = (counts: Counts, prices: Prices) => number;

const right: Reckoning = ({ found, falsePositives }, { judgeS, drawMin }) =>
  found * drawMin - ((found + falsePositives) * judgeS) / 60;

/** What a wrong answer may have reckoned, and what to say to it. */
const slips: readonly { reckon: Reckoning; remark: string }[] = [
  {
    reckon: ({ found }, { drawMin }) => found * drawMin,
    remark: "Judging the candidates costs nothing so far.",
  },
  {
    reckon: ({ found, falsePositives }, { judgeS, drawMin }) =>
      found * drawMin - (falsePositives * judgeS) / 60,
    remark: "Only false alarms are judged here. A true candidate is looked at, too.",
  },
  {
    reckon: ({ found, falsePositives }, { judgeS, drawMin }) =>
      found * drawMin - (found + falsePositives) * judgeS,
    remark: "Seconds and minutes are mixed up.",
  },
  {
    reckon: ({ found, falsePositives, lesions }, { judgeS, drawMin }) =>
      ((found + falsePositives) * judgeS) / 60 + (lesions - found) * drawMin,
    remark: "These are the minutes of work with the model. How many would it be without?",
  },
  {
    reckon: ({ found, falsePositives, lesions }, { judgeS, drawMin }) =>
      lesions * drawMin - ((found + falsePositives) * judgeS) / 60,
    remark: "The missed lesions still have to be drawn.",
  },
  {
    reckon: (counts, prices) => -right(counts, prices),
    remark: "The sign is wrong: saved time is above zero.",
  },
  {
    reckon: (counts, prices) => Math.max(0, right(counts, prices)),
    remark: "A bad model costs time: the number should go below zero.",
  },
];

/** Tries the function on detectors from good to useless; says what kind of slip it is, never a right number. */
function testSavedMinutes(answer: (counts: Counts, prices: Prices) => unknown, key: Key): true | string {
  if (typeof answer !== "function")
    return "A function is asked for: savedMinutes itself, without brackets behind it.";
  const stream = key.stream();
  const tries = Array.from({ length: 30 }, () => {
    const lesions = stream.integer(5, 200);
    const counts = { lesions, found: stream.integer(1, lesions), falsePositives: stream.integer(1, 5000) };
    return { counts, prices: { judgeS: stream.uniformBetween(2, 20), drawMin: stream.uniformBetween(1, 8) } };
  });
  const found = tries.map(({ counts, prices }) => answer({ ...counts }, { ...prices }));
  const odd = found.find((each) => typeof each !== "number");
  if (odd !== undefined) return `It returns ${describeValue(odd)}; a number is asked for.`;
  if (found.some((each) => Number.isNaN(each))) return "It returns NaN: a step on the way is not a number.";
  const is = (reckon: Reckoning): boolean =>
    tries.every(({ counts, prices }, i) => {
      const expected = reckon(counts, prices);
      return Math.abs((found[i] as number) - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
    });
  if (is(right)) return true;
  return slips.find(({ reckon }) => is(reckon))?.remark ?? "For some detectors it is another number.";
}
