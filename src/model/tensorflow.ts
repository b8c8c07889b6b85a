import type * as TensorFlowModule from "@tensorflow/tfjs";
import { loadPackage, resolvePackage, restoreRemovedUtilities } from "../platform/packages.js";

/** TensorFlow.js, whatever backend computes. */
export type TensorFlow = typeof TensorFlowModule;

/** Loads TensorFlow.js, which takes about a second the first time, and mends what its core lacks. */
export function loadTensorFlow(): TensorFlow {
  const tf = loadPackage("@tensorflow/tfjs") as TensorFlow;
  addTransposedConvolutionGradient(tf);
  return tf;
}

/**
 * Loads the native engine: libtensorflow through @tensorflow/tfjs-node-gpu, by that name alone, since other packages
 * may stand under the name of tfjs-node. It registers the backend "tensorflow".
 *
 * @throws what the package throws where it, its binary or CUDA is missing.
 */
export function loadNativeEngine(): void {
  restoreRemovedUtilities();
  loadPackage("@tensorflow/tfjs-node-gpu");
}

/** Whether the package of the native engine is installed, with or without its binary. */
export function isNativeEngineInstalled(): boolean {
  try {
    resolvePackage("@tensorflow/tfjs-node-gpu");
    return true;
  } catch {
    return false;
  }
}

/**
 * Core has no gradient for the transposed 3D convolution on any backend (tfjs issue 6323). The operation is linear in
 * both inputs: its gradients are a convolution of what comes back, and the filter gradient with roles exchanged.
 */
function addTransposedConvolutionGradient(tf: TensorFlow): void {
  if (tf.getGradient("Conv3DBackpropInputV2")) return;
  tf.registerGradient({
    kernelName: "Conv3DBackpropInputV2",
    inputsToSave: ["dy", "filter"],
    gradFunc: (upstream, saved, attributes) => {
      const back = upstream as TensorFlowModule.Tensor5D;
      const [dy, filter] = saved as TensorFlowModule.Tensor5D[];
      const { strides, pad } = attributes as unknown as {
        strides: number | [number, number, number];
        pad: "valid" | "same";
      };
      return {
        dy: () => tf.conv3d(back, filter, strides, pad),
        filter: () =>
          tf
            .engine()
            .runKernel(
              "Conv3DBackpropFilterV2",
              { x: back, dy },
              { strides, pad, filterShape: filter.shape },
            ),
      };
    },
  });
}
