import type { Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.js";
import { release } from "./gradients.js";

/**
 * Operations that a backend may compute in one pass. Where the current backend has no kernel of that name, the
 * operation is put together from TensorFlow.js's own: the same numbers to single precision, more memory and time.
 */
export type FusedKernel =
  | "FusedAdamWSteps"
  | "FusedDiceCrossEntropy"
  | "FusedDiceCrossEntropyGrad"
  | "FusedLeakyRelu"
  | "FusedLeakyReluGrad"
  | "FusedNorm"
  | "FusedNormLeakyRelu"
  | "FusedNormLeakyReluGrad"
  | "FusedSgdSteps"
  | "FusedUpsample"
  | "FusedUpsampleGrad";

/** Whether the backend in use has a kernel for the operation. */
export function hasFusedKernel(tf: TensorFlow, name: FusedKernel): boolean {
  return Boolean(tf.getKernel(name, tf.getBackend()));
}

/** Runs a kernel that {@link hasFusedKernel} has found; it always answers with a list. */
export function runFusedKernel(
  tf: TensorFlow,
  name: FusedKernel,
  inputs: Record<string, Tensor>,
  attributes: Record<string, number | boolean | readonly number[]>,
): Tensor[] {
  const outputs: Tensor | Tensor[] = tf.engine().runKernel(name, inputs, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}

/**
 * An operation with a gradient of its own. `forward` answers with the result and what `backward` will need; `backward`
 * gets the gradient of the result and that, and answers with one gradient for each input.
 */
export function withGradient<T extends Tensor>(
  tf: TensorFlow,
  inputs: readonly Tensor[],
  forward: (inputs: readonly Tensor[]) => { value: Tensor; saved: Tensor[] },
  backward: (dy: Tensor, saved: readonly Tensor[]) => Tensor[],
): T {
  const operation = tf.customGrad((...all) => {
    const save = all[all.length - 1] as unknown as (tensors: Tensor[]) => void;
    const { value, saved } = forward(all.slice(0, -1) as Tensor[]);
    save(saved);
    return {
      value,
      gradFunc: (dy: Tensor, kept: Tensor[]) => {
        release([dy, ...kept]);
        return backward(dy, kept);
      },
    };
  });
  return operation(...inputs) as T;
}
