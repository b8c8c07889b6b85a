import { LabError } from "../core/errors.js";
import { throwIfAborted } from "../core/progress.js";
import type { RunOptions } from "../core/progress.js";
import { type FileError, readPieces, stat } from "../platform/files.js";
import { createSha256 } from "../platform/hash.js";
import { sleep } from "../platform/wait.js";
import { PartialFile, partialPath, removePartial } from "./partial-file.js";
import { requestFrom } from "./range-request.js";

/** What to fetch, and what is known of it beforehand. */
export interface DownloadRequest {
  url: string;
  /** Where to put it; missing folders are made. */
  path: string;
  bytes?: number | null;
  /** 64 hexadecimal digits, lower case. */
  sha256?: string | null;
}

/** What was fetched. */
export interface DownloadedFile {
  path: string;
  bytes: number;
  sha256: string;
  /** Whether the hash was known beforehand, so that it says that the file is the right one. */
  verified: boolean;
  /** Whether it was there already and nothing was fetched. */
  wasThere: boolean;
}

/** How patient a download is. */
export interface DownloadOptions extends RunOptions {
  /** Time without a byte after which a connection counts as dead, in milliseconds; default 60,000. */
  stallMs?: number;
  /** How many connections in a row may bring nothing before giving up; default 6. */
  attempts?: number;
  /** Wait before the second of them, in milliseconds, doubled each time; default 1,000. */
  waitMs?: number;
}

/**
 * Fetches a file. It grows beside its path and has its name only when it is whole: as long as the server said, and of
 * the right sha256 where that is known. Broken off in whatever way, a further call goes on where it stopped if the
 * server can and still has the same file. Progress is in bytes; what an earlier run left counts as done from the start.
 *
 * @throws LabError naming address or file, what was found and expected, and that a further call goes on; the signal's
 *   reason when aborted.
 */
export async function downloadFile(
  request: DownloadRequest,
  options: DownloadOptions = {},
): Promise<DownloadedFile> {
  const { attempts = 6, waitMs = 1000, signal } = options;
  const existing = await checkExisting(request, signal);
  if (existing) return existing;
  let partial: PartialFile;
  try {
    partial = await PartialFile.open(request.path, signal);
  } catch (error) {
    throwIfAborted(signal);
    throw error instanceof LabError ? error : diskError(request.path, error);
  }
  let finished = false;
  try {
    if (partial.origin?.url !== request.url) await partial.restart();
    const transfer = { request, partial, options, useRanges: true };
    let wasRefused = false;
    for (let failures = 0; ;) {
      const before = partial.bytes;
      const startedEmpty = before === 0;
      try {
        await requestFrom(transfer);
        const fault = findFault(request, partial);
        if (!fault) break;
        const wasResumed = !startedEmpty && !wasRefused;
        await partial.restart();
        // Two versions of a file, or a server that lies about ranges, make a mixture: once more in one go.
        if (!wasResumed) throw fault;
        wasRefused = true;
        transfer.useRanges = false;
      } catch (error) {
        throwIfAborted(signal);
        if (error instanceof LabError) throw error;
        if (isDiskError(error)) throw diskError(request.path, error, partial.bytes);
        failures = partial.bytes > before ? 1 : failures + 1;
        if (failures >= attempts)
          throw new LabError(
            request.url,
            (error as Error).message,
            "a connection that brings the file",
            adviseRetry(partial),
            { cause: error },
          );
        await sleep(waitMs * 2 ** (failures - 1), { signal }).catch(() => throwIfAborted(signal));
      }
    }
    const { bytes, sha256 } = partial;
    await partial.finish().catch((error: unknown) => {
      throw diskError(request.path, error, bytes);
    });
    finished = true;
    return { path: request.path, bytes, sha256, verified: Boolean(request.sha256), wasThere: false };
  } finally {
    if (!finished) await partial.close();
  }
}

function findFault({ url, bytes, sha256 }: DownloadRequest, partial: PartialFile): LabError | undefined {
  if (typeof bytes === "number" && partial.bytes !== bytes)
    return new LabError(
      url,
      `${partial.bytes} bytes`,
      `${bytes} bytes`,
      "The server has another file by now.",
    );
  if (sha256 && partial.sha256 !== sha256)
    return new LabError(
      url,
      `sha256 ${partial.sha256}`,
      `sha256 ${sha256}`,
      "What came is not the file that was described, and it was not kept.",
    );
  return undefined;
}

/** A file that has the name already: taken where it is the right one as far as can be told, refused where it is not. */
async function checkExisting(
  { path, bytes, sha256 }: DownloadRequest,
  signal: AbortSignal | undefined,
): Promise<DownloadedFile | undefined> {
  const size = await stat(path).then(
    (stats) => (stats.isFile() ? stats.size : -1),
    () => undefined,
  );
  if (size === undefined) return undefined;
  const advice = "Move it away to fetch the file anew.";
  if (size < 0) throw new LabError(path, "something else", "a file or nothing", advice);
  if (typeof bytes === "number" && size !== bytes)
    throw new LabError(path, `${size} bytes`, `the file of ${bytes} bytes, or nothing`, advice);
  const hash = createSha256();
  for await (const chunk of readPieces(path, { signal })) hash.update(chunk);
  const found = hash.digest();
  if (sha256 && found !== sha256)
    throw new LabError(path, `sha256 ${found}`, `the file of sha256 ${sha256}, or nothing`, advice);
  await removePartial(path);
  return { path, bytes: size, sha256: found, verified: Boolean(sha256), wasThere: true };
}

/** The codes of a file system that a further connection cannot help against. */
function isDiskError(error: unknown): boolean {
  const { code, syscall } = error as FileError;
  return (
    ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO", "EFBIG"].includes(code ?? "") && syscall !== "connect"
  );
}

function diskError(path: string, error: unknown, keptBytes = 0): LabError {
  const code = (error as FileError).code ?? (error as Error).message;
  const isFull = ["ENOSPC", "EDQUOT", "EFBIG"].includes(code);
  const kept = keptBytes > 0 ? `${keptBytes} bytes are kept in ${partialPath(path)}: ` : "";
  const advice = isFull
    ? `${kept}${kept ? "make" : "Make"} room and run it again${kept ? ", it goes on there" : ""}.`
    : "";
  return new LabError(path, code, "a place that can be written", advice, { cause: error });
}

function adviseRetry(partial: PartialFile): string {
  return partial.bytes > 0
    ? `${partial.bytes} bytes are kept in ${partialPath(partial.path)}: run it again, it goes on there.`
    : "Run it again later.";
}
