import type { IncomingMessage } from "node:http";
import type { Proof } from "./auth.js";
import { HttpError } from "./errors.js";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether an address to bind to is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * Refuses names a hostile page may have made point here (DNS rebinding): bound to loopback, the server answers
 * only to loopback names. Ports may differ, as behind a tunnel.
 *
 * @throws HttpError 403; 400 where two Host headers name two places, of which a proxy may have believed the other
 */
export function checkHost(request: IncomingMessage, boundHost: string): void {
  if (request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length > 1)
    throw new HttpError(400, "The request has more than one Host header.");
  if (!isLoopback(boundHost)) return;
  const host = request.headers.host ?? "";
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(host)?.[1].toLowerCase() ?? "";
  if (!isLoopback(name))
    throw new HttpError(
      403,
      `This server answers to localhost and 127.0.0.1, not to ${JSON.stringify(host)}. Start it with --host to reach it by another name.`,
    );
}

/**
 * Refuses requests that a page of another origin makes with this browser's cookie.
 *
 * A foreign Origin is refused for every change and every WebSocket, and reading from a foreign page too where the
 * browser says so. A change that rests on the cookie alone must show it comes from our own page: by Origin, by
 * Sec-Fetch-Site, or by a JSON body, which a form of another origin can't send.
 *
 * @throws HttpError 403
 */
export function checkOrigin(request: IncomingMessage, proof: Proof, isWebSocket = false): void {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const changes = isWebSocket || !safeMethods.has(request.method ?? "GET");
  const isSame = origin !== undefined && isSameOrigin(origin, request.headers.host ?? "");
  if (changes && origin !== undefined && !isSame)
    throw new HttpError(
      403,
      `Requests from ${JSON.stringify(origin)} are refused: it is not this server's page.`,
    );
  if (typeof site === "string" && site !== "same-origin" && site !== "none" && proof !== "header")
    throw new HttpError(403, `Requests from another site's page (${site}) are refused.`);
  if (!changes || proof !== "cookie" || isSame || site === "same-origin") return;
  if (isWebSocket)
    throw new HttpError(403, "A WebSocket without an Origin needs the token in a header or in its URL.");
  const type = (request.headers["content-type"] ?? "").split(";")[0].trim().toLowerCase();
  if (type !== "application/json")
    throw new HttpError(
      403,
      "A change without an Origin needs the token in a header, or a body of type application/json.",
    );
}

function isSameOrigin(origin: string, host: string): boolean {
  try {
    const url = new URL(origin);
    return (
      (url.protocol === "http:" || url.protocol === "https:") &&
      url.host === new URL(`${url.protocol}//${host}`).host
    );
  } catch {
    return false;
  }
}
