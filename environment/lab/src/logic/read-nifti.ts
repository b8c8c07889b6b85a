import type { Rescale, Volume } from "tumorlab/internal/core/types";
import { geometryOf } from "tumorlab/internal/nifti/affine";
import { viewVoxels } from "tumorlab/internal/nifti/datatype";
import { parseFields } from "tumorlab/internal/nifti/fields";
import { createPauses } from "./pauses.js";

/** A NIfTI file that is being read: its header is there, its voxels are still to come. */
export interface OpenNifti extends Omit<Volume, "data"> {
  /** Real value = slope * stored + intercept. */
  rescale: Rescale;
  /**
   * Reads the voxels as they arrive, so that the file is never in memory as a whole.
   *
   * @param encode turns stored numbers into a byte each
   */
  read(encode: (stored: ArrayLike<number>) => Uint8Array): Promise<Uint8Array>;
  /** Gives up on the voxels. */
  cancel(): Promise<void>;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

const longestHeader = 540;

/** Voxels that begin later than this do so behind no honest header. */
const latestVoxels = 1 << 20;

/**
 * Reads the header of a NIfTI file of one 3D volume, gzipped or not.
 *
 * @param name what to call it in messages
 * @throws Error naming the file where it is no such file, and what `parseFields` and `geometryOf` throw
 */
export async function openNifti(file: ReadableStream<Uint8Array>, name: string): Promise<OpenNifti> {
  const reader = (await inflate(file)).getReader() as Reader;
  const cancel = () => reader.cancel().catch(() => undefined);
  try {
    const start = await readAtLeast(reader, new Uint8Array(), longestHeader);
    const fields = await parseFields(start, name);
    const { dims, shape, voxOffset, rescale = { slope: 1, intercept: 0 } } = fields;
    if (fields.pair || dims.length > 3 || voxOffset > latestVoxels)
      throw new Error(`${name}: not a single file of one 3D volume.`);
    const { spacingMm, affine } = geometryOf(fields, name);
    return {
      shape,
      spacingMm,
      affine,
      rescale,
      read: async (encode) => {
        const first = await readAtLeast(reader, start, voxOffset);
        const out = new Uint8Array(shape[0] * shape[1] * shape[2]);
        await readVoxels(reader, first.subarray(voxOffset), fields.bytesPerVoxel, out, (bytes) => {
          if (!fields.littleEndian) swapBytes(bytes, fields.bytesPerVoxel);
          return encode(viewVoxels(bytes, fields.datatype, name));
        });
        await cancel();
        return out;
      },
      cancel,
    };
  } catch (error) {
    await cancel();
    throw error;
  }
}

/** Fills `out` from what is left in hand and what still comes; a number may be cut between two pieces. */
async function readVoxels(
  reader: Reader,
  inHand: Uint8Array,
  size: number,
  out: Uint8Array,
  encode: (bytes: Uint8Array) => Uint8Array,
): Promise<void> {
  const pause = createPauses();
  let rest = inHand;
  for (let filled = 0; ;) {
    const count = Math.min(Math.floor(rest.length / size), out.length - filled);
    // A copy, so that its numbers lie where a typed array can take them.
    out.set(encode(rest.slice(0, count * size)), filled);
    filled += count;
    await pause(count * size);
    if (filled === out.length) break;
    rest = await readAtLeast(reader, rest.subarray(count * size), size);
    if (rest.length < size) throw new Error(`The file ends after ${filled} of ${out.length} voxels.`);
  }
}

/** What is in hand and as many pieces more as make it `least` bytes, or all there are. */
async function readAtLeast(reader: Reader, inHand: Uint8Array, least: number): Promise<Uint8Array> {
  const pieces = [inHand];
  let length = inHand.length;
  while (length < least) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    length += value.length;
  }
  const whole = new Uint8Array(length);
  pieces.reduce((at, piece) => {
    whole.set(piece, at);
    return at + piece.length;
  }, 0);
  return whole;
}

/** The bytes themselves, or what is gzipped in them: told by the first two, as the name may lie. */
async function inflate(file: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = file.getReader();
  const start = await readAtLeast(reader, new Uint8Array(), 2);
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (out) => out.enqueue(Uint8Array.from(start)),
    pull: async (out) => {
      const { done, value } = await reader.read();
      if (done) out.close();
      else out.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  return isGzip ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; size > 1 && at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
