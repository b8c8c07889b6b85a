import { LabError, requireThat } from "../core/errors.js";
import { gridStepOf, type NetworkConfig } from "./network-config.js";
import { addBias, conv3d, convTransposed3d } from "./ops/convolution.js";
import { leakyRelu, normLeakyRelu } from "./ops/normalize.js";
import { concatChannels } from "./ops/resolution.js";
import type { Tensor, Tensor1D, Tensor5D } from "./tensor-types.js";
import { loadTensorFlow } from "./tensorflow.js";
import { type NetworkLayers, walkNetwork } from "./walk-network.js";
import type { Weights } from "./weights.js";

/** The learned tensors of a network by name. */
export type ParameterTensors = ReadonlyMap<string, Tensor>;

/** Weights as tensors of the engine in use; dispose of them when done. */
export function toTensors(weights: Weights): Map<string, Tensor> {
  const tf = loadTensorFlow();
  return new Map(weights.map(({ name, shape, data }) => [name, tf.tensor(data, [...shape])]));
}

/**
 * Computes a U-Net on the engine in use; differentiable in the image and in every parameter.
 *
 * @param image `[batch, x, y, z, channels]`, each of x, y, z a multiple of what the levels halve.
 * @returns logits `[batch, x, y, z, classes]` of the finest level; with deep supervision of coarser levels behind it.
 * @throws LabError for an image that does not fit, or a parameter that is missing.
 */
export function runNetwork(config: NetworkConfig, image: Tensor5D, parameters: ParameterTensors): Tensor5D[] {
  const step = gridStepOf(config);
  const [, x, y, z, channels] = image.shape;
  requireThat(
    [x, y, z].every((n) => n % step === 0) && channels === config.inputChannels,
    "image",
    image.shape,
    `[batch, x, y, z, ${config.inputChannels}], x, y and z multiples of ${step}`,
  );
  const find = (name: string): Tensor => {
    const found = parameters.get(name);
    if (!found) throw new LabError(`parameter ${name}`, "none", "one for each of listParameters");
    return found;
  };
  const vector = (name: string) => find(name) as Tensor1D;
  const filter = (name: string) => find(`${name}.filter`) as Tensor5D;
  const layers: NetworkLayers<Tensor5D> = {
    convolve: (name, input, { stride }) => conv3d(input, filter(name), { stride }),
    normalize: (name, input, { slope }) =>
      config.normalization === "instance"
        ? normLeakyRelu(input, vector(`${name}.gain`), vector(`${name}.shift`), { slope })
        : activate(addBias(input, vector(`${name}.shift`)), slope),
    enlarge: (name, input) => convTransposed3d(input, filter(name)),
    join: (first, second) => concatChannels([first, second]),
    addAndActivate: (first, second, slope) => leakyRelu(loadTensorFlow().add(first, second), slope),
    output: (name, input) => conv3d(input, filter(name), { bias: vector(`${name}.bias`) }),
  };
  return walkNetwork(config, image, layers);
}

function activate(input: Tensor5D, slope: number): Tensor5D {
  return slope === 1 ? input : leakyRelu(input, slope);
}
