import { blockVoxels, findBlock, findOccupied } from "../core/occupied.js";
import type { LabelData } from "./words.js";

/** Voxel counts of every label of a pair of label maps. */
export interface LabelCounts {
  /** Voxels with each label in the reference; index is the label, length 65536. */
  reference: Float64Array;
  /** Voxels with each label in the prediction. */
  prediction: Float64Array;
  /** Voxels with the label in both. */
  both: Float64Array;
  /** Voxels of the grid. */
  voxels: number;
}

const chunk = 1 << 16; // elements looked at in one go where a copy is needed

/**
 * Counts all labels in one pass over both maps. `reference` and `prediction` must have the same length; they
 * may differ in type and alignment. `occupied` is what {@link findOccupied} says of the two; it is found when not
 * given. No voxels give zeros.
 */
export function countLabelPairs(
  reference: LabelData,
  prediction: LabelData,
  occupied: Uint8Array = findOccupied(reference, prediction),
): LabelCounts {
  const voxels = reference.length;
  const counts = {
    reference: new Float64Array(65536),
    prediction: new Float64Array(65536),
    both: new Float64Array(65536),
    voxels,
  };
  let counted = 0;
  for (let block = findBlock(occupied, 1, 0); block < occupied.length;) {
    const next = findBlock(occupied, 0, block);
    const [from, to] = [block * blockVoxels, Math.min(voxels, next * blockVoxels)];
    countStretch(reference.subarray(from, to), prediction.subarray(from, to), counts);
    counted += to - from;
    block = findBlock(occupied, 1, next);
  }
  countPair(counts, 0, 0, voxels - counted);
  return counts;
}

function countStretch(reference: LabelData, prediction: LabelData, counts: LabelCounts): void {
  const wide = reference.BYTES_PER_ELEMENT === 2 || prediction.BYTES_PER_ELEMENT === 2;
  const count = wide ? countWords16 : countWords8;
  if (isAligned(reference, wide) && isAligned(prediction, wide)) {
    count(reference, prediction, counts);
    return;
  }
  // Bytes beside words of 16 bits, or words across a word boundary: through two small aligned copies.
  const Chunk = wide ? Uint16Array : Uint8Array;
  const size = Math.min(chunk, reference.length);
  const left = new Chunk(size);
  const right = new Chunk(size);
  for (let from = 0; from < reference.length; from += size) {
    const to = Math.min(reference.length, from + size);
    left.set(reference.subarray(from, to));
    right.set(prediction.subarray(from, to));
    count(left.subarray(0, to - from), right.subarray(0, to - from), counts);
  }
}

function isAligned(data: LabelData, wide: boolean): boolean {
  return data.byteOffset % 4 === 0 && data.BYTES_PER_ELEMENT === (wide ? 2 : 1);
}

function viewWords(data: LabelData): Uint32Array {
  return new Uint32Array(data.buffer, data.byteOffset, data.byteLength >>> 2);
}

/** Four labels a word; a run of equal pairs of words is counted once. */
function countWords8(reference: LabelData, prediction: LabelData, counts: LabelCounts): void {
  const left = viewWords(reference);
  const right = viewWords(prediction);
  const end = left.length;
  for (let i = 0; i < end;) {
    const a = left[i];
    const b = right[i];
    const start = i++;
    while (i < end && left[i] === a && right[i] === b) i++;
    const run = i - start;
    countPair(counts, a & 255, b & 255, run);
    countPair(counts, (a >>> 8) & 255, (b >>> 8) & 255, run);
    countPair(counts, (a >>> 16) & 255, (b >>> 16) & 255, run);
    countPair(counts, a >>> 24, b >>> 24, run);
  }
  for (let i = end * 4; i < reference.length; i++) countPair(counts, reference[i], prediction[i], 1);
}

/** Two labels a word. */
function countWords16(reference: LabelData, prediction: LabelData, counts: LabelCounts): void {
  const left = viewWords(reference);
  const right = viewWords(prediction);
  const end = left.length;
  for (let i = 0; i < end;) {
    const a = left[i];
    const b = right[i];
    const start = i++;
    while (i < end && left[i] === a && right[i] === b) i++;
    const run = i - start;
    countPair(counts, a & 65535, b & 65535, run);
    countPair(counts, a >>> 16, b >>> 16, run);
  }
  for (let i = end * 2; i < reference.length; i++) countPair(counts, reference[i], prediction[i], 1);
}

function countPair(counts: LabelCounts, a: number, b: number, run: number): void {
  counts.reference[a] += run;
  counts.prediction[b] += run;
  if (a === b) counts.both[a] += run;
}
