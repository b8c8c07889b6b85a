import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { HttpError } from "../http/errors.js";
import { decodePart } from "../http/router.js";
import type { KernelManager } from "../kernels/manager.js";
import { type ClientLimits, connectClient } from "./client.js";
import { jsonProtocol, v1Protocol } from "./protocol.js";

/** The WebSocket side of a server. */
export interface WebSockets {
  /** Takes over a connection; `admit` throws an {@link HttpError} when it may not come in. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    admit: (query: URLSearchParams) => Promise<void>,
  ): void;
  /** Sends an event to all who subscribed to `/api/events/subscribe`. */
  publish(event: Record<string, unknown>): void;
  /** Connections open now. */
  readonly size: number;
  /** Says goodbye and closes all connections; those that do not answer are cut. */
  close(): Promise<void>;
}

/** Largest message taken from a client: input to a cell, or a widget's data. */
const largestMessageBytes = 64 * 2 ** 20;

/** How long a client may take to answer the goodbye. */
const goodbyeMs = 500;

/** Every so often a client must show that it is there. */
const pingIntervalMs = 30_000;

/** Kernel channels at `/api/kernels/ID/channels`, server events at `/api/events/subscribe`. */
export function createWebSockets(manager: KernelManager, limits?: ClientLimits): WebSockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(v1Protocol.name) ? v1Protocol.name : false),
  });
  const subscribers = new Set<WebSocket>();
  const silent = new WeakMap<WebSocket, number>();

  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      // A client that reads slowly answers late: it is cut off by what waits for it, not here.
      const missed = socket.bufferedAmount > 0 ? 0 : (silent.get(socket) ?? 0);
      if (missed >= 2) socket.terminate();
      silent.set(socket, missed + 1);
      socket.ping();
    }
  }, pingIntervalMs).unref();

  function accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    use: (socket: WebSocket) => void,
  ): void {
    server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("pong", () => silent.set(webSocket, 0));
      webSocket.on("error", () => {});
      use(webSocket);
    });
  }

  return {
    upgrade(request, socket, head, admit) {
      socket.on("error", () => socket.destroy());
      void (async () => {
        const [pathname, search] = (request.url ?? "/").split(/\?(.*)/s);
        const query = new URLSearchParams(search);
        await admit(query);
        const id = /^\/api\/kernels\/([^/]+)\/channels\/?$/.exec(pathname)?.[1];
        if (id !== undefined) {
          const kernel = manager.get(decodePart(id));
          accept(request, socket, head, (webSocket) => {
            const protocol = webSocket.protocol === v1Protocol.name ? v1Protocol : jsonProtocol;
            connectClient(webSocket, kernel, query.get("session_id") ?? "", protocol, limits);
          });
        } else if (/^\/api\/events\/subscribe\/?$/.test(pathname)) {
          accept(request, socket, head, (webSocket) => {
            subscribers.add(webSocket);
            webSocket.on("close", () => subscribers.delete(webSocket));
          });
        } else throw new HttpError(404, "There is no WebSocket here.");
      })().catch((error: unknown) => refuse(socket, error));
    },
    publish(event) {
      const text = JSON.stringify(event);
      for (const socket of subscribers) socket.send(text);
    },
    get size() {
      return server.clients.size;
    },
    async close() {
      clearInterval(heartbeat);
      const closed = [...server.clients].map(
        (socket) => new Promise((resolve) => socket.once("close", resolve)),
      );
      for (const socket of server.clients) socket.close(1001, "the server ends");
      const timer = setTimeout(() => server.clients.forEach((socket) => socket.terminate()), goodbyeMs);
      await Promise.all(closed);
      clearTimeout(timer);
      server.close();
    },
  };
}

function refuse(socket: Duplex, error: unknown): void {
  const status = error instanceof HttpError ? error.status : 500;
  const body = JSON.stringify({ message: (error as Error).message });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
