import type { TensorInfo } from "@tensorflow/tfjs";
import type { SimdBackend } from "./backend.js";
import type { Parameter } from "./crew.js";
import { type KernelCall, type SimdKernel, sizeOf } from "./kernels.js";
import type { KernelName } from "./wasm.js";

/** Numbers of a block in assembly/arrays.ts, rows or voxels of one elsewhere. */
const blockNumbers = 16384;
const blockRows = 4096;

/** Below this many numbers a cpu kernel is as good. */
const fewNumbers = 1024;

const isFloat = (tensor: TensorInfo) => tensor.dtype === "float32";
const sameShape = (a: TensorInfo, b: TensorInfo) => a.shape.join() === b.shape.join();

/** Kernels that work on numbers one by one, and those that move them. */
export const arrayKernels: Record<string, SimdKernel> = {
  Add: ({ inputs: { a, b }, backend }) => add(backend, a, b),
  Sum: (call) => sumRows(call),
  Concat: ({ inputs, attributes, backend }) =>
    concat(backend, Object.values(inputs), attributes.axis as number),
  SplitV: ({ inputs: { x }, attributes, backend }) =>
    split(backend, x, attributes.numOrSizeSplits as number | number[], attributes.axis as number),
  FusedLeakyRelu: ({ inputs: { x }, attributes, backend }) =>
    mapNumbers(backend, "leakArray", [x], 1, [{ float: attributes.slope as number }])[0],
  FusedLeakyReluGrad: ({ inputs: { dy, x }, attributes, backend }) =>
    mapNumbers(backend, "leakGradient", [x, dy], 1, [{ float: attributes.slope as number }])[0],
  FusedSgdSteps: (call) =>
    stepWeights("stepSgd", 1, ["learningRate", "momentum", "weightDecay", "gradientScale"], call),
  FusedAdamWSteps: (call) =>
    stepWeights(
      "stepAdamW",
      2,
      ["keep", "rate", "spread", "beta1", "beta2", "epsilon", "gradientScale"],
      call,
    ),
  FusedNorm: ({ inputs, backend }) => measureNorm(backend, Object.values(inputs)),
};

/** Outputs of the inputs' shape, number by number. */
function mapNumbers(
  backend: SimdBackend,
  kernel: KernelName,
  inputs: readonly TensorInfo[],
  outputs: number,
  settings: readonly Parameter[],
): TensorInfo[] {
  const count = sizeOf(inputs[0].shape);
  const results = Array.from({ length: outputs }, () => backend.createOutput(inputs[0].shape));
  const addresses = [...inputs, ...results].map((tensor) => backend.addressOf(tensor));
  backend.crew.run(kernel, Math.ceil(count / blockNumbers), [...addresses, count, ...settings]);
  return results;
}

function add(backend: SimdBackend, a: TensorInfo, b: TensorInfo): TensorInfo | undefined {
  if (!isFloat(a) || !isFloat(b) || sizeOf(a.shape) < fewNumbers) return undefined;
  if (sameShape(a, b)) return mapNumbers(backend, "addArrays", [a, b], 1, [])[0];
  const channels = a.shape[a.shape.length - 1];
  if (b.shape.length !== 1 || b.shape[0] !== channels) return undefined;
  const output = backend.createOutput(a.shape);
  const rows = sizeOf(a.shape) / channels;
  const addresses = [a, b, output].map((tensor) => backend.addressOf(tensor));
  backend.crew.run("addToRows", Math.ceil(rows / blockRows), [...addresses, rows, channels]);
  return output;
}

/** Sums of the columns of `[rows, columns]`, in double precision: the gradient of a bias. */
function sumRows({ inputs: { x }, attributes, backend }: KernelCall): TensorInfo | undefined {
  const axes = [attributes.axis].flat();
  const [rows, columns] = x.shape;
  if (!isFloat(x) || x.shape.length !== 2 || axes.length !== 1 || axes[0] !== 0 || attributes.keepDims)
    return undefined;
  if (sizeOf(x.shape) < fewNumbers) return undefined;
  const slabs = [64, 32, 16, 8, 4, 2].find((n) => rows % n === 0) ?? 1;
  const output = backend.createOutput([columns]);
  const values = backend.valuesOf(output);
  const { arena, crew } = backend;
  arena.borrow(16 * slabs * columns, (sums) => {
    crew.run("sumMoments", slabs, [backend.addressOf(x), sums, rows / slabs, columns]);
    const partial = new Float64Array(arena.buffer, sums, 2 * slabs * columns);
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let slab = 0; slab < slabs; slab++) sum += partial[2 * slab * columns + c];
      values[c] = sum;
    }
  });
  return output;
}

/** A block of arrays of one length that a job works on: where it starts in each of them, and how many numbers it has. */
interface Block {
  addresses: readonly number[];
  count: number;
}

