import path from "node:path";
import { choosePlatform } from "./platform.mjs";
import { pageProject } from "./served-files.mjs";

/**
 * Bundles one script of the site, with all it imports inside.
 *
 * @param {{ root: string, entry: string, outDir: string, name: string, standIns?: Record<string, string>,

 *   plugins?: object[], define?: Record<string, string>, withMap?: boolean, onModules?: (ids: string[]) => void }} options `name`: of the script, without `.js`
 */
export async function bundleScript({
  root,
  entry,
  outDir,
  name,
  standIns,
  plugins = [],
  define = {},
  withMap = false,
  onModules,
}) {
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
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis", ...define },
    build: {
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: Infinity,
      target: "es2022",
      // Only the kernel asks for it, to name the library's own lines in tracebacks.
      sourcemap: withMap ? "hidden" : false,
      rollupOptions: {
        output: {
          sourcemapExcludeSources: true,
          sourcemapPathTransform: (file, map) => pagePath(root, path.resolve(path.dirname(map), file)),
        },
      },
      lib: { entry, formats: ["iife"], name: "tumorlabScript", fileName: () => `${path.basename(name)}.js` },
    },
  });
}

/** Where a source of the project lies in a page. */
function pagePath(root, file) {
  return file.startsWith(root + path.sep)
    ? pageProject + file.slice(root.length).replaceAll(path.sep, "/")
    : file;
}
