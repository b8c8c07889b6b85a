import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { temporaryName } from "../../files/temporary.js";
import { HttpError } from "../http/errors.js";

/** Receives large files in numbered pieces. */
export interface ChunkedUploads {
  /**
   * Takes one piece: 1 begins, 2, 3 … follow, -1 is the last.
   *
   * The file appears under its name, in full, with the last piece; until then the pieces lie in a hidden file.
   *
   * @returns the place where the bytes are now
   * @throws HttpError 409 when a piece is out of order, or the system's error (the pieces are then dropped)
   */
  add(absolute: string, path: string, chunk: number, bytes: Uint8Array): Promise<string>;
  /** Drops all unfinished uploads. */
  close(): Promise<void>;
}

interface Upload {
  file: FileHandle;
  temporary: string;
  next: number;
  timer: NodeJS.Timeout;
}

/** @param idleMs an upload that gets nothing for so long is dropped; defaults to ten minutes */
export function createChunkedUploads(idleMs = 600_000): ChunkedUploads {
  const uploads = new Map<string, Upload>();

  async function drop(absolute: string): Promise<void> {
    const upload = uploads.get(absolute);
    if (!upload) return;
    uploads.delete(absolute);
    clearTimeout(upload.timer);
    await upload.file.close().catch(() => undefined);
    await rm(upload.temporary, { force: true });
  }

  async function begin(absolute: string): Promise<Upload> {
    await drop(absolute);
    const temporary = temporaryName(absolute);
    const file = await open(temporary, "wx");
    const timer = setTimeout(() => void drop(absolute).catch(() => undefined), idleMs).unref();
    const upload = { file, temporary, next: 1, timer };
    uploads.set(absolute, upload);
    return upload;
  }

  return {
    async add(absolute, path, chunk, bytes) {
      const upload = chunk === 1 ? await begin(absolute) : uploads.get(absolute);
      if (!upload) throw new HttpError(409, `${path}: the upload's beginning is missing, begin again.`);
      if (chunk !== -1 && chunk !== upload.next) {
        await drop(absolute);
        throw new HttpError(
          409,
          `${path}: piece ${chunk} came where ${upload.next} was expected, begin again.`,
        );
      }
      upload.next += 1;
      upload.timer.refresh();
      try {
        await upload.file.writeFile(bytes);
        if (chunk !== -1) return upload.temporary;
        await upload.file.sync();
        await upload.file.close();
        await rename(upload.temporary, absolute);
      } catch (error) {
        await drop(absolute);
        throw error;
      }
      clearTimeout(upload.timer);
      uploads.delete(absolute);
      return absolute;
    },
    async close() {
      await Promise.all([...uploads.keys()].map(drop));
    },
  };
}
