import fs from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";

const builtins = new Set(builtinModules);

/**
 * Chooses `src/platform/browser/` for `src/platform/`, resolves the library's own names to its sources, and ends the
 * build where a module of Node is left, with who asks for it.
 *
 * @param {string} root the project folder
 * @param {Record<string, string>} stand-ins files that stand for modules of Node, by their names without `node:`
 * @returns {import("vite").Plugin}
 */
export function choosePlatform(root, standIns = {}) {
  const platform = path.join(root, "src", "platform");
  const browser = path.join(platform, "browser");
  return {
    name: "tumorlab:platform",
    enforce: "pre",
    resolveId(source, importer) {
      if (source === "tumorlab") return path.join(root, "src", "index.ts");
      if (source === "tumorlab/lessons") return path.join(root, "src", "lessons", "index.ts");
      const internal = /^tumorlab\/internal\/(.+)$/.exec(source)?.[1];
      if (internal) return chooseTwin(path.join(root, "src", `${internal}.ts`));
      const name = source.replace(/^node:/, "");
      if (source.startsWith("node:") || builtins.has(name)) {
        if (Object.hasOwn(standIns, name)) return standIns[name];
        throw new Error(`${importer} imports ${source}, which no browser has`);
      }
      if (!importer || !source.startsWith(".") || path.dirname(importer) === browser) return undefined;
      const file = path.resolve(path.dirname(importer), source.replace(/\.js$/, ".ts"));
      return path.dirname(file) === platform ? chooseTwin(file) : undefined;
    },
  };

  function chooseTwin(file) {
    const twin = path.join(browser, path.basename(file));
    return path.dirname(file) === platform && fs.existsSync(twin) ? twin : file;
  }
}
