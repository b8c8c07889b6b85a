import type { UrlAnswer } from "../open-url.js";

export type { UrlAnswer };

/**
 * Asks for an address by GET, and follows redirects, as far as the server lets pages of other sites read it.
 *
 * @throws what the connection said; an Error for another protocol
 */
export async function openUrl(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<UrlAnswer> {
  const { protocol } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") throw new Error(`${protocol} is not http: or https:`);
  // Browsers choose the encoding themselves.
  const { "accept-encoding": _chosen, ...asked } = headers;
  const answer = await fetch(url, { headers: asked, signal });
  const reader = answer.body?.getReader();
  const body = {
    async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
      for (;;) {
        const next = await reader?.read();
        if (!next || next.done) return;
        yield next.value as Uint8Array;
      }
    },
    destroy: () => void reader?.cancel().catch(() => undefined),
  };
  return { status: answer.status, statusText: answer.statusText, headers: answer.headers, body };
}
