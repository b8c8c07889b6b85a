import fs from "node:fs";
import { builtinModules, createRequire } from "node:module";
import path from "node:path";
import { bundleScript } from "./bundle.mjs";
import { pageProject } from "./served-files.mjs";

const require = createRequire(import.meta.url);
const shared = "\0shared:";
const nothing = "\0nothing";
/** Where tslab's own `display` sends its bundles: the one member of its kernel that ours uses. */
const display = "\0display";

/** Modules of Node that stand in `site/node/` for the kernel, tslab and cells. */
export function listStandIns(root) {
  const folder = path.join(root, "environment", "site", "node");
  const names = fs.readdirSync(folder).filter((name) => name !== "source-map.ts");
  return Object.fromEntries(names.map((name) => [name.replace(/\.m?[jt]s$/, ""), path.join(folder, name)]));
}

/**
 * Bundles the kernel's script. What it uses of the library it takes from `library.js`, which is loaded before it.
 *
 * @param {{ root: string, outDir: string, onModules?: (ids: string[]) => void }} options
 */
export async function bundleKernel({ root, outDir, onModules }) {
  const standIns = listStandIns(root);
  const entry = path.join(root, "environment", "site", "kernel", "main.ts");
  await bundleScript({
    root,
    entry,
    outDir,
    name: "kernel",
    standIns,
    onModules,
    plugins: [patchTslab(root), shareLibrary(), leaveOutBuiltins(standIns)],
    define: {
      __dirname: JSON.stringify(`${pageProject}/environment/dist/kernel`),
      __filename: JSON.stringify(`${pageProject}/environment/dist/kernel/main.js`),
    },
  });
}

/** tslab and its compiler with the changes that the kernel makes to them as Node loads them. */
function patchTslab(root) {
  const { patchSource } = require("../../dist/kernel/tslab/apply-patches.js");
  const { patches } = require("../../dist/kernel/tslab/patches.js");
  const folder = path.dirname(require.resolve("tslab/package.json", { paths: [root] }));
  const inPage = JSON.stringify(`${pageProject}/node_modules/tslab/dist`);
  const missing = new Set(patches.map(({ file }) => file));
  return {
    name: "tumorlab:tslab",
    enforce: "pre",
    transform(code, id) {
      const file = path.relative(folder, id).split(path.sep).join("/");
      if (!file.startsWith("dist/") && !patches.some((patch) => patch.file === file)) return undefined;
      missing.delete(file);
      // A name in tslab's sloppy script, a keyword in what they are bundled to.
      const named = code.replace(/\bconst await =|\bawait(?=\.(kind|parent)\b)/g, (text) =>
        text.replace("await", "awaitToken"),
      );
      // It finds its own declarations beside itself.
      return { code: patchSource(named, file, patches).replaceAll("__dirname", inPage), map: null };
    },
    generateBundle() {
      if (missing.size > 0) throw new Error(`tslab: ${[...missing].join(", ")} were not patched`);
    },
  };
}

/** The library's modules that are part of `library.js` already. */
function shareLibrary() {
  return {
    name: "tumorlab:shared",
    enforce: "pre",
    resolveId(source) {
      const name = /^tumorlab\/internal\/(.+)$/.exec(source)?.[1];
      return name === undefined ? undefined : shared + name;
    },
    load(id) {
      if (!id.startsWith(shared)) return undefined;
      const name = id.slice(shared.length);
      const { libraryKey } = require("../../dist/site/library/page-library.js");
      const library = `globalThis[Symbol.for(${JSON.stringify(libraryKey.description)})]`;
      return `module.exports = ${library}.internal[${JSON.stringify(name)}];`;
    },
  };
}

/** What packages ask of Node in branches that a page does not take; our own code may not. */
function leaveOutBuiltins(standIns) {
  const names = new Set(builtinModules.filter((name) => !Object.hasOwn(standIns, name)));
  return {
    name: "tumorlab:builtins",
    enforce: "pre",
    resolveId(source, importer) {
      const isPackage = importer?.includes("/node_modules/");
      if (isPackage && (names.has(source.replace(/^node:/, "")) || source === "source-map-support"))
        return nothing;
      if (/^tslab\/dist\/jupyter(\.js)?$/.test(source)) return display;
      if (source === "./jupyter" && /tslab[\\/]dist[\\/]public\.js$/.test(importer)) return display;
      // `import "tslab"` in a cell: its public functions without its own kernel.
      return isPackage && source === ".." && /tslab[\\/]dist[\\/]executor\.js$/.test(importer)
        ? path.join(path.dirname(importer), "public.js")
        : undefined;
    },
    load: (id) =>
      ({ [nothing]: "module.exports = {};", [display]: "exports.lastWriteDisplayData = null;" })[id],
  };
}
