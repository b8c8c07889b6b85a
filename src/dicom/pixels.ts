import { LabError, requireThat } from "../core/errors.js";
import { littleEndianMachine, swapBytes } from "../platform/bytes.js";
import { decodeFrame, packingOf } from "./codecs.js";
import type { FrameHeader } from "./frame-header.js";
import { type DicomDataSet, pixelTag } from "./parse.js";
import { decodeRle } from "./rle.js";

/** Stored numbers of a frame, row by row. */
export type FramePixels = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

const bigEndian = "1.2.840.10008.1.2.2";

/**
 * The stored numbers of one frame: unpacked, in the byte order of this machine, without bits that are none of theirs.
 * Throws a LabError naming the file for pixels that are missing, too few, or do not decode to the header's size.
 */
export async function readFramePixels(data: DicomDataSet, header: FrameHeader): Promise<FramePixels> {
  const { file, rows, columns, bitsAllocated, syntax } = header;
  const element = data.elements[pixelTag];
  requireThat(
    element !== undefined,
    file,
    "no pixels",
    "an image with pixels",
    "The file is cut short",
    "bad-file",
  );
  const size = bitsAllocated / 8;
  const wanted = rows * columns * size;
  const packing = packingOf(syntax, file);
  if (packing === "native") {
    const from = element.dataOffset + header.frame * wanted;
    const end = element.dataOffset + element.length;
    const isSound =
      element.length - header.frames * wanted >= 0 && element.length - header.frames * wanted < 2;
    requireThat(
      isSound && end <= data.byteArray.length,
      `${file} pixels`,
      `${Math.min(element.length, data.byteArray.length - element.dataOffset)} bytes`,
      `${header.frames * wanted} bytes for ${columns} x ${rows} x ${header.frames}`,
      "The file is cut short or its header damaged",
      "bad-file",
    );
    const isSwapped = (syntax === bigEndian) === littleEndianMachine && (size === 2 || size === 4);
    const own = data.byteArray.subarray(from, from + wanted);
    // The file's own bytes will do: bits that are none of theirs may go there too.
    if (!isSwapped && own.byteOffset % size === 0) return cleaned(own, header);
    const bytes = own.slice();
    if (isSwapped) swapBytes(bytes, size);
    return cleaned(bytes, header);
  }
  const packed = packedFrame(data, header);
  if (packing === "rle") return cleaned(decodeRle(packed, rows * columns, size, file), header);
  const frame = await decodeFrame(packed, packing, file);
  const width = frame.bytes.length / (frame.columns * frame.rows);
  requireThat(
    frame.columns === columns && frame.rows === rows && (width === 1 || width === 2),
    `${file} pixels`,
    `${frame.columns} x ${frame.rows} in ${frame.bytes.length} bytes`,
    `${columns} x ${rows}, as the header says`,
    "The file is damaged",
    "bad-file",
  );
  if (width === size) return cleaned(frame.bytes, header);
  const wide = new Uint8Array(wanted);
  for (let i = 0; i < rows * columns; i++)
    for (let k = 0; k < Math.min(width, size); k++) wide[i * size + k] = frame.bytes[i * width + k];
  return cleaned(wide, header);
}

/**
 * The pixels of one frame of single bits, 0 or 1, row by row. Frames follow one another without a gap, the lowest bit of a byte
 * first. Throws a LabError naming the file for pixels that are missing, packed, or too few.
 */
export function readBits(data: DicomDataSet, header: FrameHeader): Uint8Array {
  const { file, rows, columns, frames, frame, syntax } = header;
  const element = data.elements[pixelTag];
  const wanted = Math.ceil((rows * columns * frames) / 8);
  const found = element ? Math.min(element.length, data.byteArray.length - element.dataOffset) : 0;
  const isNative = packingOf(syntax, file) === "native";
  requireThat(
    element !== undefined && isNative && found >= wanted && found - wanted < 2,
    `${file} pixels`,
    isNative ? `${found} bytes` : "compressed bits",
    `${wanted} bytes for ${columns} x ${rows} x ${frames} bits without compression`,
    isNative
      ? "The file is cut short or its header damaged"
      : "Unpack the file first, such as with gdcmconv --raw",
    "bad-file",
  );
  const pixels = new Uint8Array(rows * columns);
  const bytes = data.byteArray;
  // In big-endian files bits are in words of 16, of which the low byte comes second.
  const isSwapped = syntax === bigEndian && element.vr !== "OB" ? 1 : 0;
  for (let i = 0, bit = frame * pixels.length; i < pixels.length; i++, bit++)
    pixels[i] = (bytes[element.dataOffset + ((bit >>> 3) ^ isSwapped)] >>> (bit & 7)) & 1;
  return pixels;
}

/** The bytes of one packed frame: its fragment, or all of them for a single frame. */
function packedFrame(data: DicomDataSet, { file, frame, frames }: FrameHeader): Uint8Array {
  const { fragments = [], basicOffsetTable = [] } = data.elements[pixelTag]!;
  const bytesOf = (some: typeof fragments): Uint8Array => {
    const whole = new Uint8Array(some.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const { position, length } of some) {
      requireThat(
        position + length <= data.byteArray.length,
        file,
        "a frame cut short",
        "whole frames",
        "",
        "bad-file",
      );
      whole.set(data.byteArray.subarray(position, position + length), at);
      at += length;
    }
    return whole;
  };
  if (frames === 1 && fragments.length > 0) return bytesOf(fragments);
  if (fragments.length === frames) return bytesOf([fragments[frame]]);
  const first = fragments[0];
  if (basicOffsetTable.length === frames && first) {
    // Offsets count from the first item, eight bytes before its first byte.
    const start = (k: number): number => (k < frames ? basicOffsetTable[k] : Infinity);
    const own = fragments.filter(({ position }) => {
      const offset = position - first.position;
      return offset >= start(frame) && offset < start(frame + 1);
    });
    if (own.length > 0) return bytesOf(own);
  }
  throw new LabError(
    `${file} pixels`,
    `${fragments.length} fragments`,
    `${frames} frames`,
    "The file is damaged",
    {
      kind: "bad-file",
    },
  );
}

/** The bytes as numbers; bits above those stored hold overlays in older files, or the sign. */
function cleaned(bytes: Uint8Array, { bitsAllocated, bitsStored, isSigned }: FrameHeader): FramePixels {
  const { buffer, byteOffset } = bytes;
  const length = bytes.length / (bitsAllocated / 8);
  const kinds = {
    8: [Uint8Array, Int8Array],
    16: [Uint16Array, Int16Array],
    32: [Uint32Array, Int32Array],
  } as const;
  const numbers = new kinds[bitsAllocated as 8][isSigned ? 1 : 0](buffer as ArrayBuffer, byteOffset, length);
  const spare = 32 - bitsStored;
  if (bitsStored === bitsAllocated) return numbers;
  if (isSigned) for (let i = 0; i < length; i++) numbers[i] = (numbers[i] << spare) >> spare;
  else for (let i = 0; i < length; i++) numbers[i] = (numbers[i] << spare) >>> spare;
  return numbers;
}
