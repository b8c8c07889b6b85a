import { readJson, writeFileWhole } from "../core/files.js";
import { encodeText } from "../platform/bytes.js";
import { type FileError, type FileHandle, mkdir, open, readPieces, rename, rm } from "../platform/files.js";
import { createSha256, type Hash } from "../platform/hash.js";
import { dirname } from "../platform/paths.js";
import { takeDownloadLock } from "./download-lock.js";

/** What is known of the file that a partial one is the beginning of. */
export interface PartialOrigin {
  url: string;
  /** ETag or date that tells whether the server still has the same file; null where it gave none. */
  validator: string | null;
  totalBytes: number | null;
}

/**
 * A download under way: it grows in `PATH.partial`, beside it `PATH.partial.json` tells what it is the beginning of,
 * and only `finish` gives it its name. Killed at any moment, it can be opened again and go on.
 */
export class PartialFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private hash: Hash,
    private length: number,
    private knownOrigin: PartialOrigin | undefined,
    private readonly unlock: () => Promise<void>,
  ) {}

  /**
   * Opens what an earlier run left, or begins anew. Reads what is there once, for its hash. Throws a LabError while
   * another download of the same file is under way.
   */
  static async open(path: string, signal?: AbortSignal): Promise<PartialFile> {
    await mkdir(dirname(path), { recursive: true });
    const unlock = await takeDownloadLock(`${partialPath(path)}.lock`);
    let handle: FileHandle | undefined;
    try {
      const origin = await readOrigin(path);
      handle = origin ? await openExisting(partialPath(path)) : await open(partialPath(path), "w+");
      const file = new PartialFile(path, handle, createSha256(), 0, origin, unlock);
      if (!origin) return file;
      for await (const chunk of readPieces(partialPath(path), { signal })) {
        file.hash.update(chunk);
        file.length += chunk.length;
      }
      return file;
    } catch (error) {
      await handle?.close();
      await unlock();
      throw error;
    }
  }

  /** Bytes that are there. */
  get bytes(): number {
    return this.length;
  }

  get origin(): PartialOrigin | undefined {
    return this.knownOrigin;
  }

  /** sha256 of what is there, 64 hexadecimal digits. */
  get sha256(): string {
    return this.hash.peek();
  }

  /** Notes what is being fetched, before its first byte is written. */
  async setOrigin(origin: PartialOrigin): Promise<void> {
    await writeFileWhole(originPath(this.path), [encodeText(JSON.stringify(origin))]);
    this.knownOrigin = origin;
  }

  /** Writes at the end. What fits on a disk that takes no more counts, however large the piece it came in. */
  async append(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      const { bytesWritten } = await this.handle.write(chunk, from, chunk.length - from, this.length);
      this.hash.update(chunk.subarray(from, from + bytesWritten));
      this.length += bytesWritten;
      from += bytesWritten;
    }
  }

  /** Throws away what is there. */
  async restart(): Promise<void> {
    await rm(originPath(this.path), { force: true });
    if (this.length > 0) await this.handle.truncate(0);
    this.hash = createSha256();
    this.length = 0;
    this.knownOrigin = undefined;
  }

  /** Flushes, closes and gives the file its name. */
  async finish(): Promise<void> {
    await this.handle.truncate(this.length);
    await this.handle.sync();
    await this.handle.close();
    await rename(partialPath(this.path), this.path);
    await rm(originPath(this.path), { force: true });
    await this.unlock();
  }

  /** Closes and keeps it for another time; removes it where nothing of it is there. */
  async close(): Promise<void> {
    await this.handle.close();
    if (this.length === 0) await removePartial(this.path);
    await this.unlock();
  }
}

/** Removes what an unfinished download to `path` left. */
export async function removePartial(path: string): Promise<void> {
  await rm(originPath(path), { force: true });
  await rm(partialPath(path), { force: true });
}

/** Where a download to `path` grows. */
export function partialPath(path: string): string {
  return `${path}.partial`;
}

function originPath(path: string): string {
  return `${path}.partial.json`;
}

/** Opens for writing what is there, made empty where it is gone. */
async function openExisting(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if ((error as FileError).code !== "ENOENT") throw error;
    return open(path, "w+");
  }
}

/** Undefined where there is none or it cannot be read: what it stood beside is of unknown origin. */
async function readOrigin(path: string): Promise<PartialOrigin | undefined> {
  try {
    const origin = await readJson(originPath(path), "where a download came from");
    const { url, validator, totalBytes } = origin as Partial<PartialOrigin>;
    return typeof url === "string"
      ? { url, validator: validator ?? null, totalBytes: totalBytes ?? null }
      : undefined;
  } catch {
    return undefined;
  }
}
