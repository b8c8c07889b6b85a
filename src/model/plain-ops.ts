/**
 * The operations of a 3D U-Net in plain double precision, written for being right: what engines are checked against.
 * Arrays are in tensor order `[x, y, z, channel]`, channel fastest, one example at a time.
 */

/** Values in double precision. */
export type Values = Float64Array;

/** Shape of one example, `[x, y, z, channels]`. */
export type Grid = readonly [number, number, number, number];

/** How a convolution moves: stride 1 or 2 along each axis, zero padding so that the output has `ceil(n / stride)`. */
export interface Geometry {
  /** Shape on the fine side: input of a convolution, output of a transposed one. */
  fine: Grid;
  /** Shape on the coarse side. */
  coarse: Grid;
  kernel: readonly [number, number, number];
  stride: 1 | 2;
}

/** Geometry of a convolution with "same" padding. */
export function convolutionGeometry(
  fine: Grid,
  kernel: readonly [number, number, number],
  coarseChannels: number,
  stride: 1 | 2,
): Geometry {
  const [x, y, z] = fine.slice(0, 3).map((n) => Math.ceil(n / stride));
  return { fine, coarse: [x, y, z, coarseChannels], kernel, stride };
}

/** 3D convolution; `filter` is `[kx, ky, kz, inChannels, outChannels]`. */
export function convolve(input: Values, filter: Values, geometry: Geometry): Values {
  const [, , , outChannels] = geometry.coarse;
  const inChannels = geometry.fine[3];
  const output = new Float64Array(sizeOf(geometry.coarse));
  const joins = joinsOf(geometry);
  for (let at = 0; at < joins.length; at += 3) {
    const from = joins[at] * inChannels;
    const to = joins[at + 1] * outChannels;
    const taps = joins[at + 2] * inChannels;
    for (let i = 0; i < inChannels; i++)
      for (let o = 0; o < outChannels; o++)
        output[to + o] += input[from + i] * filter[(taps + i) * outChannels + o];
  }
  return output;
}

/** The transpose of {@link convolve}: from the coarse grid to the fine one; `filter` is `[kx, ky, kz, fine, coarse]`. */
export function convolveTransposed(input: Values, filter: Values, geometry: Geometry): Values {
  const coarseChannels = geometry.coarse[3];
  const fineChannels = geometry.fine[3];
  const output = new Float64Array(sizeOf(geometry.fine));
  const joins = joinsOf(geometry);
  for (let at = 0; at < joins.length; at += 3) {
    const to = joins[at] * fineChannels;
    const from = joins[at + 1] * coarseChannels;
    const taps = joins[at + 2] * fineChannels;
    for (let f = 0; f < fineChannels; f++)
      for (let c = 0; c < coarseChannels; c++)
        output[to + f] += input[from + c] * filter[(taps + f) * coarseChannels + c];
  }
  return output;
}

/** `x` above 0, `slope * x` below. */
export function leakyRelu(input: Values, slope: number): Values {
  return input.map((x) => (x > 0 ? x : slope * x));
}

/** What {@link diceCrossEntropy} is told besides logits and labels. */
export interface PlainLoss {
  classes: number;
  ignoreLabel: number;
  diceWeight: number;
  crossEntropyWeight: number;
  smooth: number;
}

/** Soft Dice and cross-entropy over the voxels that are not ignored, as the loss of the network states it; one number. */
export function diceCrossEntropy(logits: Values, labels: ArrayLike<number>, options: PlainLoss): Values {
  const { classes, ignoreLabel, diceWeight, crossEntropyWeight, smooth } = options;
  const shared = new Float64Array(classes);
  const both = new Float64Array(classes);
  const there = new Set<number>();
  let crossEntropy = 0;
  let counted = 0;
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const label = labels[voxel];
    if (label === ignoreLabel) continue;
    const row = logits.subarray(voxel * classes, (voxel + 1) * classes);
    const largest = Math.max(...row);
    const total = row.reduce((all, logit) => all + Math.exp(logit - largest), 0);
    crossEntropy += largest + Math.log(total) - row[label];
    counted++;
    both[label]++;
    if (label > 0) there.add(label);
    row.forEach((logit, c) => {
      const probability = Math.exp(logit - largest) / total;
      both[c] += probability;
      if (c === label) shared[c] += probability;
    });
  }
  let dice = there.size === 0 ? 1 : 0;
  for (const c of there) dice += (2 * shared[c] + smooth) / (both[c] + smooth) / there.size;
  return Float64Array.of(
    (crossEntropyWeight * crossEntropy) / Math.max(counted, 1) + diceWeight * (1 - dice),
  );
}

/** Weighted mean of the absolute differences, or of their squares; one number. */
export function meanError(
  found: Values,
  truth: ArrayLike<number>,
  weights: ArrayLike<number>,
  power: 1 | 2,
): Values {
  let sum = 0;
  let total = 0;
  found.forEach((value, i) => {
    sum += weights[i] * Math.abs(value - truth[i]) ** power;
    total += weights[i];
  });
  return Float64Array.of(total > 0 ? sum / total : 0);
}

