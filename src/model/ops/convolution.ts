import type { Tensor1D, Tensor5D } from "@tensorflow/tfjs";
import { requireThat } from "../../core/errors.js";
import { loadTensorFlow } from "../tensorflow.js";

/** How a convolution moves. */
export interface ConvolutionOptions {
  /** Step along each axis: 1 (default) or 2. */
  stride?: 1 | 2;
  /** Added to every voxel, one number for each output channel; none by default. */
  bias?: Tensor1D;
}

/**
 * 3D convolution of `[batch, x, y, z, in]` with a filter `[k, k, k, in, out]`, k odd; zeros outside, as TensorFlow's
 * padding "same" has them: the output has `ceil(n / stride)` voxels along an axis of n, and at stride 2 and even n the
 * zeros lie behind the last voxel only.
 *
 * @throws LabError when the filter does not fit the input.
 */
export function conv3d(
  input: Tensor5D,
  filter: Tensor5D,
  { stride = 1, bias }: ConvolutionOptions = {},
): Tensor5D {
  const [k, ky, kz, inChannels] = filter.shape;
  requireThat(k === ky && k === kz && k % 2 === 1, "filter", filter.shape, "an odd cube, [k, k, k, in, out]");
  requireThat(inChannels === input.shape[4], "filter", filter.shape, `${input.shape[4]} input channels`);
  requireThat(stride === 1 || stride === 2, "stride", stride, "1 or 2");
  // For one tap "same" needs no padding, and TensorFlow.js at stride 2 makes it start at the second voxel.
  const output = loadTensorFlow().conv3d(input, filter, stride, k === 1 ? "valid" : "same");
  return bias ? addBias(output, bias) : output;
}

/**
 * Transposed 2x2x2 convolution with stride 2 of `[batch, x, y, z, in]` with a filter `[2, 2, 2, out, in]`: each voxel
 * becomes a block of 2x2x2, so every axis doubles.
 *
 * @throws LabError when the filter does not fit the input.
 */
export function convTransposed3d(
  input: Tensor5D,
  filter: Tensor5D,
  { bias }: Pick<ConvolutionOptions, "bias"> = {},
): Tensor5D {
  const [kx, ky, kz, outChannels, inChannels] = filter.shape;
  requireThat(kx === 2 && ky === 2 && kz === 2, "filter", filter.shape, "[2, 2, 2, out, in]");
  const [batch, x, y, z, channels] = input.shape;
  requireThat(inChannels === channels, "filter", filter.shape, `${channels} input channels`);
  const shape: [number, number, number, number, number] = [batch, 2 * x, 2 * y, 2 * z, outChannels];
  const output = loadTensorFlow().conv3dTranspose(input, filter, shape, 2, "same");
  return bias ? addBias(output, bias) : output;
}

/** Adds one number to each channel; `bias` is `[channels]`. Works on every backend, in rank 2. */
export function addBias(input: Tensor5D, bias: Tensor1D): Tensor5D {
  const channels = input.shape[4];
  requireThat(bias.shape[0] === channels, "bias", bias.shape, `[${channels}]`);
  return loadTensorFlow()
    .add(input.reshape([-1, channels]), bias)
    .reshape(input.shape);
}
