import { fileError, LabError, requireThat } from "../core/errors.js";
import { access, type FileHandle, open } from "../platform/files.js";
import { availableMemoryBytes } from "../platform/machine.js";
import { inflateFast } from "./fast-inflate.js";
import { longestHeaderBytes } from "./fields.js";
import { type Growth, inflateAll, inflatePrefix, inflateRange, isGzip, spareBytes } from "./inflate.js";
import { readFully } from "./read-fully.js";

/** Files of over 2 GiB are inflated piece by piece: zlib fills at most 4 GiB in one go. */
const oneShotLimit = 2 ** 31;

/** Files that hold less are inflated before a decoder has been made. */
const fastFrom = 1 << 20;
/** Files compressed more, as label maps are, are little but long copies: zlib makes them where they are to be. */
const fastRatio = 8;

/** Opens a file for reading, hands it to `use` and closes it whatever happens; a missing file is a LabError. */
async function withFile<T>(path: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    throw unreadable(error, path);
  }
  try {
    const stat = await handle.stat();
    requireThat(stat.isFile(), path, "a folder or device", "a NIfTI file (.nii, .nii.gz, or .hdr/.img)");
    return await use(handle, stat.size);
  } catch (error) {
    throw error instanceof LabError ? error : unreadable(error, path);
  } finally {
    await handle.close();
  }
}

/**
 * The first `enough` bytes of a file or more, inflated where it is gzip, or all there is; by default what any NIfTI
 * header needs. Reads a few KiB however large the file is.
 */
export async function readStart(
  path: string,
  enough: number = longestHeaderBytes,
): Promise<{ bytes: Uint8Array; compressed: boolean }> {
  return withFile(path, async (handle, size) => {
    for (let want = Math.max(1024, enough); ; want *= 4) {
      const prefix = await readBytes(handle, 0, Math.min(want, size), path);
      if (!isGzip(prefix)) return { bytes: prefix, compressed: false };
      const bytes = inflatePrefix(prefix, path);
      if (bytes.length >= enough || prefix.length >= size) return { bytes, compressed: true };
    }
  });
}

/**
 * Bytes `from` to `from + length` of a file that holds `total` bytes once inflated, in memory of their own or as a
 * view. The whole of a gzip file is inflated and its checksums are checked, whatever part is wanted.
 *
 * Throws a LabError naming the file when it holds less than `total` bytes or is damaged, before any memory is
 * taken for sizes the file cannot hold.
 */
export async function readRange(
  path: string,
  from: number,
  length: number,
  total: number,
): Promise<Uint8Array> {
  return withFile(path, async (handle, size) => {
    const compressed = isGzip(await readBytes(handle, 0, Math.min(2, size), path));
    // Deflate expands a byte to at most 1032; a header that promises more cannot be true.
    const most = compressed ? 1032 * size : size;
    requireThat(
      total <= most,
      path,
      compressed ? `a gzip file of ${size} bytes` : `${size} bytes`,
      `a file that holds the ${total} bytes its header names`,
      "The file is cut short, or its header is damaged",
    );
    requireMemory(path, length);
    try {
      if (!compressed) return await readBytes(handle, from, length, path);
      if (total >= fastFrom && total < fastRatio * size) {
        const range = { from, length, total, most: total + spareBytes };
        const bytes = await inflateFast(handle, size, range, path);
        if (bytes) return bytes;
      }
      if (total > oneShotLimit || length < total / 2)
        return await inflateRange(handle, size, from, length, total, path);
      const inflated = await inflateAll(handle, size, total, path);
      return inflated.subarray(from, from + length);
    } catch (error) {
      if (error instanceof RangeError)
        throw new LabError(path, `${length} bytes of voxels`, "an image that fits in memory", error.message);
      throw error;
    }
  });
}

/** So much is read between two words on how far it is. */
const growthBytes = 1 << 22;

/** As {@link readRange}, into memory that the caller looks at while it fills; what is wrong may show at its end alone. */
export async function growRange(path: string, from: number, total: number, growth: Growth): Promise<void> {
  await withFile(path, async (handle, size) => {
    const { bytes, onBytes } = growth;
    if (isGzip(await readBytes(handle, 0, Math.min(2, size), path))) {
      await inflateRange(handle, size, from, bytes.length, total, path, growth);
      return;
    }
    for (let at = 0; at < bytes.length; at += growthBytes) {
      const piece = bytes.subarray(at, at + growthBytes);
      await readFully(handle, piece, from + at, path);
      onBytes?.(at + piece.length);
    }
  });
}

/** Bytes of a file on disk. */
export async function sizeOf(path: string): Promise<number> {
  return withFile(path, (_, size) => Promise.resolve(size));
}

/**
 * Throws a LabError where so many bytes are not to be had. A few megabytes of gzip can truly hold gigabytes of nothing:
 * the system would end this program, or another one, in the middle of reading them.
 */
export function requireMemory(path: string, bytes: number, available: number = availableMemoryBytes()): void {
  const gib = (count: number): string => `${(count / 2 ** 30).toFixed(2)} GiB`;
  // What is read is looked at, converted or resampled: half as much again is the least that takes.
  if (bytes < 2 ** 26 || 1.5 * bytes <= available) return;
  throw new LabError(
    path,
    `${gib(bytes)} of voxels`,
    `an image that fits into the ${gib(available)} of memory that are free`,
    "Close other programs, cut the image into parts, or read it on a larger machine",
    { kind: "file-access" },
  );
}

/** True when the file exists and may be read. */
export async function isReadable(path: string): Promise<boolean> {
  return access(path, "read").then(
    () => true,
    () => false,
  );
}

async function readBytes(
  handle: FileHandle,
  position: number,
  length: number,
  path: string,
): Promise<Uint8Array> {
  // Its own memory, not a slice of Node's pool: typed arrays over it start aligned and nothing else is kept alive.
  return readFully(handle, new Uint8Array(new ArrayBuffer(length)), position, path);
}

function unreadable(error: unknown, path: string): LabError {
  return fileError(path, error, "a readable NIfTI file (.nii, .nii.gz, or .hdr/.img)");
}
