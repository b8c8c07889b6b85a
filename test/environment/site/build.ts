import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ServedFile } from "tumorlab/internal/platform/browser/page";

/** The project folder. */
export const root = resolve(__dirname, "../../../..");

interface Bundling {
  bundleScript(options: { root: string; entry: string; outDir: string; name: string }): Promise<void>;
  bundlePackages(options: { root: string; outDir: string; names?: readonly string[] }): Promise<void>;
  listServedFiles(root: string, filesUrl: string): ServedFile[];
}

/** The parts of the site's build, which are plain modules of Node. */
export async function loadBuild(): Promise<Bundling> {
  const parts = ["bundle", "packages", "served-files"].map(
    (name) => import(pathToFileURL(resolve(root, `environment/site/build/${name}.mjs`)).href),
  );
  return Object.assign({}, ...(await Promise.all(parts))) as Bundling;
}

/** Bundles the library, its threads and the packages named into `outDir`. */
export async function bundleLibrary(outDir: string, packages: readonly string[]): Promise<Bundling> {
  const build = await loadBuild();
  for (const [name, file] of [
    ["library", "main"],
    ["thread", "thread"],
  ]) {
    const entry = resolve(root, `environment/site/library/${file}.ts`);
    await build.bundleScript({ root, entry, outDir, name });
  }
  await build.bundlePackages({ root, outDir, names: packages });
  return build;
}
