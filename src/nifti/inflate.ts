import { LabError, type LabErrorOptions } from "../core/errors.js";
import { joinBytes } from "../platform/bytes.js";
import { gunzip, gunzipPieces, gunzipPrefix } from "../platform/compress.js";
import type { FileError, FileHandle } from "../platform/files.js";
import { readFully } from "./read-fully.js";

/** True when `bytes` start as a gzip member does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates the beginning of a gzip file from a prefix of it; the result is as long as the prefix gives, often
 * shorter than wanted. Deflate expands at most 1032-fold, so the result of a prefix of n bytes is bounded by that.
 */
export function inflatePrefix(prefix: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipPrefix(prefix, {
      chunkSize: 4096,
      maxOutputLength: 1040 * prefix.length + 4096,
    });
  } catch (error) {
    throw damaged(error, file, `${prefix.length} bytes`);
  }
}

/** Bytes beyond the voxels that are read and dropped before a file counts as not matching its header. */
export const spareBytes: number = 1 << 20;

/** Files up to this size, compressed, hold the caller up less when they are inflated on its own thread. */
const briefBytes = 1 << 22;
const briefInflatedBytes = 1 << 29;

const pieceBytes = 1 << 22; // of a compressed file read in one go: each costs a change of threads

/**
 * Inflates a whole gzip file (all members) of `size` bytes, checking the CRC and length of each member: a long one on a
 * worker thread of Node while its next piece is read. The output buffer is made once, `expectedBytes` long, and no more
 * than 8 MiB of the file are in memory beside it. A file that holds less throws a LabError, as does one that holds
 * over a mebibyte more, so a damaged or hostile file cannot take more memory than its header says.
 */
export async function inflateAll(
  handle: FileHandle,
  size: number,
  expectedBytes: number,
  file: string,
): Promise<Uint8Array> {
  // One byte to spare: a buffer filled to the brim makes zlib ask for a second one of the same size.
  const chunkSize = Math.max(64, expectedBytes + 1);
  const maxOutputLength = expectedBytes + spareBytes;
  const pieces: Uint8Array[] = [];
  let found = 0;
  try {
    if (size <= briefBytes && expectedBytes <= briefInflatedBytes) {
      const compressed = await readFully(handle, new Uint8Array(size), 0, file);
      pieces.push(gunzip(compressed, { chunkSize, maxOutputLength }));
    } else {
      await gunzipPieces(readPieces(handle, size, file), chunkSize, (piece) => {
        pieces.push(piece);
        found += piece.length;
        if (found > maxOutputLength) throw tooLong();
      });
    }
  } catch (error) {
    throw damaged(error, file, `${size} bytes`, expectedBytes);
  }
  const bytes = joinPieces(pieces);
  requireInflated(bytes.length, expectedBytes, file);
  return bytes;
}

/**
 * The bytes of a file in turn, the next read while one is looked at. A piece is good until another is asked for, and so
 * all but the last are longer than what a stream puts by before it has dealt with the one before.
 */
async function* readPieces(handle: FileHandle, size: number, file: string): AsyncGenerator<Uint8Array> {
  const roomFor = (bytes: number) => new Uint8Array(Math.max(0, Math.min(pieceBytes, bytes)));
  const room = [roomFor(size), roomFor(size - pieceBytes)];
  const readAt = (position: number) =>
    readFully(handle, room[(position / pieceBytes) & 1].subarray(0, size - position), position, file);
  let reading = readAt(0);
  try {
    for (let position = 0; position < size; position += pieceBytes) {
      const piece = await reading;
      if (position + pieceBytes < size) reading = readAt(position + pieceBytes);
      yield piece;
    }
  } finally {
    await reading.catch(() => undefined); // into memory that is about to go
  }
}

/** One stretch of memory with all pieces: without a copy where they already are one, as zlib leaves them. */
function joinPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (!first) return new Uint8Array(0);
  let end = first.byteOffset;
  for (const { buffer, byteOffset, length } of pieces) {
    if (buffer !== first.buffer || byteOffset !== end) return joinBytes(pieces);
    end += length;
  }
  return new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset);
}

/** Where bytes are read to, for who looks at the first of them before the last are there. */
export interface Growth {
  /** As long as what is read. */
  bytes: Uint8Array;
  /** Told how many of them are there, from the start on. */
  onBytes?: (count: number) => void;
}

/**
 * Inflates a gzip file piece by piece and keeps bytes `from` to `from + length`: for one volume of a long series,
 * and for files too large for one buffer. Checks all that {@link inflateAll} checks.
 *
 * @param growth where they go; default: memory of their own
 */
export async function inflateRange(
  handle: FileHandle,
  size: number,
  from: number,
  length: number,
  expectedBytes: number,
  file: string,
  growth: Growth = { bytes: new Uint8Array(length) },
): Promise<Uint8Array> {
  const kept = growth.bytes;
  let position = 0;
  try {
    await gunzipPieces(readPieces(handle, size, file), 1 << 20, (piece) => {
      const first = Math.max(from, position);
      const last = Math.min(from + length, position + piece.length);
      if (first < last) kept.set(piece.subarray(first - position, last - position), first - from);
      position += piece.length;
      if (position > expectedBytes + spareBytes) throw tooLong();
      growth.onBytes?.(Math.max(0, Math.min(length, position - from)));
    });
  } catch (error) {
    throw damaged(error, file, "read as a stream", expectedBytes);
  }
  requireInflated(position, expectedBytes, file);
  return kept;
}

function requireInflated(found: number, expectedBytes: number, file: string): void {
  if (found < expectedBytes)
    throw new LabError(
      file,
      `${found} bytes after inflation`,
      `at least ${expectedBytes} bytes, as its header says`,
      "The file was cut short before it was compressed, or its header is damaged",
    );
}

/** As zlib says it. */
function tooLong(): Error {
  return Object.assign(new Error("too long"), { code: "ERR_BUFFER_TOO_LARGE" });
}

function damaged(error: unknown, file: string, size: string, expectedBytes = 0): LabError {
  if (error instanceof LabError) return error;
  const { code, message } = error as FileError;
  const options: LabErrorOptions = { cause: error, kind: "bad-file" };
  if (code === "ERR_BUFFER_TOO_LARGE")
    return new LabError(
      file,
      `more than ${expectedBytes + spareBytes} bytes after inflation`,
      `${expectedBytes} bytes, as its header says`,
      "The header is damaged, or this is not the file it claims to be",
      options,
    );
  const reason = /unexpected end/.test(message)
    ? `a gzip file that ends too early (${size})`
    : `a damaged gzip file (${message})`;
  return new LabError(
    file,
    reason,
    "a complete gzip file with matching checksums",
    "Copy or download it again",
    options,
  );
}
