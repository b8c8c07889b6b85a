import path from "node:path";
import { bundleScript } from "./bundle.mjs";
import { bundleKernel } from "./kernel.mjs";
import { bundlePackages } from "./packages.mjs";
import { packTypes } from "./types.mjs";

/**
 * Makes all that kernels of a page load: the library, the kernel and the threads as scripts, the packages that they load
 * late, and the declarations that cells are checked against. The project is built before.
 *
 * @param {{ root: string, outDir: string, packages?: readonly string[], onModules?: (ids: string[]) => void }} options
 *   `packages`: those that are made; all where absent
 */
export async function bundleScripts({ root, outDir, packages, onModules }) {
  const entry = (name) => path.join(root, "environment", "site", "library", name);
  await bundleScript({ root, entry: entry("main.ts"), outDir, name: "library", withMap: true, onModules });
  await bundleScript({ root, entry: entry("thread.ts"), outDir, name: "thread", onModules });
  await bundleKernel({ root, outDir, onModules });
  await bundlePackages({ root, outDir, names: packages, onModules });
  packTypes({ root, outDir });
}
