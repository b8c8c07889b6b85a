import { createRequire } from "node:module";
import path from "node:path";
import { runnerImport } from "vite";
import { librarySources } from "./shared-sources.mjs";

/** The contracts whose payloads the pages check, and the name of each one's schema. */
const contracts = {
  "contracts/volume-payload.ts": "volumePayloadSchema",
  "contracts/progress-payload.ts": "progressPayloadSchema",
  "contracts/interact-payload.ts": "interactPayloadSchema",
};

/**
 * Compiles the schemas of the contracts at build time: the module it puts in the place of `src/core/compile-schema.ts` finds a
 * check by its schema's `$id`. Ajv itself makes code of text, which an exported page may not run, and is far larger.
 *
 * @param {string} labDir folder of the front end's package.json
 * @returns {import("vite").Plugin}
 */
export function compiledSchemas(labDir) {
  const sources = librarySources(labDir);
  const compiler = `${sources}/core/compile-schema.ts`;
  return {
    name: "tumorlab:schemas",
    enforce: "pre",
    async load(id) {
      if (id !== compiler) return undefined;
      const { schemaOptions, wordsKeyword } = await importSource(compiler, sources);
      const schemas = [];
      for (const [file, name] of Object.entries(contracts))
        schemas.push((await importSource(path.join(sources, file), sources))[name]);
      return writeChecks(schemas, schemaOptions, wordsKeyword, sources);
    },
  };
}

/** Runs a module of the library, with nothing of Node below it. */
async function importSource(file, sources) {
  const packages = `${sources}/platform/packages.ts`;
  const withoutNode = {
    name: "tumorlab:without-node",
    load: (id) => (id === packages ? "export function loadPackage() {}" : undefined),
  };
  return (await runnerImport(file, { configFile: false, logLevel: "error", plugins: [withoutNode] })).module;
}

function writeChecks(schemas, options, keyword, sources) {
  const require = createRequire(`${sources}/package.json`);
  const { Ajv2020 } = require("ajv/dist/2020.js");
  const { default: standaloneCode } = require("ajv/dist/standalone");
  const ajv = new Ajv2020({ ...options, schemas, code: { source: true, esm: true } });
  ajv.addVocabulary([keyword]);
  const names = schemas.map((_, i) => `check${i}`);
  const code = standaloneCode(ajv, Object.fromEntries(names.map((name, i) => [name, schemas[i].$id])));
  if (code.includes("require("))
    throw new Error("A payload's schema uses a keyword whose check needs ajv itself.");
  const table = names.map((name, i) => `${JSON.stringify(schemas[i].$id)}: ${name}`);
  return `${code}\nconst checks = { ${table.join(", ")} };\nexport const compileSchema = ({ $id }) => checks[$id];`;
}
