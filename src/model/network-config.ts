import { LabError, requireThat } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";

/** What a 3D U-Net is made of: everything that decides its tensors, and nothing about how it is trained. */
export interface NetworkConfig {
  /** `plain`: two or more convolutions a level. `residual`: residual blocks in the encoder, as nnU-Net's ResEnc nets. */
  encoder: "plain" | "residual";
  /** Images a voxel is described by: 1 for CT. */
  inputChannels: number;
  /** Channels that come out: classes with background, which is class 0, or the numbers of a regression. */
  classes: number;
  /** Channels of each level from the finest to the coarsest; each a multiple of 4. */
  widths: readonly number[];
  /** Convolutions (plain) or residual blocks of each encoder level; as many as `widths`. */
  encoderBlocks: readonly number[];
  /** Convolutions of each decoder level, the finest first; one fewer than `widths`. */
  decoderBlocks: readonly number[];
  /** Voxels of a training patch along x, y, z; each a multiple of 2 to the power of levels less one. */
  patch: Vec3;
  /** What follows a convolution: each channel of each example brought to mean 0 and variance 1, or nothing. */
  normalization: "instance" | "none";
  /** Slope of the leaky ReLU below 0. */
  slope: number;
  /** Whether coarser decoder levels have an output too, trained on the label map made coarser. */
  deepSupervision: boolean;
}

/** A plain U-Net of so many levels, with what is not said taken from nnU-Net. */
export function createNetworkConfig(
  settings: Pick<NetworkConfig, "classes" | "widths" | "patch"> & Partial<NetworkConfig>,
): NetworkConfig {
  const { widths } = settings;
  const config: NetworkConfig = {
    encoder: "plain",
    inputChannels: 1,
    encoderBlocks: widths.map(() => 2),
    decoderBlocks: widths.slice(1).map(() => 2),
    normalization: "instance",
    slope: 0.01,
    deepSupervision: false,
    ...settings,
  };
  checkNetworkConfig(config);
  return config;
}

/** Voxels along each axis must be a multiple of this: what the levels halve. */
export function gridStepOf({ widths }: Pick<NetworkConfig, "widths">): number {
  return 2 ** (widths.length - 1);
}

/** Convolutions or blocks of a level at most: far beyond any network in use. */
const maxBlocks = 64;

/** Throws a LabError that names the first setting that makes no network. */
export function checkNetworkConfig(config: NetworkConfig): void {
  const { widths, encoderBlocks, decoderBlocks, patch } = config;
  const isCount = (n: number): boolean => Number.isInteger(n) && n >= 1;
  const isBlocks = (n: number): boolean => isCount(n) && n <= maxBlocks;
  for (const name of ["widths", "encoderBlocks", "decoderBlocks", "patch"] as const)
    requireThat(Array.isArray(config[name]), name, config[name], "a list of whole numbers");
  requireThat(
    config.encoder === "plain" || config.encoder === "residual",
    "encoder",
    config.encoder,
    "plain or residual",
  );
  requireThat(
    config.normalization === "instance" || config.normalization === "none",
    "normalization",
    config.normalization,
    "instance or none",
  );
  requireThat(isCount(config.inputChannels), "inputChannels", config.inputChannels, "a whole number from 1");
  requireThat(
    Number.isInteger(config.classes) && config.classes >= 1 && config.classes <= 255,
    "classes",
    config.classes,
    "1 to 255, of a segmentation at least 2: background is among them",
  );
  requireThat(
    widths.length >= 1 && widths.length <= 8 && widths.every((width) => isCount(width) && width % 4 === 0),
    "widths",
    [...widths],
    "one to eight multiples of 4",
  );
  requireThat(
    encoderBlocks.length === widths.length && encoderBlocks.every(isBlocks),
    "encoderBlocks",
    [...encoderBlocks],
    `${widths.length} whole numbers from 1 to ${maxBlocks}, one per level`,
  );
  requireThat(
    decoderBlocks.length === widths.length - 1 && decoderBlocks.every(isBlocks),
    "decoderBlocks",
    [...decoderBlocks],
    `${widths.length - 1} whole numbers from 1 to ${maxBlocks}, one per level but the coarsest`,
  );
  requireThat(config.slope >= 0 && config.slope < 1, "slope", config.slope, "a number from 0 to below 1");
  const step = gridStepOf(config);
  if (patch.length !== 3 || !patch.every((n) => isCount(n) && n % step === 0))
    throw new LabError(
      "patch",
      [...patch],
      `three multiples of ${step}`,
      `${widths.length} levels halve the patch ${widths.length - 1} times`,
    );
}
