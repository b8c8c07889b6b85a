import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { mimeTypeOf } from "../server/http/mime.js";

/** Kinds of files that are sent compressed. */
const compressed: ReadonlySet<string> = new Set([
  ".css",
  ".html",
  ".ipynb",
  ".js",
  ".json",
  ".map",
  ".svg",
  ".txt",
]);

/**
 * A server of the built site for this computer, with the headers that let threads share memory, and that let
 * pages and their workers ask no other host. It needs no token: it
 * gives away what the site shows, and takes nothing.
 */
export function createSiteServer(folder: string): Server {
  return createServer((request, response) => {
    serve(folder, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500).end(String(error));
      else response.destroy();
    });
  });
}

async function serve(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://host");
  const path = normalize(decodeURIComponent(pathname)).split(sep).join("/");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
  response.setHeader("Content-Security-Policy", "connect-src 'self' blob: data:");
  response.setHeader("Cache-Control", "no-cache");
  if (request.method !== "GET" && request.method !== "HEAD") return void response.writeHead(405).end();
  const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    const document = /^\/lab\/tree\/(.*)$/.exec(path)?.[1];
    if (document === undefined && path !== "/lab") return void response.writeHead(404).end("Not found");
    const wanted = document === undefined ? "" : `?path=${encodeURIComponent(document)}`;
    return void response.writeHead(302, { Location: `/${wanted}` }).end();
  }
  response.setHeader("Content-Type", mimeTypeOf(file) ?? "application/octet-stream");
  if (request.method === "HEAD") return void response.end();
  const wantsGzip = /\bgzip\b/.test(String(request.headers["accept-encoding"]));
  if (wantsGzip && compressed.has(extname(file))) {
    response.setHeader("Content-Encoding", "gzip");
    await pipeline(createReadStream(file), createGzip(), response);
  } else {
    response.setHeader("Content-Length", found.size);
    await pipeline(createReadStream(file), response);
  }
}
