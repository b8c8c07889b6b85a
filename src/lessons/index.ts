/**
 * What the lessons bring along: exercises that check themselves, and practice data whose truth is known.
 * @module tumorlab/lessons
 */

export { decideByRule, reviewClaim, writeClaim } from "./claim/claim.js";
export type { Claim, ClaimVerdict } from "./claim/claim.js";
export { reviewPlan, sealPlan } from "./claim/question-plan.js";
export type { DecisionRule, QuestionPlan, SealedPlan } from "./claim/question-plan.js";
export { checkAnswer, exercise } from "./exercise.js";
export type { Exercise, ExerciseKey } from "./exercise.js";
export { gradeAnswer } from "./grade.js";
export type { AnswerKey, Grade } from "./grade.js";
export type { ExerciseKind } from "./exercises/exercise-spec.js";
export { exerciseNames } from "./exercises/list.js";
export { checkExercise, openExercise, showProgress } from "./lesson-exercises.js";
export type { ExerciseTask } from "./lesson-exercises.js";
export { perturbLabels } from "./perturb-labels.js";
export type { PerturbOptions } from "./perturb-labels.js";
export { plantBalls } from "./plant-balls.js";
export type { BallOptions, PlantedBall } from "./plant-balls.js";
export { makePracticeCurves, practiceTruth } from "./practice-curves.js";
export { setReader } from "./progress/reader.js";
export { openPracticeStudy } from "./practice-study.js";
export type { PracticeOptions } from "./practice-study.js";
