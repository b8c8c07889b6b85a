import path from "node:path";
import { choosePlatform } from "./platform.mjs";

/**
 * Bundles one script of the site, with all it imports inside.
 *
 * @param {{ root: string, entry: string, outDir: string, name: string, standIns?: Record<string, string>,
 *   plugins?: import("vite").Plugin[], onModules?: (ids: string[]) => void }} options `name`: of the script, without `.js`
 */
export async function bundleScript({ root, entry, outDir, name, standIns, plugins = [], onModules }) {
  const { build } = await import("vite");
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: "error",
    plugins: [
      ...plugins,
      choosePlatform(root, standIns),
      {
        name: "tumorlab:modules",
        generateBundle() {
          onModules?.([...this.getModuleIds()]);
        },
      },
    ],
    resolve: { alias: [{ find: "csv-parse/sync", replacement: "csv-parse/browser/esm/sync" }] },
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    build: {
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: Infinity,
      target: "es2022",
      lib: { entry, formats: ["iife"], name: "tumorlabScript", fileName: () => `${path.basename(name)}.js` },
    },
  });
}
