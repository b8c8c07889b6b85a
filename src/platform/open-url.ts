import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** What a server answered; `body` is the open connection, read or destroyed by the caller. */
export interface UrlAnswer {
  status: number;
  statusText: string;
  headers: Headers;
  body: AsyncIterable<Uint8Array> & { destroy(): void };
}

/** As many as browsers follow. */
const maxRedirects = 20;

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Asks for an address by GET, on a connection of its own, and follows redirects. Node's `fetch` is not used: where a
 * server closes the connection while the reader is behind, it ends the whole process with an assertion on Node 22 and
 * 24.
 *
 * @param url http or https
 * @param signal ends the connection, also while the body is read
 * @throws what the connection said; an Error for another protocol or too many redirects
 */
export async function openUrl(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<UrlAnswer> {
  let address = new URL(url);
  for (let count = 0; count <= maxRedirects; count++) {
    const body = await ask(address, headers, signal);
    const { statusCode: status = 0, statusMessage: statusText = "" } = body;
    const { location } = body.headers;
    if (!redirects.has(status) || location === undefined)
      return { status, statusText, headers: readHeaders(body), body };
    body.destroy();
    address = new URL(location, address);
  }
  throw new Error(`more than ${maxRedirects} redirects`);
}

function ask(
  address: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  if (address.protocol !== "http:" && address.protocol !== "https:")
    return Promise.reject(new Error(`${address.protocol} is not http: or https:`));
  const request = address.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    request(address, { headers, signal, agent: false }, resolve).on("error", reject).end();
  });
}

function readHeaders({ headers }: IncomingMessage): Headers {
  const found = new Headers();
  for (const [name, value] of Object.entries(headers)) found.set(name, String(value));
  return found;
}
