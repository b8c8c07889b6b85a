import path from "node:path";
import { compiledSchemas } from "./schemas.mjs";
import { sharedSources } from "./shared-sources.mjs";

/**
 * The viewer as one script for pages without a server, with its 3D view and its styles inside.
 *
 * @param {{ labDir: string, outDir: string, onModules: (ids: string[]) => void }} options
 * @returns {import("vite").InlineConfig} writes `viewer.js` to `outDir`
 */
export function createStandaloneConfig({ labDir, outDir, onModules }) {
  return {
    configFile: false,
    root: labDir,
    publicDir: false,
    logLevel: "error",
    plugins: [
      compiledSchemas(labDir),
      {
        name: "tumorlab:modules",
        generateBundle() {
          onModules([...this.getModuleIds()]);
        },
      },
    ],
    resolve: { alias: [sharedSources(labDir)] },
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      outDir,
      emptyOutDir: true,
      reportCompressedSize: false,
      chunkSizeWarningLimit: Infinity,
      target: "es2022",
      lib: {
        entry: path.join(labDir, "src/standalone/main.ts"),
        formats: ["iife"],
        name: "tumorlabViewer",
        fileName: () => "viewer.js",
      },
    },
  };
}
