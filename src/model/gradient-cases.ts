import { createKey } from "../random.js";
import {
  convolutionGeometry,
  convolve,
  convolveTransposed,
  type Geometry,
  type Grid,
  leakyRelu,
  normalize,
  sizeOf,
  softmaxCrossEntropy,
  type Values,
} from "./plain-ops.js";

/** An operation with what it needs besides its inputs; shapes are of one example, without the batch. */
export type OpSpec =
  | { kind: "conv3d" | "conv3dTranspose"; geometry: Geometry }
  | { kind: "relu"; shape: Grid }
  | { kind: "leakyRelu"; shape: Grid; slope: number }
  | { kind: "softmaxCrossEntropy"; shape: Grid; targets: readonly number[] }
  | { kind: "normalize"; shape: Grid; epsilon: number };

/** One thing an engine is asked to compute. */
export interface GradientCase {
  /** Such as `"conv3d stride 2"`. */
  name: string;
  op: OpSpec;
  /** The inputs that have gradients, with their shapes as the engine takes them. */
  inputs: { name: string; values: Values; shape: readonly number[] }[];
  /** What comes back from the loss: one number for each output. */
  upstream: Values;
  /** The operation in plain double precision. */
  evaluate: (inputs: readonly Values[]) => Values;
}

const kernel = [3, 3, 3] as const;

/** Every operation of the network on small odd shapes, always with the same numbers. */
export function gradientCases(): GradientCase[] {
  const shape: Grid = [5, 4, 3, 3];
  return [
    convolutionCase("conv3d stride 1", "conv3d", convolutionGeometry([5, 4, 3, 2], kernel, 3, 1)),
    convolutionCase("conv3d stride 2", "conv3d", convolutionGeometry([5, 4, 7, 2], kernel, 3, 2)),
    convolutionCase(
      "conv3dTranspose 2x2x2",
      "conv3dTranspose",
      convolutionGeometry([6, 4, 2, 3], [2, 2, 2], 2, 2),
    ),
    convolutionCase(
      "conv3dTranspose odd",
      "conv3dTranspose",
      convolutionGeometry([5, 4, 3, 2], kernel, 3, 2),
    ),
    makeCase("relu", { kind: "relu", shape }, [["x", shape]], ([x]) => leakyRelu(x, 0)),
    makeCase("leakyRelu", { kind: "leakyRelu", shape, slope: 0.01 }, [["x", shape]], ([x]) =>
      leakyRelu(x, 0.01),
    ),
    crossEntropyCase(shape),
    makeCase(
      "mean and variance normalisation",
      { kind: "normalize", shape, epsilon: 1e-5 },
      [
        ["x", shape],
        ["gain", [3]],
        ["shift", [3]],
      ],
      ([x, gain, shift]) => normalize(x, gain, shift, 3, 1e-5),
    ),
  ];
}

function convolutionCase(name: string, kind: "conv3d" | "conv3dTranspose", geometry: Geometry): GradientCase {
  const { fine, coarse } = geometry;
  const from = kind === "conv3d" ? fine : coarse;
  const inputs: [string, readonly number[]][] = [
    ["x", from],
    ["filter", [...geometry.kernel, fine[3], coarse[3]]],
  ];
  const run = kind === "conv3d" ? convolve : convolveTransposed;
  return makeCase(name, { kind, geometry }, inputs, ([x, filter]) => run(x, filter, geometry));
}

function crossEntropyCase(shape: Grid): GradientCase {
  const classes = shape[3];
  const stream = createKey(6).split("targets").stream();
  const targets = Array.from({ length: sizeOf(shape) / classes }, () => stream.integer(0, classes - 1));
  const op: OpSpec = { kind: "softmaxCrossEntropy", shape, targets };
  return makeCase("softmax cross-entropy", op, [["logits", shape]], ([logits]) =>
    softmaxCrossEntropy(logits, targets, classes),
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
