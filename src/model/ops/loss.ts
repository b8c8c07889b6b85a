import { LabError, requireThat } from "../../core/errors.js";
import type { Scalar, Tensor4D, Tensor5D } from "../tensor-types.js";
import { loadTensorFlow, type TensorFlow } from "../tensorflow.js";
import { hasFusedKernel, runFusedKernel, withGradient } from "./fused.js";

/** Settings of `segmentationLoss`. */
export interface LossOptions {
  /** Voxels of this label count for nothing: no loss, no gradient. Default 255. */
  ignoreLabel?: number;
  /** Default 1. */
  diceWeight?: number;
  /** Default 1. */
  crossEntropyWeight?: number;
  /** Added to numerator and denominator of each class's Dice. Default 1e-5. */
  smooth?: number;
}

type Settings = Required<LossOptions>;

/**
 * Soft Dice and cross-entropy: `crossEntropyWeight * CE + diceWeight * (1 - D)`.
 *
 * CE is the mean of `-log softmax(logits)[label]` over the voxels of the whole batch that are not ignored. D is the mean
 * over the classes 1 and up, the background left out, of `(2 I + smooth) / (P + T + smooth)`, with I, P and T the sums
 * of probability times truth, probability and truth over those same voxels, the batch taken as one. A class without a
 * true voxel in the batch is no part of the mean, for its Dice is 0 whatever is predicted and could only silence the
 * class; voxels wrongly given to it count in CE. Without any such class D is 1. A batch without a voxel to learn from
 * has loss 0.
 *
 * @param logits `[batch, x, y, z, classes]`, at least 2 classes.
 * @param labels `[batch, x, y, z]` of dtype int32, each from 0 to classes - 1 or `ignoreLabel`.
 * @throws LabError when shapes do not fit or a label is neither a class nor `ignoreLabel`.
 */
export function segmentationLoss(logits: Tensor5D, labels: Tensor4D, options: LossOptions = {}): Scalar {
  const { ignoreLabel = 255, diceWeight = 1, crossEntropyWeight = 1, smooth = 1e-5 } = options;
  const settings = { ignoreLabel, diceWeight, crossEntropyWeight, smooth };
  const classes = logits.shape[4];
  requireThat(classes >= 2, "logits", logits.shape, "at least 2 classes");
  requireThat(labels.dtype === "int32", "labels", labels.dtype, "int32");
  requireThat(
    labels.shape.every((n, axis) => n === logits.shape[axis]),
    "labels",
    labels.shape,
    `[${logits.shape.slice(0, 4).join(", ")}], the grid of the logits`,
  );
  const tf = loadTensorFlow();
  return hasFusedKernel(tf, "FusedDiceCrossEntropy")
    ? fusedLoss(tf, logits, labels, settings)
    : compositeLoss(tf, logits, labels, settings);
}

/** Throws the error of a label that is neither a class nor ignored. */
export function refuseLabel(label: number, classes: number, ignoreLabel: number): never {
  throw new LabError(
    "labels",
    label,
    `classes from 0 to ${classes - 1}, or ${ignoreLabel} for voxels to ignore`,
    "Give the network as many classes as the data has, or map this label to one of them",
  );
}

function fusedLoss(tf: TensorFlow, logits: Tensor5D, labels: Tensor4D, settings: Settings): Scalar {
  const attributes = { ...settings };
  return withGradient<Scalar>(
    tf,
    [logits],
    ([x]) => {
      const outputs = runFusedKernel(tf, "FusedDiceCrossEntropy", { x, labels }, attributes);
      const [value, probabilities, weights] = outputs;
      return { value, saved: [probabilities, labels, weights] };
    },
    (dy, [probabilities, labels, weights]) => {
      const inputs = { dy, probabilities, labels, weights };
      return runFusedKernel(tf, "FusedDiceCrossEntropyGrad", inputs, attributes);
    },
  );
}

function compositeLoss(tf: TensorFlow, logits: Tensor5D, labels: Tensor4D, settings: Settings): Scalar {
  const { ignoreLabel, diceWeight, crossEntropyWeight, smooth } = settings;
  const classes = logits.shape[4];
  const counted = countLabels(labels, classes, ignoreLabel);
  const flat = labels.reshape([-1, 1]);
  const counts = tf.cast(tf.notEqual(flat, tf.scalar(ignoreLabel, "int32")), "float32");
  const truth = tf.mul(tf.cast(tf.equal(flat, tf.range(0, classes, 1, "int32")), "float32"), counts);
  const logProbabilities = tf.logSoftmax(logits.reshape([-1, classes]));
  const crossEntropy = tf.div(tf.neg(tf.sum(tf.mul(logProbabilities, truth))), Math.max(counted, 1));
  const probabilities = tf.mul(tf.exp(logProbabilities), counts);
  const shared = tf.sum(tf.mul(probabilities, truth), 0);
  const sizes = tf.sum(truth, 0);
  const both = tf.add(tf.sum(probabilities, 0), sizes);
  const dice = tf.div(tf.add(tf.mul(shared, 2), smooth), tf.add(both, smooth));
  const there = tf
    .cast(tf.greater(sizes, 0), "float32")
    .mul(tf.cast(tf.greater(tf.range(0, classes), 0), "float32"));
  const count = tf.sum(there);
  // Without a class its mean is 1: one is added above and below.
  const none = tf.cast(tf.equal(count, 0), "float32");
  const meanDice = tf.div(tf.add(tf.sum(tf.mul(dice, there)), none), tf.add(count, none));
  return tf.add(tf.mul(crossEntropy, crossEntropyWeight), tf.mul(tf.sub(1, meanDice), diceWeight)).asScalar();
}

/** What the labels of tensors were found to hold. A GPU hands its numbers back only later, so each is looked at once. */
const knownLabels = new WeakMap<object, { counted: number; largest: number; ignoreLabel: number }>();

/** How many voxels count; throws where a label is neither a class nor ignored. */
function countLabels(labels: Tensor4D, classes: number, ignoreLabel: number): number {
  const known = knownLabels.get(labels.dataId);
  if (known?.ignoreLabel === ignoreLabel && known.largest < classes) return known.counted;
  let counted = 0;
  let largest = 0;
  for (const label of labels.dataSync()) {
    if (label === ignoreLabel) continue;
    if (label < 0 || label >= classes) refuseLabel(label, classes, ignoreLabel);
    largest = Math.max(largest, label);
    counted++;
  }
  knownLabels.set(labels.dataId, { counted, largest, ignoreLabel });
  return counted;
}
