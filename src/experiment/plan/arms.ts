import { requireThat } from "../../core/errors.js";
import { learnedName } from "../../tumor/synthesizers.js";
import type { ExperimentPlan, PlanOrgan, TrialSpec } from "./plan.js";

/** What a network of a size n is trained on. All but name, `realPerCase` and `syntheticPerReal` from version 2 on. */
export interface PlanArm {
  name: string;
  /** 1: the n patients' scans; 0: none of them. */
  realPerCase: 0 | 1;
  /** Cases with a tumor put into a healthy host, for each of the n patients. */
  syntheticPerReal: number;
  /**
   * Healthy scans without any tumor, for each of the n patients; default 0. They are the hosts that an arm with as many
   * synthetic cases has, of the same seed and size in the same order, so that the two differ by the tumors and not by the
   * people. Patches aimed at a tumor come from the real scans alone, as in the arm without them.
   */
  healthyPerReal?: number;
  /**
   * Whose tumors are put into the hosts: those of a generator of synthetic tumors (`synthesis`, default), or the phantom's own,
   * made as those of the real arm are (`phantom`): what no generator can better. Always stored, and on phantoms alone.
   */
  tumorsOf?: "synthesis" | "phantom";
  /**
   * Name of the generator; default the plan's. `learned` is trained on the trial's own n real tumors, also in an arm without
   * real scans, and its tumors are always stored.
   */
  generator?: string;
  /** Share of the plan's steps that the arm trains for, above 0; default 1. */
  stepShare?: number;
  /** Those of an organ's sizes that the arm has trials of; default all. */
  sizes?: number[];
  /** Those of an organ's seeds that the arm has trials of; default all. */
  seeds?: number[];
}

/** The arm of real scans alone, for all steps; `undefined` where a plan has none. */
export function realArmOf({ arms }: Pick<ExperimentPlan, "arms">): string | undefined {
  return arms.find((arm) => arm.realPerCase === 1 && arm.syntheticPerReal === 0 && isPlain(arm))?.name;
}

/** The first arm of real scans with tumors of the plan's generator added; `undefined` where a plan has none. */
export function mixedArmOf({ arms }: Pick<ExperimentPlan, "arms">): string | undefined {
  return arms.find((arm) => arm.realPerCase === 1 && arm.syntheticPerReal > 0 && isPlain(arm))?.name;
}

/** Whether nothing is said of an arm but its real and synthetic scans. */
function isPlain({ healthyPerReal = 0, tumorsOf = "synthesis", stepShare = 1, generator }: PlanArm): boolean {
  return healthyPerReal === 0 && tumorsOf === "synthesis" && stepShare === 1 && generator === undefined;
}

/** Sizes that an arm has trials of in an organ, rising. */
export function sizesOfArm({ sizes }: Pick<PlanOrgan, "sizes">, arm: Pick<PlanArm, "sizes">): number[] {
  return sizes.filter((size) => arm.sizes?.includes(size) ?? true);
}

/** Seeds that an arm has trials of in an organ. */
export function seedsOfArm(
  plan: Pick<ExperimentPlan, "seeds">,
  { seeds = plan.seeds }: Pick<PlanOrgan, "seeds">,
  arm: Pick<PlanArm, "seeds">,
): number[] {
  return seeds.filter((seed) => arm.seeds?.includes(seed) ?? true);
}

/** The arm of a trial. Throws a LabError for a name that the plan does not have. */
export function armOf({ arms }: Pick<ExperimentPlan, "arms">, { arm }: Pick<TrialSpec, "arm">): PlanArm {
  const found = arms.find(({ name }) => name === arm);
  requireThat(found !== undefined, "arm", arm, arms.map(({ name }) => name).join(", "));
  return found;
}

/** Steps that an arm trains for, at least 1. */
export function stepsOfArm({ recipe }: Pick<ExperimentPlan, "recipe">, { stepShare = 1 }: PlanArm): number {
  return Math.max(1, Math.round(recipe.steps * stepShare));
}

/** Healthy scans that an arm takes for each of the n patients, as hosts of tumors or as they are. */
export function hostsPerReal({ syntheticPerReal, healthyPerReal = 0 }: PlanArm): number {
  return Math.max(syntheticPerReal, healthyPerReal);
}

/** The generator of an arm's tumors; `undefined` where it has none, or the phantom's own. */
export function generatorOf(
  { synthesis }: Pick<ExperimentPlan, "synthesis">,
  arm: PlanArm,
): string | undefined {
  if (arm.syntheticPerReal === 0 || arm.tumorsOf === "phantom") return undefined;
  return arm.generator ?? synthesis.generator;
}

/** Whether a plan's arm draws a new tumor for each patch, in place of learning from cases that are stored. */
export function isOnTheFly({ synthesis }: Pick<ExperimentPlan, "synthesis">, arm: PlanArm): boolean {
  const isStored = synthesis.cases !== "on-the-fly" || arm.tumorsOf === "phantom";
  return !isStored && arm.syntheticPerReal > 0 && generatorOf({ synthesis }, arm) !== learnedName;
}
