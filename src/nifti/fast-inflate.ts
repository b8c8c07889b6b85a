import { fromBase64 } from "../platform/bytes.js";
import { crc32 } from "../platform/compress.js";
import type { FileHandle } from "../platform/files.js";
import { inflateModule } from "./inflate-wasm.js";
import { readFully } from "./read-fully.js";

/** What assembly/index.ts exports, which says what each one does. Addresses are in bytes. */
export interface Decoder {
  room: { value: number };
  spare: { value: number };
  prepare(): void;
  begin(output: number): void;
  inputAt(): number;
  outputAt(): number;
  slide(output: number): void;
  decode(input: number, inputEnd: number, last: number, outputEnd: number): number;
}

/** What `decode` returns. */
const [done, needsInput, needsOutput] = [0, 1, 2];

/** A decoder with its memory: two pieces of a file, one read while the other is decoded, and what one call decodes. */
interface Room {
  decoder: Decoder;
  bytes: Uint8Array;
  /** Addresses of the two pieces, each with room in front of it for what is left of the one before. */
  pieces: readonly number[];
  output: number;
}

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (limits: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
  Instance: new (module: object, imports: { env: { memory: object } }) => { exports: unknown };
};

const pieceBytes = 1 << 20;
/** Fits into a core's own cache together with the window. */
const outputBytes = 1 << 18;
const windowBytes = 1 << 15;
const pageBytes = 1 << 16;

let made: Room | undefined;
let busy = false;

/** Bytes `from` to `from + length` of a file that should hold `total`, and at most `most`. */
export interface InflateRange {
  from: number;
  length: number;
  total: number;
  most: number;
}

/**
 * Inflates a gzip file of one member and `size` bytes with the decoder in WebAssembly, on this thread, while the next
 * piece of the file is read. Returns the wanted bytes in memory of their own.
 *
 * Whatever is not plain sailing gives `undefined`, and zlib is to be asked, which also says what is wrong: a damaged
 * file or checksum, another length, several members, bytes behind the last one, a second call while the first one is at
 * work, a Node without WebAssembly.
 */
export async function inflateFast(
  handle: FileHandle,
  size: number,
  range: InflateRange,
  file: string,
): Promise<Uint8Array | undefined> {
  if (busy) return undefined;
  busy = true;
  try {
    return await inflateIn((made ??= makeRoom()), handle, size, range, file);
  } catch {
    return undefined; // zlib meets the same and tells it
  } finally {
    busy = false;
  }
}

function makeRoom(): Room {
  const module = new WebAssembly.Module(fromBase64(inflateModule));
  // Tables, twice a rest, a piece and spare zeros, the window, the output and its spare bytes.
  const pages = Math.ceil((3 * pieceBytes + outputBytes) / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const decoder = new WebAssembly.Instance(module, { env: { memory } }).exports as Decoder;
  decoder.prepare();
  const spare = decoder.spare.value;
  const first = decoder.room.value + 2 * spare;
  const second = first + pieceBytes + 3 * spare;
  const output = second + pieceBytes + spare + windowBytes;
  return { decoder, bytes: new Uint8Array(memory.buffer), pieces: [first, second], output };
}

async function inflateIn(
  { decoder, bytes, pieces, output }: Room,
  handle: FileHandle,
  size: number,
  { from, length, total, most }: InflateRange,
  file: string,
): Promise<Uint8Array | undefined> {
  const kept = new Uint8Array(length);
  const outputEnd = output + outputBytes;
  const readPiece = (start: number): Promise<Uint8Array> => {
    const at = pieces[(start / pieceBytes) & 1];
    const piece = bytes.subarray(at, at + Math.min(pieceBytes, size - start));
    return readFully(handle, piece, start, file);
  };
  decoder.begin(output);
  let [found, crc, input, end] = [0, 0, 0, 0];
  let reading = readPiece(0);
  try {
    for (let start = 0; start < size; start += pieceBytes) {
      const piece = await reading;
      const at = piece.byteOffset;
      const last = start + pieceBytes >= size;
      if (start === 0) input = at + findMember(piece);
      else {
        bytes.copyWithin(at - (end - input), input, end);
        input = at - (end - input);
      }
      end = at + piece.length;
      // Not before: it overwrites the piece that the rest was taken from.
      if (!last) reading = readPiece(start + pieceBytes);
      if (last) bytes.fill(0, end, end + decoder.spare.value);

      let status: number = needsOutput;
      while (status === needsOutput) {
        status = decoder.decode(input, end, Number(last), outputEnd);
        input = decoder.inputAt();
        const inflated = bytes.subarray(output, decoder.outputAt());
        crc = crc32(inflated, crc);
        keepPart(inflated, found, kept, from);
        found += inflated.length;
        if (found > most) return undefined;
        decoder.slide(output);
      }
      if (status === done) {
        const complete = start + (input - at) + 8 === size && found >= total;
        return complete && (await endsWith(handle, size, crc, found, file)) ? kept : undefined;
      }
      if (status !== needsInput) return undefined;
    }
    return undefined;
  } finally {
    await reading.catch(() => undefined); // into memory that the next call uses
  }
}

/** Copies what of `inflated`, which starts at byte `position` of the file, belongs to the bytes from `from` on. */
function keepPart(inflated: Uint8Array, position: number, kept: Uint8Array, from: number): void {
  const first = Math.max(from, position);
  const last = Math.min(from + kept.length, position + inflated.length);
  if (first < last) kept.set(inflated.subarray(first - position, last - position), first - from);
}

/** Length of a member's header; throws for one with a checksum of its own, a reserved flag or no end in `bytes`. */
function findMember(bytes: Uint8Array): number {
  const flags = bytes[3];
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8 || (flags & 0xe2) !== 0)
    throw new Error("no common gzip header");
  let end = 10;
  if (flags & 4) end += 2 + bytes[end] + 256 * bytes[end + 1];
  for (const text of [8, 16]) if (flags & text) end = bytes.indexOf(0, end) + 1 || Infinity;
  if (!(end < bytes.length)) throw new Error("a gzip header without an end");
  return end;
}

/** Whether a file ends in this checksum and this length. */
async function endsWith(
  handle: FileHandle,
  size: number,
  crc: number,
  length: number,
  file: string,
): Promise<boolean> {
  const { buffer } = await readFully(handle, new Uint8Array(8), size - 8, file);
  const trailer = new DataView(buffer);
  return trailer.getUint32(0, true) === crc && trailer.getUint32(4, true) === length % 2 ** 32;
}
