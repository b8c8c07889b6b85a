import { requireThat } from "../core/errors.js";
import { throwIfAborted } from "../core/progress.js";
import type { VoxelArray } from "../core/types.js";
import { packingOf } from "./codecs.js";
import type { FrameHeader } from "./frame-header.js";
import { type DicomDataSet, parseDicom } from "./parse.js";
import { readFramePixels } from "./pixels.js";

/** Files that are read before they are asked for: a disk answers several at once. */
const ahead = 4;

/** Whether slices have scales of their own, so that only real numbers tell one from the other. */
export function doScalesDiffer([first, ...others]: readonly FrameHeader[]): boolean {
  return others.some(({ slope, intercept }) => slope !== first.slope || intercept !== first.intercept);
}

/** The kind of array that the numbers of slices are kept in. */
export function arrayKindOf(
  { file, bitsAllocated, isSigned }: FrameHeader,
  scalesDiffer: boolean,
): new (of: number | ArrayBufferLike) => VoxelArray {
  const whole = {
    1: [Uint8Array, Int8Array],
    8: [Uint8Array, Int8Array],
    16: [Uint16Array, Int16Array],
    32: [Uint32Array, Int32Array],
  } as const;
  requireThat(bitsAllocated !== 1, file, "1 bit a pixel", "8, 16 or 32 bits", "", "bad-file");
  return scalesDiffer ? Float32Array : whole[bitsAllocated as 16][isSigned ? 1 : 0];
}

/**
 * Writes slices one after the other into `data`, stored numbers, or real ones where their scales differ.
 *
 * @param read the bytes of a file, by the name that headers have of it.
 */
export async function fillSlices(
  slices: readonly FrameHeader[],
  data: VoxelArray,
  scalesDiffer: boolean,
  read: (file: string) => Promise<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const files = [...new Set(slices.map(({ file }) => file))];
  const reading = new Map<string, Promise<Uint8Array>>();
  let open: { file: string; parsed: DicomDataSet } | undefined;
  try {
    for (const [k, header] of slices.entries()) {
      throwIfAborted(signal);
      packingOf(header.syntax, header.file);
      if (open?.file !== header.file) {
        const at = files.indexOf(header.file);
        for (const file of files.slice(at, at + ahead)) if (!reading.has(file)) reading.set(file, read(file));
        open = { file: header.file, parsed: parseDicom(await reading.get(header.file)!, header.file) };
        reading.delete(header.file);
      }
      const frame = await readFramePixels(open.parsed, header);
      const start = k * frame.length;
      if (scalesDiffer)
        for (let i = 0; i < frame.length; i++) data[start + i] = frame[i] * header.slope + header.intercept;
      else data.set(frame, start);
    }
  } finally {
    // What was read ahead and is not wanted any more may fail unheard.
    for (const bytes of reading.values()) void bytes.catch(() => undefined);
  }
}
