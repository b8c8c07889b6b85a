import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Which proof a request carried. */
export type Proof = "header" | "query" | "cookie" | undefined;

/** Knows the server's token and recognises requests that have it. */
export interface Gate {
  /** How the request proves that it may come in; `undefined` when it doesn't. */
  prove(request: IncomingMessage, query: URLSearchParams): Proof;
  /** The `Set-Cookie` value that keeps a browser in after its first visit. */
  readonly cookie: string;
}

/**
 * The gate of a server. The token comes by `Authorization: token X` (or `Bearer X`), by `?token=X` or by a cookie
 * which holds a keyed hash of the token: HttpOnly, SameSite=Strict, one per port because browsers share cookies
 * among the ports of a host.
 */
export function createGate(token: string, port: number): Gate {
  const cookieName = `tumorlab-${port}`;
  const cookieValue = createHmac("sha256", token).update(cookieName).digest("base64url");
  return {
    prove(request, query) {
      const header = /^(?:token|bearer) +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
      if (header !== undefined && equalSecrets(header, token)) return "header";
      const parameter = query.get("token");
      if (parameter !== null && equalSecrets(parameter, token)) return "query";
      for (const value of readCookies(request.headers.cookie ?? "", cookieName))
        if (equalSecrets(value, cookieValue)) return "cookie";
      return undefined;
    },
    cookie: `${cookieName}=${cookieValue}; Path=/; HttpOnly; SameSite=Strict`,
  };
}

/** Compares in a time that tells neither length nor content. */
export function equalSecrets(found: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(found), digest(expected));
}

function readCookies(header: string, name: string): string[] {
  return header
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
}
