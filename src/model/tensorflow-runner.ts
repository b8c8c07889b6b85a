import type { Tensor, Tensor5D } from "@tensorflow/tfjs";
import { LabError } from "../errors.js";
import type { GradientCase } from "./gradient-cases.js";
import type { OpRunner } from "./gradient-check.js";
import type { TensorFlow } from "./tensorflow.js";

/**
 * Runs the check's operations on a backend of TensorFlow.js and puts the former backend back afterwards.
 *
 * @throws LabError when the backend is not registered or does not start.
 */
export async function createTensorFlowRunner(tf: TensorFlow, backend: string): Promise<OpRunner> {
  await useBackend(tf, backend);
  return {
    name: backend,
    run: (test) => {
      const former = tf.getBackend();
      // A backend that has started is switched to at once; the promise only says so later.
      tf.setBackend(backend).catch(() => undefined);
      try {
        return tf.tidy(() => runCase(tf, test));
      } finally {
        if (former && former !== backend) tf.setBackend(former).catch(() => undefined);
      }
    },
  };
}

/** Makes a backend the current one and keeps TensorFlow.js from advertising another. */
export async function useBackend(tf: TensorFlow, backend: string): Promise<void> {
  const started = await tf.setBackend(backend).catch(() => false);
  if (!started) throw new LabError("backend", backend, "a backend of TensorFlow.js that starts here");
  await tf.ready();
  // The cpu backend prints an advertisement of other packages on its first use, unless told it is not the first.
  const current = tf.backend() as unknown as { firstUse?: boolean };
  if ("firstUse" in current) current.firstUse = false;
}

function runCase(tf: TensorFlow, test: GradientCase) {
  const tensors = test.inputs.map(({ values, shape }) =>
    tf.tensor(Float32Array.from(values), shape.length === 4 ? [1, ...shape] : [...shape]),
  );
  const compute = (...inputs: Tensor[]) => evaluate(tf, test, inputs);
  const output = compute(...tensors);
  const upstream = tf.tensor(Float32Array.from(test.upstream), output.shape);
  const gradients = tf.grads(compute)(tensors, upstream);
  return { output: output.dataSync(), gradients: gradients.map((gradient) => gradient.dataSync()) };
}

function evaluate(tf: TensorFlow, { op }: GradientCase, inputs: readonly Tensor[]): Tensor {
  const [x, second, third] = inputs;
  switch (op.kind) {
    case "conv3d":
      return tf.conv3d(x as Tensor5D, second as Tensor5D, op.geometry.stride, "same");
    case "conv3dTranspose":
      return tf.conv3dTranspose(
        x as Tensor5D,
        second as Tensor5D,
        [1, ...op.geometry.fine],
        op.geometry.stride,
        "same",
      );
    case "relu":
      return tf.relu(x);
    case "leakyRelu":
      return tf.leakyRelu(x, op.slope);
    case "softmaxCrossEntropy": {
      const classes = op.shape[3];
      const target = tf.oneHot(tf.tensor1d([...op.targets], "int32"), classes);
      const logits = x.reshape([op.targets.length, classes]);
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1))).reshape([1]);
    }
    case "normalize": {
      const { mean, variance } = tf.moments(x, [1, 2, 3], true);
      const scaled = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, op.epsilon)));
      return tf.add(tf.mul(scaled, second), third);
    }
  }
}
