import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ServedFile, ThreadStart } from "tumorlab/internal/platform/browser/page";

/** The project folder. */
export const root = resolve(__dirname, "../../../..");

interface Build {
  bundleScripts(options: { root: string; outDir: string; packages?: readonly string[] }): Promise<void>;
  listServedFiles(root: string, filesUrl: string): ServedFile[];
}

let made: Promise<string> | undefined;

/** The parts of the site's build, which are plain modules of Node. */
async function loadBuild(): Promise<Build> {
  const parts = ["scripts", "served-files"].map(
    (name) => import(pathToFileURL(resolve(root, `environment/site/build/${name}.mjs`)).href),
  );
  return Object.assign({}, ...(await Promise.all(parts))) as Build;
}

/** A folder with the site's scripts, bundled once for all tests of this process. */
export function bundleOnce(): Promise<string> {
  // TensorFlow.js and danfo.js are left out: they take as long as all the rest.
  return (made ??= bundle(["ajv/dist/2020.js"]));
}

/** The same in a folder of its own, with those packages in it. */
export async function bundle(packages: readonly string[]): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), "tumorlab-site-"));
  process.once("exit", () => rmSync(outDir, { recursive: true, force: true }));
  await (await loadBuild()).bundleScripts({ root, outDir, packages });
  return outDir;
}

/** What a kernel of the site starts with, whose scripts and files are served below an address. */
export async function startOf(siteUrl: string): Promise<ThreadStart> {
  return {
    scripts: `${siteUrl}scripts/`,
    folder: "/tumorlab/notebooks",
    served: (await loadBuild()).listServedFiles(root, `${siteUrl}files/`),
    changes: [],
    pid: 7,
    threadId: 0,
  };
}
