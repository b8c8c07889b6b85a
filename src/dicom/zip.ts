import { LabError, requireThat } from "../core/errors.js";
import { decodeLatin1 } from "../platform/bytes.js";
import { crc32, inflateRaw, inflateRawPrefix } from "../platform/compress.js";

/** A file in a zip archive. */
export interface ZipEntry {
  name: string;
  /** How many bytes the archive says it has; reading gives no more. */
  size: number;
  /**
   * Its bytes, inflated and checked; with `limit` at least so many of the first, or all there are, unchecked. Throws a LabError
   * naming the archive and the file.
   */
  read(limit?: number): Uint8Array;
}

/** Bytes that deflate adds to 64 KiB it cannot make shorter, and more. */
const deflateSlack = 1024;
/** A file in an archive that says it holds more is refused: no slice does. */
const largestEntry = 2 ** 31;

/**
 * The files of a zip archive, by its directory. Throws a LabError naming the archive where that is damaged, the archive is
 * in parts, larger than 4 GiB, or encrypted.
 */
export function listZip(bytes: Uint8Array, archive: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (found: unknown, expected: string): never => {
    throw new LabError(archive, found, expected, "Unpack it, and read the folder", { kind: "bad-file" });
  };
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 65558 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) fail("no directory", "a whole zip archive");
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let k = 0; k < count; k++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50)
      fail("a damaged directory", "a zip archive in one part below 4 GiB");
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [sum, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true));
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const local = view.getUint32(at + 42, true);
    const name = decodeLatin1(bytes.subarray(at + 46, at + 46 + nameLength));
    at += 46 + nameLength + extra + comment;
    if (name.endsWith("/")) continue;
    const entry = { flags, method, sum, packed, size, local };
    entries.push({ name, size, read: (limit) => readEntry(name, entry, limit) });
  }
  return entries;

  function readEntry(
    name: string,
    entry: { flags: number; method: number; sum: number; packed: number; size: number; local: number },
    limit = Infinity,
  ): Uint8Array {
    const { flags, method, sum, packed, size, local } = entry;
    const input = `${archive}, ${name}`;
    const refuse = (found: unknown, expected: string): never => {
      throw new LabError(input, found, expected, "Unpack it, and read the folder", { kind: "bad-file" });
    };
    if ((flags & 1) !== 0) refuse("an encrypted file", "a file that is not encrypted");
    if (size > largestEntry || packed === 0xffffffff) refuse(`${size} bytes`, "a file below 2 GiB");
    if (local + 30 > bytes.length || view.getUint32(local, true) !== 0x04034b50)
      refuse("damage", "a whole archive");
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (from + packed > bytes.length) refuse("an archive cut short", "a whole archive");
    const stored = bytes.subarray(from, from + packed);
    let data = stored;
    if (limit < size && method === 0) return stored.subarray(0, limit);
    if (method === 8) {
      try {
        // Deflate makes hardly anything longer: that many bytes hold the beginning.
        if (limit + deflateSlack < Math.min(packed, size)) {
          const start = inflateRawPrefix(stored.subarray(0, limit + deflateSlack), {
            maxOutputLength: size + 1,
          });
          if (start.length >= limit) return start;
        }
        data = inflateRaw(stored, { maxOutputLength: size + 1 });
      } catch {
        refuse("bytes that do not inflate", "a whole archive");
      }
    } else if (method !== 0) refuse(`compression ${method}`, "deflate, or none");
    requireThat(
      data.length === size && crc32(data) === sum,
      input,
      "another checksum",
      "a whole archive",
      "",
      "bad-file",
    );
    return data;
  }
}
