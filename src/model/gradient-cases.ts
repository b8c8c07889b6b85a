import { createKey } from "../core/random.js";
import type { ErrorPower } from "./ops/masked-error.js";
import {
  addToChannels,
  convolutionGeometry,
  convolve,
  convolveTransposed,
  diceCrossEntropy,
  type Geometry,
  type Grid,
  joinChannels,
  leakyRelu,
  meanError,
  normalize,
  type PlainLoss,
  pool,
  sizeOf,
  upsample,
  type Values,
} from "./plain-ops.js";

/** An operation with what it needs besides its inputs. */
export type OpSpec =
  | { kind: "conv3d" | "convTransposed3d"; geometry: Geometry }
  | { kind: "addBias" | "concatChannels" | "upsampleNearest" | "maxPool" | "averagePool" }
  | { kind: "leakyRelu"; slope: number }
  | { kind: "segmentationLoss"; labels: readonly number[]; settings: PlainLoss }
  | { kind: "maskedError"; truth: readonly number[]; weights: readonly number[]; power: ErrorPower }
  | { kind: "normLeakyRelu"; epsilon: number; slope: number };

/** One thing an engine is asked to compute. */
export interface GradientCase {
  /** Such as `"conv3d 3x3x3, stride 2"`. */
  name: string;
  op: OpSpec;
  /** The inputs that have gradients; a shape of four numbers is one example without its batch. */
  inputs: { name: string; values: Values; shape: readonly number[] }[];
  /** What comes back from the loss: one number for each output. */
  upstream: Values;
  /** The operation in plain double precision. */
  evaluate: (inputs: readonly Values[]) => Values;
}

const tap = [1, 1, 1] as const;
const cube = [3, 3, 3] as const;

/**
 * Every operation of the network on small odd shapes, always with the same numbers. Channels of 1, of odd counts and
 * of whole vectors are among them, since engines compute those in different ways.
 */
export function gradientCases(): GradientCase[] {
  const odd: Grid = [5, 4, 3, 3];
  return [
    convolution("conv3d 3x3x3", convolutionGeometry([5, 4, 3, 2], cube, 3, 1)),
    convolution("conv3d 3x3x3, whole vectors", convolutionGeometry([3, 3, 2, 4], cube, 8, 1)),
    convolution("conv3d 3x3x3 of one channel", convolutionGeometry([4, 3, 5, 1], cube, 4, 1)),
    convolution("conv3d 3x3x3, stride 2", convolutionGeometry([5, 4, 7, 2], cube, 3, 2)),
    convolution("conv3d 3x3x3, stride 2, whole vectors", convolutionGeometry([4, 2, 4, 4], cube, 4, 2)),
    convolution("conv3d 1x1x1", convolutionGeometry([3, 4, 5, 5], tap, 3, 1)),
    convolution("conv3d 1x1x1, stride 2", convolutionGeometry([4, 5, 3, 4], tap, 4, 2)),
    transposed("convTransposed3d", [3, 2, 1, 3], 3),
    transposed("convTransposed3d, whole vectors", [2, 3, 3, 8], 4),
    makeCase(
      "bias",
      { kind: "addBias" },
      [
        ["x", odd],
        ["bias", [3]],
      ],
      ([x, bias]) => addToChannels(x, bias),
    ),
    concatenation(3, 2),
    concatenation(4, 8),
    ...([3, 4] as const).flatMap((channels) => {
      const fine: Grid = [4, 6, 2, channels];
      const coarse: Grid = [2, 3, 1, channels];
      const of = `of ${channels} channels`;
      return [
        makeCase(`upsampleNearest ${of}`, { kind: "upsampleNearest" }, [["x", coarse]], ([x]) =>
          upsample(x, coarse),
        ),
        makeCase(`maxPool ${of}`, { kind: "maxPool" }, [["x", fine]], ([x]) => pool(x, coarse, "max")),
        makeCase(`averagePool ${of}`, { kind: "averagePool" }, [["x", fine]], ([x]) =>
          pool(x, coarse, "mean"),
        ),
      ];
    }),
    makeCase("leakyRelu", { kind: "leakyRelu", slope: 0.01 }, [["x", odd]], ([x]) => leakyRelu(x, 0.01)),
    normalization("normLeakyRelu", [2, 5, 4, 3, 3], 0.01),
    normalization("normLeakyRelu, whole vectors", [2, 3, 3, 3, 4], 0.01),
    normalization("normLeakyRelu, slope 1", [1, 5, 4, 3, 3], 1),
    loss("segmentationLoss", [2, 3, 3, 5, 3]),
    loss("segmentationLoss of 5 classes", [1, 3, 5, 3, 5], 2),
    error("maskedError, absolute", [2, 3, 4, 3, 1], 1),
    error("maskedError, squared", [1, 3, 2, 5, 2], 2),
  ];
}

