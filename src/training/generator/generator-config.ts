import { requireThat } from "../../core/errors.js";
import type { Vec3 } from "../../core/types.js";
import { createNetworkConfig, type NetworkConfig } from "../../model/network-config.js";
import { estimateCost } from "../../model/network-plan.js";
import { denoiserChannels } from "../../tumor/learned/denoiser-input.js";
import type { LearnerConfig } from "../learner.js";

/** Everything that decides how a generator learns but its tumors and its seed. */
export interface GeneratorConfig extends LearnerConfig {
  network: NetworkConfig;
  /** Distance of voxels that it learns and works at. */
  spacingMm: Vec3;
  /** HU beyond these are clipped. */
  windowHu: readonly [number, number];
  /** Patches per step. */
  batch: number;
  /** Voxels that a patch's middle may lie off the tumor's, along each axis. */
  jitter: number;
}

/** What may be chosen of that. */
export interface GeneratorSettings {
  /** Distance of voxels that it learns and works at. */
  spacingMm: Vec3;
  /** Default 20,000. */
  steps?: number;
  /** HU beyond these are clipped; default -175 to 250. */
  windowHu?: readonly [number, number];
  /** Channels of the network's levels; default 8, 16, 32. */
  widths?: readonly number[];
}

/** Steps of a generator where nobody says how many. */
export const defaultGeneratorSteps = 20_000;

/**
 * How a generator learns: a U-Net of widths 8, 16 and 32 with one convolution a level, on four patches of 16^3 a step,
 * without normalisation, which would take away what it is to say: how far HU lie above the organ's. At 4 mm a tumor is a
 * hundred voxels in the median: two patches of 24^3 cost twice as much and show half as many tumors.
 */
export function createGeneratorConfig({
  steps = defaultGeneratorSteps,
  spacingMm,
  windowHu = [-175, 250],
  widths = [8, 16, 32],
}: GeneratorSettings): GeneratorConfig {
  requireThat(Number.isInteger(steps) && steps >= 1, "steps", steps, "a whole number from 1");
  requireThat(windowHu[1] > windowHu[0], "windowHu", [...windowHu], "two rising numbers in HU");
  const network = createNetworkConfig({
    classes: 1,
    inputChannels: denoiserChannels,
    widths,
    encoderBlocks: widths.map(() => 1),
    decoderBlocks: widths.slice(1).map(() => 1),
    patch: [16, 16, 16],
    normalization: "none",
  });
  return {
    network,
    spacingMm,
    windowHu,
    batch: 4,
    jitter: 2,
    steps,
    optimizer: {
      kind: "adamw",
      learningRate: 4e-3,
      warmupSteps: Math.min(100, Math.ceil(steps / 10)),
      beta1: 0.9,
      beta2: 0.99,
      weightDecay: 1e-3,
    },
    gradientClip: 1,
    averageDecay: 0.995,
  };
}

/** Levels of noise a lesion is sampled by. */
export const samplingLevels = 8;

/** Floating point operations of a generator's training, and of sampling a lesion that a patch holds. */
export function estimateGenerator({ network, batch, steps }: GeneratorConfig): {
  trainFlops: number;
  sampleFlops: number;
} {
  const { trainFlops, forwardFlops } = estimateCost(network, { batch, slots: 3 });
  return { trainFlops: steps * trainFlops, sampleFlops: samplingLevels * forwardFlops };
}
