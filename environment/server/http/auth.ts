import { createHash, createHmac, scryptSync, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createThrottle, type ThrottleOptions } from "./throttle.js";

/** Which proof a request carried. */
export type Proof = "header" | "query" | "cookie" | undefined;

/** Knows the server's token and recognises requests that have it. */
export interface Gate {
  /**
   * How the request proves that it may come in; `undefined` when it doesn't. Wrong tokens are counted; after many of them
   * tokens are looked at one after the other, slowly, while browsers with the right cookie come in as ever.
   *
   * @throws HttpError 429 when very many tokens wait to be looked at
   */
  prove(request: IncomingMessage, query: URLSearchParams): Promise<Proof>;
  /** The `Set-Cookie` value that keeps a browser in after its first visit. */
  readonly cookie: string;
  /** Ends every cookie given so far: none of them proves anything again while this server runs. */
  endCookies(): void;
  /** The `Set-Cookie` value that takes the cookie from a browser. */
  readonly noCookie: string;
}

/**
 * The gate of a server. The token comes by `Authorization: token X` (or `Bearer X`), by `?token=X` or by a cookie
 * which holds a keyed hash of the token: HttpOnly, SameSite=Strict, one per port because browsers share cookies
 * among the ports of a host.
 */
export function createGate(token: string, port: number, options: ThrottleOptions = {}): Gate {
  const cookieName = `tumorlab-${port}`;
  const attributes = "Path=/; HttpOnly; SameSite=Strict";
  const key = stretch(token);
  let ended = 0;
  let cookieValue = createValue();
  function createValue(): string {
    const name = ended === 0 ? cookieName : `${cookieName} ${ended}`;
    return createHmac("sha256", key).update(name).digest("base64url");
  }
  const throttle = createThrottle(options);

  function look(request: IncomingMessage, query: URLSearchParams): Proof {
    const header = readHeader(request);
    if (header !== undefined && equalSecrets(header, token)) return "header";
    const parameter = query.get("token");
    if (parameter !== null && equalSecrets(parameter, token)) return "query";
    return hasCookie(request) ? "cookie" : undefined;
  }
  const cookiesOf = (request: IncomingMessage) => readCookies(request.headers.cookie ?? "", cookieName);
  const hasCookie = (request: IncomingMessage) =>
    cookiesOf(request).some((value) => equalSecrets(value, cookieValue));

  return {
    async prove(request, query) {
      const offers = readHeader(request) !== undefined || query.has("token");
      if (offers && !hasCookie(request)) await throttle.takeTurn();
      const proof = look(request, query);
      if (proof === undefined && (offers || cookiesOf(request).length > 0)) throttle.fail();
      return proof;
    },
    get cookie() {
      return `${cookieName}=${cookieValue}; ${attributes}`;
    },
    endCookies() {
      ended += 1;
      cookieValue = createValue();
    },
    noCookie: `${cookieName}=; ${attributes}; Max-Age=0`,
  };
}

function readHeader({ headers }: IncomingMessage): string | undefined {
  return /^(?:token|bearer) +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}

/** A random token is this long; a shorter one was thought up by a person. */
const randomTokenLength = 43;

/** Makes it slow to try thought-up tokens by way of the cookie, which is not looked at one after the other. */
function stretch(token: string): string | Buffer {
  return token.length >= randomTokenLength ? token : scryptSync(token, "tumorlab cookie", 32);
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
