import {
  closeSync,
  createReadStream,
  createWriteStream,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
} from "node:fs";
import * as node from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/**
 * Files as every platform has them: what a browser's private file system can do too, under the names and with the error
 * codes of Node. Text and JSON, whole writes and words for errors are in `core/files.ts`.
 */

/** An error of the file system: `code` is such as `"ENOENT"`. */
export type FileError = Error & { code?: string; syscall?: string };

/** What is known of a file or folder. */
export interface FileStatus {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds from 1970 to the last change. */
  readonly mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** A name in a folder. */
export interface FolderEntry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** An open file. */
export interface FileHandle {
  /** Reads up to `length` bytes at `position` of the file into `into` from `offset` on; 0 at its end. */
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  /** Writes `length` bytes of `from` from `offset` on at `position` of the file. */
  write(
    from: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
  writeFile(text: string): Promise<void>;
  appendFile(text: string): Promise<void>;
  truncate(bytes: number): Promise<void>;
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>;
  stat(): Promise<FileStatus>;
  close(): Promise<void>;
}

/**
 * Opens a file: `r` reads one that is there, `r+` also writes it, `w+` empties or makes it, `wx` makes it and fails with
 * `EEXIST` where it is there.
 */
export const open: (path: string, flags: "r" | "r+" | "w+" | "wx") => Promise<FileHandle> = node.open;

/** What a name itself is, be it a link. Rejects with `ENOENT` where there is none. */
export const lstat: (path: string) => Promise<FileStatus> = node.lstat;

/** Which file a path leads to, the same for every path and link that does; `undefined` where there is none. */
export async function identifyFile(path: string): Promise<string | undefined> {
  const found = await node.stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino}`;
}

/** What is known of a file or folder, links followed; fails with `ENOENT` where nothing is there. */
export const stat: (path: string) => Promise<FileStatus> = node.stat;

/** All bytes of a file. */
export const readFile: (path: string) => Promise<Uint8Array> = node.readFile;

/** Writes a file, whatever was there; for one that must be whole or not there, see `core/files.ts`. */
export const writeFile: (path: string, content: string | Uint8Array) => Promise<void> = node.writeFile;

/** Adds text to the end of a file, made where missing. */
export const appendFile: (path: string, text: string) => Promise<void> = node.appendFile;

/** Names in a folder, in no order. */
export const readdir: (path: string) => Promise<string[]> = node.readdir;

/** Names in a folder with what they are, in no order. */
export function listFolder(path: string): Promise<FolderEntry[]> {
  return node.readdir(path, { withFileTypes: true });
}

/** Makes a folder. `recursive`: also those it lies in, and one that is there is kept. */
export async function mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
  await node.mkdir(path, options);
}

/** Removes a file. `force`: or nothing where none is; `recursive`: also a folder with all in it. */
export const rm: (path: string, options?: { recursive?: boolean; force?: boolean }) => Promise<void> =
  node.rm;

/** Gives a file or folder another name, in one step; a file of that name is replaced. */
export const rename: (from: string, to: string) => Promise<void> = node.rename;

/** Gives a file a second name, in one step; fails with `EEXIST` where something has it. */
export const link: (from: string, to: string) => Promise<void> = node.link;

/** The path without links. */
export const realpath: (path: string) => Promise<string> = node.realpath;

/** Fails where a file or folder is not there or may not be read, or written. */
export function access(path: string, how: "read" | "write"): Promise<void> {
  return node.access(path, how === "read" ? node.constants.R_OK : node.constants.W_OK);
}

/** The bytes of a file, a piece at a time. */
export function readPieces(
  path: string,
  { signal }: { signal?: AbortSignal } = {},
): AsyncIterable<Uint8Array> {
  return createReadStream(path, { signal }) as AsyncIterable<Uint8Array>;
}

/**
 * Writes pieces of bytes into a new file, flushed to the disk.
 *
 * @param gzipLevel 1 to 9: compressed on the way; absent: as they are.
 */
export async function writePieces(
  path: string,
  pieces: Iterable<Uint8Array>,
  gzipLevel?: number,
): Promise<void> {
  const source = Readable.from(pieces, { objectMode: true });
  const file = createWriteStream(path, { flush: true });
  if (gzipLevel === undefined) await pipeline(source, file);
  else await pipeline(source, createGzip({ level: gzipLevel, chunkSize: 1 << 18 }), file);
}

/**
 * Names in a folder that ships with the project; its list is known without waiting. In no order.
 */
export function listShipped(folder: string): string[] {
  return readdirSync(folder);
}

/** The folders in a folder that comes with the project, without what else lies there. */
export function listShippedFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** All bytes of a file, while the thread waits: for workers, and for what ships. */
export const readFileNow: (path: string) => Uint8Array = readFileSync;

/** Hands a function that reads parts of a file to `use`, while the thread waits; the file is closed whatever happens. */
export function withFileNow<T>(
  path: string,
  use: (read: (bytes: Uint8Array, position: number) => number) => T,
): T {
  const file = openSync(path, "r");
  try {
    return use((bytes, position) => readSync(file, bytes, 0, bytes.length, position));
  } finally {
    closeSync(file);
  }
}
