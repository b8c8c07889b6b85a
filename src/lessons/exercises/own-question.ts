import { patientsForPairedDifference } from "../../scaling/paired-power.js";
import { reviewClaim, type Claim } from "../claim/claim.js";
import { reviewPlan } from "../claim/question-plan.js";
import { compareAnswer } from "../grade.js";
import { defineExercise, type LessonExercise } from "./exercise-spec.js";

const lesson = "10-your-own-question";

interface Study {
  sdPoints: number;
  differencePoints: number;
}

export const neededPatients: LessonExercise = defineExercise({
  id: "needed-patients",
  lesson,
  kind: "predict",
  title: "How many patients?",
  points: 2,
  answer: "needed",
  usual: { sdPoints: 12, differencePoints: 3 },
  draw: (key): Study => {
    const stream = key.stream();
    return { sdPoints: stream.integer(8, 24), differencePoints: stream.choose([1.5, 2, 2.5, 3]) };
  },
  prompt: ({ sdPoints, differencePoints }: Study) =>
    `Two models are scored on the same patients. The gain varies from patient to patient with a standard deviation of ${sdPoints} points. How many patients does it take to see a mean gain of ${differencePoints} points in four studies of five (power 80 %, 95 % interval)? Within 10 % is near enough.`,
  test: (answer: unknown, { sdPoints, differencePoints }) => {
    const ratio = sdPoints / differencePoints;
    const is = (value: number): boolean => typeof answer === "number" && Math.abs(answer / value - 1) < 0.04;
    if (is((1.96 * ratio) ** 2))
      return "With so many the interval reaches just to 0 on average: half of all studies would miss the gain.";
    if (is(ratio) || is(2.8 * ratio))
      return "It goes with the square: half the gain takes four times as many.";
    if (is(2 * (2.8 * ratio) ** 2) || is(4 * (2.8 * ratio) ** 2))
      return "That is for two groups of patients. Here both models see the same ones.";
    const right = patientsForPairedDifference(sdPoints, differencePoints);
    if (typeof answer === "number" && Math.abs(answer / right - 1) <= 0.1) return true;
    return compareAnswer(answer, right, 0.005) ?? true;
  },
  hints: () => [
    "The standard error of a mean over n is sd / sqrt(n). By how many of them must the true gain lie above 0, so that most studies see it?",
    "By 1.96 + 0.84 = 2.8 standard errors: n = (2.8 sd / gain)^2. lab.scaling.patientsForPairedDifference(sd, gain) is exact.",
  ],
});

export const ownQuestion: LessonExercise = defineExercise({
  id: "own-question",
  lesson,
  kind: "change",
  title: "Your question, and what would answer it",
  points: 3,
  answer: "ownPlan",
  usual: {},
  prompt: () =>
    "Fill in the form for a question of your own: { question, unit, n, outcome, comparison, exclusions, rule: { kind, margin } }. The check sees whether all parts are there; whether the question is a good one a person has to say.",
  test: (answer: unknown) => reviewPlan(answer)[0] ?? true,
  hints: () => [
    "Think of the unit first: what could have come out otherwise by chance, a patient, a training, an organ?",
    'exclusions is a list of rules, or ["nobody"]; rule.kind is "superior", "not-worse" or "equivalent", and rule.margin the least difference that would matter to you.',
  ],
});

export const ownClaim: LessonExercise = defineExercise({
  id: "own-claim",
  lesson,
  kind: "change",
  title: "Your claim",
  points: 4,
  answer: "ownClaim",
  usual: {},
  prompt: () =>
    "State what you found: { plan, n, excluded, estimate, interval, verdict, limits }, with the plan as lessons.sealPlan gave it. Everybody who was planned is counted or left out with a reason, and the verdict is the one that the rule gives for the interval.",
  test: (answer: Claim) => reviewClaim(answer)[0] ?? true,
  hints: () => [
    "Who of the planned n is in the numbers, and who is not? Both together must be the n of the plan.",
    "lessons.decideByRule(interval, plan.rule) gives the verdict; lessons.reviewClaim(claim) lists all that is missing at once.",
  ],
});
