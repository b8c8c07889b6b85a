import type { ServerResponse } from "node:http";
import { filePolicyOf } from "../frontend/policies.js";
import type { HttpError } from "./errors.js";
import { contentTypeOf } from "./mime.js";
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

/** Writes a text of this program's own as a file of that name. */
export function sendText(
  response: ServerResponse,
  name: string,
  text: string,
  headers: Record<string, string> = {},
): undefined {
  const type = contentTypeOf(name);
  const length = String(Buffer.byteLength(text));
  response.writeHead(200, {
    "Content-Type": type,
    "Content-Length": length,
    "Content-Security-Policy": filePolicyOf(type),
    ...headers,
  });
  response.end(text);
}

/** How long the rest of a refused request is read, so that its sender comes to read the answer. */
const drainMs = 5000;

/**
 * Writes an error as JSON `{message, ...extra}`. Where the request was not read to its end, the rest is thrown away for
 * a moment and the connection then closed: closed at once, the sender would see a broken pipe instead of the answer.
 */
export function sendError(response: ServerResponse, error: HttpError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { req: request } = response;
  const json = { message: error.message, reason: null, ...error.extra };
  if (request.complete || request.destroyed) {
    sendReply(response, { status: error.status, json });
    return;
  }
  const body = Buffer.from(JSON.stringify(json));
  response.writeHead(error.status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(body.length),
    "Cache-Control": "no-store",
    Connection: "close",
  });
  response.write(body);
  const timer = setTimeout(() => response.destroy(), drainMs);
  const finish = () => {
    clearTimeout(timer);
    response.end();
  };
  request.once("end", finish).once("close", finish).resume();
}

/** Makes text safe inside HTML text and attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
