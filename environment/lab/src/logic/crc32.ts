import { createPauses } from "./pauses.js";

/** Bytes counted in one go. */
const stretch = 1 << 20;

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32 as gzip and PNG have it, 0 to 2^32 - 1. Result apart by it are files, not forgeries. */
export async function crc32(bytes: Uint8Array): Promise<number> {
  const pause = createPauses();
  let rest = -1;
  for (let from = 0; from < bytes.length; from += stretch) {
    const to = Math.min(bytes.length, from + stretch);
    for (let i = from; i < to; i++) rest = (rest >>> 8) ^ table[(rest ^ bytes[i]) & 255];
    await pause(to - from);
  }
  return ~rest >>> 0;
}
