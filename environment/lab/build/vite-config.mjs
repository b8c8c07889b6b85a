import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeExtensionsModule } from "./extensions.mjs";
import { compiledSchemas } from "./schemas.mjs";
import { sharedSources } from "./shared-sources.mjs";

const virtualId = "virtual:jupyterlab-extensions";

/** JupyterLab's packages are written for webpack; these few lines are what Vite needs to read them. */
function readWebpackisms(extensions) {
  return {
    name: "tumorlab:jupyterlab",
    enforce: "pre",
    resolveId(source, importer) {
      if (source === virtualId) return `\0${virtualId}`;
      // `*.raw.css` is a stylesheet imported as a string.
      if (source.endsWith(".raw.css") && importer)
        return `${fileURLToPath(new URL(source, `file://${importer}`))}.js`;
      return undefined;
    },
    load(id) {
      if (id === `\0${virtualId}`) return writeExtensionsModule(extensions);
      if (id.endsWith(".raw.css.js"))
        return `export default ${JSON.stringify(fs.readFileSync(id.slice(0, -".js".length), "utf8"))};`;
      return undefined;
    },
  };
}

/**
 * @param {{ labDir: string, outDir: string, extensions: object[], onModules: (ids: string[]) => void }} options
 * @returns {import("vite").InlineConfig} the configuration of one production build; no config file is read
 */
export function createViteConfig({ labDir, outDir, extensions, onModules }) {
  return {
    configFile: false,
    root: labDir,
    // Relative, so that the bundle works wherever the server mounts it.
    base: "./",
    publicDir: path.join(labDir, "public"),
    logLevel: "error",
    plugins: [
      compiledSchemas(labDir),
      readWebpackisms(extensions),
      {
        name: "tumorlab:modules",
        generateBundle() {
          onModules([...this.getModuleIds()]);
        },
      },
    ],
    // CSS of webpack days writes `~package/file.css`.
    resolve: { alias: [{ find: /^~(.*)$/, replacement: "$1" }, sharedSources(labDir)] },
    define: {
      "process.env.NODE_ENV": '"production"',
      "process.env": "{}",
      // path-browserify, with which JupyterLab resolves every relative address, asks for the folder it is in.
      "process.cwd": '(() => "/")',
      global: "globalThis",
      __dirname: '"/"',
    },
    build: {
      outDir,
      emptyOutDir: true,
      manifest: "manifest.json",
      reportCompressedSize: false,
      chunkSizeWarningLimit: Infinity,
      target: "es2022",
      rollupOptions: { input: path.join(labDir, "src/main.ts") },
    },
  };
}
