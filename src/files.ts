import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { threadId } from "node:worker_threads";
import { LabError } from "./errors.js";

let temporaryFiles = 0;

/**
 * Writes a file whole or not at all: into a temporary name beside it, flushed, then renamed over it. Missing folders
 * are made. A failure leaves what was there before and throws a LabError naming `path`.
 *
 * @param pieces bytes in order; an iterable may make them as it goes.
 * @param through a transform such as a gzip compressor, applied on the way.
 */
export async function writeFileWhole(
  path: string,
  pieces: Iterable<Uint8Array>,
  through?: Transform,
): Promise<void> {
  const temporary = `${path}.${process.pid}-${threadId}-${temporaryFiles++}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const source = Readable.from(pieces, { objectMode: true });
    const file = createWriteStream(temporary, { flush: true });
    await (through ? pipeline(source, through, file) : pipeline(source, file));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof LabError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LabError(path, code ?? message, "a place that can be written", "", { cause: error });
  }
}
