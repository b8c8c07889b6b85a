import { LabError } from "../../core/errors.js";
import { fromBase64 } from "../../platform/bytes.js";
import { allowRelaxedSimd } from "../../platform/machine.js";
import { plainModule, relaxedModule } from "./modules.js";

/** A kernel of assembly/index.ts: parameters' address, the thread's scratch memory, first item and the one past the last. */
export type Kernel = (params: number, scratch: number, first: number, last: number) => void;

/** Names of the kernels that run on several threads, in the order in which jobs number them. */
export const kernelNames = [
  "addArrays",
  "addFilterParts",
  "addToRows",
  "applyLossGradient",
  "applyNormGradient",
  "convolve",
  "convolveByBlocks",
  "convolveTransposed",
  "copyChannels",
  "gatherBlocks",
  "leakArray",
  "leakGradient",
  "maximizeBlocks",
  "scaleAndLeak",
  "spreadBlocks",
  "stepAdamW",
  "stepSgd",
  "sumFilterGradient",
  "sumLoss",
  "sumMoments",
  "sumNormGradients",
  "sumSquares",
] as const;

/** Name of a kernel. */
export type KernelName = (typeof kernelNames)[number];

/** What a module offers. */
export type Kernels = Record<KernelName, Kernel> & {
  packFilter(
    filter: number,
    packed: number,
    taps: number,
    inChannels: number,
    outChannels: number,
    run: number,
    swap: number,
    flip: number,
  ): void;
  packBlockFilter(
    filter: number,
    packed: number,
    inChannels: number,
    outChannels: number,
    swap: number,
    flip: number,
  ): void;
  multiplyAndAdd(a: number, b: number, c: number): number;
};

/** Memory that all threads share; what is used of WebAssembly here, since Node's type declarations leave it out. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  Instance: new (module: object, imports: { env: { memory: SharedMemory } }) => { exports: unknown };
};

/** The kernels, compiled for this machine. */
export interface CompiledKernels {
  /** Whether the processor may round a product and its sum once; {@link probeRounding} tells whether it does. */
  relaxed: boolean;
  module: object;
}

let compiled: CompiledKernels | undefined;

/**
 * Compiles the kernels, with relaxed SIMD where this Node has it.
 *
 * @throws LabError where WebAssembly with SIMD is not to be had: no Node this package supports lacks it.
 */
export function compileKernels(): CompiledKernels {
  if (compiled) return compiled;
  const relaxedBytes = fromBase64(relaxedModule);
  try {
    if (!WebAssembly.validate(relaxedBytes)) allowRelaxedSimd();
    const relaxed = WebAssembly.validate(relaxedBytes);
    const bytes = relaxed ? relaxedBytes : fromBase64(plainModule);
    compiled = { relaxed, module: new WebAssembly.Module(bytes) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = "Run without --jitless, or choose the engine reference";
    throw new LabError("engine simd", reason, "WebAssembly with SIMD, as in Node 20 and later", advice, {
      cause: error,
    });
  }
  return compiled;
}

/**
 * Makes the memory that tensors live in: 4 GiB at most, of which the machine gives what is used.
 *
 * @throws LabError where this process may not set aside so many addresses.
 */
export function createSharedMemory(): SharedMemory {
  try {
    return new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = "Lift the limit of addresses (ulimit -v unlimited), or choose the engine reference";
    throw new LabError("engine simd", reason, "room for 4 GiB of addresses", advice, { cause: error });
  }
}

/** Kernels working on a memory, for one thread. */
export function instantiateKernels(module: object, memory: SharedMemory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
}

/** How `a * b + c` is rounded: once, or after the product and again after the sum. */
export type Rounding = "fused" | "unfused";

let rounding: Rounding | undefined;

/**
 * How this processor rounds the products and sums of the kernels. Relaxed SIMD leaves that to it, and a training's weights
 * depend on it: with fused sums (x86 with FMA3, ARM) they are others than without.
 *
 * @throws as {@link compileKernels}.
 */
export function probeRounding(): Rounding {
  if (rounding) return rounding;
  // The smallest memory the module accepts: no kernel is run on it.
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const kernels = instantiateKernels(compileKernels().module, memory);
  // The square is 1 + 2^-11 + 2^-24, whose last term a 32-bit number drops: only a fused sum still has it.
  const factor = 1 + 2 ** -12;
  rounding = kernels.multiplyAndAdd(factor, factor, -(1 + 2 ** -11)) === 0 ? "unfused" : "fused";
  return rounding;
}
