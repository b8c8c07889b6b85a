import type { TumorOrgan } from "../../anatomy/organs.js";
import { groupThousands } from "../../core/group-thousands.js";
import { seedsOfArm, sizesOfArm } from "./arms.js";
import { countScans, poolOf } from "./count-scans.js";
import { isFolderSet } from "./folder-scans.js";
import { describePaperDifferences } from "./paper-differences.js";
import type { ExperimentPlan, PlanOrgan } from "./plan.js";
import { preregistrationOf } from "./preregistration.js";
import { estimateCropShare } from "./seen-share.js";
import { describeStages } from "./stages.js";
import { extentOf } from "./tests.js";

/**
 * What a plan's networks are shown of the test scans, in a sentence: it must stand wherever their scores do.
 *
 * @param organ for one organ alone; default all of the plan's.
 * @param measured share of a scan's voxels that was shown, where scans were looked at; default an estimate.
 */
export function describeCrop(
  plan: Pick<ExperimentPlan, "cohort" | "organs" | "tests">,
  organ?: TumorOrgan,
  measured?: number,
): string {
  const { cohort, organs, tests } = plan;
  const whole = tests.filter((test) => extentOf(test) === "whole").map(({ name }) => name);
  const cropped = tests.filter((test) => extentOf(test) === "crop").map(({ name }) => name);
  if (cropped.length === 0) return "test scans are shown whole";
  const shares = (organ === undefined ? organs.map((each) => each.organ) : [organ])
    .map((each) => Math.max(1, Math.round(100 * (measured ?? estimateCropShare(plan, each)))))
    .sort((a, b) => a - b);
  const [least, most] = [shares[0], shares[shares.length - 1]];
  const share = least === most ? `${least}` : `${least} to ${most}`;
  const which = whole.length === 0 ? "test scans" : `scans of ${cropped.join(", ")}`;
  const others = whole.length === 0 ? "" : `; those of ${whole.join(", ")} are shown whole`;
  return `${which} are cut to the box of the reference organ with ${cohort.marginMm} mm around it: a network sees ${measured === undefined ? "about " : ""}${share} % of a scan, and no false alarm elsewhere can happen${others}`;
}

/**
 * How many of their training patients two seeds share at the largest size, in a sentence; `undefined` where there is one seed.
 * Of a pool of N patients two orders share n / N of their first n, on average.
 */
export function describeOverlap(
  plan: Pick<ExperimentPlan, "cohort" | "seeds" | "arms">,
  organ: PlanOrgan,
): string | undefined {
  const arms = plan.arms.filter(({ realPerCase }) => realPerCase === 1);
  const asked = arms
    .filter((arm) => seedsOfArm(plan, organ, arm).length > 1)
    .flatMap((arm) => sizesOfArm(organ, arm));
  if (asked.length === 0) return undefined;
  const n = Math.max(...asked);
  const pool = poolOf(plan, organ);
  if (n >= pool)
    return `at n = ${groupThousands(n)} all seeds learn from the same ${groupThousands(pool)} patients, all there are: what differs between them is first weights and patches, and intervals there know nothing of other patients`;
  const share = n / pool;
  return `at n = ${groupThousands(n)} of ${groupThousands(pool)} patients two seeds share about ${groupThousands(Math.round(share * n))} (${Math.round(100 * share)} %)`;
}

/** Notes on a plan, a sentence each: who is shared, what is shown, how tumors are made, what was asked beforehand. */
export function describeDesign(plan: ExperimentPlan): string[] {
  const { cohort, organs, arms, synthesis, tests } = plan;
  const overlaps = organs.flatMap((organ) => {
    const overlap = describeOverlap(plan, organ);
    return overlap === undefined ? [] : [`${organ.organ}: ${overlap}`];
  });
  const paired = tests.filter(({ patientsOf }) => patientsOf !== undefined);
  const hosts = organs.map(({ organ }) => countScans(cohort, organ).healthy);
  const needed = Math.max(
    0,
    ...organs.flatMap((organ) =>
      arms.map((arm) =>
        Math.max(
          0,
          ...sizesOfArm(organ, arm).map((n) => n * Math.max(arm.syntheticPerReal, arm.healthyPerReal ?? 0)),
        ),
      ),
    ),
  );
  const fewest = Math.min(...hosts);
  const questions = preregistrationOf(plan);
  return [
    describeCrop(plan),
    ...(overlaps.length > 3
      ? [...overlaps.slice(0, 3), `and so on for ${overlaps.length - 3} more organs`]
      : overlaps),
    ...(needed > fewest
      ? [
          `${groupThousands(needed)} healthy scans are taken of ${groupThousands(fewest)}: each serves up to ${Math.ceil(needed / Math.max(1, fewest))} times`,
        ]
      : []),
    ...(paired.length > 0
      ? [
          `${paired.map(({ name, patientsOf }) => `${name} has the patients of ${patientsOf}`).join(", ")}: ${isFolderSet(cohort) ? "extents" : "hospitals"} are compared patient by patient`,
        ]
      : []),
    ...(synthesis.cases === "on-the-fly" ? ["synthetic tumors are drawn anew for each patch"] : []),
    ...(questions === undefined
      ? []
      : [
          `preregistered (${plan.preregistration!.sha256.slice(0, 12)}): ${questions.primary.length} primary and ${questions.secondary.length} secondary questions, ${questions.family === "holm" ? "Holm over all" : "each by itself"}`,
        ]),
    ...describePaperDifferences(plan),
    ...describeStages(plan),
  ];
}
