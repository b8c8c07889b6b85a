import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

/** A plain server of files, as any web host is one. */
export interface PlainServer {
  /** Its address, without a slash at the end. */
  origin: string;
  /** Bytes that it has sent so far. */
  readonly sentBytes: number;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/**
 * Serves folders below the paths they are given by.
 *
 * @param isolated whether the headers are sent that let threads share memory.
 */
export async function servePlainly(
  folders: Readonly<Record<string, string>>,
  isolated = false,
): Promise<PlainServer> {
  let sentBytes = 0;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const at = Object.keys(folders).find((prefix) => path.startsWith(prefix));
    const file = at === undefined ? "" : join(folders[at], normalize(`/${path.slice(at.length)}`));
    if (isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    const found = statSync(file, { throwIfNoEntry: false });
    const name = found?.isDirectory() ? join(file, "index.html") : file;
    const size = statSync(name, { throwIfNoEntry: false })?.size;
    if (size === undefined) {
      // A blank page for tests that bring their own scripts.
      response.statusCode = path === "/blank" ? 200 : 404;
      response.setHeader("content-type", types[".html"]);
      return void response.end("<!doctype html><title>blank</title>");
    }
    response.setHeader("content-type", types[extname(name)] ?? "application/octet-stream");
    response.setHeader("content-length", size);
    sentBytes += size;
    createReadStream(name).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    get sentBytes() {
      return sentBytes;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
