import { createVolume } from "../../core/grid.js";
import type { Key, RandomStream } from "../../core/random.js";
import type { Vec3 } from "../../core/types.js";
import { gaussianFilter } from "../../volume/gaussian.js";

/*
 * Noise of a denoiser, after Karras et al. ("Elucidating the design space of diffusion-based generative models", NeurIPS
 * 2022), for numbers of standard deviation 1: a level is the standard deviation of the noise that was added.
 */

/** Levels that sampling starts and ends with. */
const [highest, lowest] = [8, 0.05];
/** How levels thin out towards the highest, as in the paper. */
const curve = 7;

/** Falling levels to sample by, the last above 0; what comes after it is no noise. */
export function listNoiseLevels(count: number): number[] {
  const [from, to] = [highest ** (1 / curve), lowest ** (1 / curve)];
  return Array.from(
    { length: count },
    (_, i) => (from + (count === 1 ? 0 : i / (count - 1)) * (to - from)) ** curve,
  );
}

/** A level to learn from: log-normal, mostly where the look of a lesion is decided. */
export function sampleNoiseLevel(stream: RandomStream): number {
  return Math.min(1.5 * highest, Math.max(lowest / 2, Math.exp(-0.2 + 1.3 * stream.normal())));
}

/** What a network's input and output are multiplied with at a level, so that both have variance 1. */
export interface Preconditioning {
  /** Of the noisy numbers in what is found. */
  skip: number;
  /** Of what the network says. */
  out: number;
  /** Of the noisy numbers that go in. */
  in: number;
  /** The level as the network is told it. */
  level: number;
}

/** Preconditioning of a level. */
export function preconditionAt(level: number): Preconditioning {
  const variance = 1 + level * level;
  return {
    skip: 1 / variance,
    out: level / Math.sqrt(variance),
    in: 1 / Math.sqrt(variance),
    level: Math.log(level) / 4,
  };
}

/** Shares of the variance: one number for the whole lesion, blobs, and each voxel for itself; their sum is 1. */
export interface NoiseShares {
  whole: number;
  coarse: number;
  fine: number;
}

/** Blobs are blurred over so many voxels. */
const blobVoxels = 1.5;
/** Standard deviation that the blur leaves of independent numbers: the norm of its kernel, `(2 sigma sqrt(pi)) ^ -3/2`. */
const blurred = (2 * blobVoxels * Math.sqrt(Math.PI)) ** -1.5;

/** Half the mean squared difference of neighbours in blobs of variance 1. */
const blobStep = 1 - Math.exp(-1 / (4 * blobVoxels * blobVoxels));

/**
 * Shares of noise that is like the tumors' own numbers.
 *
 * @param whole share of the variance that lies between tumors.
 * @param step half the mean squared difference of neighbours within tumors, as a share of the variance.
 */
export function matchShares(whole: number, step: number): NoiseShares {
  const kept = Math.max(0.1, Math.min(0.9, whole));
  const rest = 1 - kept;
  const fine = Math.max(0.1 * rest, Math.min(0.9 * rest, (step - blobStep * rest) / (1 - blobStep)));
  return { whole: kept, coarse: rest - fine, fine };
}

/**
 * Noise of standard deviation 1 on a block, x fastest. It is not white: parts of it are shared by neighbours and by the
 * whole lesion, as in the tumors themselves, so that contrast and coarse texture, which white noise hides only at very high
 * levels, are decided in the few steps there are.
 */
export function sampleNoise(shape: Vec3, shares: NoiseShares, key: Key): Float32Array {
  const stream = key.stream();
  const count = shape[0] * shape[1] * shape[2];
  const whole = Math.sqrt(shares.whole) * stream.normal();
  const seeds = new Float32Array(count);
  for (let i = 0; i < count; i++) seeds[i] = stream.normal();
  const blobs = gaussianFilter(createVolume(seeds, shape, { spacingMm: [1, 1, 1] }), blobVoxels).data;
  const scale = Math.sqrt(shares.coarse) / blurred;
  const noise = new Float32Array(count);
  for (let i = 0; i < count; i++)
    noise[i] = whole + scale * blobs[i] + Math.sqrt(shares.fine) * stream.normal();
  return noise;
}
