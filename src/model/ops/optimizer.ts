import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs";
import { requireThat } from "../../core/errors.js";
import { loadTensorFlow } from "../tensorflow.js";
import { hasFusedKernel, runFusedKernel } from "./fused.js";

/** Settings of {@link sgdStep}. */
export interface SgdOptions {
  learningRate: number;
  /** Nesterov momentum. Default 0.99. */
  momentum?: number;
  /** Share of the weight added to its gradient. Default 3e-5. */
  weightDecay?: number;
  /** What the gradient is multiplied by first, for clipping. Default 1. */
  gradientScale?: number;
}

/** Settings of {@link adamWStep}. */
export interface AdamWOptions {
  learningRate: number;
  /** Steps done with these moments, this one included: 1 at first. */
  step: number;
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-8. */
  epsilon?: number;
  /** Share of the weight taken off it, times the learning rate. Default 0.01. */
  weightDecay?: number;
  /** What the gradient is multiplied by first, for clipping. Default 1. */
  gradientScale?: number;
}

/**
 * One step of stochastic gradient descent with Nesterov momentum, as PyTorch has it: `g = gradient * gradientScale +
 * weightDecay * weight`, `velocity = momentum * velocity + g`, `weight -= learningRate * (g + momentum * velocity)`.
 * Weight and velocity, of one shape, get new values; the velocity starts as zeros.
 */
export function sgdStep(weight: Variable, velocity: Variable, gradient: Tensor, options: SgdOptions): void {
  const { learningRate, momentum = 0.99, weightDecay = 3e-5, gradientScale = 1 } = options;
  requireOneShape(weight, gradient);
  const tf = loadTensorFlow();
  const [newWeight, newVelocity] = tf.tidy((): Tensor[] => {
    if (hasFusedKernel(tf, "FusedSgdStep"))
      return runFusedKernel(
        tf,
        "FusedSgdStep",
        { weight, velocity, gradient },
        { learningRate, momentum, weightDecay, gradientScale },
      );
    const [w, v, g] = [weight, velocity, gradient].map((tensor) => tensor.reshape([tensor.size]));
    const slope = tf.add(tf.mul(g, gradientScale), tf.mul(w, weightDecay));
    const moved = tf.add(tf.mul(v, momentum), slope);
    const step = tf.mul(tf.add(slope, tf.mul(moved, momentum)), learningRate);
    return [tf.sub(w, step).reshape(weight.shape), moved.reshape(weight.shape)];
  });
  weight.assign(newWeight);
  velocity.assign(newVelocity);
  tf.dispose([newWeight, newVelocity]);
}

/**
 * One step of AdamW, as PyTorch has it: the weight decays by itself, the moments follow the gradient, and the step
 * corrects them for having started as zeros. Weight and moments, of one shape, get new values.
 */
export function adamWStep(
  weight: Variable,
  moments: { first: Variable; second: Variable },
  gradient: Tensor,
  options: AdamWOptions,
): void {
  const { learningRate, step, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  const { gradientScale = 1 } = options;
  requireThat(Number.isInteger(step) && step >= 1, "step", step, "a whole number from 1");
  requireOneShape(weight, gradient);
  const { first, second } = moments;
  const keep = 1 - learningRate * weightDecay;
  const rate = learningRate / (1 - beta1 ** step);
  const spread = 1 / (1 - beta2 ** step);
  const tf = loadTensorFlow();
  const [newWeight, newFirst, newSecond] = tf.tidy((): Tensor[] => {
    if (hasFusedKernel(tf, "FusedAdamWStep"))
      return runFusedKernel(
        tf,
        "FusedAdamWStep",
        { weight, first, second, gradient },
        { keep, rate, spread, beta1, beta2, epsilon, gradientScale },
      );
    const [w, m, v, g] = [weight, first, second, gradient].map((tensor) => tensor.reshape([tensor.size]));
    const slope = tf.mul(g, gradientScale);
    const mean = tf.add(tf.mul(m, beta1), tf.mul(slope, 1 - beta1));
    const square = tf.add(tf.mul(v, beta2), tf.mul(tf.square(slope), 1 - beta2));
    const scale = tf.add(tf.sqrt(tf.mul(square, spread)), epsilon);
    const moved = tf.sub(tf.mul(w, keep), tf.div(tf.mul(mean, rate), scale));
    return [moved, mean, square].map((tensor) => tensor.reshape(weight.shape));
  });
  weight.assign(newWeight);
  first.assign(newFirst);
  second.assign(newSecond);
  tf.dispose([newWeight, newFirst, newSecond]);
}

/** Root of the sum of all squares of the gradients, for clipping; 0 for none. Read it with `data()`. */
export function gradientNorm(gradients: readonly Tensor[]): Scalar {
  const tf = loadTensorFlow();
  return tf.tidy(() => {
    const squares = gradients.map((gradient) =>
      hasFusedKernel(tf, "FusedSumOfSquares")
        ? runFusedKernel(tf, "FusedSumOfSquares", { x: gradient }, {})[0]
        : tf.sum(tf.square(gradient.reshape([gradient.size]))),
    );
    if (squares.length === 0) return tf.scalar(0);
    // A few at a time: a GPU may refuse a kernel of more than 8 tensors.
    let rest: Tensor[] = squares;
    while (rest.length > 1) rest = [tf.addN(rest.slice(0, 6)), ...rest.slice(6)];
    return tf.sqrt(rest[0]).asScalar();
  });
}

function requireOneShape(weight: Tensor, gradient: Tensor): void {
  requireThat(
    weight.shape.join() === gradient.shape.join(),
    "gradient",
    gradient.shape,
    `[${weight.shape.join(", ")}], the shape of the weight`,
  );
}
