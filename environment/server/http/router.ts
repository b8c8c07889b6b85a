import type { IncomingMessage, ServerResponse } from "node:http";
import { HttpError } from "./errors.js";

/** One request on its way through the server. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Path as sent, still percent-encoded, without the query. */
  pathname: string;
  query: URLSearchParams;
  /** What the pattern's `:name` parts matched, decoded. */
  params: Record<string, string>;
  /** What the pattern's `**` matched, still percent-encoded; empty when nothing. */
  rest: string;
}

/** What a handler answers; `undefined` when it has written the response itself. */
export interface Reply {
  status?: number;
  /** Sent as JSON; an answer without it has no body. */
  json?: unknown;
  headers?: Record<string, string>;
}

/** Answers one kind of request. Throws an {@link HttpError} for anything but success. */
export type Handler<E = Exchange> = (exchange: E) => Promise<Reply | undefined> | Reply | undefined;

/** Routes by `"METHOD /path"`: `:name` is one segment, a final or inner `**` is any number of them. */
export type Routes<E = Exchange> = Record<string, Handler<E>>;

interface Route<E> {
  method: string;
  pattern: RegExp;
  names: string[];
  handler: Handler<E>;
}

/** Finds the handler of a request; the first route that fits wins. */
export interface Router<E = Exchange> {
  /**
   * @returns the handler and what its pattern matched; `undefined` when no route has this path.
   * @throws HttpError 405 when the path exists with other methods only, 400 when a part is not valid percent-encoding.
   */
  find(
    method: string,
    pathname: string,
  ): { handler: Handler<E>; params: Record<string, string>; rest: string } | undefined;
}

/** Puts route tables together, in order. */
export function createRouter<E = Exchange>(...tables: Routes<E>[]): Router<E> {
  const routes = tables.flatMap((table) =>
    Object.entries(table).map(([key, handler]) => compileRoute(key, handler)),
  );
  return {
    find(method, pathname) {
      const wanted = method === "HEAD" ? ["HEAD", "GET"] : [method];
      const allowed = new Set<string>();
      for (const route of routes) {
        const match = route.pattern.exec(pathname);
        if (!match) continue;
        if (!wanted.includes(route.method)) {
          allowed.add(route.method);
          continue;
        }
        const params: Record<string, string> = {};
        let rest = "";
        route.names.forEach((name, index) => {
          const value = match[index + 1] ?? "";
          if (name === "**") rest = value;
          else params[name] = decodePart(value);
        });
        return { handler: route.handler, params, rest };
      }
      if (allowed.size > 0)
        throw new HttpError(405, `${method} is not possible here, ${[...allowed].join(" or ")} is.`);
      return undefined;
    },
  };
}

/** Decodes one percent-encoded part of a URL. Throws a 400 {@link HttpError} when it is not valid. */
export function decodePart(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new HttpError(400, `${encoded} is not valid percent-encoded UTF-8.`);
  }
}

function compileRoute<E>(key: string, handler: Handler<E>): Route<E> {
  const [method, path] = key.split(" ");
  const names: string[] = [];
  const source = path.replace(
    /\/(\*\*|:(\w+))|[.\\^$+?()[\]{}|]/g,
    (found, _part, name: string | undefined) => {
      if (found === "/**") {
        names.push("**");
        return "(?:/(.*?))?";
      }
      if (name !== undefined) {
        names.push(name);
        return "/([^/]+)";
      }
      return `\\${found}`;
    },
  );
  return { method, pattern: new RegExp(`^${source}/?$`), names, handler };
}
