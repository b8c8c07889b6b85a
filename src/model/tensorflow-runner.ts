import type { Tensor, Tensor1D, Tensor5D } from "@tensorflow/tfjs";
import { LabError } from "../core/errors.js";
import type { GradientCase } from "./gradient-cases.js";
import type { OpRunner } from "./gradient-check.js";
import { addBias, conv3d, convTransposed3d } from "./ops/convolution.js";
import { segmentationLoss } from "./ops/loss.js";
import { maskedError } from "./ops/masked-error.js";
import { leakyRelu, normLeakyRelu } from "./ops/normalize.js";
import { averagePool, concatChannels, maxPool, upsampleNearest } from "./ops/resolution.js";
import { loadTensorFlow, type TensorFlow } from "./tensorflow.js";

type Shape4D = [number, number, number, number];

/**
 * Runs the check's operations on a backend of TensorFlow.js and puts the backend of before back afterwards.
 *
 * @throws LabError when the backend is not registered or does not start.
 */
export async function createTensorFlowRunner(tf: TensorFlow, backend: string): Promise<OpRunner> {
  await useBackend(tf, backend);
  return {
    name: backend,
    run: async (test) => {
      const former = tf.getBackend();
      // A backend that has started is switched to at once; the promise only says so later.
      tf.setBackend(backend).catch(() => undefined);
      let tensors: Tensor[];
      try {
        tensors = tf.tidy(() => runCase(tf, test));
      } finally {
        if (former && former !== backend) tf.setBackend(former).catch(() => undefined);
      }
      try {
        // Read late, and by whichever backend holds them: a GPU has no way to answer at once.
        const [output, ...gradients] = await Promise.all(tensors.map((tensor) => tensor.data()));
        return { output, gradients };
      } finally {
        tf.dispose(tensors);
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

/** The output, and behind it the gradient of each input. */
function runCase(tf: TensorFlow, test: GradientCase): Tensor[] {
  const tensors = test.inputs.map(({ values, shape }) =>
    tf.tensor(Float32Array.from(values), shape.length === 4 ? [1, ...shape] : [...shape]),
  );
  const compute = (...inputs: Tensor[]) => evaluate(test, inputs);
  const output = compute(...tensors);
  const upstream = tf.tensor(Float32Array.from(test.upstream), output.shape);
  return [output, ...tf.grads(compute)(tensors, upstream)];
}

function evaluate({ op }: GradientCase, inputs: readonly Tensor[]): Tensor {
  const x = inputs[0] as Tensor5D;
  switch (op.kind) {
    case "conv3d":
      return conv3d(x, inputs[1] as Tensor5D, { stride: op.geometry.stride });
    case "convTransposed3d":
      return convTransposed3d(x, inputs[1] as Tensor5D);
    case "addBias":
      return addBias(x, inputs[1] as Tensor1D);
    case "concatChannels":
      return concatChannels([x, inputs[1] as Tensor5D]);
    case "upsampleNearest":
      return upsampleNearest(x);
    case "maxPool":
      return maxPool(x);
    case "averagePool":
      return averagePool(x);
    case "leakyRelu":
      return leakyRelu(x, op.slope);
    case "normLeakyRelu":
      return normLeakyRelu(x, inputs[1] as Tensor1D, inputs[2] as Tensor1D, op);
    case "segmentationLoss": {
      const labels = loadTensorFlow().tensor4d([...op.labels], x.shape.slice(0, 4) as Shape4D, "int32");
      return segmentationLoss(x, labels, op.settings).reshape([1]);
    }
    case "maskedError": {
      const [truth, weights] = [op.truth, op.weights].map((values) =>
        loadTensorFlow().tensor([...values], x.shape),
      );
      return maskedError(x, truth, weights, op.power).reshape([1]);
    }
  }
}
