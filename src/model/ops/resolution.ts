import type { Tensor, Tensor5D } from "@tensorflow/tfjs";
import { requireThat } from "../../core/errors.js";
import { loadTensorFlow } from "../tensorflow.js";
import { hasFusedKernel, runFusedKernel, withGradient } from "./fused.js";

/** Doubles every axis of `[batch, x, y, z, channel]`, each voxel becoming a block of 2x2x2 equal ones. */
export function upsampleNearest(input: Tensor5D): Tensor5D {
  const tf = loadTensorFlow();
  const [batch, x, y, z, channels] = input.shape;
  if (hasFusedKernel(tf, "FusedUpsample"))
    return withGradient<Tensor5D>(
      tf,
      [input],
      ([x]) => ({ value: runFusedKernel(tf, "FusedUpsample", { x }, {})[0], saved: [] }),
      (dy) => runFusedKernel(tf, "FusedUpsampleGrad", { dy }, {}),
    );
  // A row joined to itself along its last axis is every entry twice; rank 3, since some backends lack rank 5.
  const double = (tensor: Tensor, outer: number, inner: number) => {
    const rows = tensor.reshape([outer, 1, inner]);
    return tf.concat([rows, rows], 2);
  };
  const alongZ = double(input, batch * x * y * z, channels);
  const alongY = double(alongZ, batch * x * y, 2 * z * channels);
  return double(alongY, batch * x, 4 * y * z * channels).reshape([batch, 2 * x, 2 * y, 2 * z, channels]);
}

/** Halves every axis, which has to be even, by the largest of each block of 2x2x2. */
export function maxPool(input: Tensor5D): Tensor5D {
  requireEven(input);
  return loadTensorFlow().maxPool3d(input, 2, 2, "valid");
}

/** Halves every axis, which has to be even, by the mean of each block of 2x2x2. */
export function averagePool(input: Tensor5D): Tensor5D {
  requireEven(input);
  return loadTensorFlow().avgPool3d(input, 2, 2, "valid");
}

/** Joins tensors of one grid along their channels, in the order given. */
export function concatChannels(inputs: readonly Tensor5D[]): Tensor5D {
  return loadTensorFlow().concat([...inputs], 4);
}

function requireEven({ shape }: Tensor5D): void {
  requireThat(
    [shape[1], shape[2], shape[3]].every((n) => n % 2 === 0),
    "input",
    shape,
    "an even number of voxels along each axis",
  );
}
