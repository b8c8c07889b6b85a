import { blockVoxels, findBlock } from "../core/occupied.js";
import type { LabelData } from "../core/occupied.js";

export type { LabelData };

/**
 * Label data read four bytes at a time. Label maps are mostly long runs of one value, so that comparing words
 * instead of voxels is what makes a pass over a full-size map cheap.
 *
 * Words are 32-bit on purpose: seen as doubles, bytes of 0x80 on top would read as -0 and compare equal to 0.
 */

/** Finds the first and last labelled voxel of a stretch without looking at each voxel. */
export interface LabelScanner {
  /** Index of the first value other than 0 in `[from, to)`; `to` when there is none. */
  findFirst(from: number, to: number): number;
  /** Index of the last value other than 0 in `[from, to)`; `from - 1` when there is none. */
  findLast(from: number, to: number): number;
}

/**
 * A scanner over `data`, whatever its alignment in memory. Blocks that `occupied` names empty (see `findOccupied`)
 * are not looked at.
 */
export function createScanner(data: LabelData, occupied: Uint8Array): LabelScanner {
  const perWord = 4 / data.BYTES_PER_ELEMENT;
  const low = perWord - 1;
  // Elements before the first whole word of the buffer.
  const head = Math.min(data.length, ((4 - (data.byteOffset & 3)) & 3) / data.BYTES_PER_ELEMENT);
  const words = new Uint32Array(
    data.buffer,
    data.byteOffset + head * data.BYTES_PER_ELEMENT,
    Math.floor((data.length - head) / perWord),
  );

  const findFirst = (from: number, to: number): number => {
    for (let i = from; i < to;) {
      const block = findBlock(occupied, 1, Math.floor(i / blockVoxels));
      const end = Math.min(to, (block + 1) * blockVoxels);
      i = Math.max(i, block * blockVoxels);
      if (i < end) i = findInBlock(i, end);
      if (i < end) return i;
    }
    return to;
  };

  const findInBlock = (from: number, to: number): number => {
    let i = from;
    for (; i < to && ((i - head) & low) !== 0; i++) if (data[i] !== 0) return i;
    let word = (i - head) / perWord;
    const end = Math.floor((to - head) / perWord);
    if (word < end) {
      while (word < end && words[word] === 0) word++;
      i = head + word * perWord;
    }
    while (i < to && data[i] === 0) i++;
    return i;
  };

  const findLast = (from: number, to: number): number => {
    let i = to;
    for (; i > from && ((i - head) & low) !== 0; i--) if (data[i - 1] !== 0) return i - 1;
    let word = (i - head) / perWord;
    const start = Math.max(0, Math.ceil((from - head) / perWord));
    if (word > start) {
      while (word > start && words[word - 1] === 0) word--;
      i = head + word * perWord;
    }
    while (i > from && data[i - 1] === 0) i--;
    return i - 1;
  };

  return { findFirst, findLast };
}
