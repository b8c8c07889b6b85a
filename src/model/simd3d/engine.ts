import type { KernelBackend } from "@tensorflow/tfjs";
import { describeMachine } from "../../platform/machine.js";
import type { TensorFlow } from "../tensorflow.js";
import { arrayKernels } from "./arrays.js";
import { createSimdBackend, type SimdBackend, simdBackendName } from "./backend.js";
import { createConvolutionKernels } from "./convolutions.js";
import { gridKernels } from "./grids.js";
import { registerKernels } from "./kernels.js";
import { layerKernels } from "./layers.js";
import { probeRounding } from "./wasm.js";

let backend: SimdBackend | undefined;

/**
 * Registers our backend with TensorFlow.js, once in a process.
 *
 * @throws LabError where WebAssembly with SIMD is not to be had.
 */
export function prepareSimdEngine(tf: TensorFlow): SimdBackend {
  if (backend) return backend;
  const made = createSimdBackend(tf);
  registerKernels(tf, { ...createConvolutionKernels(tf), ...arrayKernels, ...gridKernels, ...layerKernels });
  // Below every other backend, so that nothing changes until it is asked for by name.
  tf.registerBackend(simdBackendName, () => made as unknown as KernelBackend, 0);
  backend = made;
  return made;
}

/** Sets the number of threads; by default one for each core. Answers with how many there are. */
export async function setSimdThreads(
  tf: TensorFlow,
  threads: number = describeMachine().cores,
): Promise<number> {
  const { crew } = prepareSimdEngine(tf);
  if (crew.threads !== threads) await crew.setThreads(threads);
  return crew.threads;
}

/** What the engine is, in words. */
export function describeSimdEngine(): string {
  const sums = probeRounding() === "fused" ? "with fused products and sums" : "with products and sums apart";
  return `SIMD WebAssembly ${sums}, on ${describeMachine().cores} cores`;
}

/** Memory of the engine in bytes: in use, most ever in use, taken from the machine; zeros before its first use. */
export function simdMemory(): { liveBytes: number; peakBytes: number; heapBytes: number } {
  return backend?.arena.usage ?? { liveBytes: 0, peakBytes: 0, heapBytes: 0 };
}
