import type { TumorOrgan } from "../../anatomy/organs.js";
import type { EstimateWithInterval } from "../../scaling/curve-interval.js";
import type { PlanArm } from "../plan/arms.js";
import { compareCurves, type CurveDifference } from "./analyze-organ.js";
import type { ExperimentAnalysis } from "./analyze.js";
import { curveName, type Distribution } from "./experiment-scores.js";

/**
 * What two arms differ in:
 *
 * - `all`: real scans and tumors put into other people's scans, against the real scans alone
 * - `people`: the same other people without tumors, against the real scans alone
 * - `tumors`: with tumors in those people, against the same people without
 * - `kind`: the phantom's own tumors in those people in place of the generator's: what no generator can better
 * - `generator`: tumors of another generator in place of the plan's
 * - `steps`: more steps against fewer, on the same real scans: what seeing each of them more often is worth
 * - `alone`: tumors in those people without any real scan, against the real scans alone
 */
export type GainPartId = "all" | "people" | "tumors" | "kind" | "generator" | "steps" | "alone";

/** What one difference between two arms is worth, in Dice. */
export interface GainPart extends CurveDifference {
  id: GainPartId;
  /** For people, in a few words. */
  what: string;
  arm: string;
  against: string;
  distribution: Distribution;
  /** Sizes that both arms have. */
  sizes: number[];
  mean: { value: EstimateWithInterval; why?: undefined } | { value?: undefined; why: string };
}

/**
 * Dice of one arm less that of another in an organ, size by size and as a mean over log n, over the seeds and patients that both
 * have; paired, so that what both share cancels. No points where an arm has no trial with a score.
 */
export function compareArms(
  { organs, level }: Pick<ExperimentAnalysis, "organs" | "level">,
  organ: TumorOrgan,
  { arm, against, distribution = "in" }: { arm: string; against: string; distribution?: Distribution },
): CurveDifference {
  const entry = organs.find((each) => each.organ === organ);
  const names = [against, arm].map((each) => curveName(each, distribution));
  const absent = names.find((name) => !Object.hasOwn(entry?.bootstrap?.observed ?? {}, name));
  if (!entry?.bootstrap || !entry.table || absent !== undefined)
    return { points: [], mean: { why: `no trial of ${entry?.bootstrap ? absent : organ} has a score` } };
  return compareCurves({ table: entry.table, bootstrap: entry.bootstrap }, names[0], names[1], level);
}

/**
 * What the gain of an organ is made of: each difference that the plan has arms for, in the order of {@link GainPartId}. A plan
 * without controls has `all` alone, one without synthetic tumors an empty list.
 */
export function explainGain(
  analysis: ExperimentAnalysis,
  organ: TumorOrgan,
  distribution: Distribution = "in",
): GainPart[] {
  const pairs = listPairs(analysis);
  return pairs.map(({ id, what, arm, against }) => {
    const { points, mean } = compareArms(analysis, organ, { arm, against, distribution });
    return { id, what, arm, against, distribution, sizes: points.map(({ n }) => n), points, mean };
  });
}

interface ArmPair {
  id: GainPartId;
  what: string;
  arm: string;
  against: string;
}

function listPairs({ arms, realArm: real, mixedArm: mixed }: ExperimentAnalysis): ArmPair[] {
  const find = (fits: (arm: PlanArm) => boolean): string | undefined => arms.find(fits)?.name;
  const mixedPlan = arms.find(({ name }) => name === mixed);
  if (mixedPlan === undefined) return [];
  const hosts = mixedPlan.syntheticPerReal;
  const isFull = ({ stepShare = 1 }: PlanArm): boolean => stepShare === 1;
  const healthy = find(
    (arm) =>
      isFull(arm) && arm.realPerCase === 1 && arm.syntheticPerReal === 0 && arm.healthyPerReal === hosts,
  );
  const hasHosts = (arm: PlanArm): boolean =>
    isFull(arm) && arm.realPerCase === 1 && arm.syntheticPerReal === hosts;
  const own = find((arm) => hasHosts(arm) && arm.tumorsOf === "phantom");
  const others = arms.filter((arm) => hasHosts(arm) && arm.generator !== undefined);
  const isOfOtherSteps = (arm: PlanArm): boolean =>
    !isFull(arm) && arm.realPerCase === 1 && arm.syntheticPerReal === 0 && (arm.healthyPerReal ?? 0) === 0;
  const alone = find((arm) => isFull(arm) && arm.realPerCase === 0 && arm.syntheticPerReal === hosts);
  const pair = (
    id: GainPartId,
    what: string,
    arm: string | undefined,
    against: string | undefined,
  ): ArmPair[] => (arm === undefined || against === undefined ? [] : [{ id, what, arm, against }]);
  return [
    ...pair("all", "people and tumors", mixed, real),
    ...pair("people", "other people, no tumors", healthy, real),
    ...pair("tumors", "tumors in those people", mixed, healthy),
    ...pair("kind", "the phantom's own tumors instead", own, mixed),
    ...others.flatMap(({ name, generator }) =>
      pair("generator", `tumors by ${generator} instead`, name, mixed),
    ),
    ...arms.filter(isOfOtherSteps).flatMap(({ name, stepShare = 1 }) => {
      const times = Number(Math.max(stepShare, 1 / stepShare).toFixed(1));
      const [more, fewer] = stepShare > 1 ? [name, real] : [real, name];
      return pair("steps", `${times} times the steps on the same scans`, more, fewer);
    }),
    ...pair("alone", "tumors and people, no real scan", alone, real),
  ];
}
