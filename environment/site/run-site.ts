import { existsSync, readdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { makeFolder } from "tumorlab/internal/core/files";
import { helpText, parseSiteOptions } from "./options.js";
import { createSiteServer } from "./serve-site.js";

/** What the command works with. */
export interface SiteContext {
  /** The project folder. */
  root: string;
  /** The folder that relative paths count from. */
  cwd: string;
  out: (text: string) => void;
  err: (text: string) => void;
  /** Ends the server. */
  signal?: AbortSignal;
}

interface SiteBuild {
  buildSite: (options: {
    root: string;
    outDir: string;
    base?: string;
  }) => Promise<{ files: number; bytes: number }>;
}

/** `npm run site`: builds the site, and serves it where that is asked for. */
export async function runSite(args: readonly string[], context: SiteContext): Promise<number> {
  const { root, cwd, out, err } = context;
  let options;
  try {
    options = parseSiteOptions(args);
  } catch (error) {
    err(`${(error as Error).message}\n\n${helpText}`);
    return 2;
  }
  if (options.help) {
    out(helpText);
    return 0;
  }
  const outDir =
    options.out === undefined ? path.join(root, ".tumorlab", "site") : path.resolve(cwd, options.out);
  await makeFolder(outDir);
  if (!isFree(outDir)) {
    err(`${outDir} holds something that is no built site: name another folder, or remove it.\n`);
    return 1;
  }
  const buildFile = pathToFileURL(path.join(root, "environment", "site", "build", "site.mjs")).href;
  const { buildSite } = (await import(buildFile)) as SiteBuild;
  const { files, bytes } = await buildSite({ root, outDir, base: options.base });
  out(`${outDir}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB\n`);
  if (options.serve) await serveUntilStopped(outDir, options.port, context);
  return 0;
}

/** Whether a folder is empty or a site of before. */
function isFree(folder: string): boolean {
  return readdirSync(folder).length === 0 || existsSync(path.join(folder, "offline.json"));
}

async function serveUntilStopped(folder: string, port: number, { out, signal }: SiteContext): Promise<void> {
  const server = createSiteServer(folder);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  out(`The site: http://localhost:${(server.address() as AddressInfo).port}/  (Ctrl-C ends it)\n`);
  await new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
    if (!signal) for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve());
  });
  server.closeAllConnections();
  server.close();
}
