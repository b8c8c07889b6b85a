import { gzipSync, zlibSync } from "fflate";
import type { InflateLimits } from "../compress.js";
import { joinBytes } from "./bytes.js";
import { inflateStream } from "./inflate.js";

/** Compression in a page: see `platform/compress.ts`. What it compresses is as good as zlib's, but not the same bytes. */

export type { InflateLimits };

type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param start that of the bytes before */
export function crc32(data: string | NodeJS.ArrayBufferView, start = 0): number {
  const bytes =
    typeof data === "string"
      ? new TextEncoder().encode(data)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let crc = ~start;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ crcTable[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

/** Bytes compressed as a gzip file. */
export function gzip(bytes: Uint8Array, level?: number): Uint8Array {
  return gzipSync(bytes, { mtime: 0, level: (level ?? 6) as Level });
}

/** Bytes compressed as a zlib stream, as PNG holds them. */
export function deflate(bytes: Uint8Array, level: number): Uint8Array {
  return zlibSync(bytes, { level: level as Level });
}

/** A whole gzip file of one or several members, checksums checked. */
export function gunzip(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return joinMembers(inflateMembers(bytes, limits, false));
}

/** What the beginning of a gzip file gives; one that is cut short is no error. */
export function gunzipPrefix(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return joinMembers(inflateMembers(bytes, limits, true));
}

/** What a zlib stream or a gzip file holds, whichever the bytes are, checksums checked. */
export function unzip(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzip(bytes, limits);
  if (bytes.length < 2) throw unexpectedEnd();
  if ((bytes[0] & 15) !== 8 || ((bytes[0] << 8) | bytes[1]) % 31 !== 0)
    throw damaged("incorrect header check");
  if (bytes[1] & 32) throw damaged("need dictionary");
  const { bytes: found, end } = inflateStream(bytes, 2, optionsOf(limits));
  if (end + 4 > bytes.length) throw unexpectedEnd();
  if (viewOf(bytes).getUint32(end) !== adler32(found)) throw damaged("incorrect data check");
  return found;
}

/** What a deflate stream without any frame holds, as zip files and deflated DICOM have it. */
export function inflateRaw(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return inflateStream(bytes, 0, optionsOf(limits)).bytes;
}

/** What the beginning of a deflate stream without any frame gives; one that is cut short is no error. */
export function inflateRawPrefix(bytes: Uint8Array, limits: InflateLimits = {}): Uint8Array {
  return inflateStream(bytes, 0, { ...optionsOf(limits), mayEnd: true }).bytes;
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
  // The browser's own decompression knows nothing of a second member.
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  for (const member of inflateMembers(joinBytes(parts), { chunkSize }, false))
    for (let at = 0; at < member.length; at += chunkSize) take(member.subarray(at, at + chunkSize));
}

function inflateMembers(bytes: Uint8Array, limits: InflateLimits, mayEnd: boolean): Uint8Array[] {
  const members: Uint8Array[] = [];
  let room = limits.maxOutputLength ?? Infinity;
  for (let at = 0; at < bytes.length;) {
    // Zeros behind the last member fill up a block; anything else that is none is dropped too, as zlib does it.
    if (members.length > 0 && !(bytes[at] === 0x1f && bytes[at + 1] === 0x8b)) break;
    const start = findStream(bytes, at);
    if (start === undefined) {
      if (mayEnd) break;
      throw unexpectedEnd();
    }
    const options = { ...optionsOf(limits), maxBytes: room, mayEnd };
    const { bytes: member, end, isWhole } = inflateStream(bytes, start, options);
    members.push(member);
    room -= member.length;
    if (!isWhole) break;
    if (end + 8 > bytes.length) {
      if (mayEnd) break;
      throw unexpectedEnd();
    }
    if (viewOf(bytes).getUint32(end, true) !== crc32(member)) throw damaged("incorrect data check");
    if (viewOf(bytes).getUint32(end + 4, true) !== member.length >>> 0)
      throw damaged("incorrect length check");
    at = end + 8;
  }
  if (members.length === 0 && !mayEnd) throw unexpectedEnd();
  return members;
}

/** Where the stream of a gzip member begins; undefined where its header is cut short. */
function findStream(bytes: Uint8Array, start: number): number | undefined {
  if (bytes.length < start + 10) {
    if (bytes.length >= start + 2 && !(bytes[start] === 0x1f && bytes[start + 1] === 0x8b))
      throw damaged("incorrect header check");
    return undefined;
  }
  if (bytes[start] !== 0x1f || bytes[start + 1] !== 0x8b) throw damaged("incorrect header check");
  if (bytes[start + 2] !== 8) throw damaged("unknown compression method");
  const flags = bytes[start + 3];
  let at = start + 10;
  if (flags & 4) at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  for (const flag of [8, 16])
    if (flags & flag) {
      const end = bytes.indexOf(0, at);
      if (end < 0) return undefined;
      at = end + 1;
    }
  if (flags & 2) at += 2;
  return at <= bytes.length ? at : undefined;
}

function joinMembers(members: readonly Uint8Array[]): Uint8Array {
  return members.length === 1 ? members[0] : joinBytes(members);
}

function optionsOf({ chunkSize, maxOutputLength }: InflateLimits): { sizeHint?: number; maxBytes?: number } {
  return { sizeHint: chunkSize ?? 1 << 14, maxBytes: maxOutputLength ?? Infinity };
}

function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (let i = 0; i < bytes.length;) {
    for (const end = Math.min(i + 3800, bytes.length); i < end; i++) high += low += bytes[i];
    low %= 65521;
    high %= 65521;
  }
  return ((high << 16) | low) >>> 0;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function damaged(message: string): Error {
  return Object.assign(new Error(message), { code: "Z_DATA_ERROR", errno: -3 });
}

function unexpectedEnd(): Error {
  return Object.assign(new Error("unexpected end of file"), { code: "Z_BUF_ERROR", errno: -5 });
}
