import type { Vec3 } from "../../core/types.js";
import type { TrainingConfig } from "../../training/training-config.js";
import type { PlanArm } from "./arms.js";
import type { PlanTraining } from "./plan.js";

/** Arms of the presets, as the paper compares them. */
export const realArm: PlanArm = { name: "real", realPerCase: 1, syntheticPerReal: 0 };
export const mixedArm: PlanArm = { name: "real+synthetic", realPerCase: 1, syntheticPerReal: 3 };

export const metrics = { toleranceMm: 2, policy: "worst-case" } as const;
export const synthesis = {
  generator: "handcrafted",
  mix: { tiny: 0, small: 4, medium: 2, large: 1 },
} as const;
export const isotropic = (mm: number): Vec3 => [mm, mm, mm];
export const otherOrgans = ["liver", "kidney", "colon", "esophagus", "uterus"] as const;

/** A training config without what follows from organ and arm. */
export function toPlanTraining(recipe: TrainingConfig): PlanTraining {
  const { targets: _targets, ignore: _ignore, syntheticShare: _share, ...rest } = recipe;
  return rest;
}
