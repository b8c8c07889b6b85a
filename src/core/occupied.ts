import { areBytesEqual } from "../platform/bytes.js";

/** Label values as they are stored: 0 to 255 or 0 to 65535. */
export type LabelData = Uint8Array | Uint16Array;

/** Voxels of a block: two rows of a CT, so that a map without many labels is mostly empty blocks. */
export const blockVoxels = 1024;

const stretchBlocks = 16; // looked at in one go: what is empty mostly is so for long

/**
 * Tells which blocks of one or more label maps of the same length hold a label in any of them: 1 for block `b`,
 * voxels `blockVoxels * b` and on, when it does. The last block may be short.
 *
 * This is the only time that all of a map is read; every later pass skips the rest. Blocks are compared to zeros by
 * the platform's own comparison, several times faster than a loop over words.
 */
export function findOccupied(...maps: readonly LabelData[]): Uint8Array {
  const { length } = maps[0];
  const occupied = new Uint8Array(Math.ceil(length / blockVoxels));
  const stretch = blockVoxels * stretchBlocks;
  for (const data of maps) {
    const size = data.BYTES_PER_ELEMENT;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const zeros = new Uint8Array(Math.min(stretch, length) * size);
    const isEmpty = (from: number, to: number): boolean =>
      areBytesEqual(bytes.subarray(from * size, to * size), zeros.subarray(0, (to - from) * size));
    for (let from = 0; from < length; from += stretch) {
      const end = Math.min(length, from + stretch);
      if (isEmpty(from, end)) continue;
      for (let at = from; at < end; at += blockVoxels)
        if (!isEmpty(at, Math.min(end, at + blockVoxels))) occupied[at / blockVoxels] = 1;
    }
  }
  return occupied;
}

/** First block from `from` on that is occupied (1) or empty (0), as asked; their number when there is none. */
export function findBlock(occupied: Uint8Array, value: 0 | 1, from: number): number {
  const found = occupied.indexOf(value, from);
  return found < 0 ? occupied.length : found;
}
