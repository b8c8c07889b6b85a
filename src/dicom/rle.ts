import { LabError } from "../core/errors.js";

/**
 * Unpacks a frame in RLE (PS3.5, annex G): segments of single bytes, the high byte of every pixel first, each in runs.
 *
 * @returns pixels with the low byte first.
 * @throws LabError naming `file` where a segment is missing, too short or too long.
 */
export function decodeRle(
  packed: Uint8Array,
  pixels: number,
  bytesPerPixel: number,
  file: string,
): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const segments = packed.length >= 64 ? view.getUint32(0, true) : 0;
  if (segments !== bytesPerPixel) throw damaged(`${segments} segments`, `${bytesPerPixel} segments`);
  const out = new Uint8Array(pixels * bytesPerPixel);
  for (let segment = 0; segment < segments; segment++) {
    const from = view.getUint32(4 + 4 * segment, true);
    const to = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : packed.length;
    if (from < 64 || from > to || to > packed.length)
      throw damaged(`a segment from ${from} to ${to}`, "segments in turn");
    let at = from;
    let done = 0;
    const lane = bytesPerPixel - 1 - segment;
    while (done < pixels && at < to) {
      const code = packed[at++];
      if (code === 128) continue;
      const count = code < 128 ? code + 1 : 257 - code;
      const isRun = code > 128;
      if (at + (isRun ? 1 : count) > to || done + count > pixels)
        throw damaged("a run beyond the end", "whole runs");
      for (let k = 0; k < count; k++) out[(done + k) * bytesPerPixel + lane] = packed[isRun ? at : at + k];
      done += count;
      at += isRun ? 1 : count;
    }
    if (done < pixels) throw damaged(`${done} pixels`, `${pixels} pixels`);
  }
  return out;

  function damaged(found: string, expected: string): LabError {
    return new LabError(file, found, `${expected} of RLE`, "The file is damaged or cut short", {
      kind: "bad-file",
    });
  }
}
