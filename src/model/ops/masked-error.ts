import { requireThat } from "../../core/errors.js";
import type { Scalar, Tensor } from "../tensor-types.js";
import { loadTensorFlow } from "../tensorflow.js";
import { withGradient } from "./fused.js";

/** How far numbers are from those they should be: by the absolute differences, or by their squares. */
export type ErrorPower = 1 | 2;

/**
 * Weighted mean of `|found - truth| ^ power` over all numbers: `sum(weights * ...) / sum(weights)`, so that numbers of
 * weight 0, such as those outside a mask, count for nothing; 0 where all weights are 0. Differentiable in `found`.
 *
 * @param power 1: mean absolute error, gradient 0 where both are equal; 2: mean squared error.
 * @throws LabError unless all three have one shape.
 */
export function maskedError(found: Tensor, truth: Tensor, weights: Tensor, power: ErrorPower): Scalar {
  for (const [name, tensor] of Object.entries({ truth, weights }))
    requireThat(
      tensor.shape.join() === found.shape.join(),
      name,
      tensor.shape,
      `[${found.shape.join(", ")}], the shape of what was found`,
    );
  const tf = loadTensorFlow();
  return withGradient<Scalar>(
    tf,
    [found],
    ([x]) =>
      tf.tidy(() => {
        const size = [x.size];
        const share = weights.reshape(size);
        const total = tf.maximum(tf.sum(share), 1e-12);
        const scaled = tf.div(share, total);
        const difference = tf.sub(x.reshape(size), truth.reshape(size));
        const errors = power === 1 ? tf.abs(difference) : tf.square(difference);
        const slopes = power === 1 ? tf.sign(difference) : tf.mul(difference, 2);
        return {
          value: tf.sum(tf.mul(errors, scaled)).asScalar(),
          saved: [tf.mul(slopes, scaled).reshape(x.shape)],
        };
      }),
    (dy, [gradient]) => [tf.mul(gradient, dy)],
  );
}
