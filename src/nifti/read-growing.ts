import { readAsFile } from "../core/errors.js";
import { countVoxels, createVolume } from "../core/grid.js";
import type { Volume } from "../core/types.js";
import { littleEndianMachine } from "../platform/bytes.js";
import { viewVoxels } from "./datatype.js";
import { readNiftiHeader } from "./read.js";
import { growRange, requireMemory, sizeOf } from "./source.js";

/** A volume whose voxels are still on their way, in the order in which the file holds them. */
export interface GrowingVolume {
  /** Voxels that are not there yet are 0. */
  volume: Volume;
  /** Fulfilled when all voxels are there and the file's checksums hold; rejected as `readVolume`. */
  whole: Promise<void>;
}

/** Files that hold less are read at once: there is nothing to wait for. */
const leastBytes = 1 << 24;
/** What is compressed more than this, as label maps are, inflates faster than anybody looks. */
const mostRatio = 8;

/**
 * Begins to read a large NIfTI file, for who shows its first slices before the last are read.
 *
 * @param onSlices told how many whole slices along the third axis are there, each time there are more
 * @returns undefined where `readVolume` is to be asked: a small or strongly compressed file, a pair, several volumes, the
 *   other byte order, 64-bit whole numbers
 * @throws LabError as `readVolume`, for what the header shows.
 */
export async function readGrowing(
  path: string,
  onSlices: (count: number) => void,
): Promise<GrowingVolume | undefined> {
  const header = await readNiftiHeader(path);
  const { shape, spacingMm, affine, rescale, datatype, voxOffset, bytesPerVoxel } = header;
  const length = countVoxels(shape) * bytesPerVoxel;
  const isPlain = header.littleEndian === littleEndianMachine && !/^u?int64$/.test(datatype);
  if (!isPlain || header.pair || header.volumes !== 1 || length < leastBytes) return undefined;
  const size = await sizeOf(path);
  const isTold = header.compressed ? length < mostRatio * size : size >= voxOffset + length;
  if (!isTold) return undefined;
  requireMemory(path, length);
  const bytes = new Uint8Array(length);
  const volume = createVolume(viewVoxels(bytes, datatype, path), shape, { spacingMm, affine, rescale });
  const sliceBytes = shape[0] * shape[1] * bytesPerVoxel;
  let slices = 0;
  const onBytes = (count: number): void => {
    const now = Math.floor(count / sliceBytes);
    if (now > slices) onSlices((slices = now));
  };
  const whole = readAsFile(() => growRange(path, voxOffset, voxOffset + length, { bytes, onBytes }));
  return { volume, whole };
}
