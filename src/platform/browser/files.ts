import type { FileError, FileHandle, FileStatus, FolderEntry } from "../files.js";
import { encodeText, joinBytes } from "./bytes.js";
import { gzip } from "./compress.js";
import { dirname, resolve } from "./paths.js";
import {
  addFolder,
  fileError,
  find,
  place,
  read,
  readNow,
  remove,
  requireAny,
  requireFile,
  requireFolder,
  sizeOf,
  type Stored,
  type StoredFile,
  tellFile,
  write,
} from "./store.js";

/** Files of a page: see `platform/files.ts`. There are no links and no permissions. */

export type { FileError, FileHandle, FileStatus, FolderEntry };

const pieceBytes = 1 << 20;

/** Opens a file as Node does with the same flags. */
export function open(path: string, flags: "r" | "r+" | "w+" | "wx"): Promise<FileHandle> {
  return attempt(() => {
    if (flags === "wx" && find(path)) throw fileError("EEXIST", "open", path);
    if (flags === "w+" || flags === "wx") {
      requireFolder(dirname(resolve(path)), "open");
      if (find(path)?.kind === "folder") throw fileError("EISDIR", "open", path);
      write(resolve(path), new Uint8Array(0));
    }
    return openHandle(path, requireFile(path, "open"));
  });
}

/** Changes are there for this thread at once, and for others when the file is synced or closed. */
function openHandle(path: string, file: StoredFile): FileHandle {
  let isChanged = false;
  let room = new Uint8Array(0);

  /** The file's bytes in memory that may grow, at least `bytes` long. */
  async function makeRoom(bytes: number): Promise<Uint8Array> {
    const { content } = file;
    const mine = content instanceof Uint8Array && content.buffer === room.buffer;
    const size = sizeOf(file);
    if (!mine || room.length < bytes) {
      const larger = new Uint8Array(Math.max(bytes, mine ? 2 * room.length : size));
      larger.set(mine ? room.subarray(0, size) : await read(file));
      room = larger;
    }
    const length = Math.max(size, bytes);
    file.content = room.subarray(0, length);
    return room;
  }
  function change(length: number): void {
    file.content = room.subarray(0, length);
    file.mtimeMs = Date.now();
    isChanged = true;
  }
  function commit(): void {
    if (!isChanged) return;
    isChanged = false;
    // A file that was removed or renamed meanwhile is no longer at its path.
    if (find(path) === file) tellFile(path, file);
  }
  async function append(bytes: Uint8Array): Promise<void> {
    const at = sizeOf(file);
    (await makeRoom(at + bytes.length)).set(bytes, at);
    change(at + bytes.length);
  }

  return {
    async read(into, offset, length, position) {
      const size = sizeOf(file);
      const bytes = await read(file, Math.min(position, size), Math.min(position + length, size));
      into.set(bytes, offset);
      return { bytesRead: bytes.length };
    },
    async write(from, offset, length, position) {
      const end = Math.max(sizeOf(file), position + length);
      (await makeRoom(end)).set(from.subarray(offset, offset + length), position);
      change(end);
      return { bytesWritten: length };
    },
    writeFile: (text) => append(encodeText(text)),
    appendFile: (text) => append(encodeText(text)),
    async truncate(bytes) {
      const size = sizeOf(file);
      (await makeRoom(bytes)).fill(0, Math.min(size, bytes), Math.max(size, bytes));
      change(bytes);
    },
    sync: () => attempt(commit),
    stat: () => attempt(() => describe(file)),
    close: () => attempt(commit),
  };
}

/** What a name is. */
export function lstat(path: string): Promise<FileStatus> {
  return attempt(() => describe(requireAny(path, "lstat")));
}

/** Which file a path leads to; `undefined` where there is none. */
export function identifyFile(path: string): Promise<string | undefined> {
  const found = find(path);
  return Promise.resolve(found && String(found.id));
}

export function stat(path: string): Promise<FileStatus> {
  return attempt(() => describe(requireAny(path, "stat")));
}

/** All bytes of a file, in memory of the caller's own. */
export async function readFile(path: string): Promise<Uint8Array> {
  return read(requireFile(path, "open"));
}

/** Writes a file, whatever was there. */
export function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  return attempt(() => {
    requireFolder(dirname(resolve(path)), "open");
    if (find(path)?.kind === "folder") throw fileError("EISDIR", "open", path);
    write(resolve(path), typeof content === "string" ? encodeText(content) : content);
  });
}

/** Adds text to the end of a file, made where missing. */
export async function appendFile(path: string, text: string): Promise<void> {
  const handle = await open(path, find(path) ? "r+" : "wx");
  await handle.appendFile(text);
  await handle.close();
}

/** Names in a folder, in no order. */
export function readdir(path: string): Promise<string[]> {
  return attempt(() => [...requireFolder(path, "scandir").names.keys()]);
}

