/**
 * The site's service worker: after the first visit the site works without a network, its addresses can be opened and
 * loaded again, and threads may share memory also where the host sends no headers for it.
 */

/** Put in by the build: changes with every file of the site. */
declare const SITE_VERSION: string;

interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends WorkerEvent {
  readonly request: Request & { readonly mode: string };
  respondWith(answer: Promise<Response>): void;
}

interface SiteCache {
  put(request: string, response: Response): Promise<void>;
  match(request: Request | string, options?: { ignoreSearch: boolean }): Promise<Response | undefined>;
}

const scope = globalThis as unknown as {
  readonly registration: { readonly scope: string };
  readonly caches: {
    open(name: string): Promise<SiteCache>;
    keys(): Promise<string[]>;
    delete(name: string): Promise<boolean>;
  };
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: WorkerEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
};

const site = scope.registration.scope;
const prefix = `tumorlab ${site} `;
const cacheName = prefix + SITE_VERSION;
/** So many files are fetched at a time, so that a cell that loads something has its turn. */
const atOnce = 4;

scope.addEventListener("install", (event) => event.waitUntil(fetchAll()));

scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(site)) event.respondWith(answer(request));
});

async function fetchAll(): Promise<void> {
  const cache = await scope.caches.open(cacheName);
  const listing = await fetch(new Request(`${site}offline.json`, { cache: "no-store" } as RequestInit));
  const names = (await listing.json()) as string[];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) {
        const response = await fetch(site + name);
        if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
        await cache.put(site + name, response);
      }
    }),
  );
}

/** Files of earlier versions go when no page uses them any more. */
async function takeOver(): Promise<void> {
  const old = (await scope.caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(old.map((name) => scope.caches.delete(name)));
  await scope.clients.claim();
}

async function answer(request: FetchEvent["request"]): Promise<Response> {
  const cache = await scope.caches.open(cacheName);
  const path = new URL(request.url).pathname.slice(new URL(site).pathname.length);
  if (request.mode === "navigate") {
    // An address that JupyterLab has made: the page that it means.
    const document = /^lab(?:\/workspaces\/[\w-]+)?(?:\/tree\/(.*))?\/?$/.exec(path);
    if (document) return Response.redirect(`${site}?path=${document[1] ?? ""}`, 302);
  }
  const wanted = path === "" ? `${site}index.html` : request;
  const found =
    (await cache.match(wanted, { ignoreSearch: true })) ??
    // Pictures in notebooks, at the address that a server would have for them.
    (path.startsWith("files/") ? await cache.match(site + path.replace("files/", "served/")) : undefined);
  return isolate(found ?? (await fetch(request)));
}

/** With the headers that let threads share memory, and that let nothing ask another host. */
function isolate(response: Response): Response {
  if (response.type === "opaque" || response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  // Of workers too: what they compute with stays here.
  headers.set("Content-Security-Policy", "connect-src 'self' blob: data:");
  const { status, statusText } = response;
  const hasBody = ![101, 204, 205, 304].includes(status);
  return new Response(hasBody ? response.body : null, { status, statusText, headers });
}
