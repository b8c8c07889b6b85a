import { LabError } from "../../core/errors.js";
import type { SharedMemory } from "./wasm.js";

const pageBytes = 65536;

/** What WebAssembly can address. */
const maxBytes = 2 ** 32;

/** Bytes beyond a piece that kernels may read or write, since they work in whole vectors of 8 numbers. */
const marginBytes = 64;

/**
 * Hands out pieces of a shared memory and takes them back. Freed pieces wait in lists by size, so a training whose
 * steps are alike takes no new memory after the first few.
 */
export class Arena {
  private readonly memory: SharedMemory;
  private readonly free = new Map<number, number[]>();
  /** Of every piece, in use or free, by address. */
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
    this.keepFree(address, size);
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
    if (!this.grow(size)) {
      this.merge();
      const fitting = this.takeFitting(size);
      if (fitting !== undefined) return fitting;
      if (!this.grow(size)) throw this.describeLack(size, bytes);
    }
    const address = this.end;
    this.end += size;
    this.sizes.set(address, size);
    return address;
  }

  /** Whether the memory has, or was given, so many bytes behind the last piece. */
  private grow(size: number): boolean {
    const missing = Math.ceil((this.end + size - this.memory.buffer.byteLength) / pageBytes);
    if (missing <= 0) return true;
    try {
      this.memory.grow(missing);
      return true;
    } catch {
      return false;
    }
  }

  /** Makes one of free pieces that lie side by side; one at the end becomes room again. */
  private merge(): void {
    const pieces = [...this.free].flatMap(([size, list]) => list.map((address) => ({ address, size })));
    this.free.clear();
    const merged: typeof pieces = [];
    for (const piece of pieces.sort((a, b) => a.address - b.address)) {
      this.sizes.delete(piece.address);
      const last = merged.at(-1);
      if (last && last.address + last.size === piece.address) last.size += piece.size;
      else merged.push(piece);
    }
    const last = merged.at(-1);
    if (last && last.address + last.size === this.end) this.end = merged.pop()!.address;
    for (const { address, size } of merged) this.keepFree(address, size);
  }

  /** The smallest free piece that is large enough; what it has too much stays free. */
  private takeFitting(size: number): number | undefined {
    const found = [...this.free]
      .filter(([other, list]) => other >= size && list.length > 0)
      .sort(([one], [other]) => one - other)[0];
    if (!found) return undefined;
    const address = found[1].pop()!;
    this.sizes.set(address, size);
    if (found[0] > size) this.keepFree(address + size, found[0] - size);
    return address;
  }

  private keepFree(address: number, size: number): void {
    this.sizes.set(address, size);
    const list = this.free.get(size);
    if (list) list.push(address);
    else this.free.set(size, [address]);
  }

  private describeLack(size: number, bytes: number): LabError {
    const isFull = this.end + size > maxBytes;
    const mebibytes = (n: number) => `${Math.ceil(n / 2 ** 20)} MiB`;
    return new LabError(
      "memory of the engine simd",
      `${mebibytes(bytes)} wanted besides ${mebibytes(this.live)} in use`,
      isFull
        ? `at most ${mebibytes(maxBytes)} in all, which is what WebAssembly addresses`
        : "no more than the machine gives: it gave no more",
      "Take a smaller patch, batch or width",
    );
  }
}

/** Sizes come in steps of a sixteenth of a power of two, so that a freed piece fits many later requests. */
function roundSize(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(bytes)) - 4));
  return Math.ceil(bytes / step) * step;
}
