import type { DataType, TensorInfo } from "@tensorflow/tfjs";
import { LabError } from "../../core/errors.js";
import { isShared } from "../../platform/memory.js";
import type { TensorFlow } from "../tensorflow.js";
import { Arena } from "./arena.js";
import { Crew } from "./crew.js";
import { compileKernels, createSharedMemory } from "./wasm.js";

/** Name of the backend in TensorFlow.js. */
export const simdBackendName = "simd3d";

type Numbers = Float32Array<ArrayBufferLike> | Int32Array<ArrayBufferLike> | Uint8Array<ArrayBufferLike>;

/** A tensor's numbers: in the arena where they have an address, else wherever a cpu kernel has put them. */
interface StoredData {
  values: Numbers | Uint8Array[];
  dtype: DataType;
  refCount: number;
  complexTensorInfos?: unknown;
  address?: number;
}

/** What is used of the cpu backend that ours extends. */
interface CpuBackend {
  data: {
    get(id: object): StoredData;
    set(id: object, data: StoredData): void;
    has(id: object): boolean;
    delete(id: object): void;
  };
  readSync(id: object): StoredData["values"];
  disposeData(id: object, force?: boolean): boolean;
}

/** The backend as its kernels see it. */
export interface SimdBackend {
  readonly arena: Arena;
  readonly crew: Crew;
  /** A new tensor, filled with what was left there. */
  createOutput(shape: readonly number[]): TensorInfo;
  /** Where a tensor's numbers are in the arena; they are copied in first where they are not there. */
  addressOf(tensor: TensorInfo): number;
  /** A view of a tensor's numbers. */
  valuesOf(tensor: TensorInfo): Float32Array;
  /** Runs a kernel; where it throws, the outputs that it has made so far are given back. */
  attempt<T>(kernel: () => T): T;
  /** Forgets a tensor that nothing else refers to. */
  discard(tensor: TensorInfo): void;
  /** Whether an address or view belongs to the arena. */
  ownsValues(id: object): boolean;
  /** Copies a result that shows a part of the arena without owning it: its owner may go first. */
  detach(tensor: TensorInfo): void;
}

/** Makes the backend; registering it and its kernels is the caller's. */
export function createSimdBackend(tf: TensorFlow): SimdBackend {
  const cpu = tf.findBackend("cpu") as unknown as { constructor: new () => CpuBackend };
  const memory = createSharedMemory();
  const arena = new Arena(memory);
  const crew = new Crew(compileKernels(), memory, arena);

  class Simd3d extends cpu.constructor implements SimdBackend {
    readonly arena: Arena = arena;
    readonly crew: Crew = crew;
    private made: object[] = [];

    createOutput(shape: readonly number[]): TensorInfo {
      const size = shape.reduce((product, n) => product * n, 1);
      const address = arena.allocate(4 * size);
      const dataId = {};
      const values = new Float32Array(arena.buffer, address, size);
      this.data.set(dataId, { values, dtype: "float32", refCount: 1, address });
      this.made.push(dataId);
      return { dataId, shape: [...shape], dtype: "float32" };
    }

    attempt<T>(kernel: () => T): T {
      this.made = [];
      try {
        return kernel();
      } catch (error) {
        for (const dataId of this.made) this.disposeData(dataId, true);
        throw error;
      } finally {
        this.made = [];
      }
    }

    addressOf(tensor: TensorInfo): number {
      const data = this.data.get(tensor.dataId);
      if (data.address !== undefined) return data.address;
      // A cpu kernel may leave an int32 tensor in bytes, or in a plain array.
      const values = data.values as ArrayLike<number>;
      if (tensor.dtype !== "float32" && tensor.dtype !== "int32")
        throw new LabError("tensor", tensor.dtype, "float32 or int32");
      const address = arena.allocate(4 * values.length);
      const view =
        tensor.dtype === "float32"
          ? new Float32Array(arena.buffer, address, values.length)
          : new Int32Array(arena.buffer, address, values.length);
      view.set(values);
      data.values = view;
      data.address = address;
      return address;
    }

    valuesOf(tensor: TensorInfo): Float32Array {
      return this.data.get(tensor.dataId).values as Float32Array;
    }

    discard(tensor: TensorInfo): void {
      this.disposeData(tensor.dataId);
    }

    ownsValues(id: object): boolean {
      return this.data.get(id).address !== undefined;
    }

    detach(tensor: TensorInfo): void {
      const data = this.data.get(tensor.dataId);
      const { values } = data;
      if (data.address !== undefined || !ArrayBuffer.isView(values)) return;
      if (isShared(values.buffer)) data.values = values.slice();
    }

    override readSync(id: object): StoredData["values"] {
      const values = super.readSync(id);
      // The arena's memory is used again: whoever reads gets a copy.
      return ArrayBuffer.isView(values) && isShared(values.buffer) ? values.slice() : values;
    }

    read(id: object): Promise<StoredData["values"]> {
      return Promise.resolve(this.readSync(id));
    }

    override disposeData(id: object, force = false): boolean {
      const data = this.data.has(id) ? this.data.get(id) : undefined;
      const gone = super.disposeData(id, force);
      if (gone && data?.address !== undefined) {
        arena.release(data.address);
        data.address = undefined;
      }
      return gone;
    }
  }
  return new Simd3d();
}
