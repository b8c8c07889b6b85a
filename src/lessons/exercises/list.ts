import { requireThat } from "../../core/errors.js";
import { relativeGain, roundedRange } from "./checking-claims.js";
import { leakedScans, ordersOfMagnitude, peopleCount } from "./collecting-scans.js";
import { exponentOfTwo, halvedError } from "./curves.js";
import { equivalentScans } from "./equivalent-scans.js";
import type { LessonExercise } from "./exercise-spec.js";
import { nestedSubsets, planBudget } from "./experimenting.js";
import { softDice, windowBudget } from "./learning.js";
import { lesionRadius } from "./lesion-radius.js";
import { whatIsThere, windowGrey } from "./looking-at-scans.js";
import { grownVolume, mixedKinds } from "./making-tumors.js";
import { meanDice } from "./mean-dice.js";
import { neededPatients, ownClaim, ownQuestion } from "./own-question.js";
import { pairedInterval } from "./paired-interval.js";
import { savedMinutes } from "./saved-minutes.js";
import { bestThreshold, breakEven } from "./saving-time.js";
import { scanSize } from "./scan-size.js";
import { diceOfCounts, iouOfDice } from "./scoring.js";
import { readingHours, sameSeed } from "./starting.js";
import { voxelVolume } from "./voxel-volume.js";
import { windowCount } from "./window-count.js";
import { withinNoise } from "./within-noise.js";

/**
 * The exercises of the numbered notebooks, in the order of the lessons. Their tests lie here, so that the notebooks show a
 * task and hints and no answer.
 */
export const lessonExercises: readonly LessonExercise[] = [
  scanSize,
  readingHours,
  sameSeed,
  whatIsThere,
  voxelVolume,
  windowGrey,
  peopleCount,
  ordersOfMagnitude,
  leakedScans,
  diceOfCounts,
  iouOfDice,
  meanDice,
  grownVolume,
  lesionRadius,
  mixedKinds,
  windowBudget,
  windowCount,
  softDice,
  planBudget,
  nestedSubsets,
  pairedInterval,
  halvedError,
  exponentOfTwo,
  equivalentScans,
  relativeGain,
  roundedRange,
  withinNoise,
  breakEven,
  savedMinutes,
  bestThreshold,
  neededPatients,
  ownQuestion,
  ownClaim,
];

/** Names of the exercises. */
export const exerciseNames: readonly string[] = lessonExercises.map(({ id }) => id);

/** The exercise of that name. Throws a LabError with the list of all where there is none. */
export function findExercise(id: string, input: string): LessonExercise {
  const exercise = lessonExercises.find((each) => each.id === id);
  requireThat(exercise !== undefined, input, id, exerciseNames.join(", "));
  return exercise;
}
