import type { FileHandle } from "node:fs/promises";
import { constants, createGunzip, gunzip, gunzipSync } from "node:zlib";
import { LabError } from "../errors.js";

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
    return gunzipSync(prefix, {
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize: 4096,
      maxOutputLength: 1040 * prefix.length + 4096,
    });
  } catch (error) {
    throw damaged(error, file, `${prefix.length} bytes`);
  }
}

/** Bytes beyond the voxels that are read and dropped before a file counts as not matching its header. */
const spareBytes = 1 << 20;

/**
 * Inflates a whole gzip file (all members) on a worker thread of Node, checking the CRC and length of each
 * member. The output buffer is made once, `expectedBytes` long; a file that holds less throws a LabError, as
 * does one that holds over a mebibyte more, so a damaged or hostile file cannot take more memory than its header says.
 */
export async function inflateAll(
  compressed: Uint8Array,
  expectedBytes: number,
  file: string,
): Promise<Uint8Array> {
  const inflated = await new Promise<Buffer>((resolve, reject) => {
    // One byte to spare: a buffer filled to the brim makes zlib ask for a second one of the same size.
    const options = {
      chunkSize: Math.max(64, expectedBytes + 1),
      maxOutputLength: expectedBytes + spareBytes,
    };
    gunzip(compressed, options, (error, result) => {
      if (error) reject(damaged(error, file, `${compressed.length} bytes`, expectedBytes));
      else resolve(result);
    });
  });
  requireInflated(inflated.length, expectedBytes, file);
  return inflated;
}

/**
 * Inflates a gzip file piece by piece and keeps bytes `from` to `from + length`: for one volume of a long series,
 * and for files too large for one buffer. Checks all that {@link inflateAll} checks.
 */
export async function inflateRange(
  handle: FileHandle,
  from: number,
  length: number,
  expectedBytes: number,
  file: string,
): Promise<Uint8Array> {
  const kept = new Uint8Array(length);
  let position = 0;
  const inflater = createGunzip({ chunkSize: 1 << 20 });
  const source = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
  source.on("error", (error) => inflater.destroy(error));
  try {
    for await (const chunk of source.pipe(inflater)) {
      const piece = chunk as Buffer;
      const first = Math.max(from, position);
      const last = Math.min(from + length, position + piece.length);
      if (first < last) kept.set(piece.subarray(first - position, last - position), first - from);
      position += piece.length;
      if (position > expectedBytes + spareBytes)
        throw Object.assign(new Error("too long"), { code: "ERR_BUFFER_TOO_LARGE" });
    }
  } catch (error) {
    throw damaged(error, file, "read as a stream", expectedBytes);
  } finally {
    source.destroy();
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

function damaged(error: unknown, file: string, size: string, expectedBytes = 0): LabError {
  const { code, message } = error as NodeJS.ErrnoException;
  const options = { cause: error };
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
