import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import { dirname } from "node:path";
import { temporaryName } from "../../files/temporary.js";
import { codeOf } from "../http/errors.js";

/** The file system calls that a save makes; tests put failing ones in their place. */
export type SaveFs = Pick<typeof fs, "open" | "rename" | "rm" | "stat" | "link">;

/**
 * Writes a file so that at every moment either the old or the new content is there in full: a temporary file in the
 * same folder, flushed to disk, then renamed. Keeps the permissions of a file that existed.
 *
 * @throws the system's error (a full disk: ENOSPC); the old file is untouched and nothing is left behind
 */
export async function saveFile(absolute: string, bytes: Uint8Array | string, io: SaveFs = fs): Promise<void> {
  const mode = await io.stat(absolute).then(
    (stat) => stat.mode & 0o777,
    () => undefined,
  );
  await writeThen(absolute, bytes, mode, io, (temporary) => io.rename(temporary, absolute));
  await flushFolder(dirname(absolute), io);
}

/**
 * Makes a new file: it appears with all it holds, or not at all.
 *
 * @throws EEXIST when the name is taken; the system's error otherwise, and nothing is left behind
 */
export async function createFile(
  absolute: string,
  bytes: Uint8Array | string,
  io: SaveFs = fs,
): Promise<void> {
  await writeThen(absolute, bytes, undefined, io, (temporary) => publishFile(temporary, absolute, io));
}

/** Writes a temporary file, flushed to disk, and lets `place` give it its name. */
async function writeThen(
  absolute: string,
  bytes: Uint8Array | string,
  mode: number | undefined,
  io: SaveFs,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryName(absolute);
  try {
    const file = await io.open(temporary, "wx", mode ?? 0o666);
    try {
      await file.writeFile(bytes);
      if (mode !== undefined) await file.chmod(mode).catch(ignoreUnsupported);
      await file.sync();
    } finally {
      await file.close();
    }
    await place(temporary);
  } catch (error) {
    await io.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Gives a finished temporary file its name without ever replacing a file.
 *
 * @throws EEXIST when the name is taken
 */
export async function publishFile(temporary: string, absolute: string, io: SaveFs = fs): Promise<void> {
  try {
    await io.link(temporary, absolute);
    await io.rm(temporary, { force: true });
  } catch (error) {
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EACCES"].includes(codeOf(error) ?? ""))
      throw error;
    // A disk without hard links: take the name first, then put the content in its place.
    const taken = await io.open(absolute, "wx");
    await taken.close();
    await io.rename(temporary, absolute);
  }
  await flushFolder(dirname(absolute), io);
}

/** Makes a rename durable where folders can be flushed (not on Windows). */
async function flushFolder(folder: string, io: SaveFs): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await io.open(folder, constants.O_RDONLY).catch(() => undefined);
  if (!handle) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

function ignoreUnsupported(error: unknown): void {
  if (!["EPERM", "ENOSYS", "ENOTSUP"].includes(codeOf(error) ?? "")) throw error;
}
