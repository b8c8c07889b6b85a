import type { ExperimentPlan } from "./plan.js";

/** The arm of real scans alone; `undefined` where a plan has none. */
export function realArmOf({ arms }: Pick<ExperimentPlan, "arms">): string | undefined {
  return arms.find(({ realPerCase, syntheticPerReal }) => realPerCase === 1 && syntheticPerReal === 0)?.name;
}

/** The first arm of real scans with synthetic tumors added; `undefined` where a plan has none. */
export function mixedArmOf({ arms }: Pick<ExperimentPlan, "arms">): string | undefined {
  return arms.find(({ realPerCase, syntheticPerReal }) => realPerCase === 1 && syntheticPerReal > 0)?.name;
}
