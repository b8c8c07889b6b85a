import type { TensorInfo } from "@tensorflow/tfjs";
import { refuseLabel } from "../ops/loss.js";
import type { SimdBackend } from "./backend.js";
import { type SimdKernel, sizeOf } from "./kernels.js";

/** Voxels of a block in the sums of the loss. */
const lossBlock = 4096;

/** The fused kernels of normalisation and loss. */
export const layerKernels: Record<string, SimdKernel> = {
  FusedNormLeakyRelu: ({ inputs: { x, gain, shift }, attributes, backend }) => {
    const { epsilon, slope } = attributes as { epsilon: number; slope: number };
    return normalize(backend, x, gain, shift, epsilon, slope);
  },
  FusedNormLeakyReluGrad: ({ inputs, attributes, backend }) =>
    differentiateNorm(backend, inputs, attributes.slope as number),
  FusedDiceCrossEntropy: ({ inputs: { x, labels }, attributes, backend }) =>
    sumLoss(backend, x, labels, attributes as unknown as LossSettings),
  FusedDiceCrossEntropyGrad: ({ inputs, attributes, backend }) =>
    differentiateLoss(backend, inputs, attributes as unknown as LossSettings),
};

interface LossSettings {
  ignoreLabel: number;
  diceWeight: number;
  crossEntropyWeight: number;
  smooth: number;
}

/** How `[batch, x, y, z, channels]` falls into slabs: one x of one example each. */
function slabsOf({ shape }: TensorInfo) {
  const [batch, nx, ny, nz, channels] = shape;
  return { batch, slabs: nx, voxels: ny * nz, channels };
}

function runLength(backend: SimdBackend, slabs: number): number {
  return Math.max(1, Math.floor(slabs / (4 * backend.crew.threads)));
}

/** Adds the slabs' pairs of sums up for each example and channel, in their order. */
function addSlabs(
  backend: SimdBackend,
  sums: number,
  { batch, slabs, channels }: ReturnType<typeof slabsOf>,
  use: (index: number, first: number, second: number) => void,
): void {
  const values = new Float64Array(backend.arena.buffer, sums, batch * slabs * 2 * channels);
  for (let example = 0; example < batch; example++)
    for (let c = 0; c < channels; c++) {
      let first = 0;
      let second = 0;
      for (let slab = example * slabs; slab < (example + 1) * slabs; slab++) {
        first += values[2 * slab * channels + c];
        second += values[(2 * slab + 1) * channels + c];
      }
      use(example * channels + c, first, second);
    }
}

/** Result, mean and the reciprocal of the spread. */
function normalize(
  backend: SimdBackend,
  x: TensorInfo,
  gain: TensorInfo,
  shift: TensorInfo,
  epsilon: number,
  slope: number,
): TensorInfo[] {
  const layout = slabsOf(x);
  const { batch, slabs, voxels, channels } = layout;
  const { arena, crew } = backend;
  const value = backend.createOutput(x.shape);
  const [mean, scale, factors, moves] = [0, 1, 2, 3].map(() => backend.createOutput([batch, channels]));
  const [means, scales, factorValues, moveValues] = [mean, scale, factors, moves].map((tensor) =>
    backend.valuesOf(tensor),
  );
  const [gains, shifts] = [gain, shift].map((tensor) => backend.valuesOf(tensor));
  const from = backend.addressOf(x);
  const options = { run: runLength(backend, batch * slabs) };
  arena.borrow(16 * batch * slabs * channels, (sums) => {
    crew.run("sumMoments", batch * slabs, [from, sums, voxels, channels], options);
    addSlabs(backend, sums, layout, (i, sum, squares) => {
      const average = sum / (slabs * voxels);
      const variance = Math.max(0, squares / (slabs * voxels) - average * average);
      const c = i % channels;
      means[i] = average;
      scales[i] = 1 / Math.sqrt(variance + epsilon);
      factorValues[i] = gains[c] * scales[i];
      moveValues[i] = shifts[c] - average * factorValues[i];
    });
  });
  const addresses = [value, factors, moves].map((tensor) => backend.addressOf(tensor));
  crew.run(
    "scaleAndLeak",
    batch * slabs,
    [from, ...addresses, slabs, voxels, channels, { float: slope }],
    options,
  );
  backend.discard(factors);
  backend.discard(moves);
  return [value, mean, scale];
}

