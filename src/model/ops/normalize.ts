import type { Tensor, Tensor1D, Tensor5D } from "@tensorflow/tfjs";
import { requireThat } from "../../core/errors.js";
import { loadTensorFlow } from "../tensorflow.js";
import { hasFusedKernel, runFusedKernel, withGradient } from "./fused.js";

/** Settings of {@link normLeakyRelu}. */
export interface NormOptions {
  /** Added to the variance before its root. Default 1e-5. */
  epsilon?: number;
  /** What negative values are multiplied by. Default 0.01; 0 is ReLU, 1 leaves the normalised values as they are. */
  slope?: number;
}

/**
 * Instance norm and leaky ReLU in one: each channel of each example of `[batch, x, y, z, channel]` is brought to mean
 * 0 and variance 1 over its voxels, multiplied by `gain` and moved by `shift` (both `[channel]`), then negative values
 * are multiplied by the slope.
 */
export function normLeakyRelu(
  input: Tensor5D,
  gain: Tensor1D,
  shift: Tensor1D,
  { epsilon = 1e-5, slope = 0.01 }: NormOptions = {},
): Tensor5D {
  const channels = input.shape[4];
  requireThat(gain.shape[0] === channels, "gain", gain.shape, `[${channels}]`);
  requireThat(shift.shape[0] === channels, "shift", shift.shape, `[${channels}]`);
  requireThat(slope >= 0 && slope <= 1, "slope", slope, "from 0 to 1");
  const tf = loadTensorFlow();
  if (hasFusedKernel(tf, "FusedNormLeakyRelu")) {
    const attributes = { epsilon, slope };
    return withGradient<Tensor5D>(
      tf,
      [input, gain, shift],
      ([x, gain, shift]) => {
        const outputs = runFusedKernel(tf, "FusedNormLeakyRelu", { x, gain, shift }, attributes);
        const [value, mean, scale] = outputs;
        return { value, saved: [x, gain, shift, mean, scale] };
      },
      (dy, [x, gain, shift, mean, scale]) => {
        const inputs = { dy, x, gain, shift, mean, scale };
        return runFusedKernel(tf, "FusedNormLeakyReluGrad", inputs, attributes);
      },
    );
  }
  // Rank 3, since some backends lack rank 5.
  const rows = input.reshape([input.shape[0], -1, channels]);
  const centred = tf.sub(rows, tf.mean(rows, 1, true));
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
  const normed = tf.add(tf.mul(tf.mul(centred, scale), gain), shift);
  return (slope === 1 ? normed : tf.leakyRelu(normed, slope)).reshape(input.shape);
}

/** `x` above 0, `slope * x` below; any shape. The slope is from 0 to 1, 0.01 unless given. */
export function leakyRelu<T extends Tensor>(input: T, slope = 0.01): T {
  requireThat(slope >= 0 && slope <= 1, "slope", slope, "from 0 to 1");
  const tf = loadTensorFlow();
  if (!hasFusedKernel(tf, "FusedLeakyRelu"))
    return tf.leakyRelu(input.reshape([input.size]), slope).reshape<T>(input.shape);
  return withGradient<T>(
    tf,
    [input],
    ([x]) => ({ value: runFusedKernel(tf, "FusedLeakyRelu", { x }, { slope })[0], saved: [x] }),
    (dy, [x]) => runFusedKernel(tf, "FusedLeakyReluGrad", { dy, x }, { slope }),
  );
}
