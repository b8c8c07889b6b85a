import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test does with one request; `start` is the first byte asked for, 0 without a range. */
export type Answer = (request: IncomingMessage, response: ServerResponse, start: number) => void;

/** A server on this machine that answers each request as its test says, and remembers what was asked. */
export interface FileServer {
  url: string;
  /** Answers for the first requests, one each. */
  answers: Answer[];
  /** Answer when those are used up. */
  always: Answer;
  /** First byte asked for and validator, a request each. */
  asked: { start: number; ifRange: string | undefined }[];
  close(): Promise<void>;
}

/** Bytes that repeat nowhere. */
export function makeContent(bytes: number, seed = "a"): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < bytes; i++) blocks.push(createHash("sha256").update(`${seed}${i}`).digest());
  return Buffer.concat(blocks).subarray(0, bytes);
}

export function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** What a well-meaning server does amiss. */
export interface ServeOptions {
  etag?: string;
  /** Sends no byte of the file from this one on. */
  until?: number;
  /** Then keeps the connection instead of dropping it. */
  stall?: boolean;
  /** Drops the connection only once this holds: what is on its way when a connection drops may be lost. */
  arrived?: () => boolean;
}

/** A server that means well: ranges, If-Range, lengths. */
export function serve(content: Buffer, options: ServeOptions = {}): Answer {
  const { etag = '"v1"', until = content.length, stall = false, arrived = () => true } = options;
  return (request, response, start) => {
    const ifRange = request.headers["if-range"];
    const from = ifRange === undefined || ifRange === etag ? start : 0;
    if (from >= content.length) {
      response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
      return;
    }
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      "content-length": content.length - from,
      ...(from > 0 ? { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    const end = Math.max(from, Math.min(until, content.length));
    if (end === content.length) {
      response.end(content.subarray(from));
      return;
    }
    response.flushHeaders();
    response.write(content.subarray(from, end));
    if (stall) return;
    const timer = setInterval(() => {
      if (!arrived()) return;
      clearInterval(timer);
      response.destroy();
    }, 2);
    response.on("close", () => clearInterval(timer));
  };
}

export async function startFileServer(always: Answer): Promise<FileServer> {
  const state: FileServer = { url: "", answers: [], always, asked: [], close: async () => {} };
  const server: Server = createServer((request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    state.asked.push({ start, ifRange: request.headers["if-range"] as string | undefined });
    (state.answers.shift() ?? state.always)(request, response, start);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/set.tar`;
  state.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return state;
}
