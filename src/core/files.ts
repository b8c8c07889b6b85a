import {
  access,
  appendFile,
  type FileError,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  writePieces,
} from "../platform/files.js";
import { dirname, resolve } from "../platform/paths.js";
import { fileError, isKind, kindOfFault, LabError } from "./errors.js";
import { fromJson } from "./missing.js";
import { sweepTemporary, temporaryBeside } from "./temporary.js";

/**
 * Writes a file whole or not at all: into a temporary name beside it, flushed, then renamed over it. Missing folders
 * are made. A failure leaves what was there before and throws a LabError naming `path`. What killed writers left in the
 * folder is removed.
 *
 * @param pieces bytes in order; an iterable may make them as it goes.
 * @param gzipLevel 1 to 9: compressed on the way; absent: as they are.
 */
export async function writeFileWhole(
  path: string,
  pieces: Iterable<Uint8Array>,
  gzipLevel?: number,
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await makeMissing(dirname(path));
    await sweepTemporary(path);
    await writePieces(temporary, pieces, gzipLevel);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(error, path);
  }
}

/**
 * Adds text to the end of a file; file and folders are made when missing. Throws a LabError naming `path`; a file that was
 * made and holds nothing, as on a full disk, is removed again.
 */
export async function appendText(path: string, text: string): Promise<void> {
  let isNew = false;
  try {
    await makeMissing(dirname(path));
    isNew = (await stat(path).catch(nothingThere)) === undefined;
    await appendFile(path, text);
  } catch (error) {
    if (isNew && (await stat(path).catch(() => undefined))?.size === 0)
      await rm(path, { force: true }).catch(() => undefined);
    throw unwritable(error, path);
  }
}

/** Makes a folder and those it lies in; one that is there is kept. Throws a LabError naming `path`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeMissing(path);
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
  } catch (error) {
    throw unwritable(error, path);
  }
}

/** As `mkdir` does it recursively, which never returns where a folder takes none, such as in /proc. */
async function makeMissing(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as FileError;
    if (code === "EEXIST") return;
    const parent = dirname(resolve(folder));
    if (code !== "ENOENT" || parent === resolve(folder)) throw error;
    await makeMissing(parent);
    await mkdir(folder).catch((again: FileError) => {
      if (again.code !== "EEXIST") throw again;
    });
  }
}

/**
 * Reads a file of text as {@link decodeText} does; an empty file is the empty string. Throws a LabError naming `path`,
 * why it can't be read, and what was `expected`.
 */
export async function readText(path: string, expected: string, advice = ""): Promise<string> {
  try {
    return decodeText(await readFile(path));
  } catch (error) {
    throw fileError(path, error, expected, advice);
  }
}

/**
 * Reads a file of text in UTF-8 with all that is in it, a byte order mark too: as UTF-8 the text is the file's bytes again.
 * Throws a LabError as {@link readText} does, and for bytes that are no UTF-8.
 */
export async function readExactText(path: string, expected: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw fileError(path, error, expected, "");
    throw new LabError(path, "bytes that are no UTF-8", expected, "Save the file as UTF-8", { cause: error });
  }
}

/** As {@link readText}; `undefined` where nothing of that name is there. */
export async function readTextIfThere(
  path: string,
  expected: string,
  advice = "",
): Promise<string | undefined> {
  try {
    return await readText(path, expected, advice);
  } catch (error) {
    if (isKind(error, "missing-file")) return undefined;
    throw error;
  }
}

/** Whether something of that name is there. Throws a LabError naming `path` where that cannot be told. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const kind = kindOfFault(error);
    if (kind === "missing-file") return false;
    throw new LabError(path, (error as FileError).code ?? String(error), "a place that can be read", "", {
      cause: error,
      kind,
    });
  }
}

/**
 * Reads a file of JSON. Throws a LabError naming `path`, why it can't be read, and what was `expected`.
 *
 * @param parse default {@link fromJson}.
 */
export async function readJson(
  path: string,
  expected: string,
  advice = "",
  parse: (text: string) => unknown = fromJson,
): Promise<unknown> {
  const text = await readText(path, expected, advice);
  try {
    return parse(text);
  } catch (error) {
    throw new LabError(path, (error as Error).message, expected, advice, { cause: error, kind: "bad-file" });
  }
}

/**
 * Text of a file: UTF-8, or the UTF-16 that a byte order mark at its start tells of (PowerShell's `>` writes it). The
 * mark itself, which Notepad puts before UTF-8 too, is no part of the text.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const little = first === 0xff && second === 0xfe;
  const big = first === 0xfe && second === 0xff;
  return new TextDecoder(little ? "utf-16le" : big ? "utf-16be" : "utf-8").decode(bytes);
}

/**
 * Throws a LabError naming `path` when no file could be written there: a folder has the name, or what would be its
 * folder is a file or may not be written to. For long work, before it starts; makes nothing.
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    const found = await stat(path).catch(nothingThere);
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    let folder = dirname(resolve(path));
    while (!(await stat(folder).catch(nothingThere))) folder = dirname(folder);
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
    await access(folder, "write");
  } catch (error) {
    throw unwritable(error, path);
  }
}

function nothingThere(error: FileError): undefined {
  if (error.code !== "ENOENT") throw error;
}

const faults: Readonly<Record<string, string>> = {
  EDQUOT: "no space left for this user on the disk",
  EFBIG: "a file larger than may be written",
  EACCES: "no permission to write there",
  EISDIR: "a folder of that name",
  EEXIST: "a file where its folder would be",
  ENOENT: "a folder that takes no files",
  ENOSPC: "no space left on the disk",
  ENOTDIR: "a file where its folder would be",
  EPERM: "no permission to write there",
  EROFS: "a disk that can only be read",
};

/** An error of the file system as one that names the path and says in words what is in the way. */
export function unwritable(error: unknown, path: string): LabError {
  if (error instanceof LabError) return error;
  const { code, message } = error as FileError;
  const found = code === undefined ? message : (faults[code] ?? code);
  return new LabError(path, found, "a place that can be written", "", { cause: error, kind: "file-access" });
}
