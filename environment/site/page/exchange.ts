import { HttpError } from "../../server/http/errors.js";
import type { Routes } from "../../server/http/router.js";

/** A request of the front end that the page itself answers. */
export interface PageExchange {
  readonly query: URLSearchParams;
  /** What the pattern's `:name` parts matched, decoded. */
  readonly params: Record<string, string>;
  /** What the pattern's `**` matched, still percent-encoded. */
  readonly rest: string;
  /** The request's body as JSON; empty where it is none. */
  readonly body: Record<string, unknown>;
}

/** What a handler may answer with in place of JSON. */
export interface PageReply {
  status?: number;
  json?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is. */
  bytes?: Uint8Array;
}

export type PageRoutes = Routes<PageExchange>;

/** A field that should be text; throws 400 where it is something else. */
export function textField(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new HttpError(400, `${JSON.stringify(name)} must be a text.`);
}