/** Gradients of input, gain and shift. */
function differentiateNorm(
  backend: SimdBackend,
  { dy, x, gain, shift, mean, scale }: Record<string, TensorInfo>,
  slope: number,
): TensorInfo[] {
  const layout = slabsOf(x);
  const { batch, slabs, voxels, channels } = layout;
  const { arena, crew } = backend;
  const result = backend.createOutput(x.shape);
  const [gainGradient, shiftGradient] = [0, 1].map(() => backend.createOutput([channels]));
  const [gainSums, shiftSums] = [0, 1].map(() => new Float64Array(channels));
  const [factors, moves, inner, outer] = [0, 1, 2, 3].map(() => backend.createOutput([batch, channels]));
  const values = [gain, shift, mean, scale, factors, moves, inner, outer].map((t) => backend.valuesOf(t));
  const [gains, shifts, means, scales, factorValues, moveValues, inners, outers] = values;
  for (let i = 0; i < batch * channels; i++) {
    factorValues[i] = gains[i % channels] * scales[i];
    moveValues[i] = shifts[i % channels] - means[i] * factorValues[i];
  }
  const address = (tensor: TensorInfo) => backend.addressOf(tensor);
  const sizes = [slabs, voxels, channels, { float: slope }];
  const options = { run: runLength(backend, batch * slabs) };
  arena.borrow(16 * batch * slabs * channels, (sums) => {
    const inputs = [x, dy, mean, factors, moves].map(address);
    crew.run("sumNormGradients", batch * slabs, [...inputs, sums, ...sizes], options);
    addSlabs(backend, sums, layout, (i, sum, products) => {
      const c = i % channels;
      const normed = products * scales[i];
      shiftSums[c] += sum;
      gainSums[c] += normed;
      const count = slabs * voxels;
      inners[i] = (-factorValues[i] * scales[i] * normed) / count;
      outers[i] = (-factorValues[i] * sum) / count - inners[i] * means[i];
    });
  });
  const operands = [x, dy, result, factors, moves, inner, outer].map(address);
  crew.run("applyNormGradient", batch * slabs, [...operands, ...sizes], options);
  backend.valuesOf(gainGradient).set(gainSums);
  backend.valuesOf(shiftGradient).set(shiftSums);
  for (const tensor of [factors, moves, inner, outer]) backend.discard(tensor);
  return [result, gainGradient, shiftGradient];
}

/** Loss, probabilities, and what the gradient needs: a factor for the cross-entropy and two for each class's Dice. */
function sumLoss(
  backend: SimdBackend,
  logits: TensorInfo,
  labels: TensorInfo,
  settings: LossSettings,
): TensorInfo[] {
  const { ignoreLabel, diceWeight, crossEntropyWeight, smooth } = settings;
  const { arena, crew } = backend;
  const classes = logits.shape[4];
  const voxels = sizeOf(labels.shape);
  const blocks = Math.ceil(voxels / lossBlock);
  const probabilities = backend.createOutput(logits.shape);
  const addresses = [logits, labels, probabilities].map((tensor) => backend.addressOf(tensor));
  const width = 3 + 3 * classes;
  const total = new Float64Array(width);
  arena.borrow(8 * blocks * width, (sums) => {
    crew.run("sumLoss", blocks, [...addresses, sums, voxels, lossBlock, classes, ignoreLabel]);
    const values = new Float64Array(arena.buffer, sums, blocks * width);
    for (let block = 0; block < blocks; block++) {
      const wrong = values[block * width + 2];
      if (wrong !== ignoreLabel) {
        backend.discard(probabilities);
        refuseLabel(wrong, classes, ignoreLabel);
      }
      for (let i = 0; i < width; i++) total[i] += values[block * width + i];
    }
  });
  const [crossEntropy, counted] = total;
  const factors = backend.createOutput([1 + 2 * classes]);
  const factorValues = backend.valuesOf(factors).fill(0);
  factorValues[0] = crossEntropyWeight / Math.max(counted, 1);
  const sizes = total.subarray(3 + 2 * classes);
  const there = sizes.reduce((count, size, c) => (c > 0 && size > 0 ? count + 1 : count), 0);
  let dice = there === 0 ? 1 : 0;
  for (let c = 1; c < classes; c++) {
    if (sizes[c] === 0) continue;
    const above = 2 * total[3 + c] + smooth;
    const below = total[3 + classes + c] + sizes[c] + smooth;
    dice += above / below / there;
    factorValues[1 + c] = (diceWeight * above) / below / below / there;
    factorValues[1 + classes + c] = (-2 * diceWeight) / below / there;
  }
  const loss = backend.createOutput([]);
  backend.valuesOf(loss)[0] =
    (crossEntropyWeight * crossEntropy) / Math.max(counted, 1) + diceWeight * (1 - dice);
  return [loss, probabilities, factors];
}

function differentiateLoss(
  backend: SimdBackend,
  { dy, probabilities, labels, weights }: Record<string, TensorInfo>,
  { ignoreLabel }: LossSettings,
): TensorInfo {
  const { arena, crew } = backend;
  const classes = probabilities.shape[4];
  const voxels = sizeOf(labels.shape);
  const gradient = backend.createOutput(probabilities.shape);
  const back = backend.valuesOf(dy)[0];
  const addresses = [probabilities, labels, gradient].map((tensor) => backend.addressOf(tensor));
  arena.borrow(4 * (1 + 2 * classes), (factors) => {
    const scaled = backend.valuesOf(weights).map((factor) => factor * back);
    new Float32Array(arena.buffer, factors, scaled.length).set(scaled);
    const blocks = Math.ceil(voxels / lossBlock);
    crew.run("applyLossGradient", blocks, [...addresses, factors, voxels, lossBlock, classes, ignoreLabel]);
  });
  return gradient;
}
