import type { Key } from "../../core/random.js";
import { gridStepOf, type NetworkConfig } from "../../model/network-config.js";
import { runNetwork, toTensors } from "../../model/network.js";
import type { Tensor5D } from "../../model/tensor-types.js";
import { loadTensorFlow } from "../../model/tensorflow.js";
import type { Weights } from "../../model/weights.js";
import { denoiserChannels, visitPart, wholeBlock, writeInput } from "../../tumor/learned/denoiser-input.js";
import { contextVoxels, type LesionBlock } from "../../tumor/learned/lesion-block.js";
import {
  listNoiseLevels,
  type NoiseShares,
  preconditionAt,
  sampleNoise,
} from "../../tumor/learned/noise-levels.js";

/** A denoiser, and the levels of noise it samples by. */
export interface Denoiser {
  network: NetworkConfig;
  weights: Weights;
  levels: number;
  shares: NoiseShares;
}

/** Voxels along an axis of the block that a lesion of so many voxels is sampled in: as in training, more for a large one. */
export function blockLength(lesionVoxels: number, network: NetworkConfig, axis: number): number {
  const step = gridStepOf(network);
  const needed = lesionVoxels + 2 * (contextVoxels + 1);
  return Math.max(network.patch[axis], step * Math.ceil(needed / step));
}

/**
 * Samples the numbers of a block's region on the engine in use: from noise alone down the levels, at each of which the
 * network says what is under the noise that is left, and the next level keeps that much of it (DDIM, Song et al., ICLR 2021).
 * The same block, key and arithmetic give the same numbers.
 *
 * @returns numbers as `LesionBlock.clean` has them, 0 out of the region.
 */
export function sampleLesion(denoiser: Denoiser, block: LesionBlock, key: Key): Float32Array {
  const { network, weights, levels, shares } = denoiser;
  const tf = loadTensorFlow();
  const noise = sampleNoise(block.shape, shares, key);
  const rungs = listNoiseLevels(levels);
  const { region } = block;
  let noisy = noise.map((value, i) => (region[i] === 1 ? rungs[0] * value : 0));
  const parameters = toTensors(weights);
  try {
    rungs.forEach((level, at) => {
      const next = rungs[at + 1] ?? 0;
      const clean = denoise(network, parameters, block, noisy, level);
      noisy = clean.map((value, i) => (region[i] === 1 ? value + (next / level) * (noisy[i] - value) : 0));
    });
  } finally {
    tf.dispose([...parameters.values()]);
  }
  return noisy;
}

/** What a denoiser finds under the noise of a block. */
function denoise(
  network: NetworkConfig,
  parameters: ReturnType<typeof toTensors>,
  block: LesionBlock,
  noisy: Float32Array,
  level: number,
): Float32Array {
  const tf = loadTensorFlow();
  const part = wholeBlock(block);
  const input = new Float32Array(denoiserChannels * noisy.length);
  writeInput(block, noisy, level, part, input);
  const said = tf.tidy(() => {
    const image: Tensor5D = tf.tensor5d(input, [1, ...part.patch, denoiserChannels]);
    return runNetwork(network, image, parameters)[0].dataSync();
  });
  const { skip, out } = preconditionAt(level);
  const clean = new Float32Array(noisy.length);
  visitPart(block.shape, part, (place, i) => {
    clean[i] = skip * noisy[i] + out * said[place];
  });
  return clean;
}
