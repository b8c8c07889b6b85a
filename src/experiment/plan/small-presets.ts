import { createNetworkConfig } from "../../model/network-config.js";
import { findPreset } from "../../training/training-config.js";
import type { PhantomPlan } from "./plan.js";
import {
  isotropic,
  metrics,
  mixedArm,
  otherOrgans,
  realArm,
  synthesis,
  toPlanTraining,
} from "./preset-parts.js";

/** Presets for a laptop, of version 1: committed results are of `small`. */
export const createSmallPreset: Readonly<Record<"tiny" | "small", () => PhantomPlan>> = {
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
};
