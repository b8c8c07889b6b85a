import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs";
import { requireThat } from "../../core/errors.js";
import { loadTensorFlow, type TensorFlow } from "../tensorflow.js";
import { type FusedKernel, hasFusedKernel, runFusedKernel } from "./fused.js";

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

/** How {@link stepWeights} moves weights. */
export type WeightStep = (({ kind: "sgd" } & SgdOptions) | ({ kind: "adamw" } & AdamWOptions)) & {
  /** Share of the running average that is kept, above 0 and below 1: for weights that have one. */
  averageDecay?: number;
};

/** Weights, and what goes with them: lists of as many variables each, of the weights' shapes. */
export interface MovedTensors {
  weights: readonly Variable[];
  /** What the optimizer remembers, zeros at first: the velocities (sgd), or the first and the second moments (adamw). */
  slots: readonly (readonly Variable[])[];
  /** Running averages, if any. */
  averages?: readonly Variable[];
}

/**
 * One step of all weights, as {@link sgdStep} or {@link adamWStep}, then `average = averageDecay * average + (1 - averageDecay) *
 * weight`. The engine simd does it in one call; its averages have the very bytes of TensorFlow.js's own operations.
 *
 * @throws LabError when a gradient does not have the shape of its weight, or `step` is not a whole number from 1.
 */
export function stepWeights(
  { weights, slots, averages }: MovedTensors,
  gradients: readonly Tensor[],
  options: WeightStep,
): void {
  weights.forEach((weight, i) => requireOneShape(weight, gradients[i]));
  const tf = loadTensorFlow();
  const { averageDecay = 0 } = options;
  const moveInOneCall = (name: FusedKernel, settings: Record<string, number>): void => {
    const variables = [weights, ...slots].flat();
    const inputs = [...variables, ...gradients, ...(averages ?? [])];
    for (const variable of [...variables, ...(averages ?? [])]) makeSoleOwner(tf, variable);
    const attributes = { ...settings, averageDecay: averages ? averageDecay : 0 };
    runFusedKernel(tf, name, Object.fromEntries(inputs.map((tensor, i) => [i, tensor])), attributes);
  };
  if (options.kind === "sgd") {
    const settings = settingsOfSgd(options);
    if (hasFusedKernel(tf, "FusedSgdSteps")) return moveInOneCall("FusedSgdSteps", settings);
    weights.forEach((weight, i) => moveBySgd(tf, weight, slots[0][i], gradients[i], settings));
  } else {
    const settings = settingsOfAdamW(options);
    if (hasFusedKernel(tf, "FusedAdamWSteps")) return moveInOneCall("FusedAdamWSteps", settings);
    weights.forEach((weight, i) => moveByAdamW(tf, weight, slots[0][i], slots[1][i], gradients[i], settings));
  }
  averages?.forEach((average, i) => moveAverage(tf, average, weights[i], averageDecay));
}

/**
 * One step of stochastic gradient descent with Nesterov momentum, as in PyTorch: `g = gradient * gradientScale +
 * weightDecay * weight`, `velocity = momentum * velocity + g`, `weight -= learningRate * (g + momentum * velocity)`.
 * Weight and velocity, of one shape, get new values; the velocity starts as zeros.
 */
export function sgdStep(weight: Variable, velocity: Variable, gradient: Tensor, options: SgdOptions): void {
  stepWeights({ weights: [weight], slots: [[velocity]] }, [gradient], { ...options, kind: "sgd" });
}

/**
 * One step of AdamW, as in PyTorch: the weight decays by itself, the moments follow the gradient, and the step
 * corrects them for having started as zeros. Weight and moments, of one shape, get new values.
 */
export function adamWStep(
  weight: Variable,
  { first, second }: { first: Variable; second: Variable },
  gradient: Tensor,
  options: AdamWOptions,
): void {
  stepWeights({ weights: [weight], slots: [[first], [second]] }, [gradient], { ...options, kind: "adamw" });
}

/** Root of the sum of all squares of the gradients, for clipping; 0 for none. Read it with `data()`. */
export function gradientNorm(gradients: readonly Tensor[]): Scalar {
  const tf = loadTensorFlow();
  return tf.tidy(() => {
    if (gradients.length === 0) return tf.scalar(0);
    if (hasFusedKernel(tf, "FusedNorm")) {
      const inputs = Object.fromEntries(gradients.map((gradient, i) => [i, gradient]));
      return runFusedKernel(tf, "FusedNorm", inputs, {})[0].asScalar();
    }
    // A few at a time: a GPU may refuse a kernel of more than 8 tensors.
    let rest: Tensor[] = gradients.map((gradient) => tf.sum(tf.square(gradient.reshape([gradient.size]))));
    while (rest.length > 1) rest = [tf.addN(rest.slice(0, 6)), ...rest.slice(6)];
    return tf.sqrt(rest[0]).asScalar();
  });
}

/** The settings of a step of {@link sgdStep}, for its formulas. */
function settingsOfSgd({ learningRate, momentum = 0.99, weightDecay = 3e-5, gradientScale = 1 }: SgdOptions) {
  return { learningRate, momentum, weightDecay, gradientScale };
}

function moveBySgd(
  tf: TensorFlow,
  weight: Variable,
  velocity: Variable,
  gradient: Tensor,
  { learningRate, momentum, weightDecay, gradientScale }: ReturnType<typeof settingsOfSgd>,
): void {
  const [newWeight, newVelocity] = tf.tidy((): Tensor[] => {
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

/** The settings of a step of {@link adamWStep}, for its formulas: what depends on its number alone is worked out. */
function settingsOfAdamW(options: AdamWOptions) {
  const { learningRate, step, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  const { gradientScale = 1 } = options;
  requireThat(Number.isInteger(step) && step >= 1, "step", step, "a whole number from 1");
  const keep = 1 - learningRate * weightDecay;
  const rate = learningRate / (1 - beta1 ** step);
  const spread = 1 / (1 - beta2 ** step);
  return { keep, rate, spread, beta1, beta2, epsilon, gradientScale };
}

function moveByAdamW(
  tf: TensorFlow,
  weight: Variable,
  first: Variable,
  second: Variable,
  gradient: Tensor,
  settings: ReturnType<typeof settingsOfAdamW>,
): void {
  const { keep, rate, spread, beta1, beta2, epsilon, gradientScale } = settings;
  const [newWeight, newFirst, newSecond] = tf.tidy((): Tensor[] => {
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

function moveAverage(tf: TensorFlow, average: Variable, weight: Tensor, decay: number): void {
  const moved = tf.tidy(() => {
    const [a, w] = [average, weight].map((tensor) => tensor.reshape([tensor.size]));
    return tf.add(tf.mul(a, decay), tf.mul(w, 1 - decay)).reshape(average.shape);
  });
  average.assign(moved);
  moved.dispose();
}

/** Gives a variable numbers of its own where it shares them, as with the tensor it was made of: it is about to be moved in place. */
function makeSoleOwner(tf: TensorFlow, variable: Variable): void {
  if (tf.engine().backend.refCount(variable.dataId) === 1) return;
  const copy = tf.tensor(variable.dataSync().slice(), variable.shape, variable.dtype);
  variable.assign(copy);
  copy.dispose();
}

function requireOneShape(weight: Tensor, gradient: Tensor): void {
  requireThat(
    weight.shape.join() === gradient.shape.join(),
    "gradient",
    gradient.shape,
    `[${weight.shape.join(", ")}], the shape of the weight`,
  );
}
