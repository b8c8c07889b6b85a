import { LabError } from "../../core/errors.js";
import type { Scale, Vec3 } from "../../core/types.js";
import { createNetworkConfig } from "../../model/network-config.js";
import { findPreset, type TrainingConfig } from "../../training/training-config.js";
import { checkPlan } from "./check-plan.js";
import type { PhantomPlan, PlanArm, PlanTraining } from "./plan.js";

/** Arms of the presets, as the paper compares them. */
const realArm: PlanArm = { name: "real", realPerCase: 1, syntheticPerReal: 0 };
const mixedArm: PlanArm = { name: "real+synthetic", realPerCase: 1, syntheticPerReal: 3 };
const syntheticArm: PlanArm = { name: "synthetic", realPerCase: 0, syntheticPerReal: 3 };

const metrics = { toleranceMm: 2, policy: "worst-case" } as const;
const synthesis = { generator: "handcrafted", mix: { tiny: 0, small: 4, medium: 2, large: 1 } } as const;
const isotropic = (mm: number): Vec3 => [mm, mm, mm];
const otherOrgans = ["liver", "kidney", "colon", "esophagus", "uterus"] as const;

const createPreset: Readonly<Record<Scale, () => PhantomPlan>> = {
  tiny: () => ({
    version: 1,
    name: "jhh-tiny",
    scale: "tiny",
    cohort: {
      hospital: "reference",
      seed: 1,
      patients: 4,
      healthy: 3,
      shape: [46, 32, 36],
      spacingMm: isotropic(9),
      marginMm: 27,
    },
    organs: [{ organ: "kidney", sizes: [1, 2, 4] }],
    arms: [realArm, mixedArm],
    synthesis: { ...synthesis, mix: { ...synthesis.mix } },
    seeds: [1, 2],
    recipe: {
      ...toPlanTraining(findPreset("tiny")),
      name: "experiment-tiny",
      network: createNetworkConfig({ classes: 3, widths: [8, 16], patch: [16, 16, 16] }),
      spacingMm: isotropic(9),
      steps: 200,
      validateEvery: 200,
      checkpointEvery: 200,
    },
    tests: [
      { name: "ID", distribution: "in", hospital: "reference", seed: 2, patients: 5 },
      { name: "OOD", distribution: "out", hospital: "low-dose", seed: 2, patients: 5 },
    ],
    metrics: { ...metrics },
  }),
  small: () => ({
    version: 1,
    name: "jhh-small",
    scale: "small",
    cohort: {
      hospital: "reference",
      seed: 1,
      patients: 40,
      healthy: 40,
      shape: [96, 72, 112],
      spacingMm: isotropic(4),
      marginMm: 24,
    },
    organs: [
      { organ: "pancreas", sizes: [1, 2, 5, 10, 20, 40] },
      ...otherOrgans.map((organ) => ({ organ, sizes: [2, 10, 40], seeds: [1] })),
    ],
    arms: [realArm, mixedArm],
    synthesis: { ...synthesis, mix: { ...synthesis.mix } },
    seeds: [1, 2, 3],
    recipe: {
      ...toPlanTraining(findPreset("small")),
      name: "experiment-small",
      network: createNetworkConfig({ classes: 3, widths: [8, 16, 32], patch: [24, 24, 24] }),
      steps: 1500,
      validateEvery: 1500,
      checkpointEvery: 1500,
      overlap: 0.25,
    },
    tests: [
      { name: "ID", distribution: "in", hospital: "reference", seed: 2, patients: 20, controls: 4 },
      { name: "OOD", distribution: "out", hospital: "low-dose", seed: 2, patients: 20, controls: 4 },
    ],
    metrics: { ...metrics },
  }),
  paper: () => ({
    version: 1,
    name: "jhh-paper",
    scale: "paper",
    cohort: {
      hospital: "reference",
      seed: 1,
      patients: 1024,
      healthy: 1024,
      shape: [260, 200, 300],
      spacingMm: isotropic(1.5),
      marginMm: 48,
    },
    organs: [
      { organ: "pancreas", sizes: [32, 64, 128, 256, 512, 1024] },
      ...otherOrgans.map((organ) => ({ organ, sizes: [32, 128, 512] })),
    ],
    arms: [realArm, mixedArm, syntheticArm],
    synthesis: { ...synthesis, mix: { ...synthesis.mix } },
    seeds: [1, 2, 3],
    recipe: {
      ...toPlanTraining(findPreset("paper")),
      name: "experiment-paper",
      network: createNetworkConfig({ ...findPreset("paper").network, classes: 3 }),
    },
    tests: [
      { name: "ID", distribution: "in", hospital: "reference", seed: 2, patients: 200, controls: 100 },
      { name: "OOD", distribution: "out", hospital: "low-dose", seed: 2, patients: 200, controls: 100 },
      {
        name: "OOD thick slices",
        distribution: "out",
        hospital: "thick-slice",
        seed: 2,
        patients: 200,
        controls: 100,
      },
    ],
    metrics: { ...metrics },
  }),
};

/**
 * A plan of the experiment on phantoms at a scale, with some of its fields replaced: `tiny` runs in the tests, `small` in about an
 * hour on two cores, `paper` trains as the publication did and wants a cluster.
 *
 * @throws LabError naming the first field that cannot be; see {@link checkPlan}.
 */
export function createPlan(
  scale: Scale,
  options: Partial<Omit<PhantomPlan, "version" | "scale">> = {},
): PhantomPlan {
  if (!Object.hasOwn(createPreset, scale)) throw new LabError("preset", scale, "tiny, small or paper");
  const plan = { ...createPreset[scale](), ...options };
  checkPlan(plan);
  return plan;
}

function toPlanTraining(recipe: TrainingConfig): PlanTraining {
  const { targets: _targets, ignore: _ignore, syntheticShare: _share, ...rest } = recipe;
  return rest;
}
