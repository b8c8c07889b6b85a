import type { VoxelArray } from "../core/types.js";

/** An array of the same kind, filled with zeros. */
export function makeArray<T extends VoxelArray>(like: T, length: number): T {
  return new (like.constructor as new (length: number) => T)(length);
}

/** Whether the kind of array holds whole numbers only. */
export function isWhole(data: VoxelArray): boolean {
  return !(data instanceof Float32Array || data instanceof Float64Array);
}

/**
 * The same memory as numbers of the same size, of four kinds in all: for moving voxels about whatever they mean. A loop
 * that meets more than four kinds of array runs some ten times slower from then on, for the rest of the process.
 */
export function asBits(data: VoxelArray): Uint8Array | Uint16Array | Uint32Array | Float64Array {
  const { buffer, byteOffset, length } = data;
  if (data.BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, length);
  if (data.BYTES_PER_ELEMENT === 2) return new Uint16Array(buffer, byteOffset, length);
  if (data.BYTES_PER_ELEMENT === 4) return new Uint32Array(buffer, byteOffset, length);
  return new Float64Array(buffer, byteOffset, length);
}
