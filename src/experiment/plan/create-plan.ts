import { LabError } from "../../core/errors.js";
import { checkPlan } from "./check-plan.js";
import { createLargePreset } from "./large-presets.js";
import type { PhantomPlan, PlanScale } from "./plan.js";
import { createSmallPreset } from "./small-presets.js";

const createPreset: Readonly<Record<PlanScale, () => PhantomPlan>> = {
  ...createSmallPreset,
  ...createLargePreset,
};

/** Names of the presets, smallest first. */
export const planPresets = Object.keys(createPreset) as readonly PlanScale[];

/**
 * A plan of the experiment on phantoms at a scale, with some of its fields replaced: `tiny` runs in the tests, `small` in about an
 * hour on two cores, `medium` crosses the plateau of one organ with all controls in a day on two cores, `organs` has all six at
 * fewer sizes, `paper` has the publication's sizes and steps with a plain network on 3 mm voxels, and wants a cluster: some 900 cores
 * for days.
 *
 * @throws LabError naming the first field that cannot be; see {@link checkPlan}.
 */
export function createPlan(
  scale: PlanScale,
  options: Partial<Omit<PhantomPlan, "version" | "scale">> = {},
): PhantomPlan {
  if (!Object.hasOwn(createPreset, scale)) throw new LabError("preset", scale, planPresets.join(", "));
  const plan = { ...createPreset[scale](), ...options };
  checkPlan(plan);
  return plan;
}
