import { LabError } from "../core/errors.js";
import type { Key } from "../core/random.js";
import { createSha256 } from "../platform/hash.js";
import type { NetworkConfig } from "./network-config.js";
import { listParameters } from "./network-plan.js";

/** A tensor of a network as plain numbers. */
export interface WeightTensor {
  name: string;
  shape: readonly number[];
  /** Row by row, the last axis fastest. */
  data: Float32Array;
}

/** The learned tensors of a network, in the order of `listParameters`. */
export type Weights = readonly WeightTensor[];

/**
 * Weights to start from: filters normal with variance `2 / ((1 + slope^2) fan-in)` (He et al. 2015), gains 1, shifts and
 * biases 0. Each tensor draws from its own part of the key, so that a layer more elsewhere changes none of the others.
 */
export function initializeWeights(config: NetworkConfig, key: Key): WeightTensor[] {
  return listParameters(config).map(({ name, shape, role, fanIn, slope }) => {
    const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
    if (role === "gain") data.fill(1);
    if (role === "filter") {
      const stream = key.split(name).stream();
      const deviation = Math.sqrt(2 / ((1 + slope * slope) * fanIn));
      for (let i = 0; i < data.length; i++) data[i] = deviation * stream.normal();
    }
    return { name, shape, data };
  });
}

/** sha256 over the bytes of all tensors in their order, as hexadecimal digits: the same for the same weights. */
export function hashWeights(weights: Weights): string {
  const hash = createSha256();
  for (const { data } of weights) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest();
}

/**
 * Tensors in the order of a network's own. Throws a LabError that names the first tensor that is missing, has another
 * shape, holds what is no number, or that the network does not have.
 *
 * @param input where they come from, for the message.
 */
export function matchWeights(config: NetworkConfig, found: Weights, input: string): WeightTensor[] {
  const byName = new Map(found.map((tensor) => [tensor.name, tensor]));
  const specs = listParameters(config);
  const matched = specs.map(({ name, shape }) => {
    const tensor = byName.get(name);
    const expected = `shape ${shape.join(" x ")}`;
    if (!tensor) throw new LabError(`${input}, tensor ${name}`, "no such tensor", expected, advice);
    if (tensor.shape.join() !== shape.join())
      throw new LabError(`${input}, tensor ${name}`, `shape ${tensor.shape.join(" x ")}`, expected, advice);
    const broken = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (broken >= 0)
      throw new LabError(
        `${input}, tensor ${name}`,
        `${tensor.data[broken]} at ${broken}`,
        "finite numbers",
        "The training that wrote it diverged: take an earlier checkpoint",
      );
    return tensor;
  });
  const known = new Set(specs.map(({ name }) => name));
  const stranger = found.find(({ name }) => !known.has(name));
  if (stranger)
    throw new LabError(`${input}, tensor ${stranger.name}`, "a tensor", "none of that name", advice);
  return matched;
}

const advice = "These are the weights of another network: use the settings they were trained with";
