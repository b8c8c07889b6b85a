import { LabError } from "../core/errors.js";
import { openUrl } from "../platform/open-url.js";
import type { UrlAnswer } from "../platform/open-url.js";
import { startTimer, type Timer } from "../platform/wait.js";
import type { DownloadOptions, DownloadRequest } from "./download-file.js";
import type { PartialFile } from "./partial-file.js";

/** One download over all its connections. */
export interface Transfer {
  request: DownloadRequest;
  partial: PartialFile;
  options: DownloadOptions;
  /** Cleared once the server has shown that it cannot be asked for a part. */
  useRanges: boolean;
}

/**
 * One connection: asks for what is missing and appends what comes, up to the end.
 *
 * @throws LabError where another connection cannot help; any other error where it may.
 */
export async function requestFrom(transfer: Transfer): Promise<void> {
  const { request, partial, options } = transfer;
  const { stallMs = 60_000, signal } = options;
  if (partial.bytes > 0 && !canResume(transfer)) await partial.restart();
  const known = request.bytes ?? partial.origin?.totalBytes ?? null;
  if (partial.bytes > 0 && partial.bytes === known) return;

  const stall = new AbortController();
  const reason = new Error(`no byte came for ${stallMs / 1000} s`);
  const startWaiting = (): Timer => startTimer(() => stall.abort(reason), stallMs);
  let timer = startWaiting();
  let body: UrlAnswer["body"] | undefined;
  try {
    const ending = signal ? AbortSignal.any([signal, stall.signal]) : stall.signal;
    const answer = await openUrl(request.url, requestHeaders(partial), ending);
    ({ body } = answer);
    const total = await accept(answer, transfer);
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = startWaiting();
      if (total !== null && partial.bytes + chunk.length > total) {
        await partial.restart();
        throw new Error(`more came than the ${total} bytes that were announced`);
      }
      await partial.append(chunk);
      options.progress?.({ done: partial.bytes, total: total ?? undefined });
    }
    if (total !== null && partial.bytes < total)
      throw new Error(`the connection ended at ${partial.bytes} of ${total} bytes`);
  } catch (error) {
    throw stall.signal.aborted ? reason : error;
  } finally {
    clearTimeout(timer);
    body?.destroy();
  }
}

/** A part without a mark of its version fits only where a known hash will tell a mixture. */
function canResume({ request, partial, useRanges }: Transfer): boolean {
  return useRanges && Boolean(partial.origin?.validator ?? request.sha256);
}

function requestHeaders(partial: PartialFile): Record<string, string> {
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (partial.bytes === 0) return headers;
  headers.range = `bytes=${partial.bytes}-`;
  const validator = partial.origin?.validator;
  if (validator) headers["if-range"] = validator;
  return headers;
}

/** Looks at what the server answered, makes the partial file fit it, and gives the length of the whole, null if untold. */
async function accept(response: UrlAnswer, transfer: Transfer): Promise<number | null> {
  const { request, partial } = transfer;
  const { status, headers } = response;
  const mistrust = async (what: string): Promise<never> => {
    transfer.useRanges = false;
    await partial.restart();
    throw new Error(what);
  };
  if (status === 416) await mistrust("the server has no such part");
  if (status === 408 || status === 429 || status >= 500)
    throw new Error(`HTTP ${status} ${response.statusText}`);
  if (status !== 200 && status !== 206)
    throw new LabError(
      request.url,
      `HTTP ${status} ${response.statusText}`.trim(),
      "the file",
      status === 401 || status === 403
        ? "The server wants to know who asks: see the data set's homepage."
        : "",
    );
  if (headers.get("content-encoding") && headers.get("content-encoding") !== "identity")
    throw new LabError(
      request.url,
      `content-encoding ${headers.get("content-encoding")}`,
      "the file as it is",
    );

  const validator = readValidator(headers);
  let total: number | null;
  if (status === 206) {
    const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
    if (Number(match?.[1] ?? NaN) !== partial.bytes)
      await mistrust(
        `asked for byte ${partial.bytes} on, the server sends ${headers.get("content-range") ?? "it does not say what"}`,
      );
    total = !match || match[3] === "*" ? null : Number(match[3]);
    const { origin } = partial;
    if (origin && ((origin.totalBytes ?? total) !== total || (origin.validator ?? validator) !== validator))
      await mistrust("the server has another version of the file by now");
  } else {
    if (partial.bytes > 0) await partial.restart();
    total = headers.has("content-length") ? Number(headers.get("content-length")) : null;
  }
  if (total === null && !headers.get("transfer-encoding")?.includes("chunked") && !request.sha256)
    throw new LabError(request.url, "an answer without a length", "one that tells when it is whole");
  if (total !== null && typeof request.bytes === "number" && total !== request.bytes)
    throw new LabError(
      request.url,
      `${total} bytes`,
      `${request.bytes} bytes`,
      "The server has another file by now.",
    );
  await partial.setOrigin({ url: request.url, validator, totalBytes: total });
  return total;
}

/** A weak ETag does not promise the same bytes. */
function readValidator(headers: Headers): string | null {
  const etag = headers.get("etag");
  return etag && !etag.startsWith("W/") ? etag : headers.get("last-modified");
}
