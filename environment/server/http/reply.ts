import type { ServerResponse } from "node:http";
import type { HttpError } from "./errors.js";
import type { Reply } from "./router.js";

/** Headers of every answer: no sniffing, no embedding elsewhere, no address leaking out. */
export const baseHeaders: Record<string, string> = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "same-origin",
  "X-Frame-Options": "SAMEORIGIN",
};

/** Writes a handler's answer; JSON is never cached. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  const { status = 200, json, headers = {} } = reply;
  if (json === undefined) {
    response.writeHead(status === 200 ? 204 : status, { "Cache-Control": "no-store", ...headers });
    response.end();
    return;
  }
  const body = Buffer.from(JSON.stringify(json));
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(body.length),
    "Cache-Control": "no-store",
    ...headers,
  });
  response.end(body);
}

/** Writes a page. `policy` is its content security policy. */
export function sendHtml(
  response: ServerResponse,
  status: number,
  html: string,
  policy: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    ...headers,
  });
  response.end(html);
}

/** Writes an error as JSON `{message, ...extra}`; closes the connection when the request was not read to its end. */
export function sendError(response: ServerResponse, error: HttpError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const unread = !response.req.complete;
  sendReply(response, {
    status: error.status,
    json: { message: error.message, reason: null, ...error.extra },
    headers: unread ? { Connection: "close" } : {},
  });
}

/** Makes text safe inside HTML text and attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
