import { builtinModules, createRequire } from "node:module";
import path from "node:path";
import { bundleScript } from "./bundle.mjs";

const require = createRequire(import.meta.url);
const entry = "\0package";
/** What stands for modules of Node, which these packages ask for in branches that a page does not take. */
const nothing = "\0nothing";
/** What danfo.js reads files of other kinds and addresses with: the library asks for none of it. */
const leftOut = /^(request|node-fetch|papaparse|stream-json(\/.*)?|plotly\.js-dist-min|xlsx|@e965\/xlsx)$/;
/** Stands for TensorFlow.js in danfo.js: two copies of it quarrel over one engine. */
const tensorFlow = "\0tensorflow";
const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/**
 * Bundles the packages that the library loads when it first needs them, each as a script of its own.
 *
 * @param {{ root: string, outDir: string, names?: readonly string[], onModules?: (ids: string[]) => void }} options
 *   `names`: all where absent
 */
export async function bundlePackages({ root, outDir, names, onModules }) {
  const { nameScript, packagesKey, sitePackages } = require("../../../src/dist/platform/browser/packages.js");
  const { libraryKey } = require("../../dist/site/library/page-library.js");
  const library = `globalThis[Symbol.for(${JSON.stringify(libraryKey.description)})]`;
  const shareTensorFlow = `module.exports = ${library}.internal["platform/packages"].loadPackage("@tensorflow/tfjs");`;
  for (const name of names ?? sitePackages) {
    const key = `Symbol.for(${JSON.stringify(packagesKey.description)})`;
    const code = `(globalThis[${key}] ??= {})[${JSON.stringify(name)}] = require(${JSON.stringify(name)});`;
    await bundleScript({
      root,
      entry: path.join(root, "package-entry.js"),
      outDir: path.join(outDir, "packages"),
      name: nameScript(name).replace(/\.js$/, ""),
      onModules,
      plugins: [
        {
          name: "tumorlab:package",
          enforce: "pre",
          resolveId(source, importer) {
            if (path.basename(source) === "package-entry.js") return entry;
            if (builtins.has(source) || leftOut.test(source)) return nothing;
            if (name !== "@tensorflow/tfjs" && /^@tensorflow\/tfjs(-node)?$/.test(source)) return tensorFlow;
            // As the library finds it: in its own node_modules first.
            const library = path.join(root, "src", "index.ts");
            return importer === entry ? this.resolve(source, library, { skipSelf: true }) : undefined;
          },
          load: (id) =>
            ({ [entry]: code, [nothing]: "module.exports = {};", [tensorFlow]: shareTensorFlow })[id],
        },
      ],
    });
  }
}
