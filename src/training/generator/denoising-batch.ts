import type { Key } from "../../core/random.js";
import type { NetworkConfig } from "../../model/network-config.js";
import { type ParameterTensors, runNetwork } from "../../model/network.js";
import { maskedError } from "../../model/ops/masked-error.js";
import type { Scalar, Tensor5D } from "../../model/tensor-types.js";
import { loadTensorFlow } from "../../model/tensorflow.js";
import { denoiserChannels, visitPart, writeInput } from "../../tumor/learned/denoiser-input.js";
import type { HuScale, LesionBlock } from "../../tumor/learned/lesion-block.js";
import { preconditionAt, sampleNoise, sampleNoiseLevel } from "../../tumor/learned/noise-levels.js";
import type { GeneratorConfig } from "./generator-config.js";

/** Lesions of a case that may be learned from. */
export interface CaseLesions {
  case: string;
  blocks: readonly LesionBlock[];
}

/** What of a config and of the tumors decides a batch. */
export type DenoisingConfig = Pick<GeneratorConfig, "batch" | "jitter" | "network"> & Pick<HuScale, "shares">;

/** What one step of a generator's training learns from. */
export interface DenoisingBatch {
  /** `[batch, x, y, z, channel]`, see `writeInput`. */
  inputs: Float32Array;
  /** `[batch, x, y, z]`: what the network should say where it counts. */
  truth: Float32Array;
  /** `[batch, x, y, z]`: how much a voxel counts, 0 out of the region. */
  weights: Float32Array;
  cases: string[];
}

/**
 * The batch of a step: a pure function of lesions, config, key and step. Each patch is of a case drawn evenly, of one of its
 * lesions, about its middle give or take the jitter, mirrored along each axis by chance, with noise of a level of its own.
 */
export function makeDenoisingBatch(
  lesions: readonly CaseLesions[],
  { batch, jitter, shares, network: { patch } }: DenoisingConfig,
  key: Key,
  step: number,
): DenoisingBatch {
  const voxels = patch[0] * patch[1] * patch[2];
  const inputs = new Float32Array(batch * voxels * denoiserChannels);
  const truth = new Float32Array(batch * voxels);
  const weights = new Float32Array(batch * voxels);
  const cases: string[] = [];
  for (let b = 0; b < batch; b++) {
    const patchKey = key.split("batch").split(step).split(b);
    const stream = patchKey.split("patch").stream();
    const { case: name, blocks } = stream.choose(lesions);
    const block = stream.choose(blocks);
    const flip = (): boolean => stream.uniform() < 0.5;
    const flips = [flip(), flip(), flip()] as const;
    const off = (): number => stream.integer(0, 2 * jitter);
    const part = { patch, start: [off(), off(), off()] as const, flips };
    const level = sampleNoiseLevel(stream);
    const noise = sampleNoise(block.shape, shares, patchKey.split("noise"));
    const noisy = block.clean.map((clean, i) => clean + level * noise[i]);
    const from = b * voxels;
    const own = inputs.subarray(denoiserChannels * from, denoiserChannels * (from + voxels));
    writeInput(block, noisy, level, part, own);
    const { skip, out } = preconditionAt(level);
    let count = 0;
    visitPart(block.shape, part, (_, i) => (count += block.region[i]));
    visitPart(block.shape, part, (place, i) => {
      if (block.region[i] === 0) return;
      truth[from + place] = (block.clean[i] - skip * noisy[i]) / out;
      // By the root of its voxels: neither the large lesions alone, nor the noise of the smallest.
      weights[from + place] = 1 / Math.sqrt(count);
    });
    cases.push(name);
  }
  return { inputs, truth, weights, cases };
}

/** Mean squared error of a batch on the engine in use, about 1 for a network that says nothing. */
export function denoisingLoss(
  network: NetworkConfig,
  { inputs, truth, weights, cases }: DenoisingBatch,
  parameters: ParameterTensors,
): Scalar {
  const tf = loadTensorFlow();
  const grid: [number, number, number, number] = [cases.length, ...network.patch];
  const image: Tensor5D = tf.tensor5d(inputs, [...grid, denoiserChannels]);
  const [found] = runNetwork(network, image, parameters);
  const shape: [number, number, number, number, number] = [...grid, 1];
  return maskedError(found, tf.tensor5d(truth, shape), tf.tensor5d(weights, shape), 2);
}
