import { createNetworkConfig } from "tumorlab/internal/model/network-config";
import { presets, type TrainingConfig } from "tumorlab/internal/training/training-config";

/** A recipe for the balls of `scans.ts` that any engine trains in a moment. */
export const ballRecipe: TrainingConfig = {
  ...presets.tiny,
  name: "balls",
  network: createNetworkConfig({
    classes: 3,
    widths: [4, 8],
    encoderBlocks: [1, 1],
    decoderBlocks: [1],
    patch: [8, 8, 8],
  }),
  targets: [
    { name: "liver", structures: ["liver"] },
    { name: "tumor", structures: ["liver_lesion"] },
  ],
  spacingMm: [8, 8, 8],
  steps: 8,
  averageDecay: 0.9,
  validateEvery: 5,
  checkpointEvery: 3,
  optimizer: {
    kind: "adamw",
    learningRate: 0.02,
    warmupSteps: 2,
    beta1: 0.9,
    beta2: 0.999,
    weightDecay: 1e-3,
  },
};
