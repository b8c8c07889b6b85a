import type { TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.js";
import type { SimdBackend } from "./backend.js";
import { type SimdKernel, sizeOf } from "./kernels.js";

type Five = [number, number, number, number, number];

/** A convolution our kernels compute: a cube of 1 to 3 taps, stride 1 or 2, at most one voxel of padding in front. */
interface Plan {
  taps: number;
  stride: number;
  /** Before the first voxel along x, y, z. */
  pad: readonly [number, number, number];
  /** `[batch, x, y, z, channels]` on the fine and on the coarse side. */
  fine: Five;
  coarse: Five;
}

/** Most parts that a filter gradient is summed in, and the memory they may take together. */
const maxParts = 32;
const maxPartBytes = 1 << 24;

/** The convolution kernels, by TensorFlow.js's names. */
export function createConvolutionKernels(tf: TensorFlow): Record<string, SimdKernel> {
  const plan = (fine: readonly number[], filter: readonly number[], attributes: Record<string, unknown>) =>
    planConvolution(tf, fine as Five, filter as Five, attributes);
  return {
    Conv3D: ({ inputs: { x, filter }, attributes, backend }) => {
      const found = plan(x.shape, filter.shape, attributes);
      return found && convolve(backend, x, filter, found);
    },
    Conv3DBackpropInputV2: ({ inputs: { dy, filter }, attributes, backend }) => {
      const found = plan(attributes.inputShape as number[], filter.shape, attributes);
      return found && convolveBack(backend, dy, filter, found);
    },
    Conv3DBackpropFilterV2: ({ inputs: { x, dy }, attributes, backend }) => {
      const found = plan(x.shape, attributes.filterShape as number[], attributes);
      return found && sumFilterGradient(backend, x, dy, found);
    },
  };
}

function planConvolution(
  tf: TensorFlow,
  shape: Five,
  filter: Five,
  attributes: Record<string, unknown>,
): Plan | undefined {
  const { strides, pad, dilations } = attributes as {
    strides: number | [number, number, number];
    pad: "valid" | "same";
    dilations?: number | [number, number, number];
  };
  const info = tf.backend_util.computeConv3DInfo(shape, filter, strides, dilations ?? 1, pad);
  const taps = info.filterDepth;
  const stride = info.strideDepth;
  const before = [info.padInfo.front, info.padInfo.top, info.padInfo.left] as const;
  const fits =
    taps <= 3 &&
    taps === info.filterHeight &&
    taps === info.filterWidth &&
    stride <= 2 &&
    stride === info.strideHeight &&
    stride === info.strideWidth &&
    info.dilationDepth * info.dilationHeight * info.dilationWidth === 1 &&
    before.every((n) => (n === 0 || n === 1) && (stride === 2 || taps - 1 - n <= 1)) &&
    sizeOf(info.outShape) > 0;
  if (!fits) return undefined;
  return { taps, stride, pad: before, fine: [...shape] as Five, coarse: [...info.outShape] as Five };
}

/** Items a thread takes at a time: neighbours share the planes they bring into order, but everyone should have some. */
function runLength(backend: SimdBackend, slabs: number): number {
  return Math.max(1, Math.min(8, Math.floor(slabs / (4 * backend.crew.threads))));
}

function packedBytes(taps: number, from: number, to: number): number {
  return taps ** 3 * from * Math.ceil(to / 8) * 32;
}

function convolve(backend: SimdBackend, x: TensorInfo, filter: TensorInfo, plan: Plan): TensorInfo {
  const { taps, stride, fine, coarse } = plan;
  const output = backend.createOutput(coarse);
  const pitch = stride === 2 ? 2 * (Math.floor((fine[3] + 1) / 2) + 8) : fine[3] + 10;
  runConvolution(backend, "convolve", [x, filter, output], plan, [fine, coarse], {
    run: taps === 3 && stride === 1 ? 3 : 1,
    swap: false,
    planeBytes: 4 * pitch * fine[2] * fine[4],
  });
  return output;
}

/** Gradient of the input; also the transposed convolution. */
function convolveBack(backend: SimdBackend, dy: TensorInfo, filter: TensorInfo, plan: Plan): TensorInfo {
  const { taps, stride, pad, fine, coarse } = plan;
  const output = backend.createOutput(fine);
  const planeBytes = 4 * (coarse[3] + 10) * coarse[2] * coarse[4];
  // With stride 1 it is a convolution with the filter turned round.
  const turned = { ...plan, pad: pad.map((n) => taps - 1 - n) as [number, number, number] };
  runConvolution(
    backend,
    stride === 1 ? "convolve" : "convolveTransposed",
    [dy, filter, output],
    stride === 1 ? turned : plan,
    [coarse, fine],
    { run: stride === 1 && taps === 3 ? 3 : 1, swap: true, planeBytes },
  );
  return output;
}

function runConvolution(
  backend: SimdBackend,
  kernel: "convolve" | "convolveTransposed",
  [input, filter, output]: [TensorInfo, TensorInfo, TensorInfo],
  { taps, stride, pad }: Plan,
  [from, to]: [Five, Five],
  { run, swap, planeBytes }: { run: number; swap: boolean; planeBytes: number },
): void {
  const { arena, crew } = backend;
  const addresses = [input, filter, output].map((tensor) => backend.addressOf(tensor));
  if (taps === 3 && stride === 1 && pad.every((n) => n === 1) && fitsBlocks(from, to)) {
    runByBlocks(backend, addresses, from, to[4], swap);
    return;
  }
  arena.borrow(packedBytes(taps, from[4], to[4]), (packed) => {
    const [inChannels, outChannels] = swap ? [to[4], from[4]] : [from[4], to[4]];
    const flip = swap && stride === 1 ? 1 : 0;
    crew.kernels.packFilter(
      addresses[1],
      packed,
      taps ** 3,
      inChannels,
      outChannels,
      run,
      swap ? 1 : 0,
      flip,
    );
    const slabs = to[0] * to[1];
    crew.run(
      kernel,
      slabs,
      [addresses[0], packed, addresses[2], ...from.slice(1), ...to.slice(1), taps, stride, ...pad],
      { run: runLength(backend, slabs), scratchBytes: 1024 + 3 * planeBytes },
    );
  });
}

/** Whether a convolution 3x3x3 falls into blocks of 2x2 voxels and whole vectors of channels. */
function fitsBlocks(from: Five, to: Five): boolean {
  return from[2] % 2 === 0 && from[3] % 2 === 0 && from[4] % 4 === 0 && to[4] % 8 === 0;
}

/**
 * Pairs of rows that are computed side by side: blocks are taken four at a time, and where one pair has one or two over, two
 * together waste none or fewer. Each thread should still have some. The result is the same bytes either way.
 */
function pairsAtOnce(batch: number, pairs: number, blocks: number, threads: number): number {
  const over = blocks % 4;
  return (over === 1 || over === 2) && pairs % 2 === 0 && (batch * pairs) / 2 >= 3 * threads ? 2 : 1;
}

/** Winograd's way, a fifth to a half faster than the straight one. */
function runByBlocks(
  { arena, crew }: SimdBackend,
  [input, filter, output]: readonly number[],
  [batch, nx, ny, nz, from]: Five,
  to: number,
  swap: boolean,
): void {
  const group = pairsAtOnce(batch, ny / 2, nz / 2, crew.threads);
  const tiles = (group * nz) / 2;
  const pitch = 4 * (4 * Math.ceil(tiles / 4) + 8);
  const scratchBytes = 1024 + 64 * (nz + 12) + 64 * tiles * to + 48 * pitch * from;
  const turn = swap ? 1 : 0;
  arena.borrow(48 * 32 * from * Math.ceil(to / 8), (packed) => {
    const [inChannels, outChannels] = swap ? [to, from] : [from, to];
    crew.kernels.packBlockFilter(filter, packed, inChannels, outChannels, turn, turn);
    const params = [input, packed, output, nx, ny, nz, from, to, group];
    crew.run("convolveByBlocks", (batch * ny) / 2 / group, params, { scratchBytes });
  });
}

function sumFilterGradient(backend: SimdBackend, x: TensorInfo, dy: TensorInfo, plan: Plan): TensorInfo {
  const { arena, crew } = backend;
  const { taps, stride, pad, fine, coarse } = plan;
  const [from, to] = [fine[4], coarse[4]];
  const output = backend.createOutput([taps, taps, taps, from, to]);
  const slabs = coarse[0] * coarse[1];
  const width = taps * from;
  const partBytes = taps * taps * Math.ceil(width / 4) * 4 * Math.ceil(to / 8) * 32;
  // Depends on shapes alone: the order of sums, and with it the last bit, is the same for any number of threads.
  const wanted = Math.max(1, Math.min(slabs, maxParts, Math.floor(maxPartBytes / partBytes)));
  const partSlabs = Math.ceil(slabs / wanted);
  const parts = Math.ceil(slabs / partSlabs);
  const eights = Math.ceil(to / 8);
  const groupEights = Math.ceil(eights / Math.min(eights, Math.ceil(16 / parts)));
  const groups = Math.ceil(eights / groupEights);
  const addresses = [x, dy, output].map((tensor) => backend.addressOf(tensor));
  arena.borrow(parts * partBytes, (sums) => {
    const shapes = [...fine.slice(1), ...coarse.slice(1), taps, stride, ...pad];
    crew.run(
      "sumFilterGradient",
      parts * groups,
      [addresses[0], addresses[1], sums, ...shapes, slabs, partSlabs, groups, 8 * groupEights],
      { scratchBytes: 256 + 3 * 4 * fine[2] * (fine[3] + 2) * from },
    );
    const blocks = taps * taps;
    crew.run("addFilterParts", blocks, [sums, addresses[2], parts, blocks, width, to]);
  });
  return output;
}
