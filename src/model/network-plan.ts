import { requireThat } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";
import { checkNetworkConfig, gridStepOf, type NetworkConfig } from "./network-config.js";
import { type NetworkLayers, walkNetwork } from "./walk-network.js";

/** A tensor that is learned. */
export interface ParameterSpec {
  /** Such as `"encoder.0.1.filter"`. */
  name: string;
  /** Filters are `[kx, ky, kz, from, to]`, those of transposed convolutions `[kx, ky, kz, to, from]`. */
  shape: readonly number[];
  role: "filter" | "gain" | "shift" | "bias";
  /** Numbers that each output of a filter sums; 1 for the other roles. */
  fanIn: number;
  /** Slope of the leaky ReLU that follows a filter; 1 for none. */
  slope: number;
}

/** What a network costs, known before anything is computed. */
export interface NetworkCost {
  /** Learned numbers. */
  parameters: number;
  /** Floating point operations of one forward pass over one patch: two for each multiplication with its addition. */
  forwardFlops: number;
  /** The same for a training step over a batch: the forward pass and two like it backwards. */
  trainFlops: number;
  /** Bytes that a training step needs: activations kept for the way back, a gradient of each, and what is learned. */
  trainBytes: number;
  /** Bytes that a forward pass over one patch needs. */
  predictBytes: number;
}

/** The learned tensors of a network in the order of the walk, which is also the order of their files. */
export function listParameters(config: NetworkConfig): ParameterSpec[] {
  return measure(config, config.patch).parameters;
}

/**
 * Counts what a network costs. Memory is an estimate of the tensors alone: without the program itself (some 150 MB),
 * and without what an engine sets aside, a tenth or so more.
 *
 * @param options `batch` patches per step (default 2); `shape` voxels of a patch (default the config's); `slots` tensors
 *   the optimizer keeps beside each learned one (default 1, 2 for AdamW; one more for an average of the weights).
 */
export function estimateCost(
  config: NetworkConfig,
  options: { batch?: number; shape?: Vec3; slots?: number } = {},
): NetworkCost {
  const { batch = 2, shape = config.patch, slots = 1 } = options;
  requireThat(Number.isInteger(batch) && batch >= 1, "batch", batch, "a whole number from 1");
  const { parameters, flops, activations, largest } = measure(config, shape);
  const count = parameters.reduce((sum, { shape: of }) => sum + of.reduce((product, n) => product * n, 1), 0);
  return {
    parameters: count,
    forwardFlops: flops,
    trainFlops: 3 * flops * batch,
    // TensorFlow.js frees activations and their gradients together when a step is done.
    trainBytes: 4 * (batch * (2 * activations + largest) + count * (2 + slots)),
    predictBytes: 4 * (activations + count),
  };
}

interface Grid {
  shape: Vec3;
  channels: number;
}

function measure(config: NetworkConfig, shape: Vec3) {
  checkNetworkConfig(config);
  const step = gridStepOf(config);
  requireThat(
    shape.every((n) => Number.isInteger(n) && n >= 1 && n % step === 0),
    "shape",
    [...shape],
    `multiples of ${step}`,
  );
  const parameters: ParameterSpec[] = [];
  let flops = 0;
  let activations = 0;
  let largest = 0;
  const make = (of: Vec3, channels: number): Grid => {
    const size = of[0] * of[1] * of[2] * channels;
    activations += size;
    largest = Math.max(largest, size);
    return { shape: of, channels };
  };
  const add = (name: string, role: ParameterSpec["role"], of: readonly number[], fanIn = 1, slope = 1) =>
    parameters.push({ name: `${name}.${role}`, shape: of, role, fanIn, slope });
  const multiplications = (of: Vec3, terms: number): void =>
    void (flops += 2 * of[0] * of[1] * of[2] * terms);

  const layers: NetworkLayers<Grid> = {
    convolve(name, input, { from, to, kernel, stride }) {
      const slope = name.endsWith(".skip") ? 1 : config.slope;
      add(name, "filter", [kernel, kernel, kernel, from, to], kernel ** 3 * from, slope);
      const of = mapShape(input.shape, (n) => Math.ceil(n / stride));
      multiplications(of, kernel ** 3 * from * to);
      return make(of, to);
    },
    normalize(name, input, { channels, slope }) {
      if (config.normalization === "instance") add(name, "gain", [channels]);
      add(name, "shift", [channels]);
      // In one pass with instance norm; else shifted first, and then what the leaky ReLU makes of it.
      if (config.normalization === "none" && slope !== 1) make(input.shape, channels);
      return make(input.shape, channels);
    },
    enlarge(name, input, { from, to }) {
      add(name, "filter", [2, 2, 2, to, from], from);
      multiplications(input.shape, 8 * from * to);
      return make(
        mapShape(input.shape, (n) => 2 * n),
        to,
      );
    },
    join: (first, second) => make(first.shape, first.channels + second.channels),
    addAndActivate: (first) => make(make(first.shape, first.channels).shape, first.channels),
    output(name, input, { from, to }) {
      add(name, "filter", [1, 1, 1, from, to], from);
      add(name, "bias", [to]);
      multiplications(input.shape, from * to);
      return make(make(input.shape, to).shape, to);
    },
  };
  walkNetwork(config, make(shape, config.inputChannels), layers);
  return { parameters, flops, activations, largest };
}

function mapShape([x, y, z]: Vec3, change: (n: number) => number): Vec3 {
  return [change(x), change(y), change(z)];
}
