import { type FileChange, type ServedFile, threadStart, workerScope } from "./page.js";
import { basename, dirname, resolve } from "./paths.js";

/**
 * The files of a page, as this thread sees them: those that the site serves, read when they are first asked for, and
 * above them what was written since. A large file is a Blob, which the browser may keep on its disk, and which goes
 * from thread to thread without a copy.
 */

/** What a file holds. */
type Content = Uint8Array | Blob | ServedFile;

export interface StoredFile {
  readonly kind: "file";
  readonly id: number;
  content: Content;
  mtimeMs: number;
  /** The one request for what is served. */
  fetching?: Promise<void>;
}

export interface StoredFolder {
  readonly kind: "folder";
  readonly id: number;
  readonly names: Map<string, Stored>;
  mtimeMs: number;
}

export type Stored = StoredFile | StoredFolder;

/** From so many bytes on a file is kept as a Blob. */
const largeBytes = 1 << 18;

let made = 0;
const root = makeFolder();
const listeners = new Set<(change: FileChange) => void>();

for (const served of threadStart.served) placeFile(served.path, served, 0);
for (const change of threadStart.changes) applyChange(change);

/** An error of the file system, as Node words it. */
export function fileError(code: keyof typeof reasons, call: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${reasons[code]}, ${call} '${path}'`), {
    code,
    syscall: call,
    path,
    errno: errnos[code],
  });
}

const reasons = {
  ENOENT: "no such file or directory",
  EEXIST: "file already exists",
  EISDIR: "illegal operation on a directory",
  ENOTDIR: "not a directory",
  ENOTEMPTY: "directory not empty",
  EIO: "the site does not answer",
} as const;
const errnos = { ENOENT: -2, EEXIST: -17, EISDIR: -21, ENOTDIR: -20, ENOTEMPTY: -39, EIO: -5 } as const;

/** What lies at a path; undefined where nothing does. */
export function find(path: string): Stored | undefined {
  let found: Stored | undefined = root;
  for (const name of resolve(path).split("/")) {
    if (name === "") continue;
    found = found?.kind === "folder" ? found.names.get(name) : undefined;
  }
  return found;
}

/** As {@link find}; throws `ENOENT`, or `ENOTDIR` where a file stands on the way. */
export function requireAny(path: string, call: string): Stored {
  const found = find(path);
  if (found) return found;
  for (let up = dirname(resolve(path)); up !== "/"; up = dirname(up)) {
    const above = find(up);
    if (above) throw fileError(above.kind === "file" ? "ENOTDIR" : "ENOENT", call, path);
  }
  throw fileError("ENOENT", call, path);
}

/** The file at a path; throws `EISDIR` for a folder too. */
export function requireFile(path: string, call: string): StoredFile {
  const found = requireAny(path, call);
  if (found.kind === "folder") throw fileError("EISDIR", call, path);
  return found;
}

/** The folder at a path; throws `ENOTDIR` for a file too. */
export function requireFolder(path: string, call: string): StoredFolder {
  const found = requireAny(path, call);
  if (found.kind === "file") throw fileError("ENOTDIR", call, path);
  return found;
}

/** Bytes of a file. */
export function sizeOf({ content }: StoredFile): number {
  return content instanceof Uint8Array ? content.length : content.size;
}

/** Reads bytes `from` to `to` into memory of their own, while the thread waits. */
export function readNow(file: StoredFile, from = 0, to: number = sizeOf(file)): Uint8Array {
  if (isServed(file.content)) {
    const { url } = file.content;
    const request = new workerScope.XMLHttpRequest();
    request.open("GET", url, false);
    request.responseType = "arraybuffer";
    try {
      request.send();
    } catch {
      throw fileError("EIO", "open", url);
    }
    if (request.status !== 200) throw fileError("EIO", "open", url);
    file.content = keep(new Uint8Array(request.response as ArrayBuffer));
  }
  if (file.content instanceof Uint8Array) return file.content.slice(from, to);
  const reader = new workerScope.FileReaderSync();
  return new Uint8Array(reader.readAsArrayBuffer(file.content.slice(from, to)));
}

/** Reads bytes `from` to `to` into memory of their own. */
export async function read(file: StoredFile, from = 0, to: number = sizeOf(file)): Promise<Uint8Array> {
  if (isServed(file.content)) await (file.fetching ??= fetchServed(file, file.content));
  const { content } = file;
  if (content instanceof Uint8Array) return content.slice(from, to);
  return new Uint8Array(await (content as Blob).slice(from, to).arrayBuffer());
}

async function fetchServed(file: StoredFile, served: ServedFile): Promise<void> {
  try {
    const answer = await fetch(served.url).catch(() => undefined);
    if (!answer?.ok) throw fileError("EIO", "open", served.url);
    const blob = await answer.blob();
    // It may have been written meanwhile.
    if (file.content === served)
      file.content = blob.size < largeBytes ? new Uint8Array(await blob.arrayBuffer()) : blob;
  } finally {
    file.fetching = undefined;
  }
}

/** Puts a file in its place, in the stead of what was there, and tells the other threads. */
export function write(path: string, bytes: Uint8Array): StoredFile {
  const file = placeFile(path, keep(bytes), Date.now());
  tellFile(path, file);
  return file;
}

/** Tells the other threads what a file holds now. */
export function tellFile(path: string, file: StoredFile): void {
  const { content, mtimeMs } = file;
  if (isServed(content)) return;
  tell({ kind: "file", path: resolve(path), content, mtimeMs });
}

/** Makes a folder whose own folder is there. Throws `EEXIST` and `ENOENT`. */
export function addFolder(path: string): void {
  if (find(path)) throw fileError("EEXIST", "mkdir", path);
  parentOf(path, "mkdir").names.set(basename(resolve(path)), makeFolder());
  tell({ kind: "folder", path: resolve(path) });
}

/** Takes a name away, be it of a file or of a folder with all in it. */
export function remove(path: string): void {
  parentOf(path, "rm").names.delete(basename(resolve(path)));
  tell({ kind: "gone", path: resolve(path) });
}

/** Gives what lies at one path a second name, or another one. */
export function place(path: string, stored: Stored): void {
  const parent = parentOf(path, "rename");
  parent.names.set(basename(resolve(path)), stored);
  tellAll(path, stored);
}

/** Calls `listener` with each change that this thread makes; returns how to end it. */
export function onChange(listener: (change: FileChange) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Takes over what another thread has changed. */
export function applyChange(change: FileChange): void {
  const { path } = change;
  if (change.kind === "file") placeFile(path, change.content, change.mtimeMs);
  else if (change.kind === "gone") {
    const parent = find(dirname(path));
    if (parent?.kind === "folder") parent.names.delete(basename(path));
  } else if (!find(path)) makeWay(path);
}

/** All that was written and is not served, as changes that make it so elsewhere. */
export function listWritten(): FileChange[] {
  const changes: FileChange[] = [];
  const walk = (path: string, stored: Stored): void => {
    if (stored.kind === "file") {
      const { content, mtimeMs } = stored;
      if (!isServed(content) && mtimeMs > 0) changes.push({ kind: "file", path, content, mtimeMs });
      return;
    }
    if (stored.names.size === 0) changes.push({ kind: "folder", path });
    for (const [name, inside] of stored.names) walk(path === "/" ? `/${name}` : `${path}/${name}`, inside);
  };
  walk("/", root);
  const gone = threadStart.changes.filter(({ kind, path }) => kind === "gone" && !find(path));
  return [...gone, ...changes];
}

function tell(change: FileChange): void {
  for (const listener of listeners) listener(change);
}

function tellAll(path: string, stored: Stored): void {
  if (stored.kind === "file") return tellFile(path, stored);
  tell({ kind: "folder", path: resolve(path) });
  for (const [name, inside] of stored.names) tellAll(`${path}/${name}`, inside);
}

function makeFolder(): StoredFolder {
  return { kind: "folder", id: ++made, names: new Map(), mtimeMs: Date.now() };
}

/** The folder that a path lies in. */
function parentOf(path: string, call: string): StoredFolder {
  const full = resolve(path);
  const parent = requireAny(dirname(full), call);
  if (parent.kind === "file") throw fileError("ENOTDIR", call, path);
  return parent;
}

/** Puts a file at a path whose folders are made where they are missing; one that is there keeps what it is. */
function placeFile(path: string, content: Content, mtimeMs: number): StoredFile {
  const folder = makeWay(dirname(path));
  const found = folder.names.get(basename(path));
  if (found?.kind === "file") return Object.assign(found, { content, mtimeMs });
  const file: StoredFile = { kind: "file", id: ++made, content, mtimeMs };
  folder.names.set(basename(path), file);
  return file;
}

/** The folder at a path, made where it is missing. */
function makeWay(path: string): StoredFolder {
  let folder = root;
  for (const name of resolve(path).split("/").filter(Boolean)) {
    let next = folder.names.get(name);
    if (next?.kind !== "folder") folder.names.set(name, (next = makeFolder()));
    folder = next;
  }
  return folder;
}

/** Bytes as they are kept: nobody else's memory, and large ones as a Blob. */
function keep(bytes: Uint8Array): Uint8Array | Blob {
  return bytes.length < largeBytes ? bytes.slice() : new Blob([bytes]);
}

function isServed(content: Content): content is ServedFile {
  return !(content instanceof Uint8Array) && !(content instanceof Blob);
}
