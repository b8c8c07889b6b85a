import { LabError } from "../core/errors.js";
import { fromBase64 } from "../platform/bytes.js";
import { kernelsBase64 } from "./kernels-wasm.js";

/** The SIMD WebAssembly functions of assembly/kernels.ts, which says what each one does. Addresses are in bytes. */
export interface Kernels {
  sumLines(lines: number, radius: number, weights: number, out: number, count: number): void;
  filterRows(
    from: number,
    to: number,
    nx: number,
    rows: number,
    weights: number,
    radius: number,
    padded: number,
    lines: number,
  ): void;
  filterColumns(
    from: number,
    to: number,
    width: number,
    n: number,
    weights: number,
    radius: number,
    lines: number,
  ): void;
  resampleSlice(
    low: number,
    high: number,
    nx: number,
    weightZ: number,
    indexY: number,
    weightsY: number,
    my: number,
    indexX: number,
    weightsX: number,
    mx: number,
    row: number,
    out: number,
    whole: number,
  ): void;
  labelPlane(
    plane: number,
    nx: number,
    ny: number,
    classes: number,
    indexY: number,
    weightsY: number,
    my: number,
    indexX: number,
    weightsX: number,
    mx: number,
    rows: number,
    labels: number,
    fine: number,
    finePitch: number,
  ): void;
}

/** Kernels with room for their arguments in one memory. */
export interface KernelRoom {
  kernels: Kernels;
  buffer: ArrayBuffer;
  /** Start of each piece of room asked for, a multiple of 16. */
  at: number[];
}

/** What is used of WebAssembly here; Node's type declarations leave it out. */
interface WasmMemory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (limits: { initial: number }) => WasmMemory;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: unknown };
};

const pageBytes = 65536;
/** Rooms up to this size are kept for the next call; a larger one goes when it is done with. */
const keptBytes = 1 << 26;

let compiled: object | undefined;
let kept: { kernels: Kernels; memory: WasmMemory } | undefined;

/**
 * Makes room for pieces of the given sizes in bytes and hands out the kernels that work in it. What the room holds
 * at first is left from earlier calls. A room is valid until the next call of this function in the same thread.
 *
 * Throws a LabError where WebAssembly with SIMD is not to be had: no Node this package supports lacks it.
 */
export function makeKernelRoom(sizes: readonly number[]): KernelRoom {
  const at: number[] = [];
  let end = 1024;
  for (const size of sizes) {
    at.push(end);
    // Kernels read and write whole 128-bit words, so up to 15 bytes beyond a piece.
    end = Math.ceil((end + size + 16) / 16) * 16;
  }
  const room = end <= keptBytes ? (kept ??= instantiate()) : instantiate();
  const missing = Math.ceil((end - room.memory.buffer.byteLength) / pageBytes);
  if (missing > 0) growMemory(room.memory, missing);
  return { kernels: room.kernels, buffer: room.memory.buffer, at };
}

function instantiate(): { kernels: Kernels; memory: WasmMemory } {
  try {
    compiled ??= new WebAssembly.Module(fromBase64(kernelsBase64));
  } catch (error) {
    throw new LabError(
      "WebAssembly",
      (error as Error).message,
      "WebAssembly with SIMD, as in Node 20 and later",
      'Run without --jitless, or choose engine "plain" where a function offers it',
      { cause: error },
    );
  }
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return { kernels: exports as Kernels, memory };
}

function growMemory(memory: WasmMemory, pages: number): void {
  try {
    memory.grow(pages);
  } catch (error) {
    const mebibytes = Math.ceil((pages * pageBytes) / 2 ** 20);
    throw new LabError(
      "volume",
      `${mebibytes} MiB of working memory`,
      "an image whose slices fit in memory",
      "",
      {
        cause: error,
      },
    );
  }
}