function convolution(name: string, geometry: Geometry): GradientCase {
  const { fine, coarse, kernel } = geometry;
  const filter = [...kernel, fine[3], coarse[3]];
  return makeCase(
    name,
    { kind: "conv3d", geometry },
    [
      ["x", fine],
      ["filter", filter],
    ],
    ([x, filter]) => convolve(x, filter, geometry),
  );
}

function transposed(name: string, coarse: Grid, channels: number): GradientCase {
  const [x, y, z] = coarse;
  const fine: Grid = [2 * x, 2 * y, 2 * z, channels];
  const geometry = convolutionGeometry(fine, [2, 2, 2], coarse[3], 2);
  return makeCase(
    name,
    { kind: "convTransposed3d", geometry },
    [
      ["x", coarse],
      ["filter", [2, 2, 2, channels, coarse[3]]],
    ],
    ([x, filter]) => convolveTransposed(x, filter, geometry),
  );
}

function concatenation(a: number, b: number): GradientCase {
  return makeCase(
    `concatChannels of ${a} and ${b}`,
    { kind: "concatChannels" },
    [
      ["a", [3, 2, 5, a]],
      ["b", [3, 2, 5, b]],
    ],
    ([left, right]) => joinChannels(left, right, a, b),
  );
}

function normalization(name: string, shape: readonly number[], slope: number): GradientCase {
  const epsilon = 1e-5;
  const [batch, , , , channels] = shape;
  return makeCase(
    name,
    { kind: "normLeakyRelu", epsilon, slope },
    [
      ["x", shape],
      ["gain", [channels]],
      ["shift", [channels]],
    ],
    ([x, gain, shift]) => {
      const output = new Float64Array(x.length);
      const size = x.length / batch;
      for (let at = 0; at < x.length; at += size)
        output.set(
          leakyRelu(normalize(x.subarray(at, at + size), gain, shift, channels, epsilon), slope),
          at,
        );
      return output;
    },
  );
}

/** Without a voxel of the class `absent`. */
function loss(name: string, shape: readonly number[], absent?: number): GradientCase {
  const classes = shape[4];
  const settings = { classes, ignoreLabel: 255, diceWeight: 0.75, crossEntropyWeight: 1.25, smooth: 1e-5 };
  const stream = createKey(6).split("labels").stream();
  const labels = Array.from({ length: sizeOf(shape) / classes }, () => {
    const label = stream.integer(0, classes);
    return label === classes || label === absent ? settings.ignoreLabel : label;
  });
  return makeCase(name, { kind: "segmentationLoss", labels, settings }, [["logits", shape]], ([logits]) =>
    diceCrossEntropy(logits, labels, settings),
  );
}

/** Some numbers count for nothing. */
function error(name: string, shape: readonly number[], power: ErrorPower): GradientCase {
  const stream = createKey(6).split("truth").stream();
  // Far from 0, so that no difference lies near the corner of the absolute error.
  const truth = Array.from({ length: sizeOf(shape) }, () => Math.fround(4 + stream.normal()));
  const weights = truth.map(() => (stream.uniform() < 0.4 ? 0 : Math.fround(stream.uniform())));
  return makeCase(name, { kind: "maskedError", truth, weights, power }, [["found", shape]], ([found]) =>
    meanError(found, truth, weights, power),
  );
}

function makeCase(
  name: string,
  op: OpSpec,
  shapes: readonly [string, readonly number[]][],
  evaluate: GradientCase["evaluate"],
): GradientCase {
  const key = createKey(6).split(name);
  const inputs = shapes.map(([input, shape]) => {
    const stream = key.split(input).stream();
    // Float32 numbers, so that engine and reference see the same; none so near to 0 that a step could cross a kink.
    const values = Float64Array.from({ length: sizeOf(shape) }, () => {
      const value = stream.normal();
      return Math.fround(value + (value < 0 ? -0.1 : 0.1));
    });
    return { name: input, values, shape };
  });
  const stream = key.split("upstream").stream();
  const upstream = evaluate(inputs.map(({ values }) => values)).map(() => Math.fround(stream.normal()));
  return { name, op, inputs, upstream, evaluate };
}
