import type { ServedFile } from "tumorlab/internal/platform/browser/page";
import { threadStartKey } from "tumorlab/internal/platform/browser/page-key";
import { page, type PageClick } from "./browser.js";
import { type KeptFiles, openKeptFiles } from "./kept-files.js";
import type { PageKernels } from "./kernel-routes.js";
import { createPageSocket } from "./page-socket.js";
import type { Answer } from "./services.js";

/**
 * The first script of the site's page: it answers what the front end asks of a Jupyter server. Requests to the page's own
 * address that a server would answer are taken here; all others go out as they are.
 */
const siteUrl = new URL(".", page.document.currentScript!.src).href;
const basePath = new URL(siteUrl).pathname;
const ownFetch = page.fetch.bind(globalThis);
const kernels: PageKernels = new Map();

/** What `files.json` says: the version of the project, and its files that the site has. */
interface SiteFiles {
  version: string;
  files: [path: string, size: number][];
}

const wanted = findWanted();
const ready: Promise<Answer> = startServices(wanted?.path);
// Whoever asks hears of it.
ready.catch(() => undefined);
fillPageConfig();
startOfflineWorker();
page.document.addEventListener("click", (event) => downloadHere(event), true);
page.fetch = answerFetch;
const OwnSocket = page.WebSocket as new (...words: unknown[]) => object;
const PageSocket = createPageSocket(kernels);
page.WebSocket = new Proxy(OwnSocket, {
  construct: (own, words: [url: string]) =>
    findServicePath(String(words[0])) === undefined ? new own(...words) : new PageSocket(String(words[0])),
});

async function startServices(wanted: string | undefined): Promise<Answer> {
  const answer = await ownFetch(`${siteUrl}files.json`);
  if (!answer.ok) throw new Error(`${siteUrl}files.json: HTTP ${answer.status}`);
  const { version, files } = (await answer.json()) as SiteFiles;
  const kept = await openKept();
  const served = files.map(([path, size]): ServedFile => ({
    path,
    size,
    url: `${siteUrl}served/${path.split("/").slice(2).map(encodeURIComponent).join("/")}`,
  }));
  const start = {
    scripts: `${siteUrl}scripts/`,
    folder: "/tumorlab",
    served,
    changes: kept?.changes ?? [],
    pid: 0,
    threadId: 0,
  };
  // The files of this page ask for it as they are loaded.
  Object.defineProperty(globalThis, threadStartKey, { value: start });
  const { createServices } = await import("./services.js");
  const keep: KeptFiles["keep"] = (change) => kept?.keep(change);
  const settled = (): Promise<void> => kept?.settled() ?? Promise.resolve();
  return createServices({ siteUrl, version, kernels, wanted, fetch: ownFetch, keep, settled });
}

/** The reader's changes of before; none, and none kept, where the browser has no files for a page. */
async function openKept(): Promise<KeptFiles | undefined> {
  try {
    const root = await page.navigator.storage?.getDirectory?.();
    if (!root) throw new Error("this browser has no private files for a page");
    const name = `tumorlab${basePath.replaceAll("/", "-")}`;
    const folder = await root.getDirectoryHandle(name, { create: true });
    return await openKeptFiles(folder, (error, path) => console.error(`${path} could not be kept:`, error));
  } catch (error) {
    console.warn("Nothing is kept over a reload:", error);
    return undefined;
  }
}

/** The path that a server would be asked for; undefined for what is none of its. */
function findServicePath(address: string): string | undefined {
  const { host, pathname } = new URL(address, page.location.href);
  if (host !== new URL(page.location.href).host || !pathname.startsWith(basePath)) return undefined;
  const path = `/${pathname.slice(basePath.length)}`;
  return /^\/((lab\/)?api|files|nbconvert|kernelspecs)(\/|$)/.test(path) ? path : undefined;
}

async function answerFetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
  const request = input instanceof Request ? input : undefined;
  const address = request?.url ?? (input as URL | string).toString();
  const path = findServicePath(address);
  if (path === undefined) return ownFetch(input, init);
  const method = (init?.method ?? request?.method ?? "GET").toUpperCase();
  const body = request && init?.body === undefined ? await request.clone().text() : init?.body;
  const { searchParams } = new URL(address, page.location.href);
  return (await ready)(method, path, searchParams, typeof body === "string" ? body : "");
}

/** The page's configuration says where the site lies and what is to be opened, which the build does not know. */
function fillPageConfig(): void {
  const element = page.document.getElementById("jupyter-config-data");
  if (!element) throw new Error("The page has no configuration.");
  const config = JSON.parse(element.textContent ?? "{}") as Record<string, unknown>;
  for (const [key, value] of Object.entries(config))
    if (/^full\w+Url$/.test(key)) config[key] = basePath.replace(/\/$/, "") + String(value);
  config.baseUrl = basePath;
  config.treePath = wanted?.path ?? "";
  element.textContent = JSON.stringify(config);
  // JupyterLab reads the address that it has for a document. It may change only when all of the page's own addresses are
  // resolved, and before the front end starts.
  const { document } = page;
  document.addEventListener("readystatechange", () => {
    if (document.readyState !== "interactive") return;
    for (const link of document.querySelectorAll("link[href]")) link.setAttribute("href", link.href);
    const place = wanted ? `/tree/${wanted.path.split("/").map(encodeURIComponent).join("/")}` : "";
    page.history.replaceState(null, "", `${basePath}lab${place}${wanted?.fragment ?? ""}`);
  });
}

/** `?path=notebooks/x.ipynb`, or `?notebook=02` for the lesson of that number, at `&cell=ID` of it. */
function findWanted(): { path: string; fragment: string } | undefined {
  const query = new URLSearchParams(page.location.search);
  const [path, lesson, cell] = ["path", "notebook", "cell"].map((name) => query.get(name) ?? "");
  const lessons = page.document.getElementById("tumorlab-lessons")?.textContent ?? "[]";
  const found =
    path ||
    (lesson && (JSON.parse(lessons) as string[]).find((name) => name.startsWith(`notebooks/${lesson}-`)));
  if (!found) return undefined;
  return { path: found, fragment: cell === "" ? "" : `#cell-id=${encodeURIComponent(cell)}` };
}

/** Milliseconds after which the page itself has all that it needs, and a first cell has run on most computers. */
const restMs = 10_000;

/** Keeps the site for later visits without a network. It fetches all of it, and so begins when the page is at rest. */
function startOfflineWorker(): void {
  const { serviceWorker } = page.navigator;
  if (!serviceWorker) return;
  const register = (): void =>
    void serviceWorker
      .register(`${siteUrl}offline.js`)
      .catch((error: unknown) => console.warn("The site needs the network at the next visit too:", error));
  page.addEventListener("load", () => setTimeout(register, restMs));
}

/** A link by which JupyterLab saves a file to the reader's computer leads to a server: the page gives the file itself. */
function downloadHere(event: PageClick): void {
  const link = event.target.closest?.("a[download]");
  const path = link ? findServicePath(link.href) : undefined;
  if (!link || path === undefined || link.href.startsWith("blob:")) return;
  event.preventDefault();
  event.stopPropagation();
  const { searchParams } = new URL(link.href);
  const name = link.download || decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
  ready
    .then((answer) => answer("GET", path, searchParams, ""))
    .then(async (response) => {
      const copy = page.document.createElement("a");
      copy.href = URL.createObjectURL(await response.blob());
      copy.download = name;
      copy.click();
      URL.revokeObjectURL(copy.href);
    })
    .catch((error: unknown) => console.error(`${name} could not be saved:`, error));
}
