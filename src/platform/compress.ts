import { pipeline } from "node:stream/promises";
import {
  constants,
  createGunzip,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  unzipSync,
} from "node:zlib";

export { crc32 } from "node:zlib";

/** Bytes compressed as a gzip file. */
export function gzip(bytes: Uint8Array, level?: number): Uint8Array {
  return gzipSync(bytes, level === undefined ? {} : { level });
}

/** Bytes compressed as a zlib stream, as PNG holds them. */
export function deflate(bytes: Uint8Array, level: number): Uint8Array {
  return deflateSync(bytes, { level });
}

/** How much a decompression may give. */
export interface InflateLimits {
  /** Bytes of the memory that is taken at a time; the whole, where that is known. */
  chunkSize?: number;
  /** More bytes than this end with the code `ERR_BUFFER_TOO_LARGE`. */
  maxOutputLength?: number;
}

/** A whole gzip file of one or several members, checksums checked. */
export function gunzip(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return gunzipSync(bytes, limits);
}

/** What a zlib stream or a gzip file holds, whichever the bytes are, checksums checked. */
export function unzip(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return unzipSync(bytes, limits);
}

/** What a deflate stream without any frame holds, as zip files and deflated DICOM have it. */
export function inflateRaw(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return inflateRawSync(bytes, limits);
}

/** What the beginning of a deflate stream without any frame gives; one that is cut short is no error. */
export function inflateRawPrefix(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return inflateRawSync(bytes, { ...limits, finishFlush: constants.Z_SYNC_FLUSH });
}

/** What the beginning of a gzip file gives; one that is cut short is no error. */
export function gunzipPrefix(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return gunzipSync(bytes, { ...limits, finishFlush: constants.Z_SYNC_FLUSH });
}

/**
 * Inflates a gzip file of one or several members piece by piece, away from this thread, and hands each to `take`, in
 * order; an error of either ends both.
 */
export async function gunzipPieces(
  pieces: AsyncIterable<Uint8Array>,
  chunkSize: number,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  await pipeline(pieces, createGunzip({ chunkSize }), async (inflated) => {
    for await (const piece of inflated as AsyncIterable<Uint8Array>) take(piece);
  });
}
