import type { TargetClass } from "../anatomy/label-classes.js";
import { lesions } from "../anatomy/organs.js";
import { LabError } from "../core/errors.js";
import type { Scale, Vec3 } from "../core/types.js";
import { createNetworkConfig, type NetworkConfig } from "../model/network-config.js";
import { type Augmentation, defaultAugmentation } from "./augmentation.js";

/** How weights move. */
export type OptimizerSettings =
  | {
      kind: "sgd";
      /** At the first step; falls to 0 as `(1 - step / steps) ^ power`. */
      learningRate: number;
      /** Nesterov momentum. */
      momentum: number;
      weightDecay: number;
      power: number;
    }
  | {
      kind: "adamw";
      /** After the warm-up; falls to 0 as half a cosine. */
      learningRate: number;
      /** Steps over which the rate rises from 0. */
      warmupSteps: number;
      beta1: number;
      beta2: number;
      /** Taken off the weights themselves, not off the gradient (Loshchilov and Hutter 2019). */
      weightDecay: number;
    };

/** Everything that decides what a training does but its data and its seed. */
export interface TrainingConfig {
  name: string;
  network: NetworkConfig;
  /** Classes 1, 2, ...; class 0 is all the rest. */
  targets: readonly TargetClass[];
  /** Structures whose voxels take no part in the loss. */
  ignore: readonly string[];
  /** Scans are brought to this distance of voxels. */
  spacingMm: Vec3;
  /** HU that become 0 and 1; what lies beyond is clipped. */
  windowHu: readonly [number, number];
  /** Patches per step. */
  batch: number;
  steps: number;
  optimizer: OptimizerSettings;
  /** Largest length of the gradient over all weights; longer ones are shortened to it. 0 leaves them. */
  gradientClip: number;
  /** Share of the average so far in the running average of weights that is validated and saved; 0 for none. */
  averageDecay: number;
  /** Share of patches whose middle lies on a voxel of a class: the class is drawn first, then a case that has it. */
  foregroundShare: number;
  /** Share of patches taken from synthetic cases; 0 without any. */
  syntheticShare: number;
  augmentation: Augmentation;
  /** Steps between validations; the last step is always one. */
  validateEvery: number;
  /** Steps between checkpoints; the last step is always one. */
  checkpointEvery: number;
  /** Share of a patch that neighbouring windows share when a whole scan is predicted. */
  overlap: number;
}

const organTargets: readonly TargetClass[] = [
  { name: "liver", structures: ["liver"] },
  { name: "kidney", structures: ["kidney_left", "kidney_right"] },
];

const isotropic = (mm: number): Vec3 => [mm, mm, mm];

/**
 * Recipes by scale: `tiny` runs in the tests in seconds, `small` on a laptop in minutes, `paper` is what is known of the
 * publication (ResEncM by nnU-Net: SGD, 1.5 mm, patch 96, 1,000 x 250 steps of 2) and wants a GPU. `tiny` and `small`
 * learn liver, kidneys and their tumors; `paper` the six organs' tumors with their organs.
 */
export const presets: Readonly<Record<Scale, TrainingConfig>> = {
  tiny: {
    name: "tiny",
    network: createNetworkConfig({ classes: 4, widths: [8, 16], patch: [24, 24, 24] }),
    targets: [...organTargets, { name: "tumor", structures: ["liver_lesion", "kidney_lesion"] }],
    ignore: [],
    spacingMm: isotropic(8),
    windowHu: [-175, 250],
    batch: 2,
    steps: 200,
    optimizer: {
      kind: "adamw",
      // Short memory and long steps: in so few steps small classes are found late or not at all otherwise.
      learningRate: 1e-2,
      warmupSteps: 5,
      beta1: 0.9,
      beta2: 0.98,
      weightDecay: 1e-3,
    },
    gradientClip: 12,
    averageDecay: 0,
    foregroundShare: 0.67,
    syntheticShare: 0,
    augmentation: defaultAugmentation,
    validateEvery: 50,
    checkpointEvery: 50,
    overlap: 0.5,
  },
  small: {
    name: "small",
    network: createNetworkConfig({ classes: 5, widths: [8, 16, 32], patch: [48, 48, 48] }),
    // Each organ's tumors by themselves: class by class, half of the patches drawn about a class lie about a tumor.
    targets: [
      ...organTargets,
      { name: "liver_lesion", structures: ["liver_lesion"] },
      { name: "kidney_lesion", structures: ["kidney_lesion"] },
    ],
    ignore: [],
    spacingMm: isotropic(4),
    windowHu: [-175, 250],
    batch: 2,
    steps: 3000,
    optimizer: {
      kind: "adamw",
      learningRate: 1e-2,
      warmupSteps: 50,
      beta1: 0.9,
      beta2: 0.98,
      weightDecay: 1e-3,
    },
    gradientClip: 12,
    averageDecay: 0.99,
    foregroundShare: 0.67,
    syntheticShare: 0,
    augmentation: defaultAugmentation,
    validateEvery: 1000,
    checkpointEvery: 100,
    overlap: 0.5,
  },
  paper: {
    name: "paper",
    network: createNetworkConfig({
      encoder: "residual",
      classes: 13,
      widths: [32, 64, 128, 256, 320, 320],
      encoderBlocks: [1, 3, 4, 6, 6, 6],
      decoderBlocks: [1, 1, 1, 1, 1],
      patch: [96, 96, 96],
      deepSupervision: true,
    }),
    targets: [
      ...organTargets,
      { name: "pancreas", structures: ["pancreas"] },
      { name: "colon", structures: ["colon"] },
      { name: "esophagus", structures: ["esophagus"] },
      { name: "uterus", structures: ["uterus"] },
      ...lesions.map(({ name }) => ({ name, structures: [name] })),
    ],
    ignore: [],
    spacingMm: isotropic(1.5),
    windowHu: [-175, 250],
    batch: 2,
    steps: 250_000,
    optimizer: { kind: "sgd", learningRate: 0.01, momentum: 0.99, weightDecay: 3e-5, power: 0.9 },
    gradientClip: 12,
    averageDecay: 0,
    foregroundShare: 0.33,
    syntheticShare: 0.75,
    augmentation: defaultAugmentation,
    validateEvery: 12_500,
    checkpointEvery: 1000,
    overlap: 0.5,
  },
};

/** Finds a preset by name. Throws a LabError that lists them. */
export function findPreset(name: string): TrainingConfig {
  const found = Object.values(presets).find((preset) => preset.name === name);
  if (!found) throw new LabError("preset", name, Object.keys(presets).join(", "));
  return found;
}

/** Learning rate of a step, the first being 0. */
export function learningRateAt(recipe: Pick<TrainingConfig, "optimizer" | "steps">, step: number): number {
  const { optimizer, steps } = recipe;
  if (optimizer.kind === "sgd") return optimizer.learningRate * (1 - step / steps) ** optimizer.power;
  const { warmupSteps, learningRate } = optimizer;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
}