/** Cuts arrays of `count` numbers into blocks; the address 0 stands for an array that is not there. */
function listBlocks(addresses: readonly number[], count: number): Block[] {
  return Array.from({ length: Math.ceil(count / blockNumbers) }, (_, block) => ({
    addresses: addresses.map((address) => (address === 0 ? 0 : address + 4 * block * blockNumbers)),
    count: Math.min(blockNumbers, count - block * blockNumbers),
  }));
}

/** Runs a kernel over blocks, whose table is its first parameter. */
function runOverBlocks(
  { arena, crew }: SimdBackend,
  kernel: KernelName,
  blocks: readonly Block[],
  settings: readonly Parameter[],
): void {
  const lines = blocks.flatMap(({ addresses, count }) => [...addresses, count]);
  arena.borrow(4 * lines.length, (table) => {
    new Uint32Array(arena.buffer, table, lines.length).set(lines);
    crew.run(kernel, blocks.length, [table, ...settings]);
  });
}

/**
 * Moves weights in one job, in place. The inputs are lists of as many tensors each: weights, `slots` lists of what the
 * optimizer remembers, gradients, and the averages where there are some.
 */
function stepWeights(
  kernel: "stepSgd" | "stepAdamW",
  slots: number,
  settings: readonly string[],
  { inputs, attributes, backend }: KernelCall,
): TensorInfo[] {
  const tensors = Object.values(inputs);
  const { averageDecay } = attributes as { averageDecay: number };
  const lists = slots + (averageDecay > 0 ? 3 : 2);
  const weights = tensors.length / lists;
  const blocks = tensors.slice(0, weights).flatMap((weight, i) => {
    const addresses = Array.from({ length: slots + 3 }, (_, list) =>
      list < lists ? backend.addressOf(tensors[list * weights + i]) : 0,
    );
    return listBlocks(addresses, sizeOf(weight.shape));
  });
  runOverBlocks(backend, kernel, blocks, [
    ...settings.map((name) => ({ float: attributes[name] as number })),
    { float: averageDecay },
    { float: 1 - averageDecay },
  ]);
  return [];
}

/** Root of the sum of squares: each tensor's in double precision, their sum one after the other in single precision. */
function measureNorm(backend: SimdBackend, tensors: readonly TensorInfo[]): TensorInfo {
  const { arena } = backend;
  const pieces = tensors.map((x) => listBlocks([backend.addressOf(x)], sizeOf(x.shape)));
  const blocks = pieces.flat();
  const output = backend.createOutput([]);
  arena.borrow(8 * blocks.length, (sums) => {
    runOverBlocks(backend, "sumSquares", blocks, [sums]);
    const values = new Float64Array(arena.buffer, sums, blocks.length);
    let [at, total] = [0, 0];
    for (const { length } of pieces) {
      let sum = 0;
      for (const end = at + length; at < end; at++) sum += values[at];
      total = Math.fround(total + Math.fround(sum));
    }
    backend.valuesOf(output)[0] = Math.sqrt(total);
  });
  return output;
}

/** Copies channels from one channel-last array to another, from and to the channel given. */
function copyChannels(
  backend: SimdBackend,
  from: TensorInfo,
  fromChannel: number,
  to: TensorInfo,
  toChannel: number,
  channels: number,
): void {
  const widths = [from, to].map(({ shape }) => shape[shape.length - 1]);
  const voxels = sizeOf(from.shape) / widths[0];
  backend.crew.run("copyChannels", Math.ceil(voxels / blockRows), [
    backend.addressOf(from) + 4 * fromChannel,
    backend.addressOf(to) + 4 * toChannel,
    4 * widths[0],
    4 * widths[1],
    4 * channels,
    voxels,
  ]);
}

function concat(backend: SimdBackend, inputs: readonly TensorInfo[], axis: number): TensorInfo | undefined {
  const last = inputs[0].shape.length - 1;
  if ((axis !== last && axis !== -1) || last < 1 || !inputs.every(isFloat)) return undefined;
  if (sizeOf(inputs[0].shape) < fewNumbers) return undefined;
  const shape = [...inputs[0].shape];
  shape[last] = inputs.reduce((sum, input) => sum + input.shape[last], 0);
  const output = backend.createOutput(shape);
  let channel = 0;
  for (const input of inputs) {
    copyChannels(backend, input, 0, output, channel, input.shape[last]);
    channel += input.shape[last];
  }
  return output;
}

function split(
  backend: SimdBackend,
  x: TensorInfo,
  sizes: number | number[],
  axis: number,
): TensorInfo[] | undefined {
  const last = x.shape.length - 1;
  if (axis !== last || last < 1 || !isFloat(x) || sizeOf(x.shape) < fewNumbers) return undefined;
  if (typeof sizes === "number" || sizes.some((n) => n < 1)) return undefined;
  let channel = 0;
  return sizes.map((channels) => {
    const piece = backend.createOutput([...x.shape.slice(0, last), channels]);
    copyChannels(backend, x, channel, piece, 0, channels);
    channel += channels;
    return piece;
  });
}