/** Names in a folder with what they are, in no order. */
export function listFolder(path: string): Promise<FolderEntry[]> {
  return attempt(() =>
    [...requireFolder(path, "scandir").names].map(([name, { kind }]) => ({
      name,
      isFile: () => kind === "file",
      isDirectory: () => kind === "folder",
      isSymbolicLink: () => false,
    })),
  );
}

/** Makes a folder. `recursive`: also those it lies in, and one that is there is kept. */
export function mkdir(path: string, { recursive = false }: { recursive?: boolean } = {}): Promise<void> {
  return attempt(() => makeFolder(resolve(path), recursive));
}

function makeFolder(path: string, recursive: boolean): void {
  const found = find(path);
  if (recursive && found?.kind === "folder") return;
  if (recursive && !found) makeFolder(dirname(path), true);
  addFolder(path);
}

/** Removes a file. `force`: or nothing where none is; `recursive`: also a folder with all in it. */
export function rm(
  path: string,
  { recursive = false, force = false }: { recursive?: boolean; force?: boolean } = {},
): Promise<void> {
  return attempt(() => {
    if (force && !find(path)) return;
    if (requireAny(path, "rm").kind === "folder" && !recursive) throw fileError("EISDIR", "rm", path);
    remove(path);
  });
}

/** Gives a file or folder another name, in one step; a file of that name is replaced. */
export function rename(from: string, to: string): Promise<void> {
  return attempt(() => {
    const moved = requireAny(from, "rename");
    const there = find(to);
    if (there === moved) return;
    if (there?.kind === "folder" && moved.kind === "file") throw fileError("EISDIR", "rename", to);
    if (there?.kind === "file" && moved.kind === "folder") throw fileError("ENOTDIR", "rename", to);
    if (there?.kind === "folder" && there.names.size > 0) throw fileError("ENOTEMPTY", "rename", to);
    place(to, moved);
    remove(from);
  });
}

/** Gives a file a second name; fails with `EEXIST` where something has it. */
export function link(from: string, to: string): Promise<void> {
  return attempt(() => {
    const file = requireFile(from, "link");
    if (find(to)) throw fileError("EEXIST", "link", to);
    place(to, file);
  });
}

/** The path itself: there are no links. */
export function realpath(path: string): Promise<string> {
  return attempt(() => {
    requireAny(path, "realpath");
    return resolve(path);
  });
}

/** Fails where a file or folder is not there. */
export function access(path: string, _how: "read" | "write"): Promise<void> {
  return attempt(() => void requireAny(path, "access"));
}

/** The bytes of a file, a piece at a time. */
export async function* readPieces(
  path: string,
  { signal }: { signal?: AbortSignal } = {},
): AsyncGenerator<Uint8Array> {
  const file = requireFile(path, "open");
  for (let at = 0; at < sizeOf(file); at += pieceBytes) {
    signal?.throwIfAborted();
    yield await read(file, at, Math.min(at + pieceBytes, sizeOf(file)));
  }
}

/** Writes pieces of bytes into a new file; `gzipLevel` 1 to 9: compressed. */
export async function writePieces(
  path: string,
  pieces: Iterable<Uint8Array>,
  gzipLevel?: number,
): Promise<void> {
  // A piece may be used again for the next one.
  const all = joinBytes(Array.from(pieces, (piece) => piece.slice()));
  await writeFile(path, gzipLevel === undefined ? all : gzip(all, gzipLevel));
}

/** Names in a folder that ships with the project. */
export function listShipped(folder: string): string[] {
  return [...requireFolder(folder, "scandir").names.keys()];
}

/** The folders in a folder that comes with the project. */
export function listShippedFolders(folder: string): string[] {
  const { names } = requireFolder(folder, "scandir");
  return [...names].filter(([, { kind }]) => kind === "folder").map(([name]) => name);
}

/** All bytes of a file, while the thread waits. */
export function readFileNow(path: string): Uint8Array {
  return readNow(requireFile(path, "open"));
}

/** Hands a function that reads parts of a file to `use`, while the thread waits. */
export function withFileNow<T>(
  path: string,
  use: (read: (bytes: Uint8Array, position: number) => number) => T,
): T {
  const file = requireFile(path, "open");
  return use((bytes, position) => {
    const part = readNow(file, position, Math.min(position + bytes.length, sizeOf(file)));
    bytes.set(part);
    return part.length;
  });
}

function describe(stored: Stored): FileStatus {
  return {
    size: stored.kind === "file" ? sizeOf(stored) : 0,
    mtimeMs: stored.mtimeMs,
    isFile: () => stored.kind === "file",
    isDirectory: () => stored.kind === "folder",
  };
}

/** What `work` gives or throws, as a promise. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((done) => done(work()));
}