/** Two arrays of one grid joined along their channels. */
export function joinChannels(a: Values, b: Values, aChannels: number, bChannels: number): Values {
  const channels = aChannels + bChannels;
  return Float64Array.from({ length: a.length + b.length }, (_, i) => {
    const voxel = Math.floor(i / channels);
    const c = i % channels;
    return c < aChannels ? a[voxel * aChannels + c] : b[voxel * bChannels + c - aChannels];
  });
}

/** Each voxel becomes a block of 2x2x2 equal ones; `coarse` is the shape of the input. */
export function upsample(input: Values, coarse: Grid): Values {
  const output = new Float64Array(8 * input.length);
  forEachBlock(coarse, (coarseAt, fineAt) => (output[fineAt] = input[coarseAt]));
  return output;
}

/** The largest or the mean of each block of 2x2x2; `coarse` is the shape of the output. */
export function pool(input: Values, coarse: Grid, kind: "max" | "mean"): Values {
  const output = new Float64Array(sizeOf(coarse)).fill(kind === "max" ? -Infinity : 0);
  forEachBlock(coarse, (coarseAt, fineAt) => {
    output[coarseAt] =
      kind === "max" ? Math.max(output[coarseAt], input[fineAt]) : output[coarseAt] + input[fineAt] / 8;
  });
  return output;
}

/** `input` with one number added to each channel. */
export function addToChannels(input: Values, bias: Values): Values {
  return input.map((value, i) => value + bias[i % bias.length]);
}

/** Each channel brought to mean 0 and variance 1 over the voxels, then scaled by `gain` and moved by `shift`. */
export function normalize(
  input: Values,
  gain: Values,
  shift: Values,
  channels: number,
  epsilon: number,
): Values {
  const voxels = input.length / channels;
  const output = new Float64Array(input.length);
  for (let c = 0; c < channels; c++) {
    let mean = 0;
    for (let v = 0; v < voxels; v++) mean += input[v * channels + c] / voxels;
    let variance = 0;
    for (let v = 0; v < voxels; v++) variance += (input[v * channels + c] - mean) ** 2 / voxels;
    const scale = gain[c] / Math.sqrt(variance + epsilon);
    for (let v = 0; v < voxels; v++)
      output[v * channels + c] = (input[v * channels + c] - mean) * scale + shift[c];
  }
  return output;
}

/** Calls `use` with every value of the coarse grid and the eight of the fine one that belong to it. */
function forEachBlock([nx, ny, nz, channels]: Grid, use: (coarseAt: number, fineAt: number) => void): void {
  for (let x = 0; x < 2 * nx; x++)
    for (let y = 0; y < 2 * ny; y++)
      for (let z = 0; z < 2 * nz; z++)
        for (let c = 0; c < channels; c++)
          use(
            (((x >> 1) * ny + (y >> 1)) * nz + (z >> 1)) * channels + c,
            ((x * 2 * ny + y) * 2 * nz + z) * channels + c,
          );
}

/** Number of values of a grid. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

const knownJoins = new WeakMap<Geometry, Int32Array>();

/** Every pair of a fine and a coarse voxel that the kernel joins: both, and the tap that joins them, three numbers a pair. */
function joinsOf(geometry: Geometry): Int32Array {
  // A check of gradients asks a thousand times for those of one geometry.
  let joins = knownJoins.get(geometry);
  if (!joins) knownJoins.set(geometry, (joins = listJoins(geometry)));
  return joins;
}

function listJoins({ fine, coarse, kernel, stride }: Geometry): Int32Array {
  const joins: number[] = [];
  const pad = [0, 1, 2].map((axis) =>
    Math.floor(Math.max(0, (coarse[axis] - 1) * stride + kernel[axis] - fine[axis]) / 2),
  );
  for (let ox = 0; ox < coarse[0]; ox++)
    for (let oy = 0; oy < coarse[1]; oy++)
      for (let oz = 0; oz < coarse[2]; oz++)
        for (let kx = 0; kx < kernel[0]; kx++)
          for (let ky = 0; ky < kernel[1]; ky++)
            for (let kz = 0; kz < kernel[2]; kz++) {
              const x = ox * stride - pad[0] + kx;
              const y = oy * stride - pad[1] + ky;
              const z = oz * stride - pad[2] + kz;
              if (x < 0 || y < 0 || z < 0 || x >= fine[0] || y >= fine[1] || z >= fine[2]) continue;
              const tap = (kx * kernel[1] + ky) * kernel[2] + kz;
              joins.push((x * fine[1] + y) * fine[2] + z, (ox * coarse[1] + oy) * coarse[2] + oz, tap);
            }
  return Int32Array.from(joins);
}
