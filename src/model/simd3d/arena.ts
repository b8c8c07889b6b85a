import { LabError } from "../../errors.js";
import type { SharedMemory } from "./wasm.js";

const pageBytes = 65536;

/** Bytes beyond a piece that kernels may read or write, since they work in whole vectors of 8 numbers. */
const marginBytes = 64;

/**
 * Hands out pieces of a shared memory and takes them back. Freed pieces wait in lists by size, so a training whose
 * steps are alike takes no new memory after the first few.
 */
export class Arena {
  private readonly memory: SharedMemory;
  private readonly free = new Map<number, number[]>();
  private readonly sizes = new Map<number, number>();
  private end = 1024;
  private live = 0;
  private peak = 0;

  constructor(memory: SharedMemory) {
    this.memory = memory;
  }

  /** The memory's bytes. A view stays good when the memory grows. */
  get buffer(): SharedArrayBuffer {
    return this.memory.buffer;
  }

  /** Bytes in use, most ever in use, and taken from the machine. */
  get usage(): { liveBytes: number; peakBytes: number; heapBytes: number } {
    return { liveBytes: this.live, peakBytes: this.peak, heapBytes: this.memory.buffer.byteLength };
  }

  /**
   * Address of a piece of at least so many bytes, a multiple of 64; what it holds is left from before.
   *
   * @throws LabError when 4 GiB are not enough or the machine has no more.
   */
  allocate(bytes: number): number {
    const size = roundSize(bytes + marginBytes);
    const address = this.free.get(size)?.pop() ?? this.extend(size, bytes);
    this.live += this.sizes.get(address) ?? 0;
    this.peak = Math.max(this.peak, this.live);
    return address;
  }

  /** Takes a piece back. */
  release(address: number): void {
    const size = this.sizes.get(address);
    if (size === undefined) throw new LabError("address", address, "a piece that was handed out");
    this.live -= size;
    const list = this.free.get(size);
    if (list) list.push(address);
    else this.free.set(size, [address]);
  }

  /** Calls `use` with a piece that is taken back afterwards. */
  borrow<T>(bytes: number, use: (address: number) => T): T {
    const address = this.allocate(bytes);
    try {
      return use(address);
    } finally {
      this.release(address);
    }
  }

  private extend(size: number, bytes: number): number {
    const missing = Math.ceil((this.end + size - this.memory.buffer.byteLength) / pageBytes);
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch (error) {
        const larger = this.takeLarger(size);
        if (larger !== undefined) return larger;
        const mebibytes = (n: number) => `${Math.ceil(n / 2 ** 20)} MiB`;
        throw new LabError(
          "memory",
          `${mebibytes(bytes)} more besides ${mebibytes(this.live)} in use`,
          "at most 4096 MiB, and no more than the machine has",
          "Train with a smaller patch, batch or width",
          { cause: error },
        );
      }
    }
    const address = this.end;
    this.end += size;
    this.sizes.set(address, size);
    return address;
  }

  /** The smallest free piece that is large enough, when the memory cannot grow any more. */
  private takeLarger(size: number): number | undefined {
    const fitting = [...this.free].filter(([other, list]) => other > size && list.length > 0);
    fitting.sort(([a], [b]) => a - b);
    return fitting[0]?.[1].pop();
  }
}

/** Sizes come in steps of a quarter of a power of two, so that a freed piece fits many later requests. */
function roundSize(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(bytes)) - 2));
  return Math.ceil(bytes / step) * step;
}
