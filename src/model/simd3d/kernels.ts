import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.js";
import { simdBackendName, type SimdBackend } from "./backend.js";

/** What a kernel of the backend is called with. */
export interface KernelCall {
  inputs: Record<string, TensorInfo>;
  attributes: Record<string, unknown>;
  backend: SimdBackend;
}

/** A kernel that answers `undefined` where it does not fit the call: then the cpu kernel of that name runs. */
export type SimdKernel = (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;

/**
 * Registers all kernels of the cpu backend under our backend's name, with ours in front of those they replace and the
 * fused ones beside them. Kernels are given by TensorFlow.js's names.
 */
export function registerKernels(tf: TensorFlow, kernels: Readonly<Record<string, SimdKernel>>): void {
  const plain = new Map(
    tf.getKernelsForBackend("cpu").map((config) => [config.kernelName, config.kernelFunc]),
  );
  const setups = new Map(tf.getKernelsForBackend("cpu").map((config) => [config.kernelName, config]));
  for (const kernelName of new Set([...plain.keys(), ...Object.keys(kernels)])) {
    const ours: SimdKernel | undefined = kernels[kernelName];
    const fallback = plain.get(kernelName);
    const kernelFunc: KernelFunc = (call) => {
      const backend = call.backend as SimdBackend;
      const inputs = call.inputs as Record<string, TensorInfo>;
      const result = ours && backend.attempt(() => ours({ inputs, attributes: call.attrs ?? {}, backend }));
      if (result) return result;
      if (!fallback) throw new Error(`${kernelName} does not take these inputs`);
      const outputs = fallback(call);
      for (const output of Array.isArray(outputs) ? outputs : [outputs]) backend.detach(output);
      return outputs;
    };
    tf.registerKernel({ ...setups.get(kernelName), kernelName, backendName: simdBackendName, kernelFunc });
  }
}

/** Number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
