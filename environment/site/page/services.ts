import { type FileChange, threadStart } from "tumorlab/internal/platform/browser/page";
import { applyChange, find, listWritten, onChange } from "tumorlab/internal/platform/browser/store";
import { projectFolder } from "tumorlab/internal/platform/locations";
import { kernelName } from "../../kernel/spec.js";
import { HttpError, toHttpError } from "../../server/http/errors.js";
import { createRouter } from "../../server/http/router.js";
import { createContentsRoutes } from "./contents.js";
import type { PageExchange, PageReply } from "./exchange.js";
import { createKernelRoutes, type PageKernels } from "./kernel-routes.js";
import { openPageNotary } from "./notary.js";
import { PageKernel } from "./page-kernel.js";
import { createSettingsRoutes } from "./settings.js";
import { createStatusRoutes } from "./status.js";

/** What the services need to know of the site. */
export interface ServiceParts {
  /** Address of the site, ending in `/`. */
  siteUrl: string;
  version: string;
  kernels: PageKernels;
  /** The notebook that the page opens; undefined where it opens none. */
  wanted: string | undefined;
  /** The browser's own `fetch`. */
  fetch: typeof fetch;
  /** Keeps a change of the files over reloads, */
  keep: (change: FileChange) => void;
  /** and settles when all changes so far are kept. */
  settled: () => Promise<void>;
}

/** Answers a request of the front end. */
export type Answer = (
  method: string,
  path: string,
  query: URLSearchParams,
  body: string,
) => Promise<Response>;

/** Characters that one cell may print, as in the installed lab. */
const outputLimit = 10e6;

/** The services of a Jupyter server over the files of this page, in the page. */
export async function createServices(parts: ServiceParts): Promise<Answer> {
  const { siteUrl, version, kernels, keep, wanted } = parts;
  const loaded = new Date().toISOString();
  const own = `${projectFolder}/.tumorlab`;
  // The kernel of the notebook that is opened starts while the front end does, and waits here for it.
  const early = new Map<string, PageKernel>();
  const share = (change: FileChange, from?: PageKernel): void => {
    keep(change);
    for (const kernel of [...kernels.values(), ...early.values()])
      if (kernel !== from) kernel.tellChange(change);
  };
  onChange((change) => share(change));
  if (wanted?.endsWith(".ipynb") && find(`${projectFolder}/${wanted}`))
    early.set(folderOf(wanted), createKernel(folderOf(wanted)));

  function startKernel(path: string): PageKernel {
    const folder = folderOf(path);
    const kernel = early.get(folder) ?? createKernel(folder);
    early.delete(folder);
    return kernel;
  }
  function createKernel(folder: string): PageKernel {
    const { scripts, served } = threadStart;
    const kernel: PageKernel = new PageKernel({
      name: kernelName,
      start: () => ({ scripts, served, folder, changes: listWritten() }),
      kernel: { types: `${scripts}types.json.gz`, version, outputLimit },
      onChange(change) {
        applyChange(change);
        share(change, kernel);
      },
    });
    return kernel;
  }
  const isShipped = (place: string): boolean => {
    const found = find(place);
    return found?.kind === "file" && found.mtimeMs === 0;
  };
  const load = async (name: string): Promise<unknown> => (await parts.fetch(siteUrl + name)).json();
  const notary = await openPageNotary(`${own}/trusted`, isShipped);
  const router = createRouter<PageExchange>(
    createContentsRoutes(projectFolder, notary, loaded),
    createKernelRoutes(kernels, startKernel),
    createSettingsRoutes(
      `${own}/lab`,
      () => load("lab/schemas/all.json") as ReturnType<Parameters<typeof createSettingsRoutes>[1]>,
      () => load("lab/licenses.json"),
    ),
    createStatusRoutes(projectFolder, loaded),
  );

  return async (method, path, query, text) => {
    try {
      const found = router.find(method, path);
      if (!found) throw new HttpError(404, `${path}: a page does not answer this.`);
      const { handler, params, rest } = found;
      const body = parseBody(text);
      const reply = (await handler({ query, params, rest, body })) ?? {};
      // What the reader is told is saved must be there when the tab is closed the next moment.
      if (method !== "GET") await parts.settled();
      return toResponse(reply);
    } catch (error) {
      const { status, message, extra } = toHttpError(error);
      return toResponse({ status, json: { message, reason: null, ...extra } });
    }
  };
}

/** The folder that the cells of a notebook run in. */
function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? projectFolder : `${projectFolder}/${path.slice(0, at)}`;
}

function parseBody(text: string): Record<string, unknown> {
  if (text === "") return {};
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new HttpError(400, "The request's body is not JSON.");
  }
}

function toResponse({ status = 200, json, bytes, headers = {} }: PageReply): Response {
  if (bytes) return new Response(bytes as Uint8Array<ArrayBuffer>, { status, headers });
  const body = json === undefined ? null : JSON.stringify(json);
  return new Response(body, { status, headers: { "content-type": "application/json", ...headers } });
}
