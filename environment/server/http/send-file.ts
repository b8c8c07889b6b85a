import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { codeOf, HttpError } from "./errors.js";
import { contentTypeOf } from "./mime.js";
import { parseRange } from "./ranges.js";
import type { Exchange } from "./router.js";

/**
 * Streams a file: GET and HEAD, one range (206, 416), `If-None-Match` (304), `If-Range`.
 *
 * @param absolute place of the file; must be known to be allowed
 * @param path what to call it in errors
 * @throws HttpError 400 for a folder, or a system error
 */
export async function sendFile(
  { request, response }: Exchange,
  absolute: string,
  path: string,
  headers: Record<string, string>,
): Promise<undefined> {
  // Not waiting for the other end of a pipe that someone put into the project.
  const file = await open(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new HttpError(400, `${path}: it is not a file.`);
    const { size, mtimeMs, mtime } = stat;
    const etag = `"${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}"`;
    const common = {
      "Content-Type": contentTypeOf(basename(absolute)),
      "Accept-Ranges": "bytes",
      "Last-Modified": mtime.toUTCString(),
      ETag: etag,
      ...headers,
    };
    if (listsTag(request.headers["if-none-match"], etag)) {
      response.writeHead(304, common).end();
      return undefined;
    }
    const condition = request.headers["if-range"];
    const usable = condition === undefined || condition === etag || condition === mtime.toUTCString();
    const range = usable ? parseRange(request.headers.range, size) : "all";
    if (range === "unsatisfiable") {
      response.writeHead(416, { ...common, "Content-Range": `bytes */${size}`, "Content-Length": "0" }).end();
      return undefined;
    }
    const { start, end } = range === "all" ? { start: 0, end: size - 1 } : range;
    response.writeHead(range === "all" ? 200 : 206, {
      ...common,
      "Content-Length": String(end - start + 1),
      ...(range === "all" ? {} : { "Content-Range": `bytes ${start}-${end}/${size}` }),
    });
    if (request.method === "HEAD" || size === 0) response.end();
    else {
      const stream = file.createReadStream({ start, end, autoClose: false });
      await pipeline(stream, response, { end: false });
      // A file cut short meanwhile: the reader must notice.
      if (stream.bytesRead < end - start + 1) response.destroy();
      else response.end();
    }
  } catch (error) {
    if (codeOf(error) !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  } finally {
    await file.close();
  }
  return undefined;
}

function listsTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
}
