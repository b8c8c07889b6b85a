import type { GradConfig, Scalar, Tensor, Variable } from "@tensorflow/tfjs";
import { loadTensorFlow, type TensorFlow } from "../tensorflow.js";

/**
 * What the operation that is gone back through at present was given: the gradient of its result, and what it kept on the
 * way there. `undefined` outside of {@link computeGradients}.
 */
let used: Tensor[] | undefined;

/**
 * A loss and its gradients in some variables, one for each in their order; the caller disposes of all.
 *
 * TensorFlow.js keeps whatever the way back needs, and every gradient on it, until the last of them is computed. Here
 * each goes as soon as it has been used, which halves what a training step holds at most; the numbers are the same.
 */
export function computeGradients(
  loss: () => Scalar,
  variables: readonly Variable[],
): { value: Scalar; gradients: Tensor[] } {
  const tf = loadTensorFlow();
  watchGradients(tf);
  used = [];
  try {
    const { value, grads } = tf.variableGrads(loss, [...variables]);
    return { value, gradients: variables.map(({ name }) => grads[name]) };
  } finally {
    release([]);
    used = undefined;
  }
}

/**
 * To be called where an operation goes back, with the gradient it was given and what it had kept. All of the operations
 * behind it are done by then: whoever else needed that gradient has added to it.
 */
export function release(next: readonly Tensor[]): void {
  if (used === undefined) return;
  for (const tensor of used) tensor.dispose();
  used = [...next];
}

/** Gradients that call {@link release}. */
const watched = new WeakSet<object>();

/**
 * Has the gradient of each of TensorFlow.js's own operations call {@link release}. Looked at each time: the register of
 * gradients is one for the whole process, and a second TensorFlow.js, such as that of danfo.js, puts its own into it when it
 * is loaded.
 */
function watchGradients(tf: TensorFlow): void {
  for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
    const config: GradConfig | undefined = tf.getGradient(kernelName);
    if (!config || watched.has(config.gradFunc)) continue;
    const gradFunc: GradConfig["gradFunc"] = (dy, saved, attributes) => {
      release([...(Array.isArray(dy) ? dy : [dy]), ...saved]);
      return config.gradFunc(dy, saved, attributes);
    };
    watched.add(gradFunc);
    tf.registerGradient({ ...config, gradFunc });
  }
}
